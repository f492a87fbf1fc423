//! Round trips of every coding, and hostile bytes.

use proptest::prelude::*;

use super::id_list::encode_words;
use super::*;
use crate::genotype::Plane;

fn plane_of(n: usize, samples: impl IntoIterator<Item = usize>) -> Plane {
    let mut p = Plane::zeros(n);
    samples
        .into_iter()
        .filter(|&s| s < n)
        .for_each(|s| p.set(s));
    p
}

fn round_trip(plane: &Plane, n: usize) -> ListCoding {
    let (coding, len) = encoded_len(plane.words(), n, plane.count());
    let mut bytes = Vec::new();
    encode_words(&mut bytes, plane.words(), n, coding, plane.count());
    assert_eq!(bytes.len(), len, "{coding:?}");
    let mut rest = &bytes[..];
    let list = IdList::take(&mut rest, coding, n).unwrap();
    assert!(rest.is_empty());
    assert_eq!(list.len() as u64, plane.count());
    let mut back = Vec::new();
    list.check(|s| back.push(s)).unwrap();
    assert_eq!(back, plane.iter().collect::<Vec<_>>());
    let mut set = Vec::new();
    encode_set(&mut set, plane, n);
    assert_eq!(set.len(), set_len(plane, n));
    let mut rest = &set[..];
    assert_eq!(&decode_set(&mut rest, n).unwrap(), plane);
    assert!(rest.is_empty());
    coding
}

#[test]
fn each_coding_is_chosen_where_it_is_smallest() {
    assert_eq!(
        round_trip(&plane_of(100_000, []), 100_000),
        ListCoding::Empty
    );
    assert_eq!(
        round_trip(&plane_of(100_000, [99_999]), 100_000),
        ListCoding::Ids
    );
    assert_eq!(
        round_trip(&plane_of(100_000, (0..100_000).step_by(700)), 100_000),
        ListCoding::Chunk16
    );
    assert_eq!(
        round_trip(&plane_of(100_000, (0..100_000).step_by(10)), 100_000),
        ListCoding::Chunk8
    );
    assert_eq!(round_trip(&plane_of(200, 0..100), 200), ListCoding::Ids);
    // A full chunk of 256 does not fit a u8 count.
    assert_eq!(
        round_trip(&plane_of(100_000, 0..256), 100_000),
        ListCoding::Chunk16
    );
}

#[test]
fn varints_have_one_form() {
    for v in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
        let mut b = Vec::new();
        put_varint(&mut b, v);
        let mut rest = &b[..];
        assert_eq!(take_varint(&mut rest), Ok(v));
        assert!(rest.is_empty());
    }
    assert_eq!(take_varint(&mut &[0x80, 0x00][..]), Err(CodecError::Varint));
    assert_eq!(take_varint(&mut &[0x80][..]), Err(CodecError::Truncated));
    assert_eq!(take_varint(&mut &[0xff; 11][..]), Err(CodecError::Varint));
}

proptest! {
    #[test]
    fn any_set_comes_back(n in prop::sample::select(vec![1usize, 31, 32, 33, 256, 257, 4000, 65_537]),
                          picks in prop::collection::vec(any::<u32>(), 0..3000)) {
        round_trip(&plane_of(n, picks.iter().map(|&p| p as usize % n)), n);
    }

    #[test]
    fn any_bytes_are_an_error_or_a_list(bytes in prop::collection::vec(any::<u8>(), 0..600),
                                        coding in 0u8..8, n in 0usize..70_000) {
        if let Ok(list) = IdList::take(&mut &bytes[..], ListCoding::from_bits(coding), n) {
            prop_assert!(list.len() <= n);
            let _ = list.check(|s| assert!((s as usize) < n));
        }
        let _ = decode_set(&mut &bytes[..], n);
    }
}

//! Matrices against the calls of the input.

use arrow_array::cast::AsArray;
use arrow_array::types::Int8Type;

use crate::common::{index, write};
use crate::export;
use crate::made::{copies, made};
use crate::read::{arrow, npy};

#[test]
fn a_matrix_has_the_copies_of_each_alt() {
    let folder = tempfile::tempdir().unwrap();
    let made = made(7, 200, 90);
    let input = write(folder.path(), "in.vcf", &made.text);
    let store = folder.path().join("s.gdx");
    index(&input, &store);
    let rows: Vec<(usize, usize)> = (made.alts.iter().enumerate())
        .flat_map(|(i, &alts)| (1..=alts).map(move |alt| (i, alt)))
        .collect();
    for (orient, two, samples) in [
        ("samples", false, None),
        ("variants", false, None),
        ("samples", true, Some("S150,S3,S64,S63,S199")),
        ("variants", true, Some("^S0,S77")),
        ("variants", false, Some("S9,S2")),
    ] {
        let file = folder.path().join("m.npy");
        let mut words = vec!["--matrix", "--orient", orient, "-o", file.to_str().unwrap()];
        words.extend(samples.into_iter().flat_map(|s| ["-s", s]));
        words.extend(if two {
            ["--haploid-as", "2"]
        } else {
            ["--haploid-as", "1"]
        });
        export(&store, &words);
        let (n, v, by_sample, values) = npy(&file);
        let ids = std::fs::read_to_string(folder.path().join("m.samples.tsv")).unwrap();
        let ids: Vec<usize> = ids
            .lines()
            .skip(1)
            .map(|l| l[1..].parse().unwrap())
            .collect();
        match samples {
            None => assert_eq!(ids, (0..200).collect::<Vec<_>>()),
            Some(list) if list.starts_with('^') => assert_eq!(ids.len(), 198),
            Some(list) => assert_eq!(
                ids,
                list.split(',')
                    .map(|i| i[1..].parse().unwrap())
                    .collect::<Vec<usize>>()
            ),
        }
        assert_eq!(
            (n, v, by_sample),
            (ids.len(), rows.len(), orient == "samples")
        );
        assert_eq!(values.len(), n * v);
        let whole = if two { 2 } else { 1 };
        for (s, &id) in ids.iter().enumerate() {
            for (j, &(row, alt)) in rows.iter().enumerate() {
                let at = if by_sample { s * v + j } else { j * n + s };
                let expected = copies(made.calls[row][id], alt, whole);
                assert_eq!(values[at].cast_signed(), expected, "S{id} {row} {alt}");
            }
        }
        let variants = std::fs::read_to_string(folder.path().join("m.variants.tsv")).unwrap();
        assert_eq!(variants.lines().count(), rows.len() + 1);
        assert!(
            variants.starts_with("#CHROM\tPOS\tID\tREF\tALT\n1\t10\t.\tA\tC\n"),
            "{variants}"
        );
    }
    let (bytes, floats) = (folder.path().join("m.npy"), folder.path().join("f.npy"));
    export(&store, &["-o", bytes.to_str().unwrap()]);
    export(&store, &["--float", "-o", floats.to_str().unwrap()]);
    let (bytes, floats) = (npy(&bytes).3, npy(&floats).3);
    for (byte, float) in bytes.iter().zip(floats.as_chunks::<4>().0) {
        let float = f32::from_le_bytes(*float);
        match byte.cast_signed() {
            -1 => assert!(float.is_nan()),
            value => assert_eq!(float, f32::from(value)),
        }
    }
    // Arrow has the same.
    let file = folder.path().join("m.arrow");
    export(&store, &["--matrix", "-o", file.to_str().unwrap()]);
    let batches = arrow(&file);
    let mut values = Vec::new();
    for batch in &batches {
        let list = batch
            .column_by_name("genotypes")
            .unwrap()
            .as_fixed_size_list();
        assert_eq!(list.value_length() as usize, rows.len());
        values.extend(
            list.values()
                .as_primitive::<Int8Type>()
                .values()
                .iter()
                .map(|v| v.cast_unsigned()),
        );
    }
    assert_eq!(values, bytes);
}

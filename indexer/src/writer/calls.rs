//! Calls as VCF text, four bytes at a time.

use std::sync::LazyLock;

use genodex_engine::record::INT_END;
use genodex_engine::record::number::push_unsigned;

use super::Fault;

/// Codes of the missing allele and of alleles 0 to 9, phased or not: one character each.
const SHORT: i32 = 22;

/// `\t0/1`, by `first << 5 | second` of two short codes.
static PAIRS: LazyLock<Vec<[u8; 4]>> = LazyLock::new(|| {
    let letter = |code: usize| match code >> 1 {
        0 => b'.',
        n => b'0' + (n as u8 - 1) % 10,
    };
    let pair = |i: usize| {
        let separator = if i & 1 == 1 { b'|' } else { b'/' };
        [b'\t', letter(i >> 5), separator, letter(i & 31)]
    };
    (0..1024).map(pair).collect()
});

/// One call.
pub(super) fn push_call(out: &mut Vec<u8>, call: &[i32]) -> Result<(), Fault> {
    let start = out.len();
    for (i, &code) in call.iter().take_while(|c| **c != INT_END).enumerate() {
        if i > 0 {
            out.push(if code & 1 == 1 { b'|' } else { b'/' });
        }
        match u64::try_from(code >> 1) {
            Err(_) => return Err(Fault::Code(code)),
            Ok(0) => out.push(b'.'),
            Ok(n) => push_unsigned(out, n - 1),
        }
    }
    if out.len() == start {
        out.push(b'.');
    }
    Ok(())
}

/// All calls of a record without other fields, a tab before each.
pub(super) fn push_calls(out: &mut Vec<u8>, ploidy: usize, codes: &[i32]) -> Result<(), Fault> {
    if ploidy == 2 {
        return push_diploid(out, codes);
    }
    for call in codes.chunks_exact(ploidy.max(1)) {
        out.push(b'\t');
        push_call(out, call)?;
    }
    Ok(())
}

/// Calls looked at together, for whether they are all short.
const BLOCK: usize = 256;

fn push_diploid(out: &mut Vec<u8>, codes: &[i32]) -> Result<(), Fault> {
    let pairs: &[[u8; 4]; 1024] = match PAIRS.as_slice().try_into() {
        Ok(pairs) => pairs,
        Err(_) => return Ok(()),
    };
    out.reserve(codes.len() * 2);
    for block in codes.chunks(2 * BLOCK) {
        // A negative code is the largest of all without its sign.
        let largest = block.iter().fold(0, |m: u32, c| m.max(*c as u32));
        if largest < SHORT as u32 {
            let start = out.len();
            out.resize(start + block.len() * 2, 0);
            let (Some(to), (calls, _)) = (out.get_mut(start..), block.as_chunks::<2>()) else {
                continue;
            };
            for (to, [a, b]) in to.as_chunks_mut::<4>().0.iter_mut().zip(calls) {
                *to = pairs[((a << 5 | b) & 1023) as usize];
            }
            continue;
        }
        for call in block.chunks(2) {
            match *call {
                [a, INT_END] if (0..SHORT).contains(&a) => {
                    let pair = pairs[(a << 5 & 1023) as usize];
                    out.extend_from_slice(&pair[..2]);
                }
                [a, b] if (0..SHORT).contains(&a) && (0..SHORT).contains(&b) => {
                    out.extend_from_slice(&pairs[((a << 5 | b) & 1023) as usize]);
                }
                _ => {
                    out.push(b'\t');
                    push_call(out, call)?;
                }
            }
        }
    }
    Ok(())
}

//! Rows gathered into a bitmap.

use roaring::RoaringBitmap;

/// The rows below `n` for which `holds`. They are gathered as bits: inserting them into the
/// bitmap one by one takes many times as long.
pub(crate) fn select_rows(n: usize, holds: impl Fn(usize) -> bool) -> RoaringBitmap {
    let mut bytes = Vec::with_capacity(n.div_ceil(8));
    for start in (0..n).step_by(8) {
        let mut byte = 0u8;
        for row in start..(start + 8).min(n) {
            byte |= u8::from(holds(row)) << (row - start);
        }
        bytes.push(byte);
    }
    RoaringBitmap::from_lsb0_bytes(0, &bytes)
}

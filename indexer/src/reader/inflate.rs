//! Inflates blocks that are mostly repeats, as the genotypes of many people are: three quarters
//! of a biobank's BCF is one pair of bytes over and over. Copies of a short period are written
//! as whole vectors instead of one period at a time, which is several times faster there than
//! any general decoder; on other data a general one is faster, and `bgzf` uses that.
//!
//! This decoder may give up on anything that it does not expect (RFC 1951 names every case):
//! the caller then asks the general one, and checks the CRC of either.

/// Codes up to this long are found by one look-up.
const LITERAL_BITS: u32 = 10;
const DISTANCE_BITS: u32 = 8;

/// Longest code, and lengths of the alphabets (RFC 1951, section 3.2.7).
const MAX_CODE: usize = 15;
const LITERALS: usize = 288;
const DISTANCES: usize = 32;

/// The order of the code length code's lengths.
const ORDER: [usize; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/// Base and extra bits of the length symbols from 257.
const LENGTHS: [(u16, u8); 29] = [
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 0),
    (10, 0),
    (11, 1),
    (13, 1),
    (15, 1),
    (17, 1),
    (19, 2),
    (23, 2),
    (27, 2),
    (31, 2),
    (35, 3),
    (43, 3),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 4),
    (115, 4),
    (131, 5),
    (163, 5),
    (195, 5),
    (227, 5),
    (258, 0),
];

/// Base and extra bits of the distance symbols.
const DISTANCE_BASES: [(u16, u8); 30] = [
    (1, 0),
    (2, 0),
    (3, 0),
    (4, 0),
    (5, 1),
    (7, 1),
    (9, 2),
    (13, 2),
    (17, 3),
    (25, 3),
    (33, 4),
    (49, 4),
    (65, 5),
    (97, 5),
    (129, 6),
    (193, 6),
    (257, 7),
    (385, 7),
    (513, 8),
    (769, 8),
    (1025, 9),
    (1537, 9),
    (2049, 10),
    (3073, 10),
    (4097, 11),
    (6145, 11),
    (8193, 12),
    (12289, 12),
    (16385, 13),
    (24577, 13),
];

const END_OF_BLOCK: u16 = 256;

/// A decoder, with the memory for its tables.
pub(super) struct Inflater {
    literals: Codes<{ 1 << LITERAL_BITS }>,
    distances: Codes<{ 1 << DISTANCE_BITS }>,
}

impl Inflater {
    pub(super) fn new() -> Self {
        Self {
            literals: Codes::new(),
            distances: Codes::new(),
        }
    }

    /// Inflates `src` to exactly fill `out`; `None` where it gives up.
    pub(super) fn inflate(&mut self, src: &[u8], out: &mut [u8]) -> Option<()> {
        let mut bits = Bits::new(src);
        let mut at = 0;
        loop {
            bits.refill();
            let last = bits.take(1)? == 1;
            match bits.take(2)? {
                0 => at = stored(&mut bits, out, at)?,
                1 => {
                    let mut lengths = [8; LITERALS];
                    lengths[144..256].fill(9);
                    lengths[256..280].fill(7);
                    self.literals.build(&lengths)?;
                    self.distances.build(&[5; DISTANCES])?;
                    at = self.compressed(&mut bits, out, at)?;
                }
                2 => {
                    self.read_codes(&mut bits)?;
                    at = self.compressed(&mut bits, out, at)?;
                }
                _ => return None,
            }
            if last {
                return (at == out.len()).then_some(());
            }
        }
    }

    /// The codes of a block, themselves coded.
    fn read_codes(&mut self, bits: &mut Bits<'_>) -> Option<()> {
        let n_literals = bits.take(5)? as usize + 257;
        let n_distances = bits.take(5)? as usize + 1;
        let n_lengths = bits.take(4)? as usize + 4;
        let mut order = [0; 19];
        for &symbol in ORDER.iter().take(n_lengths) {
            bits.refill();
            order[symbol] = bits.take(3)? as u8;
        }
        // This code has the distances' table for a while.
        self.distances.build(&order)?;
        let n = n_literals + n_distances;
        let mut lengths = [0u8; LITERALS + DISTANCES];
        let mut i = 0;
        while i < n {
            bits.refill();
            let symbol = self.distances.decode(bits)?;
            let (value, repeat) = match symbol {
                0..=15 => (symbol as u8, 1),
                16 => (*lengths.get(i.checked_sub(1)?)?, 3 + bits.take(2)? as usize),
                17 => (0, 3 + bits.take(3)? as usize),
                _ => (0, 11 + bits.take(7)? as usize),
            };
            if i + repeat > n {
                return None;
            }
            lengths.get_mut(i..i + repeat)?.fill(value);
            i += repeat;
        }
        self.literals.build(lengths.get(..n_literals)?)?;
        self.distances.build(lengths.get(n_literals..n)?)
    }

    fn compressed(&self, bits: &mut Bits<'_>, out: &mut [u8], mut at: usize) -> Option<usize> {
        loop {
            bits.refill();
            // A length and a distance with their extra bits take at most 48 of the 56 there.
            let symbol = self.literals.decode(bits)?;
            if symbol < END_OF_BLOCK {
                *out.get_mut(at)? = symbol as u8;
                at += 1;
                continue;
            }
            if symbol == END_OF_BLOCK {
                return Some(at);
            }
            let &(base, extra) = LENGTHS.get(usize::from(symbol) - 257)?;
            let len = usize::from(base) + bits.take(u32::from(extra))? as usize;
            let symbol = self.distances.decode(bits)?;
            let &(base, extra) = DISTANCE_BASES.get(usize::from(symbol))?;
            let distance = usize::from(base) + bits.take(u32::from(extra))? as usize;
            repeat(out, at, distance, len)?;
            at += len;
        }
    }
}

/// Bytes as they are.
fn stored(bits: &mut Bits<'_>, out: &mut [u8], at: usize) -> Option<usize> {
    bits.align();
    bits.refill();
    let len = bits.take(16)?;
    let check = bits.take(16)?;
    if len != !check & 0xffff {
        return None;
    }
    let bytes = bits.bytes(len as usize)?;
    let end = at + bytes.len();
    out.get_mut(at..end)?.copy_from_slice(bytes);
    Some(end)
}

/// Writes `len` bytes at `at` that repeat the `distance` bytes before.
#[inline]
fn repeat(out: &mut [u8], at: usize, distance: usize, len: usize) -> Option<()> {
    let start = at.checked_sub(distance)?;
    let end = at + len;
    if end > out.len() {
        return None;
    }
    if distance >= len {
        out.copy_within(start..start + len, at);
        return Some(());
    }
    let period = out.get(start..at)?;
    let word = match *period {
        [a] => u64::from_le_bytes([a; 8]),
        [a, b] => u64::from_le_bytes([a, b, a, b, a, b, a, b]),
        [a, b, c, d] => u64::from_le_bytes([a, b, c, d, a, b, c, d]),
        _ => {
            // What is there doubles with each copy, and stays a number of whole periods.
            let mut done = 0;
            while done < len {
                let n = (distance + done).min(len - done);
                out.copy_within(start..start + n, at + done);
                done += n;
            }
            return Some(());
        }
    };
    let mut vector = [0; 64];
    for part in vector.as_chunks_mut::<8>().0 {
        *part = word.to_le_bytes();
    }
    let (vectors, rest) = out.get_mut(at..end)?.as_chunks_mut::<64>();
    for v in vectors {
        *v = vector;
    }
    let n = rest.len();
    rest.copy_from_slice(vector.get(..n)?);
    Some(())
}

/// A Huffman code: a table for its short codes, and what finds the long ones.
struct Codes<const N: usize> {
    /// By the next bits: symbol in the high half, length of its code in the low one; 0 where
    /// the code is longer or there is none.
    table: [u32; N],
    mask: usize,
    /// Codes of each length.
    counts: [u16; MAX_CODE + 1],
    /// Symbols in order of their codes.
    symbols: [u16; LITERALS],
}

impl<const N: usize> Codes<N> {
    const fn new() -> Self {
        Self {
            table: [0; N],
            mask: 0,
            counts: [0; MAX_CODE + 1],
            symbols: [0; LITERALS],
        }
    }

    /// From the length of each symbol's code; `None` where they cannot be.
    fn build(&mut self, lengths: &[u8]) -> Option<()> {
        self.counts = [0; MAX_CODE + 1];
        for &len in lengths {
            *self.counts.get_mut(usize::from(len))? += 1;
        }
        self.counts[0] = 0;
        let mut offsets = [0u16; MAX_CODE + 2];
        let mut codes = [0u32; MAX_CODE + 2];
        let mut longest = 0;
        for len in 1..=MAX_CODE {
            let count = self.counts[len];
            if count > 0 {
                longest = len as u32;
            }
            offsets[len + 1] = offsets[len] + count;
            codes[len + 1] = (codes[len] + u32::from(count)) << 1;
            if codes[len] + u32::from(count) > 1 << len {
                return None;
            }
        }
        let bits = longest.min(N.trailing_zeros());
        let table = self.table.get_mut(..1 << bits)?;
        table.fill(0);
        self.mask = table.len() - 1;
        for (symbol, &len) in lengths.iter().enumerate() {
            if len == 0 {
                continue;
            }
            let slot = offsets.get_mut(usize::from(len))?;
            *self.symbols.get_mut(usize::from(*slot))? = symbol as u16;
            *slot += 1;
            let next = codes.get_mut(usize::from(len))?;
            let code = *next;
            *next += 1;
            if u32::from(len) <= bits {
                // Codes come with their first bit lowest.
                let first = (code.reverse_bits() >> (32 - u32::from(len))) as usize;
                let entry = (symbol as u32) << 16 | u32::from(len);
                for slot in table.iter_mut().skip(first).step_by(1 << len) {
                    *slot = entry;
                }
            }
        }
        Some(())
    }

    #[inline]
    fn decode(&self, bits: &mut Bits<'_>) -> Option<u16> {
        let entry = *self.table.get(bits.peek() as usize & self.mask)?;
        if entry != 0 {
            bits.take(entry & 0xffff)?;
            return Some((entry >> 16) as u16);
        }
        self.decode_long(bits)
    }

    /// Bit by bit, as codes are defined.
    #[cold]
    fn decode_long(&self, bits: &mut Bits<'_>) -> Option<u16> {
        let (mut code, mut first, mut index) = (0u32, 0u32, 0u32);
        for len in 1..=MAX_CODE {
            code |= bits.take(1)?;
            let count = u32::from(self.counts[len]);
            if code < first + count {
                let at = index + (code - first);
                return self.symbols.get(at as usize).copied();
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        None
    }
}

/// Bits, from the lowest of each byte.
struct Bits<'a> {
    src: &'a [u8],
    at: usize,
    buffer: u64,
    /// Bits in the buffer; what is above them is not to be read.
    n: u32,
}

impl<'a> Bits<'a> {
    const fn new(src: &'a [u8]) -> Self {
        Self {
            src,
            at: 0,
            buffer: 0,
            n: 0,
        }
    }

    /// At least 56 bits, or all there are.
    #[inline]
    fn refill(&mut self) {
        if let Some(word) = self.src.get(self.at..).and_then(|s| s.first_chunk()) {
            self.buffer |= u64::from_le_bytes(*word) << self.n;
            self.at += (63 - self.n as usize) >> 3;
            self.n |= 56;
        } else {
            while self.n <= 56
                && let Some(&byte) = self.src.get(self.at)
            {
                self.buffer |= u64::from(byte) << self.n;
                self.at += 1;
                self.n += 8;
            }
        }
    }

    #[inline]
    const fn peek(&self) -> u64 {
        self.buffer
    }

    #[inline]
    fn take(&mut self, n: u32) -> Option<u32> {
        self.n = self.n.checked_sub(n)?;
        let value = self.buffer & ((1 << n) - 1);
        self.buffer >>= n;
        Some(value as u32)
    }

    /// Drops bits up to the next byte.
    const fn align(&mut self) {
        let odd = self.n % 8;
        self.buffer >>= odd;
        self.n -= odd;
    }

    /// Whole bytes, after [`Self::align`].
    fn bytes(&mut self, n: usize) -> Option<&'a [u8]> {
        // What is buffered is read again.
        let start = self.at - self.n as usize / 8;
        let bytes = self.src.get(start..start.checked_add(n)?)?;
        self.at = start + n;
        self.buffer = 0;
        self.n = 0;
        Some(bytes)
    }
}

#[cfg(test)]
mod tests;

// Set in every count written: a word without it was never written.
const WRITTEN: u32 = 0x80000000u;

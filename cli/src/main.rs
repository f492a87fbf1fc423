//! The program `genodex`.
fn main() {}

//! Lines on standard output and standard error, whose reader may be gone.

use std::fmt::Arguments;
use std::io::{self, Write};

/// Writes a line to standard output.
pub(crate) fn line(text: Arguments<'_>) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{text}")
}

/// Writes a line to standard error. Where that is not possible there is no one to tell.
pub(crate) fn aside(text: Arguments<'_>) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// `println!` that ends the function with the error instead of the program with a panic.
macro_rules! say {
    ($($text:tt)*) => {
        $crate::say::line(format_args!($($text)*))?
    };
}
pub(crate) use say;

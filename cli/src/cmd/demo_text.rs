//! How the tour looks.

use std::io::{self, Write};
use std::time::Duration;

use super::frequency;
use super::store::Row;

/// Characters of a line of text.
const WIDTH: usize = 90;
/// Characters of a bar.
const BAR: usize = 4;
/// Eighths of a block.
const EIGHTHS: [char; 9] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/// Variants by line, groups by column, a bar beside each frequency. Bars are relative to the
/// largest frequency of the line.
pub(super) fn table(out: &mut impl Write, groups: &[&str], rows: &[&Row]) -> io::Result<()> {
    let names: Vec<String> = rows
        .iter()
        .map(|r| format!("{} {}>{}", r.id, r.reference, r.alternate))
        .collect();
    let width = names.iter().map(String::len).max().unwrap_or(0);
    write!(out, "  {:width$} {:>8} ", "variant", "position")?;
    for group in groups {
        write!(out, " {group:>10}")?;
    }
    writeln!(out)?;
    for (row, name) in rows.iter().zip(&names) {
        write!(out, "  {name:width$} {:>8} ", row.pos)?;
        let all: Vec<f64> = row
            .counts
            .iter()
            .map(|c| frequency(c).unwrap_or_default())
            .collect();
        let most = all.iter().copied().fold(0.0, f64::max);
        for f in all {
            write!(out, " {} {:>4.1}%", bar(f, most), 100.0 * f)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// A bar of `part` of `whole`.
fn bar(part: f64, whole: f64) -> String {
    let share = if whole > 0.0 { part / whole } else { 0.0 };
    let eighths = (share * (8 * BAR) as f64).round() as usize;
    (0..BAR)
        .map(|i| EIGHTHS[eighths.saturating_sub(8 * i).min(8)])
        .collect()
}

/// A paragraph with an indent, in lines of at most [`WIDTH`] characters where words allow.
pub(super) fn wrap(text: &str) -> String {
    let (mut out, mut column) = (String::new(), WIDTH);
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column + 1 + length > WIDTH {
            out.push_str(if out.is_empty() { "  " } else { "\n  " });
            column = 2 + length;
        } else {
            out.push(' ');
            column += 1 + length;
        }
        out.push_str(word);
    }
    out.push('\n');
    out
}

/// `1234567` as `1,234,567`.
pub(super) fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Kilobytes, or megabytes with a decimal.
pub(super) fn size(bytes: u64) -> String {
    if bytes < 1_000_000 {
        format!("{} kB", bytes.div_ceil(1000))
    } else {
        format!("{:.1} MB", bytes as f64 / 1e6)
    }
}

/// Milliseconds, or seconds with two decimals.
pub(super) fn time(took: Duration) -> String {
    if took < Duration::from_secs(1) {
        format!("{:.1} ms", took.as_secs_f64() * 1e3)
    } else {
        format!("{:.2} s", took.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_and_numbers() {
        assert_eq!(bar(1.0, 1.0), "████");
        assert_eq!(bar(0.5, 1.0), "██  ");
        assert_eq!(bar(0.28, 1.0), "█▏  ");
        assert_eq!(bar(0.0, 0.0), "    ");
        let long = wrap(&"word ".repeat(40));
        assert_eq!(long.split_whitespace().count(), 40);
        assert!(
            long.lines()
                .all(|l| l.starts_with("  word") && l.len() <= WIDTH)
        );
        assert_eq!(long.lines().count(), 3);
        assert_eq!(thousands(7), "7");
        assert_eq!(thousands(123_456), "123,456");
        assert_eq!(thousands(1_000_000), "1,000,000");
        assert_eq!(size(913_171), "914 kB");
        assert_eq!(size(12_340_000), "12.3 MB");
        assert_eq!(time(Duration::from_micros(1500)), "1.5 ms");
        assert_eq!(time(Duration::from_millis(2340)), "2.34 s");
    }
}

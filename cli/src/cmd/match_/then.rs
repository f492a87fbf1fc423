//! `--then`: another command of this program on the same store.

use std::path::Path;

use anyhow::bail;
use clap::Parser;

use crate::Cli;
use crate::cmd::Global;

/// The command of `text`, with the store after its name.
pub(super) fn parse(text: &str, store: &Path) -> anyhow::Result<Cli> {
    let mut words = words(text)?.into_iter();
    let Some(command) = words.next() else {
        bail!("--then: a command is expected, as in 'burden --pheno-col NAME --bt'");
    };
    let before = [
        "genodex".into(),
        command.into(),
        store.as_os_str().to_owned(),
    ];
    let words = before.into_iter().chain(words.map(Into::into));
    Cli::try_parse_from(words).map_err(|e| anyhow::anyhow!("--then {text:?}: {e}"))
}

/// Runs it.
pub(super) fn run(cli: Cli, global: &Global) -> anyhow::Result<()> {
    let mut inner = cli.global;
    inner.quiet |= global.quiet;
    inner.verbose |= global.verbose;
    cli.command.run(&inner)
}

/// Words between blanks; what stands in single or double quotes is one word, and a backslash
/// takes the next character as it is, but for single quotes, as in a shell.
fn words(text: &str) -> anyhow::Result<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (None | Some('"'), '\\') => {
                let Some(next) = rest.next() else {
                    bail!("--then {text:?}: nothing follows the last backslash");
                };
                word.get_or_insert_default().push(next);
            }
            _ => word.get_or_insert_default().push(c),
        }
    }
    if let Some(q) = quote {
        bail!("--then {text:?}: a quote {q} is not closed");
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_as_in_a_shell() {
        let of = |text: &str| words(text).map_err(|e| e.to_string());
        let expected = ["freq", "-i", "pop==\"GBR\"", "", "a b", "c d"];
        assert_eq!(
            of("freq  -i 'pop==\"GBR\"' '' \"a b\" c\\ d").unwrap(),
            expected
        );
        assert!(of("freq 'x").unwrap_err().contains("not closed"));
        assert!(of("freq \\").unwrap_err().contains("backslash"));
    }
}

//! Progress on standard error for whatever takes over a second: a bar where the end is known, a
//! spinner where it is not. Hidden where standard error is not a terminal and under `--quiet`.

use std::borrow::Cow;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cmd::Global;

/// Redraws a second: enough to look alive, too few to cost anything.
const REDRAWS: u8 = 8;
/// How often a spinner turns when nothing is reported.
const TICK: Duration = Duration::from_millis(120);

/// A bar or spinner; gone from the terminal when it is dropped. Shared by reference between
/// threads.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// A bar over `total` things, named in the plural by `unit`: `variants`, `rows`.
    pub(crate) fn bar(
        global: &Global,
        what: impl Into<Cow<'static, str>>,
        total: u64,
        unit: &str,
    ) -> Self {
        let template = format!(
            "{{msg}} [{{bar:30}}] {{human_pos}}/{{human_len}} {unit} ({{per_sec:.0}}, {{eta}} left)"
        );
        Self::start(global, what.into(), Some(total), &template)
    }

    /// A bar over `total` bytes.
    pub(crate) fn bytes(global: &Global, what: impl Into<Cow<'static, str>>, total: u64) -> Self {
        let template = "{msg} [{bar:30}] {binary_bytes}/{binary_total_bytes} \
                        ({binary_bytes_per_sec}, {eta} left)";
        Self::start(global, what.into(), Some(total), template)
    }

    /// A spinner that counts things, for input of unknown length.
    pub(crate) fn spinner(global: &Global, what: impl Into<Cow<'static, str>>, unit: &str) -> Self {
        let template =
            format!("{{spinner}} {{msg}} {{human_pos}} {unit} ({{per_sec:.0}}, {{elapsed}})");
        Self::start(global, what.into(), None, &template)
    }

    fn start(global: &Global, what: Cow<'static, str>, total: Option<u64>, template: &str) -> Self {
        // The target hides itself where standard error is not a terminal.
        let target = if global.quiet {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr_with_hz(REDRAWS)
        };
        let bar = ProgressBar::with_draw_target(total, target).with_message(what);
        if bar.is_hidden() {
            return Self(bar);
        }
        // A template that does not parse costs the looks of the bar, not the work.
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.enable_steady_tick(TICK);
        Self(bar)
    }

    /// Adds to what is done.
    pub(crate) fn add(&self, done: u64) {
        self.0.inc(done);
    }

    /// Says how much is done.
    pub(crate) fn set(&self, done: u64) {
        self.0.set_position(done);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_parse_and_a_quiet_bar_is_hidden() {
        let global = Global {
            threads: None,
            quiet: true,
            verbose: false,
        };
        for progress in [
            Progress::bar(&global, "Generating", 10, "variants"),
            Progress::bytes(&global, "Reading", 10),
            Progress::spinner(&global, "Reading", "records"),
        ] {
            progress.add(3);
            progress.set(5);
            assert!(progress.0.is_hidden());
            assert_eq!(progress.0.position(), 5);
        }
    }
}

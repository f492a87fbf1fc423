//! From errors to exit codes: 0 done, 1 nothing matched, 2 usage or input, 3 corrupt store,
//! 4 resource or device, 5 denied. A broken pipe is 0.

use std::io;
use std::process::ExitCode;

use genodex_engine::compute::ComputeError;
use genodex_engine::format::FormatError;

/// Nothing matched, where the user asked to be told by exit code.
#[derive(Debug, thiserror::Error)]
#[error("nothing matched")]
pub(crate) struct NothingMatched;

/// A store that was read to the end and found to be damaged.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct CorruptStore(pub(crate) String);

/// Prints the error, if there is one, and gives the process's exit code.
pub(crate) fn code(result: anyhow::Result<()>) -> ExitCode {
    let Err(error) = result else {
        return ExitCode::SUCCESS;
    };
    let number = number(&error);
    if number > 1 {
        eprintln!("genodex: {}", text(&error));
    }
    ExitCode::from(number)
}

/// The error and its causes; causes that the text already names are left out.
fn text(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    text
}

fn number(error: &anyhow::Error) -> u8 {
    for cause in error.chain() {
        if cause.is::<NothingMatched>() {
            return 1;
        }
        if cause.is::<CorruptStore>() {
            return 3;
        }
        if let Some(e) = cause.downcast_ref::<io::Error>() {
            return by_kind(e.kind());
        }
        if let Some(e) = cause.downcast_ref::<FormatError>() {
            return by_format(e);
        }
        if let Some(e) = cause.downcast_ref::<ComputeError>() {
            return match e {
                ComputeError::Format(e) => by_format(e),
                ComputeError::UnknownDevice(_) | ComputeError::Samples { .. } => 2,
                _ => 4,
            };
        }
    }
    2
}

fn by_format(error: &FormatError) -> u8 {
    match error {
        FormatError::Corrupt { .. } => 3,
        FormatError::Locked { .. } => 4,
        FormatError::Io { source, .. } => by_kind(source.kind()),
        _ => 2,
    }
}

fn by_kind(kind: io::ErrorKind) -> u8 {
    match kind {
        io::ErrorKind::BrokenPipe => 0,
        io::ErrorKind::PermissionDenied => 5,
        io::ErrorKind::StorageFull
        | io::ErrorKind::QuotaExceeded
        | io::ErrorKind::OutOfMemory
        | io::ErrorKind::FileTooLarge => 4,
        _ => 2,
    }
}

//! From errors to exit codes: 0 done, 1 nobody is left (feasibility), 2 usage or input, 3 corrupt
//! store, 4 resource or device, 5 denied. A broken pipe is 0.

use std::error::Error;
use std::io;
use std::process::ExitCode;

use genodex_engine::compute::ComputeError;
use genodex_engine::format::FormatError;
use genodex_engine::query::freq::FreqError;
use genodex_engine::query::genes::GeneError;
use genodex_engine::query::qc::QcError;
use genodex_engine::query::select::SelectError;
use genodex_engine::query::text::TextError;
use genodex_indexer::annotate::AnnotateError;
use genodex_indexer::import::ImportError;

/// A store that was read to the end and found to be damaged.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct CorruptStore(pub(crate) String);

/// The criteria were counted, and nobody fulfils them all.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct NobodyLeft(pub(crate) String);

/// Prints the error, if there is one, and gives the process's exit code.
pub(crate) fn code(result: anyhow::Result<()>) -> ExitCode {
    let Err(error) = result else {
        return ExitCode::SUCCESS;
    };
    let number = number(&error);
    if number > 0 {
        crate::say::aside(format_args!("genodex: {}", text(&error)));
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
        if cause.is::<NobodyLeft>() {
            return 1;
        }
        if cause.is::<CorruptStore>() || matches!(cause.downcast_ref(), Some(TextError::Corrupt(_)))
        {
            return 3;
        }
        if let Some(e) = cause.downcast_ref::<io::Error>() {
            return by_kind(e.kind());
        }
        if cause
            .downcast_ref::<FreqError>()
            .and_then(compute_error)
            .or_else(|| select_compute_error(cause))
            .or_else(|| cause.downcast_ref())
            .is_some_and(is_device)
        {
            return 4;
        }
        if let Some(e) = format_error(cause) {
            return match e {
                FormatError::Corrupt { .. } => 3,
                FormatError::Locked { .. } => 4,
                FormatError::Io { source, .. } => by_kind(source.kind()),
                _ => 2,
            };
        }
    }
    2
}

/// The store's error in `cause`. Errors that pass another on as it is leave it out of the
/// chain, so that they are looked into here.
fn format_error<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a FormatError> {
    let freq = cause.downcast_ref::<FreqError>();
    let compute = freq
        .and_then(compute_error)
        .or_else(|| select_compute_error(cause))
        .or_else(|| cause.downcast_ref());
    let annotate = cause.downcast_ref::<AnnotateError>();
    if let Some(AnnotateError::Store(e)) = annotate {
        return Some(e);
    }
    if let Some(SelectError::Format(e)) = cause.downcast_ref() {
        return Some(e);
    }
    if let Some(GeneError::Format(e)) = cause.downcast_ref() {
        return Some(e);
    }
    if let Some(QcError::Format(e)) = cause.downcast_ref() {
        return Some(e);
    }
    match (freq, compute, cause.downcast_ref()) {
        (Some(FreqError::Format(e)), ..)
        | (_, Some(ComputeError::Format(e)), _)
        | (.., Some(ImportError::Store(e))) => Some(e),
        _ => cause.downcast_ref(),
    }
}

const fn compute_error(error: &FreqError) -> Option<&ComputeError> {
    match error {
        FreqError::Compute(e) => Some(e),
        _ => None,
    }
}

fn select_compute_error<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a ComputeError> {
    match cause.downcast_ref() {
        Some(SelectError::Compute(e)) => Some(e),
        _ => None,
    }
}

/// Whether the device, and not what was asked of it, is to blame.
const fn is_device(error: &ComputeError) -> bool {
    !matches!(
        error,
        ComputeError::UnknownDevice(_) | ComputeError::Samples { .. } | ComputeError::Format(_)
    )
}

fn by_kind(kind: io::ErrorKind) -> u8 {
    match kind {
        io::ErrorKind::BrokenPipe => 0,
        io::ErrorKind::PermissionDenied => 5,
        io::ErrorKind::StorageFull
        | io::ErrorKind::QuotaExceeded
        | io::ErrorKind::ReadOnlyFilesystem
        | io::ErrorKind::OutOfMemory
        | io::ErrorKind::FileTooLarge => 4,
        _ => 2,
    }
}

//! Text for the standard output.

use std::{
    io::{ErrorKind, Write as _, stdout},
    process::ExitCode,
};

use super::Failure;

/// Prints a text; a reader that has seen enough, such as `head`, is no error.
pub(super) fn text(text: &str) -> Result<ExitCode, Failure> {
    let mut out = stdout().lock();
    let newline = if text.ends_with('\n') { "" } else { "\n" };
    match write!(out, "{text}{newline}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::runtime(error)),
        _ => Ok(ExitCode::SUCCESS),
    }
}

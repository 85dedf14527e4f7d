//! Why the command ends early.

use std::{error::Error, process::ExitCode};

/// What went wrong, in one line, and the exit code that says so to scripts.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    message: String,
    code: u8,
}

/// Something failed while running.
const RUNTIME: u8 = 1;
/// An option, the configuration or a file that was given is wrong.
const USAGE: u8 = 2;
/// An import left rows out.
pub(super) const REJECTED_ROWS: u8 = 3;

impl Failure {
    /// The input is wrong; the message says how to put it right.
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            code: USAGE,
        }
    }

    /// A file that was given is wrong.
    pub(super) fn input(error: impl Error) -> Self {
        Self::usage(in_one_line(&error))
    }

    /// Something failed while running, whatever the input.
    pub(super) fn runtime(error: impl Error) -> Self {
        Self {
            message: in_one_line(&error),
            code: RUNTIME,
        }
    }

    /// What the process answers to its caller.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        self.code.into()
    }
}

/// An error with its causes, without the line breaks that some of them have.
pub(super) fn in_one_line(error: &dyn Error) -> String {
    let mut text = plain(&error.to_string());
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = plain(&cause.to_string());
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        next = cause.source();
    }
    text
}

/// One line, without what MongoDB's driver puts around each of its messages.
fn plain(text: &str) -> String {
    let text = text.replace("Kind: ", "");
    let text = text.split(", labels: {").next().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

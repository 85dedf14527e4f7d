//! Failures as clients are told of them: a code to act on, a message to read, no internals.

use crate::{
    auth::Forbidden,
    engine::{self, allotment::Stopped},
    guard::Code,
    store,
};

/// Why a question is not answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refused {
    /// What a program does about it.
    pub code: Code,
    /// What a person does about it.
    pub message: String,
}

impl Refused {
    /// A refusal with a message of its own.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    /// Something that the client can mend, and how.
    pub fn input(message: impl Into<String>) -> Self {
        Self::new(Code::BadUserInput, message)
    }

    /// Something is wrong on our side; the log says what.
    #[must_use]
    pub fn internal() -> Self {
        let message = "something went wrong; the server's log says what";
        Self::new(Code::InternalServerError, message)
    }
}

impl From<Forbidden> for Refused {
    fn from(forbidden: Forbidden) -> Self {
        Self::new(Code::Forbidden, forbidden.to_string())
    }
}

/// Logs a failure of the database, once, and says as much of it as a client may know.
impl From<&store::Error> for Refused {
    fn from(error: &store::Error) -> Self {
        match error {
            store::Error::Unavailable(_) => {
                tracing::warn!(cause = ?error, "database unavailable");
                let message = "the database cannot be reached; try again later";
                Self::new(Code::DatabaseUnavailable, message)
            }
            // It will be there again as soon as whoever replaces it is done.
            store::Error::Failed(_) if error.broke_off() => {
                tracing::warn!(cause = ?error, "what was read went away, again and again");
                let message = "the database is changing too fast to be read; try again";
                Self::new(Code::DatabaseUnavailable, message)
            }
            store::Error::Deadline => {
                tracing::warn!("query ran out of time");
                let message =
                    "the database did not answer in time; ask for a shorter period or for less";
                Self::new(Code::QueryTimeout, message)
            }
            store::Error::TooManyIds(most) => {
                tracing::warn!(cause = ?error, "request refused");
                let message = format!(
                    "what you may see of this names more than {most} customers, products or places, too many to look for; ask for KPIs, or for an identity that may see more or less"
                );
                Self::new(Code::QueryTooComplex, message)
            }
            store::Error::BadUri(_) | store::Error::Failed(_) => {
                tracing::error!(cause = ?error, "database operation failed");
                Self::internal()
            }
        }
    }
}

/// As that of the database, for a pass that an engine could not count.
impl From<&engine::Error> for Refused {
    fn from(error: &engine::Error) -> Self {
        match error {
            engine::Error::Store(error) => error.as_ref().into(),
            engine::Error::NotInMemory(why) => {
                tracing::warn!(%error, "pass refused");
                let message = format!(
                    "the memory engine cannot answer: {why}; serve with --engine auto to have MongoDB count meanwhile"
                );
                Self::new(Code::EngineNotReady, message)
            }
            engine::Error::TooManyGroups => {
                let message =
                    "there may be too many groups by so many dimensions; break down by fewer";
                Self::new(Code::QueryTooComplex, message)
            }
            engine::Error::Stopped(stopped) => (*stopped).into(),
            engine::Error::Unreadable(_) => {
                tracing::error!(%error, "pass failed");
                Self::internal()
            }
        }
    }
}

/// Why counting stopped before its end.
impl From<Stopped> for Refused {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::TooMuch(most) => {
                tracing::warn!("a request would hold more than {most} bytes");
                let message = format!(
                    "counting this takes more than {most} bytes; ask for fewer dimensions, fewer filters or less at once"
                );
                Self::new(Code::QueryTooComplex, message)
            }
            // Nobody reads what is said to those who have left.
            Stopped::Busy | Stopped::Left => {
                let message = "the server is busy with other requests; try again in a few seconds";
                Self::new(Code::ServerBusy, message)
            }
        }
    }
}

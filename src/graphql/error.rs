//! Errors as clients see them: a code to act on, a message to read, no internals.

use async_graphql::{Error, ServerError};

use crate::{engine, engine::allotment::Stopped, guard::Code, kpi::TooManyBuckets, store};

/// An error of a request as a whole, at no field.
pub(super) fn of_request(error: &Error) -> ServerError {
    let mut of_request = ServerError::new(&error.message, None);
    of_request.extensions.clone_from(&error.extensions);
    of_request
}

/// An error that the client can mend, and how.
pub fn client_error(message: impl Into<String>) -> Error {
    Code::BadUserInput.error(message)
}

/// Logs a failure of the database, once, and says as much of it as a client may know.
pub(super) fn store_failed(error: &store::Error) -> Error {
    match error {
        store::Error::Unavailable(_) => {
            tracing::warn!(cause = ?error, "database unavailable");
            Code::DatabaseUnavailable.error("the database cannot be reached; try again later")
        }
        store::Error::Deadline => {
            tracing::warn!("query ran out of time");
            Code::QueryTimeout
                .error("the database did not answer in time; ask for a shorter period or for less")
        }
        store::Error::TooManyIds(most) => {
            tracing::warn!(cause = ?error, "request refused");
            Code::QueryTooComplex.error(format!(
                "this names more than {most} customers, products or places, too many to look for; narrow its filters, ask for KPIs, or for an identity that may see more or less"
            ))
        }
        store::Error::BadUri(_) | store::Error::Failed(_) => {
            tracing::error!(cause = ?error, "database operation failed");
            internal()
        }
    }
}

/// As [`store_failed`], for a pass that an engine could not count.
pub(super) fn engine_failed(error: &engine::Error) -> Error {
    match error {
        engine::Error::Store(error) => store_failed(error),
        engine::Error::NotInMemory(why) => {
            tracing::warn!(%error, "pass refused");
            Code::EngineNotReady.error(format!(
                "the memory engine cannot answer: {why}; serve with --engine auto to have MongoDB count meanwhile"
            ))
        }
        engine::Error::TooManyGroups => Code::QueryTooComplex
            .error("there may be too many groups by so many dimensions; break down by fewer"),
        engine::Error::Stopped(stopped) => stopped_counting(*stopped),
        engine::Error::Unreadable(_) => {
            tracing::error!(%error, "pass failed");
            internal()
        }
    }
}

/// Why counting stopped before its end.
pub(super) fn stopped_counting(stopped: Stopped) -> Error {
    match stopped {
        Stopped::TooMuch(most) => {
            tracing::warn!("a request would hold more than {most} bytes");
            Code::QueryTooComplex.error(format!(
                "counting this takes more than {most} bytes; ask for fewer dimensions, fewer filters or less at once"
            ))
        }
        // Nobody reads what is said to those who have left.
        Stopped::Busy | Stopped::Left => Code::ServerBusy
            .error("the server is busy with other requests; try again in a few seconds"),
    }
}

/// Something is wrong on our side; the log says what.
pub(super) fn internal() -> Error {
    Code::InternalServerError.error("something went wrong; the server's log says what")
}

/// A period that holds more buckets than anybody can look at.
pub(super) fn too_many(error: TooManyBuckets) -> Error {
    client_error(error.to_string())
}

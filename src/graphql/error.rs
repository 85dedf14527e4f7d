//! Errors as clients see them: a code to act on, a message to read, no internals.

use async_graphql::{Error, ServerError};

use crate::{asking::Refused, guard::Code, kpi::TooManyBuckets};

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

/// What a client is told of a failure, whatever it is of.
pub(super) fn failed(why: impl Into<Refused>) -> Error {
    let refused = why.into();
    refused.code.error(refused.message)
}

/// Something is wrong on our side; the log says what.
pub(super) fn internal() -> Error {
    failed(Refused::internal())
}

/// A period that holds more buckets than anybody can look at.
pub(super) fn too_many(error: TooManyBuckets) -> Error {
    client_error(error.to_string())
}

//! Why the server ends a socket, as the protocol and RFC 6455 number it.

use axum::extract::ws::CloseFrame;

use crate::auth::Denied;

/// The most bytes of a reason in a frame.
const REASON: usize = 123;

/// Why a socket ends.
#[derive(Debug, thiserror::Error)]
pub(super) enum Close {
    /// The other side has gone: nobody is there to be told.
    #[error("gone")]
    Gone,
    /// The server stops; another one may be there soon.
    #[error("the server stops")]
    Stopping,
    /// A message has more bytes than a request may.
    #[error("the message is too long: at most {0} bytes are allowed")]
    TooLong(usize),
    /// What is sent is not taken in.
    #[error("what is sent is not read")]
    SlowReader,
    /// Nobody can be let in now.
    #[error("{0}")]
    NotReady(Denied),
    /// A message that is none of the protocol's.
    #[error("{0}")]
    BadRequest(String),
    /// An operation before the socket is initialised.
    #[error("Unauthorized")]
    Uninitialised,
    /// Whoever was let in may ask no longer.
    #[error("{0}")]
    Ended(Denied),
    /// Whoever asks is not let in.
    #[error("{0}")]
    Forbidden(Denied),
    /// A client that speaks another protocol.
    #[error("Subprotocol not acceptable")]
    Subprotocol,
    /// No initialisation in time.
    #[error("Connection initialisation timeout")]
    InitTimeout,
    /// An operation with the id of one that runs.
    #[error("Subscriber for {0} already exists")]
    Duplicate(String),
    /// A second initialisation.
    #[error("Too many initialisation requests")]
    TooManyInits,
}

impl Close {
    /// What the other side is told; nothing where it has gone.
    pub fn frame(&self) -> Option<CloseFrame> {
        let code = match self {
            Self::Gone => return None,
            Self::Stopping => 1001,
            Self::TooLong(_) => 1009,
            // Clients come back after these.
            Self::SlowReader | Self::NotReady(_) => 1013,
            Self::BadRequest(_) => 4400,
            Self::Uninitialised | Self::Ended(_) => 4401,
            Self::Forbidden(_) => 4403,
            Self::Subprotocol => 4406,
            Self::InitTimeout => 4408,
            Self::Duplicate(_) => 4409,
            Self::TooManyInits => 4429,
        };
        let mut reason = self.to_string();
        while reason.len() > REASON {
            reason.pop();
        }
        Some(CloseFrame {
            code,
            reason: reason.into(),
        })
    }
}

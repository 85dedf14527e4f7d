//! What can go wrong, each with what to do about it.

use std::{io, path::PathBuf};

/// Why there is no running `mongod`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// None is installed and none could be downloaded.
    #[error(
        "no mongod was found and none can be downloaded ({reason}): install MongoDB 6.0 or later \
         from https://www.mongodb.com/try/download/community, pass --mongod PATH, or use docker \
         compose"
    )]
    Unobtainable {
        /// What stood in the way.
        reason: String,
    },
    /// The program exists but cannot serve.
    #[error("{} cannot be used as mongod: {reason}", program.display())]
    Unusable {
        /// The program that was tried.
        program: PathBuf,
        /// What it said, or what is wrong with it.
        reason: String,
    },
    /// Another process keeps its database in the folder.
    #[error(
        "the data folder {} is in use by {owner}: stop it or choose another folder",
        folder.display()
    )]
    InUse {
        /// The folder.
        folder: PathBuf,
        /// Who holds it, as far as that is known.
        owner: String,
    },
    /// A file or folder could not be read or written.
    #[error("cannot use {}: {source}", path.display())]
    Folder {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The server ended by itself.
    #[error("mongod ended by itself: {reason} (its log is {})", log.display())]
    Exited {
        /// The last useful line of its log.
        reason: String,
        /// The whole log.
        log: PathBuf,
    },
    /// The server runs but does not become ready.
    #[error("mongod was not ready in time: {reason} (its log is {})", log.display())]
    NotReady {
        /// The last useful line of its log.
        reason: String,
        /// The whole log.
        log: PathBuf,
    },
    /// The server refused what makes it a replica set.
    #[error("mongod cannot be made a replica set: {0}")]
    Refused(#[from] mongodb::error::Error),
}

/// The result of finding, starting or stopping a `mongod`.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// For `map_err`: an I/O error together with the path it is about.
    pub(super) fn on(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Folder { path, source }
    }
}

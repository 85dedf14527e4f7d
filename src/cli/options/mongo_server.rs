//! The MongoDB server, by its connection string.

use std::{fs, path::PathBuf};

use clap::Args;

use crate::cli::Failure;

#[derive(Debug, Args)]
#[command(next_help_heading = "Database")]
pub(in crate::cli) struct MongoServer {
    /// Connection string of the MongoDB server, the one on this machine unless given; its password is never logged. With --model, a private server unless given.
    #[arg(long, value_name = "URI")]
    mongo_uri: Option<String>,
    /// File that holds the connection string, for secrets that are handed out as files.
    #[arg(long, value_name = "FILE", conflicts_with = "mongo_uri")]
    mongo_uri_file: Option<PathBuf>,
}

impl MongoServer {
    /// The server that was named, or else the one on this machine.
    pub(in crate::cli) fn uri(&self) -> Result<String, Failure> {
        let named = self.named()?;
        Ok(named.unwrap_or_else(|| "mongodb://127.0.0.1:27017".to_owned()))
    }

    /// The server that was named.
    pub(in crate::cli) fn named(&self) -> Result<Option<String>, Failure> {
        let Some(path) = &self.mongo_uri_file else {
            return Ok(self.mongo_uri.clone());
        };
        match fs::read_to_string(path) {
            Ok(uri) => Ok(Some(uri.trim().to_owned())),
            Err(error) => Err(Failure::usage(format!(
                "{}: the connection string cannot be read ({error})",
                path.display()
            ))),
        }
    }
}

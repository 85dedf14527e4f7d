//! The server that agents' programs are connected with.

use std::{fs, path::PathBuf};

use clap::Args;

use crate::cli::Failure;

#[derive(Debug, Args)]
#[command(next_help_heading = "Server")]
pub(in crate::cli) struct Mcp {
    /// Address of the running server.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    server_url: String,
    /// File that holds the key or token to show, for a server that runs with --auth; the environment variable `SALESGRAPH_KEY` may hold it in its place.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

impl Mcp {
    /// Where the server takes messages.
    pub(in crate::cli) fn url(&self) -> Result<String, Failure> {
        let server = self.server_url.trim_end_matches('/');
        if ["http://", "https://"]
            .iter()
            .any(|it| server.starts_with(it))
        {
            return Ok(format!("{server}/mcp"));
        }
        Err(Failure::usage(format!(
            "--server-url `{server}` is no address; give one such as http://127.0.0.1:8080"
        )))
    }

    /// What shows who asks. An option would stand in the list of processes.
    pub(in crate::cli) fn key(&self) -> Result<Option<String>, Failure> {
        let Some(path) = &self.key_file else {
            return Ok(std::env::var("SALESGRAPH_KEY").ok());
        };
        match fs::read_to_string(path) {
            Ok(key) => Ok(Some(key.trim().to_owned())),
            Err(error) => Err(Failure::usage(format!(
                "{}: the key cannot be read ({error})",
                path.display()
            ))),
        }
    }
}

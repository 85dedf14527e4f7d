//! Answering SQL.

use std::net::SocketAddr;

use clap::Args;

#[derive(Debug, Args)]
#[command(next_help_heading = "Server")]
pub(in crate::cli) struct Sql {
    /// Address and port to answer SQL on, as Postgres does; nothing listens unless given. For builds with `--features sql`.
    #[arg(long, value_name = "ADDRESS")]
    pub(in crate::cli) sql_listen: Option<SocketAddr>,
}

//! Who may ask.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::{ArgAction, Args, ValueEnum, builder::BoolishValueParser};

use super::{Database, Logging, MongoServer};
use crate::cli::parsers::{end, key_name};

#[derive(Debug, Args)]
#[command(next_help_heading = "Access")]
pub(in crate::cli) struct Access {
    /// Who may ask: anybody, or whoever shows a key that `salesgraph keys add` has made.
    #[arg(long, value_name = "WHO", value_enum, default_value_t = Auth::Off)]
    pub(in crate::cli) auth: Auth,
    /// Let anybody who reaches it over the network ask, with --auth off.
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, require_equals = true,
        default_value_t = false, default_missing_value = "true", value_parser = BoolishValueParser::new(),
        value_name = "BOOL", hide_possible_values = true)]
    pub(in crate::cli) insecure: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Auth {
    /// Anybody.
    Off,
    /// Whoever shows an API key.
    Keys,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Keys {
    #[command(flatten)]
    pub(in crate::cli) server: MongoServer,
    #[command(flatten)]
    pub(in crate::cli) database: Database,
    #[command(flatten)]
    pub(in crate::cli) logging: Logging,
    #[command(subcommand)]
    pub(in crate::cli) action: KeysAction,
}

/// What to do with the keys.
#[derive(Debug, clap::Subcommand)]
pub(in crate::cli) enum KeysAction {
    /// Make a key and show it, this once.
    Add(NewKey),
    /// List the keys: names, ends and scopes.
    List,
    /// End a key, within a second.
    Revoke {
        /// Name of the key.
        #[arg(value_parser = key_name)]
        name: String,
    },
}

#[derive(Debug, Args)]
pub(in crate::cli) struct NewKey {
    /// Name of the key, to revoke it by: who or what will hold it.
    #[arg(value_parser = key_name)]
    pub(in crate::cli) name: String,
    /// What the key may see, a TOML file; everything unless given.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) scope: Option<PathBuf>,
    /// When the key ends: after a time, such as 90d, or at the start of a day, such as 2027-01-01, in UTC.
    #[arg(long, value_name = "WHEN", value_parser = end)]
    pub(in crate::cli) expires: Option<End>,
}

/// When something ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum End {
    /// So long from now.
    After(std::time::Duration),
    /// At an instant.
    At(DateTime<Utc>),
}

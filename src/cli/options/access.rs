//! Who may ask.

use std::{num::NonZeroU32, path::PathBuf, time::Duration};

use chrono::{DateTime, Utc};
use clap::{ArgAction, Args, ValueEnum, builder::BoolishValueParser};

use super::{Database, Logging, MongoServer, Words};
use crate::{
    auth::{Algorithm, Quota},
    cli::parsers::{algorithm, end, key_name, leeway, page},
};

#[derive(Debug, Args)]
#[command(next_help_heading = "Access")]
pub(in crate::cli) struct Access {
    /// Who may ask: anybody, or whoever shows a key that `salesgraph keys add` has made, or a JSON Web Token; by commas, any of several.
    #[arg(
        long,
        value_name = "WHO",
        value_enum,
        value_delimiter = ',',
        default_value = "off"
    )]
    pub(in crate::cli) auth: Vec<Auth>,
    /// Let anybody who reaches it over the network ask, with --auth off.
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, require_equals = true,
        default_value_t = false, default_missing_value = "true", value_parser = BoolishValueParser::new(),
        value_name = "BOOL", hide_possible_values = true)]
    pub(in crate::cli) insecure: bool,
    /// Most requests a second of one identity, after as many at once; a scope's `limits` can say something else.
    #[arg(long, value_name = "N")]
    max_requests_per_second: Option<NonZeroU32>,
    /// Most requests of one identity that are answered at the same time; a scope's `limits` can say something else.
    #[arg(long, value_name = "N")]
    max_concurrent_requests: Option<NonZeroU32>,
    #[command(flatten)]
    pub(in crate::cli) jwt: Jwt,
}

impl Access {
    /// Whether nobody is asked who they are.
    pub(in crate::cli) fn is_open(&self) -> bool {
        self.auth.iter().all(|it| *it == Auth::Off)
    }

    /// How much one identity may ask whose scope says nothing of it.
    pub(in crate::cli) fn quota(&self) -> Quota {
        Quota {
            requests_per_second: self.max_requests_per_second,
            concurrent_requests: self.max_concurrent_requests,
        }
    }

    pub(in crate::cli) fn takes(&self, auth: Auth) -> bool {
        self.auth.contains(&auth)
    }
}

/// Which tokens are accepted, with `--auth jwt`.
#[derive(Debug, Args)]
#[command(next_help_heading = "Access by JSON Web Tokens")]
#[expect(clippy::struct_field_names, reason = "a field is named as its option")]
pub(in crate::cli) struct Jwt {
    /// Public keys that tokens are signed with, a JSON Web Key Set: a file, or an address by HTTPS, read again every five minutes and when a token names a new key.
    #[arg(long, value_name = "FILE-OR-URL")]
    pub(in crate::cli) jwt_keys: Option<String>,
    /// Who makes the tokens: their `iss`, to the letter.
    #[arg(long, value_name = "ISSUER")]
    pub(in crate::cli) jwt_issuer: Option<String>,
    /// Whom the tokens are for: their `aud`; repeat it or separate by commas, any of several.
    #[arg(long, value_name = "AUDIENCE", value_delimiter = ',')]
    pub(in crate::cli) jwt_audience: Vec<String>,
    /// Claim that says what a token may see, by its name or a path with dots: a role or several with --jwt-scopes, and otherwise the scope itself.
    #[arg(long, value_name = "CLAIM")]
    pub(in crate::cli) jwt_claim: Option<String>,
    /// Scopes of the roles in --jwt-claim, a TOML file.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) jwt_scopes: Option<PathBuf>,
    /// How tokens may be signed: RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 or `EdDSA`; repeat it or separate by commas.
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = algorithm, default_value = "RS256,ES256")]
    pub(in crate::cli) jwt_algorithms: Vec<Algorithm>,
    /// How far the issuer's clock may be from this one, up to 5m.
    #[arg(long, value_name = "DURATION", value_parser = leeway, default_value = "30s")]
    pub(in crate::cli) jwt_leeway: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Auth {
    /// Anybody.
    Off,
    /// Whoever shows an API key.
    Keys,
    /// Whoever shows a JSON Web Token.
    Jwt,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Keys {
    #[command(flatten)]
    pub(in crate::cli) server: MongoServer,
    #[command(flatten)]
    pub(in crate::cli) database: Database,
    #[command(flatten)]
    pub(in crate::cli) words: Words,
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
    /// Print a link in place of the key: to this page of the dashboard, which whoever follows it sees as the key does.
    #[arg(long, value_name = "URL", value_parser = page, requires = "expires")]
    pub(in crate::cli) link: Option<String>,
}

/// When something ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum End {
    /// So long from now.
    After(Duration),
    /// At an instant.
    At(DateTime<Utc>),
}

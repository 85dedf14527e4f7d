//! Every option, once.

mod access;
mod http;
mod log;
mod mcp;
mod mongo_server;
mod own_database;
mod sql;
mod tls;

use std::{path::PathBuf, time::Duration};

use bytesize::ByteSize;
use chrono::NaiveDate;
use chrono_tz::Tz;
use clap::{ArgAction, Args, Parser, ValueEnum, builder::BoolishValueParser};

pub(super) use access::{Access, Auth, End, Jwt, Keys, KeysAction, NewKey};
pub(super) use http::Http;
pub(super) use log::{LogFormat, Logging};
pub(super) use mcp::Mcp;
pub(super) use mongo_server::MongoServer;
pub(super) use own_database::{PrivateServer, ShopSource, SourceDatabase, Words};
pub(super) use sql::Sql;
pub(super) use tls::Tls;

use super::parsers::{currency, database, duration, time_zone};
use crate::graphql::SettingsOverrides;

const AFTER_HELP: &str = "\
Examples:
  salesgraph demo
          A generated shop in a database of its own; open http://127.0.0.1:8080
  salesgraph serve --mongo-uri mongodb://db.example --database shop
          Serve the shop in that database
  salesgraph serve --model shop.toml --source-uri mongodb://db.example --source-database shop
          Serve a shop from its own MongoDB, as it is, and follow it
  salesgraph inspect --source-uri mongodb://db.example --source-database shop --output shop.toml
          Write a first model of that shop, for the command above
  salesgraph serve --model examples/shopify.toml --source-files exports
          Serve a shop from its files
  salesgraph import --mapping examples/superstore.toml --input superstore.csv
          Bring a shop's export into the database

Every option can also be given as an environment variable (SALESGRAPH_ and its name, \
such as SALESGRAPH_MONGO_URI) or as a key in a configuration file (mongo-uri = \"...\"). \
The command line counts more than the environment, the environment more than the file.

Exit codes: 0 done, 1 something failed, 2 an option or a file that was given is wrong, \
3 an import left rows out.";

/// The KPIs of a shop in GraphQL, over MongoDB.
#[derive(Debug, Parser)]
#[command(name = "salesgraph", version, after_help = AFTER_HELP, max_term_width = 100)]
pub(super) struct Cli {
    /// Configuration file; ./salesgraph.toml is read when it is there.
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help_heading = "Configuration"
    )]
    pub(super) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(super) subcommand: Subcommand,
}

/// What to do. Boxed, because the options are many and the variants uneven.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Subcommand {
    /// Serve a generated shop from a database that needs no installation.
    ///
    /// Starts a private MongoDB with its own data folder, fills it once, serves it,
    /// and stops it on Ctrl-C. A second start uses the same data.
    Demo(Box<Demo>),
    /// Serve the shop in a MongoDB database.
    ///
    /// Starts even while the database is away, and answers as soon as it is there.
    Serve(Box<Serve>),
    /// Read a shop's own database or files by a model, and tell what would be served and what not.
    ///
    /// Writes nothing. Exits with 3 when there was something that cannot be used.
    Check(Box<Check>),
    /// Look at a shop's own database, and write a first model of it.
    ///
    /// Reads up to 1,000 documents of each collection and writes to the standard output,
    /// or to a file that is not there yet. What documents cannot tell is marked TO COMPLETE.
    Inspect(Box<Inspect>),
    /// Bring a shop's export into the database; it is safe to run again.
    ///
    /// Exits with 3 when there were rows that could not be used; the rejects file
    /// lists them with their line numbers and reasons.
    Import(Box<Import>),
    /// Make, list and revoke the API keys of a server that runs with --auth keys.
    ///
    /// They are kept in the shop's database, as hashes; a key itself is shown once.
    Keys(Box<Keys>),
    /// Connect a program for agents with a running server, over standard input and output.
    ///
    /// Speaks the Model Context Protocol, for programs that start a command in place of
    /// asking an address. The server says who may see what, as over HTTP.
    Mcp(Mcp),
    /// Print the GraphQL schema in its own language.
    Schema(Words),
    /// Print the catalogue of KPIs as a table.
    Kpis(Words),
}

#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    pub(super) server: MongoServer,
    #[command(flatten)]
    pub(super) source: ShopSource,
    #[command(flatten)]
    pub(super) private: PrivateServer,
    #[command(flatten)]
    pub(super) serving: Serving,
    #[command(flatten)]
    pub(super) logging: Logging,
}

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    pub(super) source: ShopSource,
    #[command(flatten)]
    pub(super) logging: Logging,
}

#[derive(Debug, Args)]
pub(super) struct Inspect {
    #[command(flatten)]
    pub(super) source: SourceDatabase,
    #[command(flatten)]
    pub(super) written: WrittenModel,
    #[command(flatten)]
    pub(super) logging: Logging,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Files")]
pub(super) struct WrittenModel {
    /// File to write the model to, which must not be there yet; the standard output unless given.
    #[arg(long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Demo {
    #[command(flatten)]
    pub(super) shop: GeneratedShop,
    #[command(flatten)]
    pub(super) serving: Serving,
    #[command(flatten)]
    pub(super) logging: Logging,
}

#[derive(Debug, Args)]
pub(super) struct Import {
    #[command(flatten)]
    pub(super) files: ImportFiles,
    #[command(flatten)]
    pub(super) server: MongoServer,
    #[command(flatten)]
    pub(super) database: Database,
    #[command(flatten)]
    pub(super) logging: Logging,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Database")]
pub(super) struct Database {
    /// Name of the shop's database.
    #[arg(long, value_name = "NAME", default_value = "salesgraph", value_parser = database)]
    pub(super) database: String,
    /// Longest that the database may take for one operation. Without the memory engine, a breakdown of ten million orders takes minutes.
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = duration)]
    pub(super) query_timeout: Duration,
}

/// What `serve` and `demo` have in common.
#[derive(Debug, Args)]
pub(super) struct Serving {
    #[command(flatten)]
    pub(super) database: Database,
    #[command(flatten)]
    pub(super) indexes: Indexes,
    #[command(flatten)]
    pub(super) engine: Engine,
    #[command(flatten)]
    pub(super) shop: Shop,
    #[command(flatten)]
    pub(super) access: Access,
    #[command(flatten)]
    pub(super) http: Http,
    #[command(flatten)]
    pub(super) tls: Tls,
    #[command(flatten)]
    pub(super) sql: Sql,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Database")]
pub(super) struct Indexes {
    /// Leave the database's indexes alone, for a user who may only read.
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, require_equals = true,
        default_value_t = false, default_missing_value = "true", value_parser = BoolishValueParser::new(),
        value_name = "BOOL", hide_possible_values = true)]
    pub(super) no_create_indexes: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Engine")]
#[expect(clippy::struct_field_names, reason = "a field is named as its option")]
pub(super) struct Engine {
    /// What counts KPIs.
    #[arg(long, value_name = "ENGINE", value_enum, default_value_t = EngineChoice::Auto)]
    pub(super) engine: EngineChoice,
    /// Most memory that the shop may take; past it, MongoDB answers. What scopes see of it may take as much again.
    #[arg(long, value_name = "SIZE", default_value = "4 GiB")]
    pub(super) memory_budget: ByteSize,
    /// How often to load the shop into memory afresh where the server is no replica set and cannot be followed.
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration)]
    pub(super) reload_every: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum EngineChoice {
    /// Memory, where the shop is in it and fresh, and otherwise MongoDB.
    Auto,
    /// MongoDB.
    Mongo,
    /// Memory; an error where the shop is not in it.
    Memory,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Shop, over the settings stored in the database")]
#[expect(clippy::struct_field_names, reason = "a field is named as its option")]
pub(super) struct Shop {
    /// Name of the shop.
    #[arg(long, value_name = "NAME")]
    shop_name: Option<String>,
    /// Currency of every amount, as its ISO 4217 code.
    #[arg(long, value_name = "CODE", value_parser = currency)]
    currency: Option<String>,
    /// Time zone whose days the shop counts in, as its IANA name.
    #[arg(long, value_name = "ZONE", value_parser = time_zone)]
    time_zone: Option<Tz>,
    /// Status whose orders count nowhere; repeat it or separate by commas, "" for none.
    #[arg(long, value_name = "STATUS", value_delimiter = ',')]
    uncounted_status: Option<Vec<String>>,
}

impl From<Shop> for SettingsOverrides {
    fn from(shop: Shop) -> Self {
        let uncounted_statuses = shop.uncounted_status.map(|mut statuses| {
            statuses.retain(|status| !status.is_empty());
            statuses
        });
        Self {
            name: shop.shop_name,
            currency: shop.currency,
            time_zone: shop.time_zone,
            uncounted_statuses,
        }
    }
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Generated shop")]
pub(super) struct GeneratedShop {
    /// Number of orders to generate, up to 10 million; 50,000 for a new shop.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub(super) orders: Option<u64>,
    /// Seed of the random numbers, 1 for a new shop: the same seed makes the same shop.
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// First day after the shop's four years; today for a new shop.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) until: Option<NaiveDate>,
    #[command(flatten)]
    pub(super) private: PrivateServer,
    /// Connection string of a MongoDB server to fill instead of a private one.
    ///
    /// Not the option that `serve` has: a server that is configured for a real shop
    /// must not be filled with generated orders because somebody tries the demo.
    #[arg(long, value_name = "URI")]
    pub(super) demo_mongo_uri: Option<String>,
    /// Fill the database and stop, without serving it.
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, require_equals = true,
        default_value_t = false, default_missing_value = "true", value_parser = BoolishValueParser::new(),
        value_name = "BOOL", hide_possible_values = true)]
    pub(super) fill_only: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Files")]
pub(super) struct ImportFiles {
    /// Source mapping, a TOML file that says where each field is found.
    #[arg(long, value_name = "FILE", required = true)]
    pub(super) mapping: PathBuf,
    /// CSV file to read in place of the one that the mapping names.
    #[arg(long, value_name = "FILE")]
    pub(super) input: Option<PathBuf>,
    /// File to list the rows in that could not be used.
    #[arg(long, value_name = "FILE", default_value = "rejects.csv")]
    pub(super) rejects: PathBuf,
    /// Put the imported shop in the place of the one in the database, once all of it is written.
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, require_equals = true,
        default_value_t = false, default_missing_value = "true", value_parser = BoolishValueParser::new(),
        value_name = "BOOL", hide_possible_values = true)]
    pub(super) replace: bool,
}

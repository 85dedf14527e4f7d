//! The shop's own database or files, and the private database for what is made of it.

use std::path::PathBuf;

use clap::{Arg, Args};

use crate::cli::parsers::database;

#[derive(Debug, Args)]
#[command(
    next_help_heading = "Shop's own database or files",
    mut_args(with_model)
)]
pub(in crate::cli) struct ShopSource {
    /// Model, a TOML file that says what the shop's own documents or files mean.
    #[arg(long, value_name = "FILE", requires = "own")]
    pub(in crate::cli) model: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) database: SourceDatabase,
    /// Folder of the shop's own files, in place of a database; read again when they change.
    #[arg(long, value_name = "DIR", group = "own", conflicts_with = "source_uri")]
    pub(in crate::cli) source_files: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Shop's own database")]
pub(in crate::cli) struct SourceDatabase {
    /// Connection string of the shop's own MongoDB, which is only read.
    #[arg(long, value_name = "URI", default_value = "mongodb://127.0.0.1:27017")]
    pub(in crate::cli) source_uri: String,
    /// Name of the shop's own database.
    #[arg(long, value_name = "NAME", value_parser = database)]
    pub(in crate::cli) source_database: Option<String>,
}

/// What of this means nothing without a model.
fn with_model(option: Arg) -> Arg {
    let is_of_source = option.get_id().as_str().starts_with("source_");
    match option.get_id().as_str() {
        // Either tells where the shop's own documents are.
        "source_database" => option.requires("model").group("own"),
        _ if is_of_source => option.requires("model"),
        _ => option,
    }
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Private server")]
pub(in crate::cli) struct PrivateServer {
    /// MongoDB's server program; otherwise looked for, and obtained where there is none.
    #[arg(long, value_name = "PATH")]
    pub(in crate::cli) mongod: Option<PathBuf>,
    /// Folder for the private database; one in the user's data folder when not given.
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) data_dir: Option<PathBuf>,
}

/// Whose words are meant: those of every shop, or of one.
#[derive(Debug, Args)]
#[command(next_help_heading = "Shop's own database")]
pub(in crate::cli) struct Words {
    /// Model, a TOML file that says what the shop's own documents or files mean.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) model: Option<PathBuf>,
}

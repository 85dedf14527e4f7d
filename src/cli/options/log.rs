//! What is logged.

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
#[command(next_help_heading = "Log")]
pub(in crate::cli) struct Logging {
    /// What to log, such as info or debug, by module if need be.
    #[arg(
        long,
        value_name = "FILTER",
        default_value = "warn,salesgraph=info,audit=info"
    )]
    pub(in crate::cli) log: String,
    /// How each event is written to the standard error.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub(in crate::cli) log_format: LogFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum LogFormat {
    /// A line to read.
    Text,
    /// A line of JSON, for programs.
    Json,
}

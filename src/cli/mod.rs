//! The command line: options, the configuration file, and what each subcommand does.
//!
//! An option is declared once, as a field in `options` with its sentence of
//! help. Its environment variable (`SALESGRAPH_` and its name), its key in the
//! configuration file and its row in the README's table follow from that; see
//! `command`. What is given on the command line counts more than the
//! environment, the environment more than the file, the file more than a default.

mod access;
mod bridge;
mod clock;
mod command;
mod demo;
mod door;
mod failure;
mod file;
mod import;
mod indexes;
mod inspect;
mod keys;
mod logging;
mod mcp;
mod metrics;
mod odd;
mod options;
mod parsers;
mod print;
mod private;
mod progress;
mod serve;
mod sql;
mod table;
mod tls;

use std::{ffi::OsString, process::ExitCode};

use crate::{graphql, kpi};
pub use failure::Failure;
use options::{Cli, Subcommand};
pub use table::options_table;

/// Parses the arguments and does what they say.
///
/// # Errors
/// [`Failure`] says in one line what went wrong and what to do.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Result<ExitCode, Failure> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let Some(Cli { subcommand, .. }) = command::parse(&arguments)? else {
        return Ok(ExitCode::SUCCESS);
    };
    match subcommand {
        Subcommand::Schema(options) => print::text(&graphql::sdl(vocabulary(&options)?)),
        Subcommand::Kpis(options) => print::text(&kpi::table(vocabulary(&options)?)),
        Subcommand::Serve(options) => {
            logging::start(&options.logging)?;
            in_runtime(serve::run(*options))
        }
        Subcommand::Check(options) => {
            logging::start(&options.logging)?;
            in_runtime(bridge::check(*options))
        }
        Subcommand::Inspect(options) => {
            logging::start(&options.logging)?;
            in_runtime(inspect::run(*options))
        }
        Subcommand::Demo(options) => {
            logging::start(&options.logging)?;
            in_runtime(demo::run(*options))
        }
        Subcommand::Keys(options) => {
            logging::start(&options.logging)?;
            in_runtime(keys::run(*options))
        }
        Subcommand::Mcp(options) => mcp::run(&options),
        Subcommand::Import(options) => {
            logging::start(&options.logging)?;
            in_runtime(import::run(*options))
        }
    }
}

/// What the shop of a model can be asked about, or any shop.
fn vocabulary(options: &options::Words) -> Result<&'static kpi::Vocabulary, Failure> {
    Ok(match &options.model {
        Some(path) => bridge::model(path)?.vocabulary(),
        None => kpi::Vocabulary::built_in(),
    })
}

fn in_runtime(task: impl Future<Output = Result<ExitCode, Failure>>) -> Result<ExitCode, Failure> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    // For the deepest statement that it takes; what is not used is not there.
    #[cfg(feature = "sql")]
    builder.thread_stack_size(16 << 20);
    let runtime = builder.enable_all().build();
    let runtime = runtime.map_err(Failure::runtime)?;
    let done = runtime.block_on(task);
    // What the driver was about to do for a client that is gone panics now and then.
    logging::end();
    done
}

#[cfg(test)]
mod tests;

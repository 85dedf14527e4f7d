//! The `salesgraph` command; what it does stands in [`salesgraph::cli`].

use std::process::ExitCode;

use salesgraph::cli;

fn main() -> ExitCode {
    cli::run(std::env::args_os()).unwrap_or_else(|failure| {
        eprintln!("salesgraph: {failure}");
        failure.exit_code()
    })
}

//! The `salesgraph` command; what it does stands in [`salesgraph::cli`].

use std::process::ExitCode;

use mimalloc::MiMalloc;
use salesgraph::cli;

/// An answer is thousands of small values, made on one thread and often dropped on another.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    cli::run(std::env::args_os()).unwrap_or_else(|failure| {
        eprintln!("salesgraph: {failure}");
        failure.exit_code()
    })
}

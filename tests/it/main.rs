//! Everything that needs a real server: one binary, one `mongod` for all of it.
#![expect(
    clippy::unwrap_used,
    reason = "clippy knows test functions, not the functions that they share"
)]

mod demo;
mod harness;
mod mongod;
mod support;

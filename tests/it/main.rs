//! Everything that needs a real server: one binary, one `mongod` for all of it.
#![expect(
    clippy::unwrap_used,
    reason = "clippy knows test functions, not the functions that they share"
)]

mod access;
mod agents;
mod bad_day;
mod batching;
mod cli;
mod demo;
mod engines;
mod failures;
mod figures;
mod files;
mod graph;
mod harness;
mod http;
mod import;
mod limits;
mod live;
mod mongod;
mod readme;
mod selections;
mod shapes;
mod shops;
mod small_shop;
#[cfg(feature = "sql")]
mod sql;
mod superstore;
mod support;
mod tables;
mod tls;

//! Salesgraph: a GraphQL analytics server over MongoDB for shops.

pub mod cli;
pub mod demo;
pub mod engine;
pub mod graphql;
pub mod guard;
pub mod http;
pub mod import;
pub mod kpi;
pub mod mongod;
pub mod store;

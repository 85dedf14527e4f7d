//! Salesgraph: a GraphQL analytics server over MongoDB for shops.

pub mod demo;
pub mod mongod;
pub mod store;

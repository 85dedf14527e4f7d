//! Salesgraph: a GraphQL analytics server over MongoDB for shops.

pub mod store;

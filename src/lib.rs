//! Salesgraph: a GraphQL analytics server over MongoDB for shops.

pub mod kpi;
pub mod store;

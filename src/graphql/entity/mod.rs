//! Orders, customers, products and locations as a graph.
//!
//! A node is an object over one stored document. Lists are Relay connections:
//! [`filter`] and [`sort`] say which documents and in which order, [`page`] reads
//! a stretch of them behind a [`cursor`], [`ranking`] does so where a KPI gives
//! the order. What nodes lead to is read by [`loader`] for a whole level of the
//! query at once; a node's KPIs are a slice of a scope, merged like all others.

mod connection;
mod cursor;
mod customer;
mod filter;
mod id;
mod loader;
mod location;
mod node;
mod order;
mod page;
mod product;
mod ranking;
mod related;
mod root;
mod sort;
mod window;

pub use cursor::Fingerprint;
pub use id::NodeKind;
pub use loader::Entities;
pub use node::Node;
pub use root::NodeFields;

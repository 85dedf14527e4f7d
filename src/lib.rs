//! Salesgraph: a GraphQL analytics server over MongoDB for shops.
//!
//! # Three ideas
//!
//! 1. **A KPI is declared once**, as an entry of the [catalogue](kpi::Kpi): its
//!    definition, unit, formula and a worked example. GraphQL fields with their
//!    descriptions, the enum to order by, the README's table, the pipelines and
//!    the tests' loops derive from it.
//! 2. **One type, `Kpis`, at every scope**: the whole shop, a filter, a row of a
//!    breakdown, a stretch of time, the period before. Each can be looked into
//!    again in the same ways.
//! 3. **A plan is engine-neutral, and batched.** What one level of a query asks
//!    for is [merged](kpi::merge) into the fewest [passes](kpi::Pass) before
//!    anything is counted; an [engine](engine::Engine) then counts each in one go.
//!
//! # The way of one request
//!
//! [`http`] takes the request, [`guard`] weighs it before anything parses it,
//! resolvers in [`graphql`] say what they need, their loader merges it into
//! passes, [`engine`] counts them in memory or by aggregations, and the [`kpi`]
//! catalogue finishes numbers from the measures that come back.
//!
//! # What imports what
//!
//! | module | does | knows |
//! |---|---|---|
//! | [`kpi`] | what numbers mean: catalogue, measures, scopes, plans | |
//! | [`store`] | the database: connection, documents, indexes | |
//! | [`engine`] | counts a pass, in memory or by MongoDB | `kpi`, `store` |
//! | [`auth`] | who asks, and what they may see | `kpi`, `store` |
//! | [`guard`] | what a request may ask | |
//! | [`asking`] | questions for KPIs by groups, whatever language they are in, and how failures are told | `auth`, `engine`, `guard`, `kpi`, `store` |
//! | [`graphql`] | types and resolvers | `asking` and what that knows |
//! | [`tables`] | KPIs as CSV, JSON and workbooks | `asking`, `auth`, `guard`, `kpi` |
//! | `sql` | SQL over the Postgres wire, with `--features sql` | `asking`, `auth`, `guard`, `kpi`, `store`, `tls` |
//! | [`http`] | routes, media types, health, agents | `asking`, `auth`, `guard`, `kpi`, `tables`, `tls` |
//! | `values` | what cells and fields mean: numbers, dates, texts | |
//! | [`files`] | what stands in CSV, JSON and Parquet files | `values` |
//! | [`import`] | source mappings | `files`, `store`, `values` |
//! | [`model`] | what a shop's own documents mean | `kpi`, `store`, `values` |
//! | [`inspect`] | a first model, from documents that nobody has described | `model`, `values` |
//! | [`bridge`] | a shop's own database or files, looked at and followed | `files`, `inspect`, `model`, `store`, `values` |
//! | [`tls`] | certificate files, read again when they change | |
//! | [`demo`], [`mongod`] | the generated shop, a private server | `store`, `values` |
//! | [`cli`] | options | all of the above |
//!
//! Nothing else is imported: `tests/architecture` reads the sources and holds the arrows in
//! place.

pub mod asking;
pub mod auth;
pub mod bridge;
pub mod cli;
pub mod demo;
pub mod engine;
pub mod files;
pub mod graphql;
pub mod guard;
pub mod http;
pub mod import;
pub mod inspect;
pub mod kpi;
pub mod model;
pub mod mongod;
#[cfg(feature = "sql")]
pub mod sql;
pub mod store;
pub mod tables;
pub mod tls;
mod values;

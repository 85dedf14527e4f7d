//! SQL over the Postgres wire, for BI tools.
//!
//! The shop's rows are tables (`shop`): `sales`, a row for each line sold, and orders, lines,
//! returns, customers, products and locations.
//!
//! `kpis` is a table whose columns are the shop's dimensions, the time of orders and the
//! KPIs. `MEASURE(total_sales)` asks for a KPI over a group, and goes to the same plan and
//! engines as a query in GraphQL: distinct counts and ratios are right at every grouping, and
//! what a scope hides is hidden here, too. `DataFusion` plans and runs whatever SQL is around
//! that, on the figures that come back.
//!
//! The way of a statement: `startup` lets the client in, `statements` refuses what would
//! write, `rewrite` makes each aggregation of `kpis` into a `question` to the plan,
//! `connection` has it counted, `zoned` reads times on the session's clock, and `rows` sends
//! what comes back, `copy` as a file. `catalogue` tells tools what there is. `files` gives the
//! rows of tables to who asks by HTTP.

mod below;
mod catalogue;
mod cells;
mod columns;
mod connection;
mod context;
mod copy;
mod escapes;
mod files;
mod instant;
mod measure;
mod narrowing;
mod numbers;
mod question;
mod refusal;
mod rewrite;
mod rows;
mod server;
mod service;
mod shop;
mod startup;
mod statements;
mod tables;
mod time_key;
mod zoned;

use std::{sync::Arc, time::Duration};

use tokio::sync::OnceCell;

use self::context::Shared;
pub use self::server::serve;
use crate::{
    asking::Shop,
    auth::{Gate, Quotas},
    tls::Tls,
};

/// What SQL is served over.
#[derive(Debug)]
pub struct Setup {
    /// The shop that is asked about.
    pub shop: Shop,
    /// Whose statements are answered: a client's password is its API key.
    pub gate: Gate,
    /// How much each identity may ask, however it asks.
    pub quotas: Arc<Quotas>,
    /// The most passes over the orders for one statement.
    pub passes: usize,
    /// The most bytes that all statements together may hold of what has been counted.
    pub memory: usize,
    /// The most connections at the same time; tools keep a pool of some each.
    pub connections: usize,
    /// What connections have to be encrypted with, where they have to be.
    pub tls: Option<Tls>,
    /// The longest that one statement may take.
    pub deadline: Duration,
}

/// What answers SQL, and gives rows by the same tables to who asks otherwise.
#[derive(Debug)]
pub struct Sql {
    setup: Arc<Setup>,
    /// Made when it is first asked for: who never asks pays nothing.
    shared: OnceCell<Shared>,
}

impl Sql {
    /// One that is served over this.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        Self {
            setup: Arc::new(setup),
            shared: OnceCell::new(),
        }
    }

    async fn shared(&self) -> datafusion::error::Result<&Shared> {
        let shared = self.shared.get_or_try_init(|| Shared::new(&self.setup));
        shared.await
    }
}

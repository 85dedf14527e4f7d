//! A private MongoDB for a shop, for as long as a benchmark takes.

use std::time::Duration;

use salesgraph::{
    demo,
    mongod::{Mongod, Options, Sources},
    store,
};

pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A database to fill, on a server of its own.
pub struct Shop {
    uri: String,
    /// How many orders it is to have.
    pub orders: u64,
}

/// Brings up a server, measures, and stops it; the command line says how many orders.
pub fn measured(measure: impl AsyncFnOnce(Shop) -> Result<(), Failure>) -> Result<(), Failure> {
    let mut numbers = std::env::args().filter_map(|argument| argument.parse().ok());
    let orders = numbers.next_back().unwrap_or(demo::DEFAULT_ORDERS);
    tokio::runtime::Runtime::new()?.block_on(async {
        let folder = tempfile::tempdir()?;
        let program = Sources::new(None)?.find_or_obtain(|_| {}).await?;
        let server = Mongod::start(Options::new(program, folder.path())).await?;
        let uri = server.uri();
        let outcome = measure(Shop { uri, orders }).await;
        server.stop().await?;
        outcome
    })
}

impl Shop {
    /// Where it is, with time for the slowest question.
    pub fn options(&self) -> store::Options {
        store::Options {
            uri: self.uri.clone(),
            database: "bench".into(),
            deadline: Duration::from_secs(3600),
        }
    }
}

//! A shop in memory, for benchmarks of the memory engine.

use std::time::Duration;

use chrono::{DateTime, Utc};
use salesgraph::{
    engine::memory::{Options, Replica},
    kpi::Vocabulary,
    store::Store,
};

/// The shop, once all of it is in memory.
pub async fn loaded(store: &Store) -> Replica {
    let options = Options {
        budget: 4 << 30,
        reload_every: Duration::from_secs(300),
        vocabulary: Vocabulary::built_in(),
        clock: now,
    };
    let replica = Replica::start(store.clone(), options);
    replica.has_caught_up_with(now()).await;
    replica
}

/// The time that memory follows the database by.
#[expect(clippy::disallowed_methods, reason = "the one place in this program")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

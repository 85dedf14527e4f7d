//! What waiting for others costs: the delay that each loader adds to a query.
//!
//! ```console
//! $ cargo bench --bench loaders
//! ```
//!
//! Each loader answers at once, so that all that is measured is how long it waits
//! before it asks, and how many batches it makes of a level. A query of 1 key, and
//! of 100 and 1,000 nodes that lead to two more each.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use async_graphql::dataloader::{DataLoader, HashMapCache, Loader};
use dataloader::{BatchFn, cached};
use futures::{StreamExt, future::join_all, stream::FuturesUnordered};
use salesgraph::graphql::Gathered;

const RUNS: u32 = 50;

/// Gives each number itself, and counts how often it is asked.
#[derive(Clone, Default)]
struct Same(Arc<AtomicUsize>);

impl Same {
    fn answer(&self, keys: &[usize]) -> HashMap<usize, usize> {
        self.0.fetch_add(1, Ordering::Relaxed);
        keys.iter().map(|key| (*key, *key)).collect()
    }
}

impl BatchFn<usize, usize> for Same {
    async fn load(&mut self, keys: &[usize]) -> HashMap<usize, usize> {
        // As a database would: the answer comes in a later round.
        tokio::task::yield_now().await;
        self.answer(keys)
    }
}

impl Loader<usize> for Same {
    type Value = usize;
    type Error = Infallible;

    async fn load(&self, keys: &[usize]) -> Result<HashMap<usize, usize>, Infallible> {
        tokio::task::yield_now().await;
        Ok(self.answer(keys))
    }
}

/// Asks for each node, then for two more behind it.
async fn two_levels(nodes: usize, load: impl AsyncFn(usize) -> Option<usize>) -> usize {
    let walk = async |key: usize| {
        let found = load(key).await.unwrap_or_default();
        join_all([1, 2].map(|step| load(step * 1_000_000 + found)))
            .await
            .len()
    };
    let walks: FuturesUnordered<_> = (0..nodes).map(walk).collect();
    walks.count().await
}

/// Prints the mean time of a run and its batches.
async fn measure(name: &str, nodes: usize, run: impl AsyncFn(Same)) {
    let (start, same) = (Instant::now(), Same::default());
    for _ in 0..RUNS {
        run(same.clone()).await;
    }
    let micros = start.elapsed().as_secs_f64() * 1e6 / f64::from(RUNS);
    let batches = same.0.load(Ordering::Relaxed) / RUNS as usize;
    println!("{name:<42} {nodes:>6} {micros:>12.1} {batches:>9}");
}

async fn contenders(nodes: usize) {
    measure("this crate's, on dataloader", nodes, async |same| {
        let loader = Gathered::new(same);
        two_levels(nodes, async |key| loader.load(key).await).await;
    })
    .await;
    measure("dataloader, 10 rounds", nodes, async |same| {
        let loader = cached::Loader::new(same).with_max_batch_size(1_000_000);
        two_levels(nodes, async |key| loader.try_load(key).await.ok()).await;
    })
    .await;
    measure("async-graphql's, a timer of 1 ms", nodes, async |same| {
        let cache = HashMapCache::default();
        let loader = DataLoader::with_cache(same, tokio::spawn, cache).max_batch_size(1_000_000);
        two_levels(nodes, async |key| loader.load_one(key).await.ok().flatten()).await;
    })
    .await;
}

#[tokio::main]
async fn main() {
    println!(
        "{:<42} {:>6} {:>12} {:>9}",
        "two levels", "nodes", "µs a query", "batches"
    );
    for nodes in [1, 100, 1_000] {
        contenders(nodes).await;
    }
}

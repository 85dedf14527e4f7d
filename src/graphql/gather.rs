//! Gathering: what all resolvers of a level ask for, as one batch.
//!
//! The `dataloader` crate batches, and remembers what it has loaded. When to load
//! is decided here: as soon as the task that runs the resolvers has gone round a
//! few times without anybody asking for more. The crate itself lets everybody wait
//! for ten rounds, whatever happens in them, and then hands the answers out one by
//! one through a lock; the next level arrives in drops, and lists under a page of
//! 100 nodes were read in a dozen batches. Waiting by a timer, as async-graphql's
//! loader does, costs every level of every query a millisecond
//! (`benches/loaders.rs`).

use std::{
    collections::HashMap,
    fmt::Debug,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use dataloader::{BatchFn, cached::Loader};
use tokio::{sync::OnceCell, task::yield_now};

/// Rounds without a new key after which a batch is complete. One would do where every
/// resolver is polled in every round; a resolver that yields itself takes a second.
const QUIET_ROUNDS: usize = 3;

/// Keys of one batch: more than any query that the limits let through can ask for.
const BATCH: usize = 1_000_000;

/// Loads values by key, once each, in one batch for each level of a query.
pub struct Gathered<K, V, F>
where
    K: Hash + Eq + Clone + Debug,
    V: Clone,
    F: BatchFn<K, V>,
{
    loader: Loader<K, V, F>,
    /// The batch that still takes keys.
    open: Mutex<Arc<Batch<K, V>>>,
}

struct Batch<K, V> {
    keys: Mutex<Vec<K>>,
    /// All wake up together when it is set; if whoever sets it is dropped, the next one does.
    values: OnceCell<HashMap<K, V>>,
}

impl<K, V, F> Gathered<K, V, F>
where
    K: Hash + Eq + Clone + Debug,
    V: Clone,
    F: BatchFn<K, V>,
{
    /// A loader of what the batch function gives.
    pub fn new(batch: F) -> Self {
        let loader = Loader::new(batch).with_max_batch_size(BATCH);
        Self {
            loader: loader.with_yield_count(0),
            open: Mutex::default(),
        }
    }

    /// The key's value; none only if the batch function left it out.
    pub async fn load(&self, key: K) -> Option<V> {
        let batch = {
            let open = locked(&self.open);
            locked(&open.keys).push(key.clone());
            Arc::clone(&open)
        };
        let values = batch.values.get_or_init(|| self.load_all(&batch)).await;
        values.get(&key).cloned()
    }

    async fn load_all(&self, batch: &Arc<Batch<K, V>>) -> HashMap<K, V> {
        batch.quiet().await;
        {
            let mut open = locked(&self.open);
            if Arc::ptr_eq(&open, batch) {
                *open = Arc::default();
            }
        }
        let keys = locked(&batch.keys).clone();
        let loaded = self.loader.try_load_many(keys).await;
        loaded.unwrap_or_default()
    }
}

impl<K, V> Batch<K, V> {
    /// Waits until nobody asks for more.
    async fn quiet(&self) {
        let (mut asked, mut quiet) = (0, 0);
        while quiet < QUIET_ROUNDS {
            yield_now().await;
            let now = locked(&self.keys).len();
            quiet = if now == asked { quiet + 1 } else { 0 };
            asked = now;
        }
    }
}

impl<K, V> Default for Batch<K, V> {
    fn default() -> Self {
        Self {
            keys: Mutex::default(),
            values: OnceCell::new(),
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use futures::{
        StreamExt,
        future::{join_all, poll_immediate},
        stream::FuturesUnordered,
    };

    use super::*;

    /// Doubles numbers, and remembers how many at a time.
    struct Doubles(Sizes);

    impl BatchFn<usize, usize> for Doubles {
        async fn load(&mut self, keys: &[usize]) -> HashMap<usize, usize> {
            self.0.lock().unwrap().push(keys.len());
            keys.iter().map(|key| (*key, key * 2)).collect()
        }
    }

    type Sizes = Arc<Mutex<Vec<usize>>>;

    fn gathered() -> (Gathered<usize, usize, Doubles>, Sizes) {
        let batches = Sizes::default();
        (Gathered::new(Doubles(Arc::clone(&batches))), batches)
    }

    #[tokio::test]
    async fn each_level_of_a_wide_query_is_one_batch() {
        let (loader, batches) = gathered();
        let nested = async |key: usize| {
            let half = loader.load(key).await.unwrap();
            let deeper = [1, 2].map(|step| loader.load(10_000 * step + half));
            join_all(deeper).await.len()
        };
        let all: FuturesUnordered<_> = (0..2_000).map(nested).collect();
        assert_eq!(all.collect::<Vec<_>>().await.len(), 2_000);
        assert_eq!(*batches.lock().unwrap(), [2_000, 4_000]);
    }

    #[tokio::test]
    async fn whoever_asks_first_may_be_dropped() {
        let (loader, _) = gathered();
        let mut first = Box::pin(loader.load(1));
        assert_eq!(poll_immediate(&mut first).await, None);
        let second = loader.load(2);
        drop(first);
        assert_eq!(second.await, Some(4));
    }

    #[tokio::test]
    async fn what_is_loaded_is_not_loaded_again() {
        let (loader, batches) = gathered();
        assert_eq!(
            join_all([loader.load(1), loader.load(1)]).await,
            [Some(2); 2]
        );
        assert_eq!(loader.load(1).await, Some(2));
        assert_eq!(*batches.lock().unwrap(), [1]);
    }
}

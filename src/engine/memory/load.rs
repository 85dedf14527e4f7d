//! The shop's documents on their way into columns.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bson::doc;
use futures::TryStreamExt;
use mongodb::raw_batch_cursor::RawBatch;
use tokio::sync::mpsc;

use super::{
    Unheld,
    attributes::Attributes,
    decode::Decoder,
    snapshot::{Arrivals, Snapshot},
};
use crate::{
    kpi::Holder,
    store::{self, ShopSettings, Store},
};

/// Documents of one answer: as many as fit the 16 MB of a message.
const BATCH: u32 = 20_000;
/// Batches that wait to be decoded while the next ones arrive.
const WAITING: usize = 4;
/// How often the log says how far it is.
const NEWS: Duration = Duration::from_secs(2);
/// Orders take more memory as they arrive than once they are columns.
const ARRIVING: usize = 2;

/// Why a shop could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The database failed; it may come back.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The shop does not fit; another try would find the same.
    #[error(transparent)]
    Unheld(#[from] Unheld),
}

/// A shop as it was loaded.
#[derive(Debug)]
pub struct Loaded {
    pub snapshot: Snapshot,
    pub settings: Arc<ShopSettings>,
}

/// Loads the shop as it is.
///
/// Documents that change meanwhile may be read before or after, or not at all:
/// whoever loads must then apply the changes since the beginning.
///
/// # Errors
/// When the database fails, or the shop cannot be held within `budget` bytes.
pub async fn load(store: &Store, decoder: &Decoder, budget: usize) -> Result<Loaded, Failure> {
    let started = Instant::now();
    let settings = store.settings().await?.unwrap_or_default();
    let mut attributes = Attributes::new(decoder.dictionaries.vocabulary());
    for holder in [Holder::Product, Holder::Customer, Holder::ShipTo] {
        let Some(of) = holder.id() else { continue };
        let mut batches = batches(store, holder.collection()).await?;
        while let Some(batch) = next(store, &mut batches).await? {
            for document in slices(&batch)? {
                decoder.attributes(of, document, &mut attributes);
            }
        }
    }
    let arrivals = orders(store, decoder, budget).await?;
    let orders = arrivals.len();
    let dictionaries = decoder.dictionaries.clone();
    let uncounted = settings.uncounted_statuses.clone().into();
    let build = move || {
        let snapshot = Snapshot::new(arrivals, dictionaries, attributes)?;
        // Nearly every dashboard needs it: whoever asks first need not wait for it.
        drop(snapshot.history(&uncounted));
        Ok::<_, Unheld>(snapshot)
    };
    let snapshot = blocking(build).await??;
    let bytes = snapshot.bytes();
    if bytes > budget {
        return Err(Unheld::OverBudget.into());
    }
    tracing::info!(
        "{orders} orders are in memory: {} MB, {:.1} s",
        bytes / 1_000_000,
        started.elapsed().as_secs_f64()
    );
    Ok(Loaded {
        snapshot,
        settings: Arc::new(settings),
    })
}

type Batches = mongodb::raw_batch_cursor::RawBatchCursor;

async fn batches(store: &Store, collection: &str) -> store::Result<Batches> {
    let collection = store
        .database()
        .collection::<bson::RawDocumentBuf>(collection);
    let find = collection
        .find(doc! {})
        .batch_size(BATCH)
        .max_time(store.deadline());
    store.bounded(find.batch()).await
}

async fn next(store: &Store, batches: &mut Batches) -> store::Result<Option<RawBatch>> {
    store.bounded(batches.try_next()).await
}

/// The documents of a batch.
fn slices(batch: &RawBatch) -> store::Result<impl Iterator<Item = &bson::RawDocument>> {
    let documents = batch.doc_slices()?.into_iter().flatten();
    Ok(documents.filter_map(bson::RawBsonRef::as_document))
}

/// Reads and decodes the orders, both at once: decoding is the larger part.
async fn orders(store: &Store, decoder: &Decoder, budget: usize) -> Result<Arrivals, Failure> {
    let (sender, mut receiver) = mpsc::channel::<RawBatch>(WAITING);
    let decoder = decoder.clone();
    let decoding = tokio::task::spawn_blocking(move || -> Result<Arrivals, Failure> {
        let mut arrivals = Arrivals::default();
        let mut news = Instant::now();
        while let Some(batch) = receiver.blocking_recv() {
            for document in slices(&batch)? {
                if let Some(order) = decoder.order(document, &mut arrivals.parts)? {
                    arrivals.push(order);
                }
            }
            if arrivals.bytes() > budget.saturating_mul(ARRIVING) {
                return Err(Unheld::OverBudget.into());
            }
            if news.elapsed() > NEWS {
                tracing::info!("{} orders read into memory so far", arrivals.len());
                news = Instant::now();
            }
        }
        Ok(arrivals)
    });
    let mut batches = batches(store, "orders").await?;
    while let Some(batch) = next(store, &mut batches).await? {
        // The decoder has given up; it says why.
        if sender.send(batch).await.is_err() {
            break;
        }
    }
    drop(sender);
    joined(decoding.await)
}

/// Runs what keeps a core busy where it holds nobody up.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    joined(tokio::task::spawn_blocking(move || Ok(work())).await)
}

/// A panic of the work is a panic of who waits for it; it is only ever cancelled at the end.
fn joined<T>(result: Result<Result<T, Failure>, tokio::task::JoinError>) -> Result<T, Failure> {
    match result {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(store::Error::Deadline.into()),
        },
    }
}

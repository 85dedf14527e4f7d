//! Writes the shop into a database, once.

use std::{
    future::ready,
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use chrono::NaiveDate;
use futures::{StreamExt, TryStreamExt, stream};
use mongodb::{
    Collection,
    bson::{Document, RawDocumentBuf, doc, serialize_to_raw_document_buf},
    options::WriteConcern,
};
use serde::{Deserialize, Serialize};

use super::{Error, Options, Request, Result, Shop};
use crate::store::Store;

/// Which generator wrote the data: another one's is made anew.
const GENERATOR: u32 = 2;

/// Documents a batch, and batches at a time: more of either is no faster.
const BATCH: u64 = 2_000;
const BATCHES_AT_A_TIME: usize = 4;

/// What the database holds after [`fill()`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filled {
    /// What the shop was made from.
    pub options: Options,
    /// How many customers there are.
    pub customers: u64,
    /// How many products there are.
    pub products: u64,
    /// How many locations there are, warehouses included.
    pub locations: u64,
    /// Whether it was there already.
    pub reused: bool,
}

/// Sees to it that the database holds the shop that was asked for.
///
/// A complete shop that fits the request is left as it is. Otherwise a new one
/// takes its place: that of another request, of another generator, or of a
/// load that was interrupted. `progress` is called with the number of documents
/// written and of those to write.
///
/// The caller creates the indexes afterwards, with [`Store::create_indexes`]:
/// kept up during the load, they would slow it.
///
/// # Errors
/// [`Error::NotTheDemos`] when the database holds documents of someone else;
/// they are not touched. [`Error::Store`] when the database does not answer.
pub async fn fill(
    store: &Store,
    request: &Request,
    today: NaiveDate,
    progress: impl Fn(u64, u64) + Sync,
) -> Result<Filled> {
    let marker = read_marker(store).await?;
    if marker.is_none() {
        refuse_foreign_documents(store).await?;
    }
    let there = marker.and_then(|marker| marker.usable());
    let there = there.filter(|options| request.accepts(options));
    let options = there.unwrap_or_else(|| request.or_default(today));
    let shop = Arc::new(Shop::new(&options)?);
    if there.is_none() {
        load(store, &shop, &progress).await?;
    }
    Ok(Filled {
        options,
        customers: shop.customer_count(),
        products: shop.product_count(),
        locations: shop.location_count(),
        reused: there.is_some(),
    })
}

/// The marker stands first and is completed last: a load that ends in between shows.
async fn load(
    store: &Store,
    shop: &Arc<Shop>,
    progress: &(impl Fn(u64, u64) + Sync),
) -> Result<()> {
    write_marker(store, shop.options(), false).await?;
    for part in &PARTS {
        let collection = store.database().collection::<Document>(part.collection);
        store.bounded(collection.drop()).await?;
    }
    let total = PARTS.iter().map(|part| (part.count)(shop)).sum();
    let written = AtomicU64::new(0);
    let batches = PARTS.iter().flat_map(|part| part.batches(shop));
    stream::iter(batches)
        .map(|batch| write(store, shop, batch))
        .buffer_unordered(BATCHES_AT_A_TIME)
        .try_for_each(|documents| {
            let before = written.fetch_add(documents, Ordering::Relaxed);
            progress(before + documents, total);
            ready(Ok(()))
        })
        .await?;
    store.save_settings(&Shop::settings()).await?;
    write_marker(store, shop.options(), true).await
}

/// What goes into one collection.
struct Part {
    collection: &'static str,
    count: fn(&Shop) -> u64,
    /// One document, by its number, as it is sent.
    document: fn(&Shop, u64) -> bson::error::Result<RawDocumentBuf>,
}

const PARTS: [Part; 4] = [
    Part {
        collection: "locations",
        count: Shop::location_count,
        document: |shop, number| serialize_to_raw_document_buf(&shop.location(number)),
    },
    Part {
        collection: "products",
        count: Shop::product_count,
        document: |shop, number| serialize_to_raw_document_buf(&shop.product(number)),
    },
    Part {
        collection: "customers",
        count: Shop::customer_count,
        document: |shop, number| serialize_to_raw_document_buf(&shop.customer(number)),
    },
    Part {
        collection: "orders",
        count: |shop| shop.options().orders,
        document: |shop, number| serialize_to_raw_document_buf(&shop.order(number)),
    },
];

/// Consecutive documents of one part.
struct Batch {
    part: &'static Part,
    numbers: Range<u64>,
}

impl Part {
    fn batches(&'static self, shop: &Shop) -> impl Iterator<Item = Batch> + use<> {
        let count = (self.count)(shop);
        let starts = (0..count.div_ceil(BATCH)).map(|batch| batch * BATCH);
        starts.map(move |start| Batch {
            part: self,
            numbers: start..count.min(start + BATCH),
        })
    }
}

/// Makes a batch beside the runtime, since that is work, and sends it.
async fn write(store: &Store, shop: &Arc<Shop>, batch: Batch) -> Result<u64> {
    let Batch { part, numbers } = batch;
    let shop = Arc::clone(shop);
    let documents = move || {
        let document = |number| (part.document)(&shop, number);
        numbers.map(document).collect::<Result<Vec<_>, _>>()
    };
    let documents = tokio::task::spawn_blocking(documents)
        .await?
        .map_err(mongodb::error::Error::from)?;
    let collection: Collection<RawDocumentBuf> = store.database().collection(part.collection);
    // Not bounded: a deadline meant for queries is short for a server that is
    // flushing a load to disk. Not journalled either: the marker's write is, and
    // with it everything before.
    collection
        .insert_many(&documents)
        .ordered(false)
        .write_concern(WriteConcern::nodes(1))
        .await?;
    Ok(u64::try_from(documents.len()).unwrap_or_default())
}

/// Says which shop the database holds, and whether all of it is there.
#[derive(Serialize, Deserialize)]
struct Marker {
    #[serde(rename = "_id")]
    id: String,
    generator: u32,
    orders: u64,
    /// As text: BSON's integers are signed.
    seed: String,
    until: NaiveDate,
    complete: bool,
}

const MARKER: &str = "demo";

impl Marker {
    fn new(options: &Options, complete: bool) -> Self {
        Self {
            id: MARKER.into(),
            generator: GENERATOR,
            orders: options.orders,
            seed: options.seed.to_string(),
            until: options.until,
            complete,
        }
    }

    /// The options of a complete shop that this generator made.
    fn usable(&self) -> Option<Options> {
        let seed = self.seed.parse().ok()?;
        (self.complete && self.generator == GENERATOR).then_some(Options {
            orders: self.orders,
            seed,
            until: self.until,
        })
    }
}

fn markers(store: &Store) -> Collection<Marker> {
    store.database().collection("shop")
}

async fn read_marker(store: &Store) -> Result<Option<Marker>> {
    let markers = markers(store);
    let marker = markers.find_one(doc! { "_id": MARKER });
    Ok(store.bounded(marker).await?)
}

async fn write_marker(store: &Store, options: &Options, complete: bool) -> Result<()> {
    let marker = Marker::new(options, complete);
    let markers = markers(store);
    let replace = markers
        .replace_one(doc! { "_id": MARKER }, &marker)
        .upsert(true);
    // A majority of one: it is in the journal before this returns.
    let replace = replace.write_concern(WriteConcern::majority());
    store.bounded(replace).await?;
    Ok(())
}

/// Without a marker, whatever is there was written by someone else.
async fn refuse_foreign_documents(store: &Store) -> Result<()> {
    for part in &PARTS {
        let collection = store
            .database()
            .collection::<RawDocumentBuf>(part.collection);
        if store.bounded(collection.find_one(doc! {})).await?.is_some() {
            let database = store.database().name().to_owned();
            return Err(Error::NotTheDemos { database });
        }
    }
    Ok(())
}

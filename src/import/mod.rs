//! From a shop's flat export to the canonical collections.
//!
//! An export is a CSV file with one row per order line. A [`Mapping`], written
//! in TOML, says in which columns the canonical fields are; [`run`] applies it:
//!
//! 1. the file is decoded and split into records, and its header looked for
//!    (by [`files`]);
//! 2. the mapping, bound to the file's columns (`binder`, `bound`, `key`), makes
//!    of each record a line with what it says of its order, customer, product
//!    and places (`row`, `place`, `pricing`, `condition`);
//! 3. the rows are put together into documents (`assemble`, `draft`, `catalog`,
//!    `orders`), and what is known of a whole order is shared among its lines
//!    (`totals`);
//! 4. the documents are written over those of the same id (`write`), or beside
//!    the shop that they replace (`replace`).
//!
//! What cells mean is read by modules that know nothing of files (`values`).
//!
//! # What it promises
//!
//! - **Nothing is written before the whole file has been read**: a wrong
//!   mapping, a missing column or a disk error leaves the database as it was.
//! - **Nothing is lost silently.** A row that cannot be used is counted in the
//!   [`Report`] and kept in the rejects file with its line and the reason. Its
//!   order is imported without it, and what else the row says of the order
//!   holds: correct the source and import all of it again. The rejects alone,
//!   imported, would replace their orders.
//! - **Twice is once.** Ids come from the file, and each document replaces the
//!   one of its id. What is in the database and not in the file stays, and is
//!   counted; a customer, product or location that is in both takes the file's
//!   attributes. What the mapping does not say of the shop stays as it was.
//! - **Money is decimal** from the cell to the database, never a float.
//!
//! # Where rows disagree
//!
//! Of an order's own fields the first row of the file that has one counts; of a
//! customer's, product's or location's the row of the most recent order, the
//! later row of the file among equals. A blank never wins. The report counts
//! both.

mod assemble;
mod binder;
mod bound;
mod catalog;
mod condition;
mod draft;
mod error;
mod field;
mod intern;
mod key;
mod mapping;
mod orders;
mod place;
mod pricing;
mod reading;
mod rejects;
mod report;
mod row;
mod sections;
mod totals;
mod write;

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

pub use error::Error;
pub use mapping::Mapping;
pub use report::{Named, Report, Written};

pub(crate) use crate::values::{currency, dates, numbers, share, text};

use crate::{
    files::{self, header, reader},
    store::{ShopSettings, Store, incoming},
};
use assemble::Assembly;
use chrono_tz::Tz;
use reading::Reading;
use write::{Canonical, count, replace_all};

/// What is to be imported, and how.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Where each field is found.
    pub mapping: &'a Mapping,
    /// The file to read in place of the one that the mapping names.
    pub input: Option<&'a Path>,
    /// Where rows go that cannot be used. The file is made for the first of
    /// them; one that an earlier import left is replaced or taken away.
    pub rejects: &'a Path,
    /// Whether the shop takes the place of the one in the database, instead of
    /// being added to it.
    pub replace: bool,
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The input is being read.
    Reading {
        /// Rows so far.
        rows: u64,
        /// Bytes of the file so far.
        bytes: u64,
        /// Bytes of the whole file, where the system knows.
        total_bytes: Option<u64>,
    },
    /// Documents are being written.
    Writing {
        /// Documents that the database has acknowledged.
        documents: u64,
        /// Documents in all.
        total: u64,
    },
}

/// Imports a file into the database.
///
/// `progress` is called every few thousand rows and after each batch, from any
/// thread. Dropping the future stops the import; running it again completes it.
///
/// # Errors
/// Any [`Error`]; rows that cannot be used are none.
pub async fn run(
    request: &Request<'_>,
    store: &Store,
    progress: impl Fn(Progress) + Send + Sync + 'static,
) -> Result<Report, Error> {
    let mapping = request.mapping;
    let input = request.input.or(mapping.file.path.as_deref());
    let input = input.ok_or(Error::NoInput)?.to_owned();
    reading::check_input(&input)?;
    let held = store.settings().await?;
    if !request.replace {
        refuse_other_currency(mapping, held.as_ref())?;
    }

    let progress = Arc::new(progress);
    let caller = Arc::new(());
    let reading = Reading {
        mapping: Arc::new(mapping.clone()),
        zone: mapping.shop.zone(held.as_ref())?,
        input,
        rejects: request.rejects.to_owned(),
        progress: Arc::clone(&progress),
        caller: Arc::downgrade(&caller),
    };
    let shipping_zone = reading.shipping_zone();
    let (assembly, mut report) = tokio::task::spawn_blocking(move || reading.run())
        .await
        .unwrap_or_else(|died| std::panic::resume_unwind(died.into_panic()))?;
    let writing = Writing {
        store,
        assembly: &assembly,
        shipping_zone,
        replace: request.replace,
    };
    // In a box, for it is large, and callers have futures of their own around it.
    Box::pin(writing.run(&mut report, progress.as_ref())).await?;
    report.replaced = request.replace && held.is_some();
    let settings = mapping.shop.settings(held.as_ref());
    store.save_settings(&settings).await?;
    report.changed_settings = held.map_or_else(Vec::new, |held| changes(&held, &settings));
    Ok(report)
}

/// Amounts in two currencies would be added up without a sign of it.
fn refuse_other_currency(mapping: &Mapping, held: Option<&ShopSettings>) -> Result<(), Error> {
    let given = mapping.shop.currency();
    match held {
        Some(shop) if shop.currency != given => Err(Error::OtherCurrency {
            held: shop.currency.clone(),
            given: given.into(),
        }),
        _ => Ok(()),
    }
}

/// What the mapping said otherwise about the shop than the database did.
fn changes(held: &ShopSettings, now: &ShopSettings) -> Vec<String> {
    let statuses = |settings: &ShopSettings| settings.uncounted_statuses.join(", ");
    [
        ("name", held.name.clone(), now.name.clone()),
        ("currency", held.currency.clone(), now.currency.clone()),
        ("time_zone", held.time_zone.clone(), now.time_zone.clone()),
        ("uncounted_statuses", statuses(held), statuses(now)),
    ]
    .into_iter()
    .filter(|(_, held, now)| held != now)
    .map(|(key, held, now)| format!("shop.{key} is now `{now}`, it was `{held}`"))
    .collect()
}

/// The half of an import that is the database's.
struct Writing<'a> {
    store: &'a Store,
    assembly: &'a Assembly,
    /// The zone of the days that orders were shipped on.
    shipping_zone: Option<Tz>,
    replace: bool,
}

impl Writing<'_> {
    async fn run(&self, report: &mut Report, progress: &impl Fn(Progress)) -> Result<(), Error> {
        if !self.replace {
            return self.write(report, progress).await;
        }
        if self.assembly.order_count() == 0 {
            return Err(Error::NothingToReplaceWith);
        }
        incoming::prepare(self.store).await?;
        if let Err(error) = self.write(report, progress).await {
            // The next import takes away what this cannot.
            let _ = incoming::discard(self.store).await;
            return Err(error);
        }
        Ok(incoming::take_over(self.store, &[]).await?)
    }

    /// Writes what orders name before the orders that name it.
    async fn write(&self, report: &mut Report, progress: &impl Fn(Progress)) -> Result<(), Error> {
        let catalogs = &self.assembly.catalogs;
        let total = self.assembly.order_count()
            + catalogs.customers.len()
            + catalogs.products.len()
            + catalogs.locations.len();
        let documents = AtomicU64::new(0);
        let done = |count| {
            let before = documents.fetch_add(count, Ordering::Relaxed);
            progress(Progress::Writing {
                documents: before + count,
                total: total as u64,
            });
        };
        report.locations = self.collection(catalogs.location_documents(), done).await?;
        report.products = self.collection(catalogs.product_documents(), done).await?;
        report.customers = self.collection(catalogs.customer_documents(), done).await?;
        let orders = self.assembly.order_documents(self.shipping_zone);
        report.orders = self.collection(orders, done).await?;
        Ok(())
    }

    async fn collection<D: Canonical>(
        &self,
        documents: impl Iterator<Item = D>,
        done: impl Fn(u64),
    ) -> Result<Written, Error> {
        if self.replace {
            return replace_all(self.store, &incoming::name(D::COLLECTION), documents, done).await;
        }
        let written = replace_all(self.store, D::COLLECTION, documents, done).await?;
        let all = count::<D>(self.store).await?;
        Ok(Written {
            not_in_file: all.saturating_sub(written.total),
            ..written
        })
    }
}

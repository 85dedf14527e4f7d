//! From a shop's flat export to the canonical collections.
//!
//! An export is a CSV file with one row per order line. A [`Mapping`], written
//! in TOML, says in which columns the canonical fields are; [`run`] applies it:
//!
//! 1. the file is decoded and split into records (`reader`);
//! 2. the mapping, bound to the file's columns (`bound`), makes of each record
//!    a line with what it says of its order, customer, product and places
//!    (`row`, `pricing`, `dates`, `numbers`);
//! 3. the rows are put together into documents (`assemble`, `catalog`);
//! 4. the documents are written over those of the same id (`write`).
//!
//! # What it promises
//!
//! - **Nothing is written before the whole file has been read**: a wrong
//!   mapping, a missing column or a disk error leaves the database as it was.
//! - **Nothing is lost silently.** A row that cannot be used is counted in the
//!   [`Report`] and kept in the rejects file with its line and the reason. Its
//!   order is imported without it: correct the source and import all of it
//!   again. The rejects alone, imported, would replace their orders.
//! - **Twice is once.** Ids come from the file, and each document replaces the
//!   one of its id. What is in the database and not in the file stays; a
//!   customer, product or location that is in both takes the file's attributes.
//! - **Money is decimal** from the cell to the database, never a float.
//!
//! # Where rows disagree
//!
//! Of an order's own fields the first row of the file that has one counts; of a
//! customer's, product's or location's the row of the most recent order, the
//! later row of the file among equals. A blank never wins. The report counts
//! both.

mod assemble;
mod bound;
mod catalog;
mod dates;
mod error;
mod field;
mod intern;
mod mapping;
mod numbers;
mod pricing;
mod reader;
mod rejects;
mod report;
mod row;
mod sections;
mod write;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Weak,
        atomic::{AtomicU64, Ordering},
    },
};

pub use error::Error;
pub use mapping::Mapping;
pub use report::{Report, Written};

use crate::store::Store;
use assemble::Assembly;
use bound::Columns;
use reader::{Cells, Records};
use rejects::{Reject, RejectsFile};
use row::Layout;
use write::replace_all;

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

/// How often the progress of reading is told, in rows.
const ROWS_PER_REPORT: u64 = 4_096;

/// Imports `input`, or else the file that the mapping names, into the database.
///
/// Rows that cannot be used go to the file `rejects`, which is made for the
/// first of them; one that an earlier import left is taken away. `progress` is
/// called every few thousand rows and after each batch, from any thread.
/// Dropping the future stops the import; running it again completes it.
///
/// # Errors
/// Any [`Error`]; rows that cannot be used are none.
pub async fn run(
    mapping: &Mapping,
    input: Option<&Path>,
    rejects: &Path,
    store: &Store,
    progress: impl Fn(Progress) + Send + Sync + 'static,
) -> Result<Report, Error> {
    let input = input.or(mapping.file.path.as_deref());
    let input = input.ok_or(Error::NoInput)?.to_owned();
    refuse_other_currency(mapping, store).await?;

    let progress = Arc::new(progress);
    let caller = Arc::new(());
    let reading = Reading {
        mapping: mapping.clone(),
        input,
        rejects: rejects.to_owned(),
        progress: Arc::clone(&progress),
        caller: Arc::downgrade(&caller),
    };
    let (assembly, mut report) = tokio::task::spawn_blocking(move || reading.run())
        .await
        .unwrap_or_else(|died| std::panic::resume_unwind(died.into_panic()))?;
    write(store, &assembly, &mut report, progress.as_ref()).await?;
    store.save_settings(&mapping.shop.settings()).await?;
    Ok(report)
}

/// Amounts in two currencies would be added up without a sign of it.
async fn refuse_other_currency(mapping: &Mapping, store: &Store) -> Result<(), Error> {
    let given = mapping.shop.settings().currency;
    match store.settings().await? {
        Some(shop) if shop.currency != given => Err(Error::OtherCurrency {
            held: shop.currency,
            given,
        }),
        _ => Ok(()),
    }
}

/// The half of an import that needs no database.
struct Reading<P> {
    mapping: Mapping,
    input: PathBuf,
    rejects: PathBuf,
    progress: Arc<P>,
    /// Gone when nobody waits for the import any more.
    caller: Weak<()>,
}

impl<P: Fn(Progress)> Reading<P> {
    fn run(&self) -> Result<(Assembly, Report), Error> {
        let mut records = Records::open(&self.input, &self.mapping.file)
            .map_err(|source| self.unreadable(source))?;
        let names = self.column_names(&mut records)?;
        let mut columns = Columns::new(&names);
        let layout = Layout::bind(&self.mapping, names.len(), &mut columns);
        columns.check()?;

        let mut rejects = RejectsFile::new(&self.rejects, &self.input, &names)?;
        let mut report = Report::default();
        let assembly = self.read_rows(&mut records, &layout, &mut rejects, &mut report)?;
        rejects.finish()?;
        assembly.check()?;
        describe(&assembly, &mut report);
        Ok((assembly, report))
    }

    fn column_names(&self, records: &mut Records) -> Result<Vec<String>, Error> {
        if let Some(columns) = &self.mapping.file.columns {
            return Ok(columns.clone());
        }
        let header = records.next().map_err(|source| self.unreadable(source))?;
        let header = header.ok_or_else(|| Error::EmptyInput {
            path: self.input.clone(),
        })?;
        let cells = header.record.iter();
        Ok(cells
            .map(|name| String::from_utf8_lossy(name).trim().to_owned())
            .collect())
    }

    fn read_rows(
        &self,
        records: &mut Records,
        layout: &Layout,
        rejects: &mut RejectsFile,
        report: &mut Report,
    ) -> Result<Assembly, Error> {
        let mut assembly = Assembly::default();
        while let Some(cells) = records.next().map_err(|source| self.unreadable(source))? {
            report.rows += 1;
            if let Err(reject) = add(cells, layout, &mut assembly) {
                rejects.write(cells, &reject)?;
                report.reject(&reject, &self.rejects);
            }
            if report.rows.is_multiple_of(ROWS_PER_REPORT) {
                self.tell(records, report);
            }
            if self.caller.strong_count() == 0 {
                break;
            }
        }
        self.tell(records, report);
        Ok(assembly)
    }

    fn tell(&self, records: &Records, report: &Report) {
        (self.progress)(Progress::Reading {
            rows: report.rows,
            bytes: records.bytes_read(),
            total_bytes: records.total_bytes,
        });
    }

    fn unreadable(&self, source: std::io::Error) -> Error {
        Error::Input {
            path: self.input.clone(),
            source,
        }
    }
}

fn add(cells: Cells<'_>, layout: &Layout, assembly: &mut Assembly) -> Result<(), Reject> {
    assembly.add(&layout.read(cells)?)
}

fn describe(assembly: &Assembly, report: &mut Report) {
    report.statuses = assembly.statuses();
    report.conflicts = assembly.conflicts();
    report.orders_without_customer = assembly.orders_without_customer();
    report.lines_without_product = assembly.lines_without_product();
    report.lines_of_opposite_signs = assembly.lines_of_opposite_signs();
}

/// Writes what orders name before the orders that name it.
async fn write(
    store: &Store,
    assembly: &Assembly,
    report: &mut Report,
    progress: &impl Fn(Progress),
) -> Result<(), Error> {
    let catalogs = &assembly.catalogs;
    let total = assembly.order_count()
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
    report.locations = replace_all(store, catalogs.location_documents(), done).await?;
    report.products = replace_all(store, catalogs.product_documents(), done).await?;
    report.customers = replace_all(store, catalogs.customer_documents(), done).await?;
    report.orders = replace_all(store, assembly.order_documents(), done).await?;
    Ok(())
}

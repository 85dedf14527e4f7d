//! Reading a table: batches of records, made into columns one after another.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::Arc,
};

use chrono_tz::Tz;
use datafusion::{
    arrow::{
        array::{RecordBatch, RecordBatchOptions},
        datatypes::SchemaRef,
    },
    error::Result,
    execution::{SendableRecordBatchStream, TaskContext},
    physical_plan::{stream::RecordBatchStreamAdapter, streaming::PartitionStream},
};
use futures::stream;

use super::{
    super::{connection::Statement, refusal::Refusal},
    column::Holder,
    declared::{RowsOf, Table},
    row::{Around, array, rows},
};
use crate::{
    asking::{Asking, Refused},
    store::{AsOf, Condition, Customer, Entity, Fields, Location, Product, Record, Records, Store},
};

/// Customers, places and products of each kind that are kept for the rows that come.
const KEPT: usize = 20_000;

/// What is read of a table.
#[derive(Clone, Debug)]
pub struct Scan {
    pub table: Arc<Table>,
    /// The columns that are asked for, by their places.
    pub columns: Vec<usize>,
    pub schema: SchemaRef,
    pub zone: Tz,
    /// What documents must be like; whatever is asked of rows is tested again.
    pub condition: Condition,
    /// How many rows are asked for at most.
    pub limit: Option<usize>,
}

/// The rows of a scan, read when they are asked for.
pub struct Partition {
    pub statement: Arc<Statement>,
    pub scan: Arc<Scan>,
}

/// What orders name, by id, as far as it is asked for.
#[derive(Debug, Default)]
pub struct Named {
    customers: HashMap<String, Arc<Record>>,
    places: HashMap<String, Arc<Record>>,
    products: HashMap<String, Arc<Record>>,
}

struct Reading {
    statement: Arc<Statement>,
    scan: Arc<Scan>,
    records: Option<(Records, AsOf)>,
    named: Named,
    /// The most bytes that have been held at a time.
    held: usize,
}

impl fmt::Debug for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Partition").field(&self.scan).finish()
    }
}

impl PartitionStream for Partition {
    fn schema(&self) -> &SchemaRef {
        &self.scan.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let reading = Reading {
            statement: Arc::clone(&self.statement),
            scan: Arc::clone(&self.scan),
            records: None,
            named: Named::default(),
            held: 0,
        };
        let batches = stream::try_unfold(reading, |mut reading| async move {
            let batch = reading.next().await?;
            Ok(batch.map(|batch| (batch, reading)))
        });
        let schema = Arc::clone(&self.scan.schema);
        Box::pin(RecordBatchStreamAdapter::new(schema, batches))
    }
}

impl Reading {
    /// The next batch of rows, which may be none; `None` behind the last.
    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        let statement = Arc::clone(&self.statement);
        let Some(records) = self.records(&statement).await.map_err(Refusal::from)? else {
            return Ok(None);
        };
        let settings = statement.settings().await.map_err(Refusal::from)?;
        let around = Around {
            uncounted: &settings.uncounted,
            zone: self.scan.zone,
            named: &self.named,
        };
        let rows = rows(&records, self.scan.table.rows, around);
        let columns = self.scan.columns.iter();
        let columns = columns.map(|at| array(&self.scan.table.columns[*at], &rows, around));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        let schema = Arc::clone(&self.scan.schema);
        let batch = RecordBatch::try_new_with_options(schema, columns, &options)?;
        let bytes = records.iter().map(Record::bytes).sum::<usize>();
        self.hold(bytes + batch.get_array_memory_size() + self.named.bytes())
            .await?;
        Ok(Some(batch))
    }

    /// The next batch of records, with what they name.
    async fn records(&mut self, statement: &Asking) -> Result<Option<Vec<Record>>, Refused> {
        let (store, as_of) = statement.records().await?;
        let (open, as_of) = match &mut self.records {
            Some((open, as_of)) => (open, *as_of),
            closed => {
                if self.scan.table.rows != RowsOf::Documents || self.scan.table.of.is_none() {
                    statement.take_pass()?;
                }
                let (collection, condition) = (self.scan.table.collection, &self.scan.condition);
                let open = store.records(collection, condition, as_of, self.scan.limit);
                let open = open.await.map_err(|error| Refused::from(&error))?;
                let (open, as_of) = closed.insert((open, as_of));
                (open, *as_of)
            }
        };
        let records = open.next().await.map_err(|error| Refused::from(&error))?;
        let Some(records) = records else {
            return Ok(None);
        };
        let holders: HashSet<Holder> = self.scan.holders().collect();
        let looked_up = self.named.look_up(store, &records, &holders, as_of).await;
        looked_up.map_err(|error| Refused::from(&error))?;
        Ok(Some(records))
    }

    /// Holds the largest of what is read at a time: what is made of it, the library counts.
    async fn hold(&mut self, bytes: usize) -> Result<()> {
        let more = bytes.saturating_sub(self.held);
        self.held += more;
        let held = self.statement.hold(more).await;
        Ok(held.map_err(Refusal::from)?)
    }
}

impl Scan {
    /// What has the fields that are asked for.
    fn holders(&self) -> impl Iterator<Item = Holder> {
        let columns = self.columns.iter().map(|at| &self.table.columns[*at]);
        columns.filter_map(|it| it.source.holder())
    }
}

impl Named {
    pub fn customer(&self, order: Fields<'_>) -> Option<Fields<'_>> {
        Some(self.customers.get(order.text("customerId")?)?.fields())
    }

    pub fn ship_to(&self, order: Fields<'_>) -> Option<Fields<'_>> {
        Some(self.places.get(order.text("shipToId")?)?.fields())
    }

    pub fn product(&self, line: Fields<'_>) -> Option<Fields<'_>> {
        Some(self.products.get(line.text("productId")?)?.fields())
    }

    fn bytes(&self) -> usize {
        let all = [&self.customers, &self.places, &self.products];
        let records = all.into_iter().flat_map(HashMap::values);
        records.map(|it| it.bytes()).sum()
    }

    /// Looks up what these orders name and columns are read from.
    async fn look_up(
        &mut self,
        store: &Store,
        orders: &[Record],
        of: &HashSet<Holder>,
        as_of: AsOf,
    ) -> crate::store::Result<()> {
        let field = |path: &'static str| orders.iter().filter_map(move |it| it.fields().text(path));
        if of.contains(&Holder::Customer) {
            let ids = field("customerId").collect();
            look_up(&mut self.customers, store, Customer::COLLECTION, ids, as_of).await?;
        }
        if of.contains(&Holder::ShipTo) {
            let ids = field("shipToId").collect();
            look_up(&mut self.places, store, Location::COLLECTION, ids, as_of).await?;
        }
        if of.contains(&Holder::Product) {
            let lines = orders.iter().flat_map(Record::lines);
            let ids = lines.filter_map(|it| it.text("productId")).collect();
            look_up(&mut self.products, store, Product::COLLECTION, ids, as_of).await?;
        }
        Ok(())
    }
}

/// Adds what has these ids to what is known.
async fn look_up(
    known: &mut HashMap<String, Arc<Record>>,
    store: &Store,
    collection: &'static str,
    ids: HashSet<&str>,
    as_of: AsOf,
) -> crate::store::Result<()> {
    if known.len() + ids.len() > KEPT {
        known.clear();
    }
    let unknown: Vec<&str> = ids
        .into_iter()
        .filter(|it| !known.contains_key(*it))
        .collect();
    if !unknown.is_empty() {
        known.extend(store.named_records(collection, &unknown, as_of).await?);
    }
    Ok(())
}

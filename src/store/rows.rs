//! The rows that a request may see, and what follows for every collection.
//!
//! Rows are order lines. Where a request may see some of them only, it sees the database
//! that holds just these: their orders, each with these lines alone, and of the other
//! collections what they name: their customers, their products, the places that they ship
//! to and from and where their customers are at home. [`Store::visible`] says so to every
//! query; nothing here reads a document without it.

use std::collections::HashSet;

use bson::{Bson, Document, doc};
use futures::TryStreamExt;

use super::{
    Condition, Customer, Entity, Error, Field, Location, Order, Product, Result, Store, Test,
    Value, odd::both,
};

/// The most ids that a request may have to send along to say what it may see: 200,000 are
/// some 5 MB, and the database takes 16 MB.
const MOST_IDS: usize = 200_000;

/// The product that a line names.
pub(super) const LINE_PRODUCT: Field = Field::text("productId");
/// The same, of an order whose lines were unwound.
const UNWOUND_PRODUCT: Field = Field::text("lines.productId");

/// What the rows must be like that a request may see, all of it; of nothing, all rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows(Vec<(Holder, Field, Among)>);

/// What has the field that a row is told by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// The order.
    Order,
    /// The line.
    Line {
        /// The field in an order whose lines were unwound.
        unwound: Field,
    },
    /// The order's customer.
    Customer,
    /// The place that the order ships to.
    ShipTo,
    /// The line's product.
    Product,
}

/// A test by a list of texts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Among {
    /// The texts.
    pub values: Vec<String>,
    /// Whether the value must be one of them, or must not; a missing value is none of them.
    pub is_one: bool,
    /// Whether the field may hold what is no text, which is missing then.
    pub is_loose: bool,
}

/// A test of a line.
#[derive(Debug)]
struct LineTest {
    /// What is tested of the line.
    field: Field,
    /// The same in an order whose lines were unwound.
    unwound: Field,
    among: Among,
    values: HashSet<String>,
}

/// What rows come to once the ids behind them are looked up.
#[derive(Debug, Default)]
pub struct Seen {
    orders: Vec<Condition>,
    lines: Vec<LineTest>,
}

impl Rows {
    /// Rows that are like this.
    pub fn new(tests: impl IntoIterator<Item = (Holder, Field, Among)>) -> Self {
        Self(tests.into_iter().collect())
    }

    /// Whether all rows may be seen.
    #[must_use]
    pub fn are_all(&self) -> bool {
        self.0.is_empty()
    }
}

impl Among {
    fn test(&self) -> Test {
        let values = self.values.iter().cloned().map(Value::Text).collect();
        if self.is_one {
            Test::In(values)
        } else {
            Test::NotIn(values)
        }
    }

    /// That a field passes the test.
    fn on(&self, field: Field) -> Condition {
        if !self.is_loose {
            return Condition::Field(field, self.test());
        }
        let is_one = self.positive(field);
        if self.is_one {
            is_one
        } else {
            Condition::Not(Box::new(is_one))
        }
    }

    /// That a field holds one of the texts, whether or not it must.
    fn positive(&self, field: Field) -> Condition {
        let values = self.values.iter().cloned().map(Value::Text).collect();
        let is_one = Condition::Field(field, Test::In(values));
        if self.is_loose {
            // A list that holds one of them is none of them.
            is_one.and(Condition::Field(field, Test::IsNoList))
        } else {
            is_one
        }
    }
}

impl LineTest {
    /// The test on `$$line`, as an expression of aggregations. A list is none of the texts,
    /// even if it holds one.
    fn expression(&self) -> Document {
        let value = doc! { "$ifNull": [format!("$$line.{}", self.field.path), null] };
        let is_one = doc! { "$in": [value, { "$literal": &self.among.values }] };
        if self.among.is_one {
            is_one
        } else {
            doc! { "$not": [is_one] }
        }
    }
}

impl Seen {
    fn test_line(&mut self, field: Field, unwound: Field, among: Among) {
        self.lines.push(LineTest {
            field,
            unwound,
            values: among.values.iter().cloned().collect(),
            among,
        });
    }

    /// What an order is like that has a row.
    fn order(&self) -> Condition {
        let mut all = self.orders.clone();
        if !self.lines.is_empty() {
            all.push(Condition::Element(Order::LINES, Box::new(self.line())));
        }
        Condition::All(all)
    }

    /// What a line is like that is a row.
    fn line(&self) -> Condition {
        self.line_by(|test| test.field)
    }

    /// What an order is like whose lines were unwound, and whose one line is a row.
    pub(super) fn unwound_line(&self) -> Condition {
        self.line_by(|test| test.unwound)
    }

    fn line_by(&self, field: impl Fn(&LineTest) -> Field) -> Condition {
        let test = |test: &LineTest| test.among.on(field(test));
        Condition::All(self.lines.iter().map(test).collect())
    }

    /// Whether an order holds a row of the product that an aggregation's variable names; `None`
    /// where all lines of a product that may be seen are rows.
    pub(super) fn holds_product(&self, product: &str) -> Option<Document> {
        if self.lines.iter().all(|test| test.field == LINE_PRODUCT) {
            return None;
        }
        let is_row = self.lines.iter().map(LineTest::expression);
        let of_product = doc! { "$eq": ["$$line.productId", product] };
        let all: Vec<Document> = std::iter::once(of_product).chain(is_row).collect();
        Some(doc! { "$anyElementTrue": { "$map": {
            "input": "$lines",
            "as": "line",
            "in": { "$and": all },
        } } })
    }

    /// A condition on documents as one that looks at their rows alone.
    pub(super) fn narrowed(&self, condition: &Condition) -> Condition {
        let all =
            |conditions: &[Condition]| conditions.iter().map(|it| self.narrowed(it)).collect();
        match condition {
            _ if self.lines.is_empty() => condition.clone(),
            Condition::All(conditions) => Condition::All(all(conditions)),
            Condition::Any(conditions) => Condition::Any(all(conditions)),
            Condition::Not(inner) => Condition::Not(Box::new(self.narrowed(inner))),
            Condition::Element(field, inner) if *field == Order::LINES => {
                let inner = inner.as_ref().clone().and(self.line());
                Condition::Element(*field, Box::new(inner))
            }
            Condition::Total(total, _, test) => {
                let lines = self.lines.iter().map(|it| (it.field, it.among.test()));
                Condition::Total(*total, lines.collect(), test.clone())
            }
            Condition::Field(..) | Condition::Element(..) => condition.clone(),
        }
    }

    /// Whether a line is a row whose fields hold these texts.
    pub(super) fn is_row<'a>(&self, text: impl Fn(Field) -> Option<&'a str>) -> bool {
        self.lines.iter().all(|it| {
            let is_one = text(it.field).is_some_and(|text| it.values.contains(text));
            is_one == it.among.is_one
        })
    }

    /// Leaves an order the lines that are rows, and the records of what came back of those.
    pub(super) fn trim(&self, order: &mut Order) {
        let lines = order.lines.iter();
        let kept: Vec<bool> = lines
            .map(|it| self.is_row(|field| it.text(field)))
            .collect();
        order.returns.retain_mut(|record| {
            let at = usize::try_from(record.line).unwrap_or(usize::MAX);
            let before = kept.iter().take(at).filter(|kept| **kept).count();
            record.line = i64::try_from(before).unwrap_or(i64::MAX);
            // One that names no line has nothing that a line has.
            kept.get(at)
                .copied()
                .unwrap_or_else(|| self.is_row(|_| None))
        });
        let mut kept = kept.into_iter();
        order.lines.retain(|_| kept.next().unwrap_or_default());
    }
}

impl Store {
    /// What the documents of a collection are like that a request may see: canonical, and
    /// with a row of its own.
    ///
    /// # Errors
    /// When the database does not answer, or the rows name too much to be told.
    pub async fn visible(&self, collection: &'static str) -> Result<Document> {
        let canonical = self.canonical(collection).await?;
        let Some(seen) = self.seen().await? else {
            return Ok(canonical);
        };
        let visible = if collection == Order::COLLECTION {
            seen.order().query()
        } else {
            // Boxed, as what the rows come to: it is a part of every question.
            Box::pin(self.named_once(collection, seen)).await?
        };
        // One key, that nothing else has: what is put beside it must not take its place.
        Ok(doc! { "$and": [canonical, visible] })
    }

    /// What the rows come to; `None` where all may be seen.
    pub(super) async fn seen(&self) -> Result<Option<&Seen>> {
        let Some((rows, lookups)) = self.rows().filter(|it| !it.are_all()).zip(self.lookups())
        else {
            return Ok(None);
        };
        let seen = lookups.seen.get_or_try_init(|| self.find_seen(rows));
        Box::pin(seen).await.map(Some)
    }

    async fn find_seen(&self, rows: &Rows) -> Result<Seen> {
        let mut seen = Seen::default();
        for (holder, field, among) in &rows.0 {
            match holder {
                Holder::Order => seen.orders.push(among.on(*field)),
                Holder::Line { unwound } => seen.test_line(*field, *unwound, among.clone()),
                Holder::Customer => {
                    let ids = self.with::<Customer>(*field, among).await?;
                    let test = Condition::Field(Order::CUSTOMER, ids.test());
                    seen.orders.push(test);
                }
                Holder::ShipTo => {
                    let ids = self.with::<Location>(*field, among).await?;
                    let test = Condition::Field(Order::SHIP_TO, ids.test());
                    seen.orders.push(test);
                }
                Holder::Product => {
                    let ids = self.with::<Product>(*field, among).await?;
                    seen.test_line(LINE_PRODUCT, UNWOUND_PRODUCT, ids);
                }
            }
        }
        Ok(seen)
    }

    /// A test of a field of documents as one of their ids; what names none has no value.
    async fn with<T: Entity>(&self, field: Field, among: &Among) -> Result<Among> {
        let canonical = self.canonical(T::COLLECTION).await?;
        let query = among.positive(field).query();
        let pipeline = vec![doc! { "$match": both(query, canonical) }];
        Ok(Among {
            values: self.ids(T::COLLECTION, pipeline, Field::ID).await?,
            is_one: among.is_one,
            is_loose: false,
        })
    }

    /// What the documents of a collection are like that rows name, looked up once a request.
    async fn named_once(&self, collection: &'static str, seen: &Seen) -> Result<Document> {
        let named = async { self.named(collection, seen).await };
        let cell = self.lookups().and_then(|it| it.named(collection));
        match cell {
            Some(cell) => cell.get_or_try_init(|| named).await.cloned(),
            None => named.await,
        }
    }

    async fn named(&self, collection: &'static str, seen: &Seen) -> Result<Document> {
        let ids = match collection {
            Customer::COLLECTION => self.of_orders(seen, Order::CUSTOMER).await?,
            Product::COLLECTION => self.products_of(seen).await?,
            _ => {
                let mut ids = self.of_orders(seen, Order::SHIP_TO).await?;
                ids.extend(self.of_orders(seen, Order::SHIP_FROM).await?);
                ids.extend(self.homes(seen).await?);
                ids.sort_unstable();
                ids.dedup();
                ids
            }
        };
        Ok(doc! { "_id": { "$in": ids } })
    }

    /// What the orders that may be seen name in a field.
    async fn of_orders(&self, seen: &Seen, field: Field) -> Result<Vec<String>> {
        let orders = self.orders_with_rows(seen).await?;
        self.ids(Order::COLLECTION, vec![orders], field).await
    }

    async fn products_of(&self, seen: &Seen) -> Result<Vec<String>> {
        let tested = seen.lines.iter().map(|test| test.unwound);
        // What is asked for, and what tells rows from other lines.
        let fields: Document = tested
            .chain([UNWOUND_PRODUCT])
            .map(|field| (field.path.to_owned(), Bson::from(1)))
            .collect();
        let pipeline = vec![
            self.orders_with_rows(seen).await?,
            doc! { "$project": fields },
            doc! { "$unwind": "$lines" },
            doc! { "$match": seen.unwound_line().query() },
        ];
        self.ids(Order::COLLECTION, pipeline, UNWOUND_PRODUCT).await
    }

    /// Where the customers that may be seen are at home.
    async fn homes(&self, seen: &Seen) -> Result<Vec<String>> {
        let customers = Box::pin(self.named_once(Customer::COLLECTION, seen)).await?;
        let canonical = self.canonical(Customer::COLLECTION).await?;
        let pipeline = vec![doc! { "$match": both(customers, canonical) }];
        let home = Field::text("locationId");
        self.ids(Customer::COLLECTION, pipeline, home).await
    }

    async fn orders_with_rows(&self, seen: &Seen) -> Result<Document> {
        let canonical = self.canonical(Order::COLLECTION).await?;
        Ok(doc! { "$match": both(seen.order().query(), canonical) })
    }

    /// The distinct texts in a field of what a pipeline gives.
    async fn ids(
        &self,
        collection: &'static str,
        mut pipeline: Vec<Document>,
        field: Field,
    ) -> Result<Vec<String>> {
        pipeline.push(doc! { "$group": { "_id": format!("${}", field.path) } });
        pipeline.push(doc! { "$limit": i64::try_from(MOST_IDS + 2).unwrap_or(i64::MAX) });
        let documents = self.database().collection::<Document>(collection);
        let found = async {
            let aggregate = documents.aggregate(pipeline).allow_disk_use(true);
            let cursor = aggregate
                .batch_size(super::page::whole(MOST_IDS))
                .max_time(self.deadline())
                .await?;
            cursor.try_collect::<Vec<_>>().await
        };
        let found = self.bounded(found).await?;
        let text = |mut document: Document| match document.remove("_id") {
            Some(Bson::String(text)) => Some(text),
            _ => None,
        };
        let ids: Vec<String> = found.into_iter().filter_map(text).collect();
        if ids.len() > MOST_IDS {
            return Err(Error::TooManyIds(MOST_IDS));
        }
        Ok(ids)
    }
}

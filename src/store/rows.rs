//! The rows that a request may see, and what follows for every collection.
//!
//! Rows are order lines. Where a request may see some of them only, it sees the database
//! that holds just these: their orders, each with these lines alone, and of the other
//! collections what they name: their customers, their products, the places that they ship
//! to and from and where their customers are at home. [`Store::visible`] says so to every
//! query; nothing here reads a document without it.

use bson::{Bson, Document, doc};
use futures::TryStreamExt;

use super::{
    Condition, Customer, Entity, Error, Field, Location, Order, Product, Result, Store, Test,
    Value, odd::both, seen::Seen,
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
    pub(super) fn test(&self) -> Test {
        let values = self.values.iter().cloned().map(Value::Text).collect();
        if self.is_one {
            Test::In(values)
        } else {
            Test::NotIn(values)
        }
    }

    /// That a field passes the test.
    pub(super) fn on(&self, field: Field) -> Condition {
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
                Holder::Order => seen.test_order(among.on(*field)),
                Holder::Line { unwound } => seen.test_line(*field, *unwound, among.clone()),
                Holder::Customer => {
                    let ids = self.with::<Customer>(*field, among).await?;
                    let test = Condition::Field(Order::CUSTOMER, ids.test());
                    seen.test_order(test);
                }
                Holder::ShipTo => {
                    let ids = self.with::<Location>(*field, among).await?;
                    let test = Condition::Field(Order::SHIP_TO, ids.test());
                    seen.test_order(test);
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
        // What is asked for, and what tells rows from other lines.
        let fields: Document = seen
            .unwound_fields()
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
        let found = || async {
            let aggregate = documents.aggregate(pipeline.clone());
            let aggregate = aggregate.allow_disk_use(true);
            let cursor = aggregate
                .batch_size(super::page::whole(MOST_IDS))
                .max_time(self.deadline())
                .await?;
            cursor.try_collect::<Vec<_>>().await
        };
        let found = self.read(found).await?;
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

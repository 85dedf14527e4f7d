//! Small questions that an index answers.

use std::collections::HashMap;

use bson::{Bson, Document, RawDocumentBuf, doc};
use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use mongodb::{error::ErrorKind, options::Hint};
use serde::Deserialize;

use super::{
    Condition, Customer, Entity, Error, Field, Order, Product, Result, Store, indexes::RETURNED,
    odd::both, page::query,
};

/// One end of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The earliest.
    First,
    /// The latest.
    Last,
}

/// What the paths of lines' fields begin with.
const LINES: &str = "lines.";

#[derive(Deserialize)]
struct Named {
    #[serde(rename = "_id")]
    id: String,
    name: String,
}

impl Store {
    /// When the first or last order was placed that counts, if there is one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn order_time(
        &self,
        end: End,
        uncounted: &[String],
    ) -> Result<Option<DateTime<Utc>>> {
        let counted = doc! { "status": { "$nin": uncounted }, "lines.0": { "$exists": true } };
        let query = both(counted, self.visible(Order::COLLECTION).await?);
        let direction = if end == End::First { 1 } else { -1 };
        let orders = self.orders().clone_with_type::<Document>();
        let find = || {
            let find = orders.find_one(query.clone());
            find.sort(doc! { "orderedAt": direction })
                .projection(doc! { "orderedAt": 1 })
                .max_time(self.deadline())
        };
        let order = self.read(find).await?;
        let time = order.and_then(|order| order.get_datetime("orderedAt").ok().copied());
        Ok(time.map(bson::DateTime::to_chrono))
    }

    /// Whether anything came back of any order later.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn has_returns(&self) -> Result<bool> {
        let find = || async {
            let returned = doc! { "returns.returnedAt": { "$exists": true } };
            let ids = doc! { "_id": 1 };
            let found = self.indexed(Order::COLLECTION, RETURNED, returned, ids, 1);
            Ok(!Box::pin(found).await?.is_empty())
        };
        match self.lookups() {
            Some(lookups) => lookups.returns.get_or_try_init(find).await.copied(),
            None => find().await,
        }
    }

    /// The names of these products, by id; those that are gone are left out.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn product_names(&self, ids: &[&str]) -> Result<HashMap<String, String>> {
        self.names::<Product>(ids).await
    }

    /// The names of these customers, by id; those that are gone are left out.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn customer_names(&self, ids: &[&str]) -> Result<HashMap<String, String>> {
        self.names::<Customer>(ids).await
    }

    async fn names<T: Entity>(&self, ids: &[&str]) -> Result<HashMap<String, String>> {
        /// Ids that are sent along at once.
        const BATCH: usize = 10_000;
        let collection = self.collection::<T>().clone_with_type::<Named>();
        let visible = self.visible(T::COLLECTION).await?;
        let mut names = HashMap::with_capacity(ids.len());
        for ids in ids.chunks(BATCH) {
            let query = both(doc! { "_id": { "$in": ids } }, visible.clone());
            let page = || async {
                let cursor = collection
                    .find(query.clone())
                    .projection(doc! { "name": 1 })
                    .max_time(self.deadline())
                    .await?;
                cursor.try_collect::<Vec<_>>().await
            };
            let page = self.read(page).await?.into_iter();
            names.extend(page.map(|it| (it.id, it.name)));
        }
        Ok(names)
    }

    /// The first few distinct texts of a field, sorted, in the documents that are like this.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn distinct_values(
        &self,
        collection: &'static str,
        field: Field,
        condition: &Condition,
        first: usize,
    ) -> Result<Vec<String>> {
        let path = field.path;
        let present = doc! { path: { "$type": "string" } };
        let seen = self.seen().await?;
        let wanted = doc! { "$and": [present, query(condition, seen)] };
        let visible = self.visible(collection).await?;
        let mut pipeline = vec![doc! { "$match": both(wanted.clone(), visible) }];
        if path.starts_with(LINES) {
            pipeline.push(doc! { "$unwind": "$lines" });
            let is_row = seen.map(|seen| seen.unwound_line().query());
            pipeline.push(doc! { "$match": both(wanted, is_row.unwrap_or_default()) });
        }
        pipeline.extend([
            doc! { "$group": { "_id": format!("${path}") } },
            doc! { "$sort": { "_id": 1 } },
            doc! { "$limit": i64::try_from(first).unwrap_or(i64::MAX) },
        ]);
        let documents = self.database().collection::<Document>(collection);
        let values = || async {
            let cursor = documents
                .aggregate(pipeline.clone())
                .allow_disk_use(true)
                .max_time(self.deadline())
                .await?;
            cursor.try_collect::<Vec<_>>().await
        };
        let values = self.read(values).await?;
        let text = |mut document: Document| match document.remove("_id") {
            Some(Bson::String(text)) => Some(text),
            _ => None,
        };
        Ok(values.into_iter().filter_map(text).collect())
    }

    /// Some documents of which an index of just those exists, unless nobody has made it.
    pub(super) async fn indexed(
        &self,
        collection: &str,
        index: &str,
        query: Document,
        fields: Document,
        most: usize,
    ) -> Result<Vec<RawDocumentBuf>> {
        let hint = Some(Hint::Name(index.to_owned()));
        let found = self
            .some(collection, query.clone(), fields.clone(), most, hint)
            .await;
        match found {
            Err(Error::Failed(error)) if has_no_such_index(&error) => {
                self.some(collection, query, fields, most, None).await
            }
            found => found,
        }
    }

    pub(super) async fn some(
        &self,
        collection: &str,
        query: Document,
        fields: Document,
        most: usize,
        hint: Option<Hint>,
    ) -> Result<Vec<RawDocumentBuf>> {
        let collection = self.database().collection::<RawDocumentBuf>(collection);
        let find = || async {
            let mut find = collection
                .find(query.clone())
                .projection(fields.clone())
                .limit(i64::try_from(most).unwrap_or(i64::MAX))
                .max_time(self.deadline());
            if let Some(hint) = hint.clone() {
                find = find.hint(hint);
            }
            find.await?.try_collect().await
        };
        self.read(find).await
    }
}

/// The server says no more than that the query is wrong.
fn has_no_such_index(error: &mongodb::error::Error) -> bool {
    const BAD_VALUE: i32 = 2;
    matches!(&*error.kind, ErrorKind::Command(command) if command.code == BAD_VALUE)
}

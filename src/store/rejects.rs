//! What a bridge could not use of a shop's own database.

use bson::{Document, doc};
use futures::TryStreamExt;
use serde::Deserialize;

use super::{Result, Store};

/// The collection that a bridge keeps them in, one document each.
pub const REJECTS: &str = "bridge_rejects";

/// Orders or lines of the source that were left out for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Rejects {
    /// What was left out: `order`, `line`, `return`, or `row` of a file.
    pub what: String,
    /// Why.
    pub reason: String,
    /// How many there are.
    pub count: i64,
    /// The ids of ten of the orders at most, with file and line where they are from files.
    pub ids: Vec<String>,
}

impl Store {
    /// What could not be used, by reason, the most frequent first; nothing where the shop is
    /// not read from a database of its own, or only some rows may be seen, for what was left
    /// out is no row.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn rejects(&self) -> Result<Vec<Rejects>> {
        if !self.sees_all_rows() {
            return Ok(Vec::new());
        }
        let rejects = self.database().collection::<Document>(REJECTS);
        let pipeline = [
            doc! { "$sort": { "_id": 1 } },
            doc! { "$group": {
                "_id": { "what": "$what", "reason": "$reason" },
                "count": { "$sum": 1 },
                "ids": { "$push": "$order" },
            } },
            doc! { "$sort": { "count": -1, "_id": 1 } },
            doc! { "$limit": 100 },
            doc! { "$project": {
                "what": "$_id.what",
                "reason": "$_id.reason",
                "count": { "$toLong": "$count" },
                "ids": { "$slice": ["$ids", 10] },
            } },
        ];
        let found = || async {
            let found = rejects
                .aggregate(pipeline.clone())
                .max_time(self.deadline())
                .await?;
            found.with_type::<Rejects>().try_collect().await
        };
        self.read(found).await
    }
}

//! The indexes that pages and pipelines rely on.

use mongodb::{
    Collection, IndexModel,
    bson::{Document, doc},
};

use super::{Result, Store};

impl Store {
    /// Creates the indexes that are missing; those that exist cost nothing.
    ///
    /// # Errors
    /// When the database does not answer or the user may not create indexes.
    pub async fn create_indexes(&self) -> Result<()> {
        self.index(&self.orders(), order_indexes()).await
    }

    async fn index<T: Send + Sync>(
        &self,
        collection: &Collection<T>,
        keys: Vec<Document>,
    ) -> Result<()> {
        let models = keys
            .into_iter()
            .map(|keys| IndexModel::builder().keys(keys).build());
        // Building one over millions of orders outlasts any deadline meant for queries.
        collection.create_indexes(models).await?;
        Ok(())
    }
}

fn order_indexes() -> Vec<Document> {
    vec![
        // A period.
        doc! { "orderedAt": 1, "_id": 1 },
        // A customer's first order ever, from the index alone.
        doc! { "customerId": 1, "orderedAt": 1, "status": 1 },
        // The values of a dimension, without reading the orders.
        doc! { "status": 1 },
        doc! { "shipMode": 1 },
    ]
}

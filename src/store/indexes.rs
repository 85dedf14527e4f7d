//! The indexes that pages and pipelines rely on.

use mongodb::{
    Collection, IndexModel,
    bson::{Document, doc},
    error::ErrorKind,
    options::IndexOptions,
};

use super::{Entity, Order, Result, Store, odd};

/// The index of the orders of which something came back later; no other order is in it.
pub(super) const RETURNED: &str = "returned";

impl Store {
    /// Creates the indexes that are missing; those that exist cost nothing.
    ///
    /// # Errors
    /// When the database does not answer or the user may not create indexes.
    pub async fn create_indexes(&self) -> Result<()> {
        self.index(&self.orders(), order_indexes()).await?;
        self.index(&self.customers(), customer_indexes()).await?;
        self.index(&self.products(), product_indexes()).await?;
        self.index(&self.locations(), location_indexes()).await
    }

    async fn index<T: Send + Sync>(
        &self,
        collection: &Collection<T>,
        keys: Vec<Document>,
    ) -> Result<()> {
        let models = keys.into_iter();
        let models = models
            .map(|keys| IndexModel::builder().keys(keys).build())
            .chain((collection.name() == Order::COLLECTION).then(returned));
        // Building one over millions of orders outlasts any deadline meant for queries.
        collection.create_indexes(models).await?;
        for model in odd::indexes(collection.name()) {
            match collection.create_index(model.clone()).await {
                Err(error) if is_another(&error) => {
                    // A former version of this program knew other rules.
                    let options = model.options.as_ref();
                    let name = options.and_then(|it| it.name.clone()).unwrap_or_default();
                    collection.drop_index(name).await?;
                    collection.create_index(model).await?;
                }
                created => drop(created?),
            }
        }
        Ok(())
    }
}

/// Whether there is an index of this name that differs.
fn is_another(error: &mongodb::error::Error) -> bool {
    const OPTIONS_CONFLICT: i32 = 85;
    const KEY_SPECS_CONFLICT: i32 = 86;
    matches!(&*error.kind, ErrorKind::Command(command)
        if [OPTIONS_CONFLICT, KEY_SPECS_CONFLICT].contains(&command.code))
}

fn returned() -> IndexModel {
    let options = IndexOptions::builder()
        .name(RETURNED.to_owned())
        .sparse(true)
        .build();
    let keys = doc! { "returns.returnedAt": 1 };
    IndexModel::builder().keys(keys).options(options).build()
}

/// A page that is sorted by a field walks the index that starts with it; ties go
/// by the fields after it, the id last, so that the next page starts inside it.
fn order_indexes() -> Vec<Document> {
    vec![
        // A period.
        doc! { "orderedAt": 1, "_id": 1 },
        // The orders of a customer; the first that counts ever, from the index alone.
        doc! { "customerId": 1, "orderedAt": 1, "_id": 1, "status": 1 },
        // The orders to a place, with a product.
        doc! { "shipToId": 1, "orderedAt": 1, "_id": 1 },
        doc! { "lines.productId": 1, "orderedAt": 1, "_id": 1 },
        doc! { "shippedAt": 1, "orderedAt": 1, "_id": 1 },
        // The values of a dimension too, without reading the orders.
        doc! { "status": 1, "orderedAt": 1, "_id": 1 },
        doc! { "shipMode": 1, "orderedAt": 1, "_id": 1 },
    ]
}

fn customer_indexes() -> Vec<Document> {
    vec![
        doc! { "name": 1, "_id": 1 },
        doc! { "segment": 1, "name": 1, "_id": 1 },
        doc! { "createdAt": 1, "name": 1, "_id": 1 },
        doc! { "locationId": 1, "name": 1, "_id": 1 },
    ]
}

fn product_indexes() -> Vec<Document> {
    vec![
        doc! { "name": 1, "_id": 1 },
        doc! { "category": 1, "name": 1, "_id": 1 },
        doc! { "subCategory": 1, "name": 1, "_id": 1 },
    ]
}

fn location_indexes() -> Vec<Document> {
    vec![
        doc! { "country": 1, "city": 1, "_id": 1 },
        doc! { "region": 1, "city": 1, "_id": 1 },
        doc! { "state": 1, "city": 1, "_id": 1 },
        doc! { "city": 1, "_id": 1 },
        doc! { "postalCode": 1, "city": 1, "_id": 1 },
    ]
}

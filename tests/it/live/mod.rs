//! Subscriptions: figures of a shop, told anew when they change.

mod feeds;
mod sockets;

use bson::{Document, doc};
use mongodb::Collection;
use salesgraph::store::Store;

/// Orders once more what an order of the small shop holds, under another id.
async fn order_again(store: &Store, id: &str, new: &str) {
    let orders: Collection<Document> = store.database().collection("orders");
    let found = orders.find_one(doc! { "_id": id }).await.unwrap();
    let mut order = found.unwrap();
    order.insert("_id", new);
    orders.insert_one(order).await.unwrap();
}

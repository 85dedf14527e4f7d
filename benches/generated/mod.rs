//! The generated shop, for benchmarks of what is in the canonical collections.

use chrono::NaiveDate;
use salesgraph::{
    demo::{self, fill},
    store::Store,
};

use crate::shop::{Failure, Shop};

/// Fills the database with the shop's orders up to a day.
pub async fn filled(shop: &Shop, store: &Store, until: NaiveDate) -> Result<(), Failure> {
    let request = demo::Request {
        orders: Some(shop.orders),
        until: Some(until),
        ..demo::Request::default()
    };
    fill(store, &request, until, |_, _| {}).await?;
    store.create_indexes().await?;
    Ok(())
}

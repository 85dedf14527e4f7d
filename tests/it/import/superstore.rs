//! A well-known export: one row per order line.

use std::path::{Path, PathBuf};

use bson::{Document, doc};
use salesgraph::{import::Mapping, store::Store};

use super::{Shop, amount};
use crate::support::shared_dir;

fn superstore() -> Option<(Mapping, PathBuf)> {
    let Some(shared) = shared_dir() else {
        println!("skipped: there is no folder `shared` beside the repository");
        return None;
    };
    let mapping = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/superstore.toml");
    let mapping = Mapping::from_path(Path::new(mapping)).unwrap();
    Some((mapping, shared.join("data/superstore.csv")))
}

async fn superstore_totals(store: &Store) -> Document {
    let sum = |field: &str| doc! { "$sum": format!("$lines.{field}") };
    let orders = store.database().collection::<Document>("orders");
    let totals = orders.aggregate([
        doc! { "$unwind": "$lines" },
        doc! { "$group": {
            "_id": null,
            "sales": sum("revenue"),
            "profit": sum("profit"),
            "units": sum("quantity"),
            "lines": { "$sum": 1 },
        } },
        doc! { "$project": { "_id": 0 } },
    ]);
    let mut totals = totals.await.unwrap();
    assert!(totals.advance().await.unwrap());
    totals.deserialize_current().unwrap()
}

#[tokio::test]
async fn superstore_has_the_totals_that_are_published_with_it() {
    let Some((mapping, input)) = superstore() else {
        return;
    };
    let shop = Shop::new("superstore").await;
    let report = shop.import_file(&mapping, &input).await.unwrap();

    assert_eq!((report.rows, report.rejected), (9_994, 0));
    assert_eq!(report.orders.total, 5_009);
    assert_eq!(report.customers.total, 793);
    assert_eq!(report.products.total, 1_862);
    assert_eq!(report.conflicts["product.name"].count, 32);
    let expected = doc! {
        "sales": amount("2297200.8603"),
        "profit": amount("286397.0217"),
        "units": 37_873,
        "lines": 9_994,
    };
    assert_eq!(superstore_totals(&shop.store).await, expected);
    let springfield = shop
        .one("locations", "United States|Massachusetts|Holyoke|01040")
        .await;
    assert_eq!(springfield.get_str("region").unwrap(), "East");
}

#[tokio::test]
async fn superstore_twice_is_superstore_once() {
    let Some((mapping, input)) = superstore() else {
        return;
    };
    let shop = Shop::new("superstore_twice").await;
    let first = shop.import_file(&mapping, &input).await.unwrap();
    let once = shop.everything().await;
    let second = shop.import_file(&mapping, &input).await.unwrap();

    assert!(once == shop.everything().await);
    assert_eq!((first.orders.new, second.orders.new), (5_009, 0));
    assert_eq!(second.orders.total, 5_009);
}

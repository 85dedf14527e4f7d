//! A second import: what stays, what changes, what is replaced.

use std::fs;

use bson::{Document, doc};
use salesgraph::{
    engine::Choice,
    import::{Error, Mapping},
};
use serde_json::json;

use super::{MINIMAL, Shop, instant};
use crate::support::{self, caught_up, replica};

const ROW: &str = "Order,Date,Quantity,Revenue\n1,2024-03-01 00:30,1,10\n";

impl Shop {
    async fn replace(&self, mapping: &str, input: &str) -> Result<super::Report, Error> {
        let path = self.folder.path().join("input.csv");
        fs::write(&path, input).unwrap();
        let mapping = Mapping::parse(mapping, "shop.toml").unwrap();
        self.run(&mapping, &path, true).await
    }

    async fn order_ids(&self) -> Vec<String> {
        let orders = self.all("orders").await;
        let ids = orders.iter().map(|order| order.get_str("_id").unwrap());
        ids.map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn what_a_mapping_leaves_out_of_the_shop_stays() {
    let shop = Shop::new("settings").await;
    let first = MINIMAL.replace(
        "currency = \"EUR\"",
        "name = \"Chez Ada\"\ncurrency = \"EUR\"\ntime_zone = \"Europe/Paris\"\nuncounted_statuses = [\"void\"]",
    );
    shop.import(&first, ROW).await;
    let before = shop.store.settings().await.unwrap().unwrap();

    let second = shop.import(MINIMAL, &ROW.replace("\n1,", "\n2,")).await;
    assert_eq!(shop.store.settings().await.unwrap().unwrap(), before);
    assert!(second.changed_settings.is_empty());
    // The shop's zone, which this mapping does not name.
    let order = shop.one("orders", "2").await;
    assert_eq!(
        order.get_datetime("orderedAt").unwrap(),
        &instant("2024-02-29T23:30:00Z")
    );

    let renamed = MINIMAL.replace("currency", "name = \"Ada\"\ncurrency");
    let third = shop.import(&renamed, ROW).await;
    assert_eq!(
        third.changed_settings,
        ["shop.name is now `Ada`, it was `Chez Ada`"]
    );
    let after = shop.store.settings().await.unwrap().unwrap();
    assert_eq!(
        (after.name.as_str(), after.time_zone),
        ("Ada", before.time_zone)
    );
}

#[tokio::test]
async fn a_second_import_says_what_the_file_does_not_have() {
    let shop = Shop::new("not_in_file").await;
    let first = shop.import(MINIMAL, ROW).await;
    assert_eq!(first.orders.not_in_file, 0);
    let corrected = MINIMAL.replace("\"Order\"", "[{ constant = \"web\" }, \"Order\"]");
    let second = shop.import(&corrected, ROW).await;
    assert_eq!(second.orders.not_in_file, 1);
    let said = second.to_string();
    assert!(
        said.contains("(1 new); in the database and not in this file: 1\n"),
        "{said}"
    );
    assert_eq!(shop.order_ids().await, ["1", "web|1"]);

    let replaced = shop.replace(&corrected, ROW).await.unwrap();
    assert!(replaced.replaced);
    assert_eq!((replaced.orders.total, replaced.orders.not_in_file), (1, 0));
    assert_eq!(shop.order_ids().await, ["web|1"]);
}

#[tokio::test]
async fn a_replaced_shop_keeps_indexes_and_options_and_leaves_nothing_beside() {
    let shop = Shop::new("replaced").await;
    let database = shop.store.database();
    let validator = doc! { "create": "customers", "validator": { "_id": { "$type": "string" } } };
    database.run_command(validator).await.unwrap();
    shop.import(&format!("{MINIMAL}[customer]\nid = \"Quantity\"\n"), ROW)
        .await;
    shop.store.create_indexes().await.unwrap();
    let described = async || {
        let mut described = Vec::new();
        for collection in ["orders", "customers", "products", "locations"] {
            let collection = database.collection::<Document>(collection);
            described.push(collection.list_index_names().await.unwrap());
        }
        described
    };
    let before = described().await;

    let dollars = MINIMAL.replace("EUR", "USD");
    let report = shop
        .replace(&dollars, &ROW.replace("\n1,", "\n7,"))
        .await
        .unwrap();
    assert_eq!(shop.order_ids().await, ["7"]);
    assert_eq!(shop.all("customers").await, Vec::<Document>::new());
    assert_eq!(
        report.changed_settings,
        ["shop.currency is now `USD`, it was `EUR`"]
    );
    assert_eq!(described().await, before);
    let number = database.collection::<Document>("customers");
    assert!(
        number.insert_one(doc! { "_id": 1 }).await.is_err(),
        "the validator is gone"
    );
    let mut names = database.list_collection_names().await.unwrap();
    names.sort();
    assert_eq!(
        names,
        ["customers", "locations", "orders", "products", "shop"]
    );
}

#[tokio::test]
async fn nobody_sees_an_empty_shop_or_half_of_one() {
    let shop = Shop::new("unseen").await;
    let rows = |from: u32, count: u32| {
        let row = |order| format!("{order},2024-01-01,1,1\n");
        let rows: String = (from..from + count).map(row).collect();
        format!("Order,Date,Quantity,Revenue\n{rows}")
    };
    shop.import(MINIMAL, rows(0, 3_000)).await;
    let orders = shop.store.database().collection::<Document>("orders");
    let next_seen = async {
        loop {
            // One that is under way when its collection goes is ended by the server.
            match orders.count_documents(doc! {}).await {
                Ok(3_000) | Err(_) => {}
                Ok(other) => return other,
            }
        }
    };
    let input = rows(10_000, 5_000);
    let (seen, replaced) = tokio::join!(next_seen, shop.replace(MINIMAL, &input));
    assert!(replaced.unwrap().replaced);
    assert_eq!(seen, 5_000);
    assert_eq!(shop.order_ids().await[0], "10000");
}

#[tokio::test]
async fn memory_follows_a_shop_that_is_replaced() {
    let shop = Shop::new("replaced_in_memory").await;
    shop.import(MINIMAL, ROW).await;
    let replica = replica(&shop.store);
    caught_up(&replica).await;
    let asked = support::Shop::counted_by(Choice::Memory(replica.clone()), shop.store.clone());
    let sales = "{ kpis { totalSales orderCount } }";
    let before = json!({ "kpis": { "totalSales": 10, "orderCount": 1 } });
    assert_eq!(asked.data(sales).await, before);

    let input = "Order,Date,Quantity,Revenue\n8,2024-01-01,1,3\n9,2024-01-01,1,4\n";
    shop.replace(MINIMAL, input).await.unwrap();
    caught_up(&replica).await;
    let after = json!({ "kpis": { "totalSales": 7, "orderCount": 2 } });
    assert_eq!(asked.data(sales).await, after);
}

#[tokio::test]
async fn a_file_without_a_usable_row_replaces_nothing() {
    let shop = Shop::new("nothing").await;
    shop.import(MINIMAL, ROW).await;
    let refused = shop
        .replace(MINIMAL, "Order,Date,Quantity,Revenue\n2,soon,1,10\n")
        .await;
    assert!(matches!(refused, Err(Error::NothingToReplaceWith)));
    assert_eq!(shop.order_ids().await, ["1"]);
}

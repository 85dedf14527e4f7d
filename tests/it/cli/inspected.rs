//! A first model, as a newcomer has it written.

use std::fs;

use mongodb::bson::{DateTime, Document, doc};
use salesgraph::store::Store;

use super::{folder, run, salesgraph};
use crate::support::{fresh_store, server_uri};

async fn small_shop() -> Store {
    let shop = fresh_store("inspected").await;
    let orders = (0..40).map(|it| {
        doc! {
            "_id": it, "orderDate": DateTime::from_millis(1_720_000_000_000 + it * 3_600_000), "client": it % 7,
            "items": [{ "sku": format!("S{}", it % 5), "qty": 1 + it % 3, "price": 4.5 }],
        }
    });
    let clients = (0..7).map(|it| doc! { "_id": it, "name": format!("Client {it}") });
    let database = shop.database();
    let collection = |name: &str| database.collection::<Document>(name);
    collection("orders").insert_many(orders).await.unwrap();
    collection("clients").insert_many(clients).await.unwrap();
    shop
}

#[tokio::test]
async fn is_written_once_and_works_at_once() {
    let shop = small_shop().await;
    let folder = folder();
    let source = [
        "--source-uri",
        server_uri(),
        "--source-database",
        shop.database().name(),
    ];
    let inspect = |more: &[&str]| {
        let mut command = salesgraph(&folder);
        run(command.arg("inspect").args(source).args(more))
    };
    let written = inspect(&["--output", "shop.toml"]);
    assert_eq!(written.status.code(), Some(0), "{written:?}");
    let path = folder.path().join("shop.toml");
    let model = fs::read_to_string(&path).unwrap();
    let printed = inspect(&[]);
    assert_eq!(String::from_utf8(printed.stdout).unwrap(), model);

    // What a person may have written into it since.
    fs::write(&path, "mine").unwrap();
    let again = inspect(&["--output", "shop.toml"]);
    assert_eq!(again.status.code(), Some(2));
    let said = String::from_utf8(again.stderr).unwrap();
    assert!(said.contains("shop.toml is there already"), "{said}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");

    fs::write(&path, model).unwrap();
    let mut check = salesgraph(&folder);
    let checked = run(check.args(["check", "--model", "shop.toml"]).args(source));
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
    let said = String::from_utf8(checked.stdout).unwrap();
    for count in ["40  orders", "7  customers", "5  products"] {
        assert!(said.contains(count), "{said}");
    }
}

#[tokio::test]
async fn is_refused_where_there_are_no_orders() {
    let empty = fresh_store("inspected_empty").await;
    let folder = folder();
    for (arguments, expected) in [
        (
            &["--source-uri", server_uri()][..],
            "with --source-database",
        ),
        (
            &[
                "--source-uri",
                server_uri(),
                "--source-database",
                empty.database().name(),
            ],
            "no collection looks like one of orders",
        ),
    ] {
        let output = run(salesgraph(&folder).arg("inspect").args(arguments));
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.contains(expected) && said.trim_end().lines().count() == 1,
            "{said}"
        );
    }
}

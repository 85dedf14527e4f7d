//! Shops of files: folders as people have them, read by a model.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

mod exports;
mod joined;
mod kinds;

use std::{fs, path::Path, sync::Arc, time::Duration};

use mongodb::bson::{Bson, Document, doc};
use salesgraph::{
    bridge::{Bridge, Checked, Source, check},
    model::Model,
    store::{Store, decimal_from_bson},
};
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::support::{BothEngines, fresh_store};

/// A folder of files and its canonical copy, followed until this is dropped.
struct Files {
    folder: TempDir,
    store: Store,
    following: JoinHandle<()>,
}

impl Drop for Files {
    fn drop(&mut self) {
        self.following.abort();
    }
}

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

async fn bridge(
    store: &Store,
    model: &str,
    folder: &Path,
) -> salesgraph::bridge::Result<JoinHandle<()>> {
    let model = Model::parse(model, "shop.toml").unwrap_or_else(|error| panic!("{error}"));
    let bridge = Bridge::new(model, Source::folder(folder.into()), store.clone());
    let following = bridge.start(Arc::new(|_, _| {})).await?;
    Ok(tokio::spawn(following.run(Duration::from_secs(3600))))
}

/// Why the files cannot be served.
async fn refusal(model: &str, files: &[(&str, &[u8])]) -> String {
    let folder = folder(files);
    let store = fresh_store("refused").await;
    let refused = bridge(&store, model, folder.path()).await.unwrap_err();
    assert!(refused.is_usage());
    refused
        .to_string()
        .replace(&folder.path().display().to_string(), "FOLDER")
}

/// What would be served of the files.
async fn checked(model: &str, files: &[(&str, &[u8])]) -> Checked {
    let folder = folder(files);
    let model = Model::parse(model, "shop.toml").unwrap();
    let source = Source::folder(folder.path().into());
    check(model, &source, Arc::new(|_, _| {})).await.unwrap()
}

impl Files {
    async fn load(name: &str, model: &str, files: &[(&str, &[u8])]) -> Self {
        let folder = folder(files);
        let store = fresh_store(&format!("files_{name}")).await;
        let following = bridge(&store, model, folder.path()).await;
        let following = following.unwrap_or_else(|error| panic!("{error}"));
        Self {
            folder,
            store,
            following,
        }
    }

    /// The KPIs of the whole shop, from both engines.
    async fn kpis(&self, names: &str) -> Value {
        let shop = BothEngines::over(self.store.clone()).await;
        let mut data = shop.data(&format!("{{ kpis {{ {names} }} }}")).await;
        data["kpis"].take()
    }

    /// Key, sales and orders of each group.
    async fn breakdown(&self, by: &str) -> Vec<(String, String, i64)> {
        let shop = BothEngines::over(self.store.clone()).await;
        let query = format!(
            "{{ kpis {{ breakdown(by: {by}, first: 100) {{ rows {{ key {{ label }} kpis {{ totalSales orderCount }} }} }} }} }}"
        );
        let data = shop.data(&query).await;
        let rows = data["kpis"]["breakdown"]["rows"].as_array().unwrap();
        let row = |row: &Value| {
            let label = row["key"][0]["label"].as_str().unwrap_or("-");
            let sales = row["kpis"]["totalSales"].to_string();
            (
                label.to_owned(),
                sales,
                row["kpis"]["orderCount"].as_i64().unwrap(),
            )
        };
        rows.iter().map(row).collect()
    }

    async fn order(&self, id: &str) -> Document {
        let orders = self.store.database().collection::<Document>("orders");
        let found = orders.find_one(doc! { "_id": id }).await.unwrap();
        found.unwrap_or_else(|| panic!("there is no order {id}"))
    }

    /// What was left out, why, and where.
    async fn rejects(&self) -> Vec<(String, String, Vec<String>)> {
        let rejects = self.store.rejects().await.unwrap().into_iter();
        rejects.map(|it| (it.what, it.reason, it.ids)).collect()
    }
}

/// A number of a document as text.
fn amount(document: &Document, field: &str) -> String {
    let value = document.get(field).and_then(decimal_from_bson);
    value.map_or("none".into(), |it| it.normalize().to_string())
}

/// What a line would have cost without discounts.
fn list_amount(line: &Document) -> String {
    let number = |field: &str| line.get(field).and_then(decimal_from_bson);
    let discount = number("discountAmount").unwrap_or_default();
    let list = number("revenue").unwrap() + discount;
    list.normalize().to_string()
}

/// Of each line of an order: product, and numbers as text.
fn lines<const N: usize>(order: &Document, fields: [&str; N]) -> Vec<(String, [String; N])> {
    let lines = order.get_array("lines").unwrap().iter();
    let lines = lines.filter_map(Bson::as_document);
    lines
        .map(|line| {
            let product = line.get_str("productId").unwrap_or("-").to_owned();
            let number = |field| match field {
                "listAmount" => list_amount(line),
                field => amount(line, field),
            };
            (product, fields.map(number))
        })
        .collect()
}

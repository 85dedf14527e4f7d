//! Files, as shops export them, into a real database.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

mod again;
mod amounts;
mod exports;
mod recipes;
mod rejects;
mod shapes;
mod superstore;
mod totals;

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use bson::{Bson, DateTime, Document, doc};
use futures::TryStreamExt;
use salesgraph::{
    import::{self, Error, Mapping, Progress, Report, Request},
    store::Store,
};
use tempfile::TempDir;

use crate::support::fresh_store;

/// A database, and a folder for the input and the rejects.
struct Shop {
    store: Store,
    folder: TempDir,
}

impl Shop {
    async fn new(name: &str) -> Self {
        Self {
            store: fresh_store(&format!("import_{name}")).await,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn rejects_path(&self) -> PathBuf {
        self.folder.path().join("rejects.csv")
    }

    fn rejects(&self) -> String {
        fs::read_to_string(self.rejects_path()).unwrap()
    }

    async fn import_file(&self, mapping: &Mapping, input: &Path) -> Result<Report, Error> {
        self.run(mapping, input, false).await
    }

    async fn run(&self, mapping: &Mapping, input: &Path, replace: bool) -> Result<Report, Error> {
        let rejects = self.rejects_path();
        let request = Request {
            mapping,
            input: Some(input),
            rejects: &rejects,
            replace,
        };
        import::run(&request, &self.store, |_| ()).await
    }

    async fn try_import(&self, mapping: &str, input: impl AsRef<[u8]>) -> Result<Report, Error> {
        let path = self.folder.path().join("input.csv");
        fs::write(&path, input).unwrap();
        let mapping = Mapping::parse(mapping, "shop.toml")?;
        self.import_file(&mapping, &path).await
    }

    async fn import(&self, mapping: &str, input: impl AsRef<[u8]>) -> Report {
        self.try_import(mapping, input).await.unwrap()
    }

    /// All documents of a collection, by id.
    async fn all(&self, collection: &str) -> Vec<Document> {
        let collection = self.store.database().collection::<Document>(collection);
        let found = collection.find(doc! {}).sort(doc! { "_id": 1 }).await;
        found.unwrap().try_collect().await.unwrap()
    }

    async fn one(&self, collection: &str, id: &str) -> Document {
        let documents = self.store.database().collection::<Document>(collection);
        let found = documents.find_one(doc! { "_id": id }).await.unwrap();
        found.unwrap_or_else(|| panic!("{collection} has no `{id}`"))
    }

    async fn everything(&self) -> Vec<Vec<Document>> {
        let mut everything = Vec::new();
        for collection in ["orders", "customers", "products", "locations", "shop"] {
            everything.push(self.all(collection).await);
        }
        everything
    }
}

/// Order, line and shop; a test adds the sections that it is about.
const MINIMAL: &str = r#"
[shop]
currency = "EUR"

[order]
id = "Order"
ordered_at = "Date"

[line]
quantity = "Quantity"
revenue = "Revenue"
"#;

fn with(sections: &str) -> String {
    format!("{MINIMAL}{sections}")
}

fn amount(text: &str) -> Bson {
    Bson::Decimal128(text.parse().unwrap())
}

fn instant(text: &str) -> DateTime {
    DateTime::parse_rfc3339_str(text).unwrap()
}

#[tokio::test]
async fn progress_ends_where_the_import_does() {
    let shop = Shop::new("progress").await;
    let mut input = String::from("Order,Date,Quantity,Revenue\n");
    for order in 0..5_000 {
        writeln!(input, "{order},2024-01-01,1,10").unwrap();
    }
    let path = shop.folder.path().join("input.csv");
    fs::write(&path, &input).unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&heard);
    let mapping = Mapping::parse(MINIMAL, "shop.toml").unwrap();
    let told = move |progress| listener.lock().unwrap().push(progress);
    let request = Request {
        mapping: &mapping,
        input: Some(&path),
        rejects: &shop.rejects_path(),
        replace: false,
    };
    import::run(&request, &shop.store, told).await.unwrap();

    let heard = heard.lock().unwrap();
    let bytes = input.len() as u64;
    assert!(heard.contains(&Progress::Reading {
        rows: 5_000,
        bytes,
        total_bytes: Some(bytes)
    }));
    let end = Progress::Writing {
        documents: 5_000,
        total: 5_000,
    };
    assert_eq!(heard.last(), Some(&end));
}

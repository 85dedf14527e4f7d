//! One of the shops beside the repository.

use std::{fs, io::Read, path::PathBuf};

use flate2::read::GzDecoder;
use mongodb::bson::{Document, doc};
use salesgraph::{kpi::Vocabulary, model::Model, store::Store};
use serde_json::Value;

use crate::support::shared_dir;

pub struct Fixture {
    pub name: &'static str,
    pub expected: Value,
    pub source: Store,
    operations: Vec<Document>,
    played: std::cell::Cell<usize>,
}

impl Fixture {
    /// The shop's collections in its own database; `None` where there is no such shop.
    pub async fn load(name: &'static str, source: Store) -> Option<Self> {
        let folder = shared_dir()?.join("data/shops").join(name);
        let expected = fs::read_to_string(folder.join("expected.json")).ok()?;
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let file = path.file_name().unwrap().to_str().unwrap();
            let Some(collection) = file.strip_suffix(".jsonl.gz") else {
                continue;
            };
            let mut text = String::new();
            let mut unpacked = GzDecoder::new(fs::File::open(&path).unwrap());
            unpacked.read_to_string(&mut text).unwrap();
            let documents: Vec<Document> = text.lines().map(extended).collect();
            let collection = source.database().collection::<Document>(collection);
            collection.insert_many(documents).await.unwrap();
        }
        let operations = fs::read_to_string(folder.join("live.jsonl")).unwrap();
        Some(Self {
            name,
            expected: serde_json::from_str(&expected).unwrap(),
            source,
            operations: operations.lines().map(extended).collect(),
            played: 0.into(),
        })
    }

    /// The shop as the files of a folder.
    pub fn folder(&self) -> PathBuf {
        let shops = shared_dir().unwrap().join("data/shops");
        shops.join(self.name)
    }

    /// The model that the product ships for this shape.
    pub fn model(&self) -> PathBuf {
        let examples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples");
        examples.join(format!("{}.toml", self.name))
    }

    /// What the shop can be asked about.
    pub fn vocabulary(&self) -> &'static Vocabulary {
        let model = Model::from_path(&self.model());
        model.unwrap_or_else(|error| panic!("{error}")).vocabulary()
    }

    /// After how many operations there are figures.
    pub fn stages(&self) -> Vec<usize> {
        let after = self.expected["expected_after"].as_object().unwrap();
        let mut stages: Vec<usize> = after.keys().map(|key| key.parse().unwrap()).collect();
        stages.sort_unstable();
        stages
    }

    /// Plays the operations that have not been played, up to this one.
    pub async fn play(&self, until: usize) {
        for operation in &self.operations[self.played.get()..until] {
            self.perform(operation).await;
        }
        self.played.set(until);
    }

    async fn perform(&self, operation: &Document) {
        let Ok(parts) = operation.get_array("operations") else {
            return self.change(operation, None).await;
        };
        let client = self.source.database().client();
        let mut session = client.start_session().await.unwrap();
        session.start_transaction().await.unwrap();
        for part in parts {
            let part = part.as_document().unwrap();
            self.change(part, Some(&mut session)).await;
        }
        session.commit_transaction().await.unwrap();
    }

    async fn change(&self, operation: &Document, session: Option<&mut mongodb::ClientSession>) {
        let collection = operation.get_str("collection").unwrap();
        let filter = || operation.get_document("filter").unwrap().clone();
        let command = match operation.get_str("op").unwrap() {
            "insert" => {
                let document = operation.get_document("document").unwrap().clone();
                doc! { "insert": collection, "documents": [document] }
            }
            "delete" => {
                doc! { "delete": collection, "deletes": [{ "q": filter(), "limit": 1 }] }
            }
            "update" | "replace" => {
                let change = operation.get("update").or(operation.get("document"));
                let change = change.unwrap().clone();
                doc! { "update": collection, "updates": [{ "q": filter(), "u": change }] }
            }
            other => panic!("{other} is no operation"),
        };
        let command = self.source.database().run_command(command);
        let reply = match session {
            Some(session) => command.session(session).await,
            None => command.await,
        };
        assert_eq!(reply.unwrap().get_i32("n").unwrap(), 1, "{operation}");
    }
}

/// MongoDB Extended JSON.
fn extended(line: &str) -> Document {
    serde_json::from_str(line).unwrap()
}

//! A shop to ask, without HTTP in between.

use std::sync::Arc;

use async_graphql::Response;
use salesgraph::{
    graphql::{self, Schema, SettingsOverrides, Setup},
    store::Store,
};
use serde_json::Value;

/// What time it is in the tests: 10 April 2024, 12:00 in Paris.
const NOW: &str = "2024-04-10T10:00:00Z";

/// A schema over a database, at a time that stands still.
pub struct Shop(Schema);

impl Shop {
    pub fn over(store: Store) -> Self {
        Self(graphql::schema(Setup {
            store,
            overrides: SettingsOverrides::default(),
            clock: Arc::new(|| NOW.parse().unwrap()),
        }))
    }

    pub fn into_schema(self) -> Schema {
        self.0
    }

    pub async fn execute(&self, query: &str) -> Response {
        self.0.execute(query).await
    }

    /// The data of an answer without errors.
    pub async fn data(&self, query: &str) -> Value {
        let response = self.execute(query).await;
        assert!(response.errors.is_empty(), "{:?}", response.errors);
        let text = serde_json::to_string(&response.data).unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

//! The README's first query gives the README's answer.

use std::{fs, path::Path};

use salesgraph::demo::{self, fill};
use serde_json::Value;

use crate::support::{Shop, fresh_store};

/// The text of the first fenced block in this language.
fn block<'a>(readme: &'a str, language: &str) -> &'a str {
    let begin = format!("```{language}\n");
    let (_, rest) = readme.split_once(&begin).unwrap();
    let (block, _) = rest.split_once("```").unwrap();
    block
}

#[tokio::test]
async fn the_first_query_gives_its_answer() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(readme).unwrap();
    // `demo --until 2026-01-01`, as the README says.
    let until = "2026-01-01".parse().unwrap();
    let request = demo::Request {
        until: Some(until),
        ..demo::Request::default()
    };
    let store = fresh_store("readme").await;
    fill(&store, &request, until, |_, _| {}).await.unwrap();
    store.create_indexes().await.unwrap();
    let answer = Shop::over(store).data(block(&readme, "graphql")).await;
    let expected: Value = serde_json::from_str(block(&readme, "json")).unwrap();
    assert_eq!(answer, expected);
}

//! The README's queries give the README's answers.

use std::{fs, path::Path};

use salesgraph::demo::{self, fill};
use serde_json::Value;

use crate::support::{Shop, fresh_store};

/// The text of the first fenced block in this language, in a section of the README.
fn block<'a>(section: &'a str, language: &str) -> &'a str {
    let begin = format!("```{language}\n");
    let (_, rest) = section.split_once(&begin).unwrap();
    let (block, _) = rest.split_once("```").unwrap();
    block
}

#[tokio::test]
async fn its_queries_give_its_answers() {
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
    let shop = Shop::over(store);
    for title in [
        "## A first query",
        "## An analyst's questions",
        "### What is bought together, and who buys",
        "### Fiscal years and retail calendars",
    ] {
        let (_, section) = readme.split_once(&format!("\n{title}\n")).unwrap();
        let answer = shop.data(block(section, "graphql")).await;
        let expected: Value = serde_json::from_str(block(section, "json")).unwrap();
        assert_eq!(answer, expected, "{title}");
    }
}

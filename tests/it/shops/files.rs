//! The same shops, from the files that their collections lie in: JSON lines, packed by gzip.

use salesgraph::{bridge::Source, model::Model};

use super::{Fixture, Live, followed};
use crate::support::fresh_store;

async fn as_expected_from_files(name: &'static str) {
    let source = fresh_store(&format!("{name}_unread")).await;
    let Some(fixture) = Fixture::load(name, source).await else {
        println!("skipped: no shops beside the repository");
        return;
    };
    let model = Model::from_path(&fixture.model()).unwrap();
    let store = fresh_store(&format!("{name}_files")).await;
    let following = followed(model, Source::folder(fixture.folder()), &store).await;
    let live = Live {
        vocabulary: fixture.vocabulary(),
        fixture,
        store,
        following,
    };
    let expected = &live.fixture.expected;
    live.settles(expected, "from files").await;
    live.tells_what_cannot_be_used(&expected["unusable"]).await;
}

#[tokio::test]
async fn items_in_an_array() {
    as_expected_from_files("mern").await;
}

#[tokio::test]
async fn one_document_a_line() {
    as_expected_from_files("prototype").await;
}

#[tokio::test]
async fn lines_in_a_collection_of_their_own() {
    as_expected_from_files("unchained").await;
}

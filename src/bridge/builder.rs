//! Builds targets, fetching what they need.

use std::collections::{BTreeMap, BTreeSet};

use bson::{Document, Timestamp};

use super::{Result, source::Source};
use crate::model::{Built, JoinId, Known, Model, Target, text};

/// Keys of one question to the source.
const KEYS: usize = 1_000;

/// Builds every target, as all of it was at one instant where one is given.
pub async fn build(
    model: &Model,
    source: &Source,
    targets: BTreeSet<Target>,
    mut known: Known,
    at: Option<Timestamp>,
) -> Result<Vec<(Target, Built)>> {
    let mut done = Vec::with_capacity(targets.len());
    let mut waiting: Vec<Target> = targets.into_iter().collect();
    while !waiting.is_empty() {
        let mut missing = BTreeSet::new();
        let mut again = Vec::new();
        for target in waiting {
            let built = model.build(&target, &known);
            let lacked = known.take_missing();
            if lacked.is_empty() {
                done.push((target, built));
            } else {
                missing.extend(lacked);
                again.push(target);
            }
        }
        fetch(model, source, &mut known, missing, at).await?;
        waiting = again;
    }
    Ok(done)
}

/// Fetches the documents of these keys.
pub async fn fetch(
    model: &Model,
    source: &Source,
    known: &mut Known,
    keys: BTreeSet<(JoinId, String)>,
    at: Option<Timestamp>,
) -> Result<()> {
    let mut by_join: BTreeMap<JoinId, Vec<String>> = BTreeMap::new();
    for (join, key) in keys {
        by_join.entry(join).or_default().push(key);
    }
    for (id, keys) in by_join {
        let join = &model.joins()[id];
        for keys in keys.chunks(KEYS) {
            let asked: Vec<&str> = keys.iter().map(String::as_str).collect();
            let found = source.by_keys(model, join, &asked, at).await?;
            for key in keys {
                known.insert(id, key.clone(), Vec::new());
            }
            for document in found {
                if let Some(key) = key(model, id, &document)
                    && known.has(id, &key)
                {
                    known.push(id, key, document);
                }
            }
        }
    }
    Ok(())
}

fn key(model: &Model, join: JoinId, document: &Document) -> Option<String> {
    model.joins()[join].field.get(document).and_then(text)
}

//! Builds targets, fetching what they need.

use std::collections::{BTreeMap, BTreeSet};

use bson::{Bson, Document, Timestamp};

use super::{Result, source::Documents};
use crate::model::{Built, JoinId, Known, Model, Target, key_of, row, text, values_of};

/// Keys of one question to the source.
const KEYS: usize = 1_000;

/// Why an order is left out that cannot be told from others.
pub const NAMELESS: &str = "no `id` that can be read";

/// What a row of a file is called that cannot be read.
pub const BROKEN: &str = "row";

/// Documents of one source, and what is to be built of them.
#[derive(Debug, Default)]
pub struct Chunk {
    pub known: Known,
    pub targets: BTreeSet<Target>,
    /// Those that are meant as orders and have no id, by their `_id` or their row.
    pub nameless: Vec<String>,
}

impl Chunk {
    pub fn of(model: &Model, source: usize, documents: Vec<Document>) -> Self {
        let mut chunk = Self::default();
        for document in documents {
            chunk.targets.extend(model.targets_of(source, &document));
            let Some(id) = document.get("_id").and_then(text) else {
                continue;
            };
            if model.is_nameless(source, &document) {
                chunk
                    .nameless
                    .push(row(&document).unwrap_or(&id).to_owned());
            }
            chunk.known.push(model.id_join(source), id, document);
        }
        chunk
    }
}

/// Builds every target, as all of it was at one instant where one is given.
pub async fn build(
    model: &Model,
    source: &Documents,
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
async fn fetch(
    model: &Model,
    source: &Documents,
    known: &mut Known,
    keys: BTreeSet<(JoinId, String)>,
    at: Option<Timestamp>,
) -> Result<()> {
    let mut by_join: BTreeMap<JoinId, Vec<(String, Vec<Bson>)>> = BTreeMap::new();
    for (join, key) in keys {
        let values = values_of(&key);
        by_join.entry(join).or_default().push((key, values));
    }
    for (join, keys) in by_join {
        fetch_values(model, source, known, join, keys, at).await?;
    }
    Ok(())
}

/// Fetches the documents in which a join's field has one of the values that a key stands for.
pub async fn fetch_values(
    model: &Model,
    source: &Documents,
    known: &mut Known,
    join: JoinId,
    keys: Vec<(String, Vec<Bson>)>,
    at: Option<Timestamp>,
) -> Result<()> {
    for keys in keys.chunks(KEYS) {
        let found = source.by_values(model, join, keys, at).await?;
        for (key, _) in keys {
            known.insert(join, key.clone(), Vec::new());
        }
        for document in found {
            if let Some(key) = key_of(&model.joins()[join], &document)
                && known.has(join, &key)
            {
                known.push(join, key, document);
            }
        }
    }
    Ok(())
}

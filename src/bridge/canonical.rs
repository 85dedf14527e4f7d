//! What was built, written into the canonical database.

use std::collections::{BTreeMap, BTreeSet};

use bson::{Bson, Document, RawArrayBuf, RawDocumentBuf, doc, rawdoc};
use mongodb::{ClientSession, change_stream::event::ResumeToken, options::WriteConcern};
use serde::{Deserialize, Serialize};

use super::{
    Bridge, Result,
    builder::{BROKEN, NAMELESS},
};
use crate::{
    model::{Built, Kind, Model, Part, Target},
    store::{self, REJECTS, Replacements, Store, refusal},
};

pub const READS: &str = "bridge_reads";
pub const PARTS: &str = "bridge_parts";
pub const STATE: &str = "bridge_state";

/// How far the canonical documents follow the source.
#[derive(Debug, Serialize, Deserialize)]
pub struct State {
    #[serde(rename = "_id")]
    id: String,
    /// The model that they were built by.
    fingerprint: String,
    /// The source that they are of.
    source: String,
    /// Where the change stream goes on; `None` where the source has none.
    pub token: Option<ResumeToken>,
}

impl State {
    /// What stands in the database, where it was built by this model from this source.
    pub async fn read(bridge: &Bridge) -> Result<Option<Self>> {
        let address = bridge.source.address(&bridge.model);
        let states = bridge.store.database().collection::<Self>(STATE);
        let found = bridge.store.bounded(states.find_one(doc! {})).await?;
        Ok(found.filter(|state| {
            state.fingerprint == bridge.model.fingerprint() && state.source == address
        }))
    }

    /// What was built from the source of this address.
    pub fn of(bridge: &Bridge, source: String, token: Option<ResumeToken>) -> Self {
        Self {
            id: "state".into(),
            fingerprint: bridge.model.fingerprint().to_owned(),
            source,
            token,
        }
    }

    /// Takes note of a shop that has been loaded.
    pub async fn save(self, bridge: &Bridge) -> Result<()> {
        let states = bridge.store.database().collection::<Self>(STATE);
        let replace = states.replace_one(doc! { "_id": "state" }, self);
        bridge.store.bounded(replace.upsert(true)).await?;
        Ok(())
    }
}

/// Where documents are written: into what is served, or beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Served,
    Beside,
}

impl Place {
    pub fn name(self, collection: &str) -> String {
        match self {
            Self::Served => collection.to_owned(),
            Self::Beside => store::incoming::name(collection),
        }
    }
}

/// Writes, collected by collection: a document over the one of its id, or none.
#[derive(Debug, Default)]
pub struct Writes {
    documents: BTreeMap<&'static str, BTreeMap<String, Option<Document>>>,
}

impl Writes {
    pub fn put(&mut self, collection: &'static str, id: String, document: Option<Document>) {
        let documents = self.documents.entry(collection).or_default();
        documents.insert(id, document);
    }

    /// The ids of the documents of a collection.
    pub fn ids(&self, collection: &str) -> BTreeSet<String> {
        let documents = self.documents.get(collection).into_iter().flatten();
        documents.map(|(id, _)| id.clone()).collect()
    }

    /// The document of a description as the canonical one.
    pub fn describe(&mut self, of: &str, description: Option<&Document>) {
        let document = description.and_then(|it| it.get_document("document").ok());
        if let Some(target) = target_of(of) {
            self.put(target.kind.collection(), target.id, document.cloned());
        }
    }

    /// Sends all of them to where nobody reads yet. Nearly all are new there and are sent as
    /// such, which takes the server much less than looking for what they would replace.
    pub async fn send_new(self, store: &Store) -> Result<()> {
        let mut others = Self::default();
        for (collection, documents) in self.documents {
            let mut new = Vec::with_capacity(documents.len());
            for (id, document) in documents {
                match document {
                    Some(document) => new.push((id, document)),
                    None => others.put(collection, id, None),
                }
            }
            for (id, document) in insert(store, collection, new).await? {
                others.put(collection, id, Some(document));
            }
        }
        others.send(store, Place::Beside, None).await
    }

    /// Sends all of them.
    pub async fn send(
        self,
        store: &Store,
        place: Place,
        mut session: Option<&mut ClientSession>,
    ) -> Result<()> {
        for (collection, documents) in self.documents {
            let name = place.name(collection);
            let mut batch = Replacements::default();
            let mut gone = Vec::new();
            for (id, document) in documents {
                let Some(document) = document else {
                    gone.push(id);
                    continue;
                };
                let failed = |error: bson::error::Error| store::Error::Failed(error.into());
                batch.push(&id, &document).map_err(failed)?;
                if !batch.has_room() {
                    let full = std::mem::take(&mut batch).command(&name);
                    run(store, full, session.as_deref_mut()).await?;
                }
            }
            if batch.count() > 0 {
                run(store, batch.command(&name), session.as_deref_mut()).await?;
            }
            // An id takes 20 bytes, and a step has some thousands of targets.
            if !gone.is_empty() {
                let ids = RawArrayBuf::from_iter(gone);
                let gone = rawdoc! { "q": { "_id": { "$in": ids } }, "limit": 0 };
                let delete = rawdoc! { "delete": name, "deletes": [gone] };
                run(store, delete, session.as_deref_mut()).await?;
            }
        }
        Ok(())
    }
}

/// Inserts documents beside what is served; hands back those whose ids are there already.
async fn insert(
    store: &Store,
    collection: &str,
    mut documents: Vec<(String, Document)>,
) -> Result<Vec<(String, Document)>> {
    if documents.is_empty() {
        return Ok(documents);
    }
    let beside = Place::Beside.name(collection);
    let beside = store.database().collection::<Document>(&beside);
    for (id, document) in &mut documents {
        document.insert("_id", &*id);
    }
    // What is written last waits for the journal, and with it everything before.
    let inserted = beside.insert_many(documents.iter().map(|(_, it)| it));
    let inserted = inserted
        .ordered(false)
        .write_concern(WriteConcern::nodes(1));
    let there = match store.bounded(inserted).await {
        Ok(_) => return Ok(Vec::new()),
        Err(error) => error.duplicates().ok_or(error)?,
    };
    let documents = documents.into_iter().enumerate();
    let there = documents.filter(|(number, _)| there.contains(number));
    Ok(there.map(|(_, document)| document).collect())
}

async fn run(
    store: &Store,
    command: RawDocumentBuf,
    session: Option<&mut ClientSession>,
) -> Result<()> {
    let command = store.database().run_raw_command(command);
    let reply = match session {
        Some(session) => store.bounded(command.session(session)).await?,
        None => store.bounded(command).await?,
    };
    match refusal(&reply) {
        None => Ok(()),
        Some(refusal) => {
            let error = mongodb::error::Error::custom(refusal.reason);
            Err(store::Error::Failed(error).into())
        }
    }
}

/// The text that stands for a target in the bridge's own collections.
pub fn tag(target: &Target) -> String {
    format!("{}:{}", target.kind.collection(), target.id)
}

pub fn target_of(tag: &str) -> Option<Target> {
    let (collection, id) = tag.split_once(':')?;
    let kind = Kind::ALL
        .into_iter()
        .find(|it| it.collection() == collection)?;
    Some(Target {
        kind,
        id: id.to_owned(),
    })
}

/// What the built targets make of the canonical collections, but for what orders say of
/// customers, products and places.
pub fn writes(model: &Model, built: Vec<(Target, Built)>) -> (Writes, Vec<(Target, Part)>) {
    let mut writes = Writes::default();
    let mut parts = Vec::new();
    for (target, built) in built {
        let tag = tag(&target);
        for (number, reject) in built.rejects.iter().enumerate() {
            let id = format!("{tag}#{number}");
            let document = doc! { "_id": &id, "of": &tag, "order": reject.found_by(&target.id), "what": reject.what, "reason": &reject.reason };
            writes.put(REJECTS, id, Some(document));
        }
        if target.kind != Kind::Order || !model.orders_stand_alone() {
            let reads = reads(model, &tag, &target, &built);
            writes.put(READS, tag, reads);
        }
        for part in built.parts {
            if part.is_plain {
                let Target { kind, id } = part.target;
                writes.put(kind.collection(), id, Some(part.document));
            } else {
                parts.push((target.clone(), part));
            }
        }
        writes.put(target.kind.collection(), target.id, built.document);
    }
    (writes, parts)
}

/// Tells of a document of the orders' source that is meant and has no id to be told by, or
/// no more of it.
pub fn tell_nameless(writes: &mut Writes, id: &str, is_one: bool) {
    let of = format!("nameless:{id}");
    let reject =
        || doc! { "_id": &of, "of": &of, "order": id, "what": "order", "reason": NAMELESS };
    let reject = is_one.then(reject);
    writes.put(REJECTS, of, reject);
}

/// Tells of a row of a file that cannot be read.
pub fn tell_broken(writes: &mut Writes, row: &str, reason: &str) {
    let of = format!("{BROKEN}:{row}");
    let reject = doc! { "_id": &of, "of": &of, "order": row, "what": BROKEN, "reason": reason };
    writes.put(REJECTS, of, Some(reject));
}

/// What a target was built from, where that is more than the document of its own id.
fn reads(model: &Model, tag: &str, target: &Target, built: &Built) -> Option<Document> {
    let is_own = |(join, key): &(usize, String)| {
        let source = model.joins()[*join].source;
        *join == model.id_join(source) && model.targets_of_id(source, key).contains(target)
    };
    let is_gone = built.document.is_none() && built.rejects.is_empty();
    if is_gone || built.reads.iter().all(is_own) {
        return None;
    }
    let reads: Vec<Bson> = built
        .reads
        .iter()
        .map(|it| read(model, it).into())
        .collect();
    Some(doc! { "_id": tag, "reads": reads })
}

/// A join's key as the text that is remembered.
pub fn read(model: &Model, (join, key): &(usize, String)) -> String {
    let join = &model.joins()[*join];
    let collection = &model.sources()[join.source].collection;
    format!("{collection}.{}={key}", join.field.as_str())
}

/// One order's description of a customer, product or place.
pub fn part(owner: &Target, part: &Part) -> (String, Document) {
    let (owner, of) = (tag(owner), tag(&part.target));
    let id = format!("{owner}>{of}");
    let document = doc! {
        "_id": &id,
        "owner": owner,
        "of": of,
        "at": bson::DateTime::from_chrono(part.at),
        "document": part.document.clone(),
    };
    (id, document)
}

/// Sorts descriptions: of each customer, product or place the latest first, and among
/// equals that of the greatest id.
pub fn latest_of_each() -> Document {
    doc! { "of": 1, "at": -1, "_id": -1 }
}

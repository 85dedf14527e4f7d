//! Documents that go by an id: those of a manifest, and those that clients have shown lately.
//!
//! A manifest is what a client's build writes of its documents: an object of ids and documents,
//! as Relay's compiler (`persistConfig`) and GraphQL Code Generator (`persistedDocuments`)
//! write it. Whatever the ids are, a document goes by its SHA-256 as well.

use std::{collections::HashMap, fmt::Write as _, sync::Arc};

use quick_cache::{Weighter, sync::Cache};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{Guard, Incoming, Limits, Rejection};

/// Bytes of all the documents that are kept for clients that have shown them: some thousands
/// of a dashboard's.
const BYTES: u64 = 4 << 20;
/// Documents that are expected, for the table to start with.
const DOCUMENTS: usize = 64;

/// What ids of [SHA-256](hash) may have before them.
const PREFIX: &str = "sha256:";

/// The documents that are known by ids from the start.
#[derive(Clone, Debug, Default)]
pub struct Persisted {
    /// By what the manifest calls them and by their hashes.
    listed: Arc<HashMap<String, Arc<str>>>,
    /// Whether no other document is taken.
    only: bool,
}

/// Why a text is no manifest.
#[derive(Debug, thiserror::Error)]
pub enum BadManifest {
    /// It is no JSON, or none of ids and documents.
    #[error("it is no JSON object of ids and documents: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// There is no document in it.
    #[error("there is no document in it")]
    Empty,
    /// One of them would be refused.
    #[error("the document `{0}`: {1}")]
    Document(String, Rejection),
}

impl Persisted {
    /// Reads a manifest, whose documents keep to these limits.
    ///
    /// # Errors
    /// When it is none, or a document in it would be refused.
    pub fn from_json(text: &str, limits: Limits) -> Result<Self, BadManifest> {
        let manifest: HashMap<String, String> = serde_json::from_str(text)?;
        if manifest.is_empty() {
            return Err(BadManifest::Empty);
        }
        let guard = Guard::new(limits);
        let mut listed = HashMap::with_capacity(2 * manifest.len());
        for (id, document) in &manifest {
            let is_allowed = guard.weighed(document, &HashMap::new());
            is_allowed.map_err(|rejection| BadManifest::Document(id.clone(), rejection))?;
            listed.insert(hash(document), Arc::from(document.as_str()));
        }
        // What the manifest says counts more, should an id look like a hash.
        for (id, document) in manifest {
            listed.insert(id, document.into());
        }
        Ok(Self {
            listed: Arc::new(listed),
            only: false,
        })
    }

    /// The same, and no other document is taken.
    #[must_use]
    pub fn only(self) -> Self {
        Self { only: true, ..self }
    }

    /// Whether no other document is taken.
    #[must_use]
    pub fn are_all(&self) -> bool {
        self.only
    }

    fn get(&self, id: &str) -> Option<Arc<str>> {
        let found = self.listed.get(id);
        let by_hash = || self.listed.get(id.strip_prefix(PREFIX)?);
        found.or_else(by_hash).map(Arc::clone)
    }
}

/// Documents by their hashes, as clients have shown them.
#[derive(Debug)]
pub(super) struct Shown(Cache<String, Arc<str>, ByLength>);

#[derive(Clone, Debug)]
struct ByLength;

impl Weighter<String, Arc<str>> for ByLength {
    fn weight(&self, hash: &String, document: &Arc<str>) -> u64 {
        (hash.len() + document.len()) as u64
    }
}

impl Shown {
    pub fn new() -> Self {
        Self(Cache::with_weighter(DOCUMENTS, BYTES, ByLength))
    }
}

/// The document that a request asks for.
#[derive(Debug)]
pub(super) struct Asked {
    pub document: Arc<str>,
    /// What it shall be known by from now on.
    new: Option<String>,
}

impl Guard {
    /// The document of a request, by whatever it is named.
    ///
    /// # Errors
    /// When there is none by that name, or it may not be asked.
    pub(super) fn asked(&self, incoming: &mut Incoming) -> Result<Asked, Rejection> {
        let known = |document| Asked {
            document,
            new: None,
        };
        let shown_hash = shown_hash(&incoming.extensions)?;
        match (incoming.query.take(), &incoming.document_id, shown_hash) {
            (Some(_), Some(_), _) => Err(Rejection::TwoDocuments),
            (Some(query), None, None) => {
                let is_taken = !self.persisted.only || self.persisted.get(&hash(&query)).is_some();
                let asked = is_taken.then(|| known(query.into()));
                asked.ok_or(Rejection::NotPersisted)
            }
            (Some(query), None, Some(shown)) => self.shown(query, shown),
            (None, Some(id), _) => self
                .persisted
                .get(id)
                .map(known)
                .ok_or(Rejection::UnknownId),
            (None, None, Some(hash)) => {
                let listed = self.persisted.get(&hash);
                let found = listed.or_else(|| self.shown.0.get(&hash));
                found.map(known).ok_or(Rejection::UnknownId)
            }
            (None, None, None) => Err(Rejection::NoDocument),
        }
    }

    /// A document that is shown with its hash.
    fn shown(&self, query: String, shown: String) -> Result<Asked, Rejection> {
        // Before it is hashed: that takes longer than to look.
        if query.len() > self.limits.bytes {
            return Err(Rejection::Bytes(self.limits.bytes));
        }
        if hash(&query) != shown {
            return Err(Rejection::OtherHash);
        }
        let is_listed = self.persisted.get(&shown).is_some();
        if self.persisted.only && !is_listed {
            return Err(Rejection::NotPersisted);
        }
        Ok(Asked {
            document: query.into(),
            new: (!is_listed).then_some(shown),
        })
    }

    /// Keeps a document that has been let in, where it was shown to be kept.
    pub(super) fn keep(&self, asked: Asked) {
        if let Some(hash) = asked.new {
            self.shown.0.insert(hash, asked.document);
        }
    }
}

/// The SHA-256 of a document, as ids have it.
fn hash(document: &str) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(document) {
        write!(hex, "{byte:02x}").expect("a string takes everything");
    }
    hex
}

/// The hash that a request of Apollo's clients shows.
fn shown_hash(extensions: &Map<String, Value>) -> Result<Option<String>, Rejection> {
    let Some(persisted) = extensions.get("persistedQuery").filter(|it| !it.is_null()) else {
        return Ok(None);
    };
    let is_known = persisted.get("version").and_then(Value::as_i64) == Some(1);
    let hash = persisted.get("sha256Hash").and_then(Value::as_str);
    match hash {
        Some(hash) if is_known => Ok(Some(hash.to_ascii_lowercase())),
        _ => Err(Rejection::Extension),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const LISTED: &str = "query Listed { kpis { totalSales } }";
    const OTHER: &str = "{ kpis { orderCount } }";

    fn guard(only: bool) -> Guard {
        let manifest = json!({ "listed-1": LISTED }).to_string();
        let persisted = Persisted::from_json(&manifest, Limits::DEFAULT).unwrap();
        Guard::with(
            Limits::DEFAULT,
            if only { persisted.only() } else { persisted },
        )
    }

    fn by_id(id: &str) -> Incoming {
        Incoming {
            document_id: Some(id.into()),
            ..Incoming::default()
        }
    }

    fn by_hash(hash: &str, query: Option<&str>) -> Incoming {
        let shown = json!({ "version": 1, "sha256Hash": hash });
        Incoming {
            query: query.map(str::to_owned),
            extensions: Map::from_iter([("persistedQuery".to_owned(), shown)]),
            ..Incoming::default()
        }
    }

    fn by_text(query: &str) -> Incoming {
        Incoming {
            query: Some(query.into()),
            ..Incoming::default()
        }
    }

    /// The document that is run, or the code that it is refused with.
    fn run(guard: &Guard, incoming: Incoming) -> Result<String, &'static str> {
        let admitted = guard.admit(incoming);
        let admitted = admitted.map_err(|rejection| rejection.code().name())?;
        Ok(admitted.request.query)
    }

    #[test]
    fn a_listed_document_goes_by_its_id_and_by_its_hash() {
        let guard = guard(false);
        let sha256 = hash(LISTED);
        for incoming in [
            by_id("listed-1"),
            by_id(&sha256),
            by_id(&format!("sha256:{sha256}")),
            by_hash(&sha256, None),
            by_hash(&sha256.to_ascii_uppercase(), None),
            by_hash("listed-1", None),
        ] {
            let told = format!("{incoming:?}");
            assert_eq!(run(&guard, incoming).as_deref(), Ok(LISTED), "{told}");
        }
        for incoming in [by_id("listed-2"), by_id(""), by_hash(&hash(OTHER), None)] {
            assert_eq!(run(&guard, incoming), Err("PERSISTED_QUERY_NOT_FOUND"));
        }
        assert_eq!(run(&guard, by_text(OTHER)).as_deref(), Ok(OTHER));
    }

    /// By `printf '{a}' | sha256sum`.
    #[test]
    fn hashes_are_those_of_everybody() {
        assert_eq!(
            hash("{a}"),
            "460c3a93211614ac783c0f1d1bbbcb45a6da87d6421b5c0771772588f1015ff8"
        );
    }

    #[test]
    fn a_document_that_was_shown_goes_by_its_hash() {
        let guard = guard(false);
        let sha256 = hash(OTHER);
        assert!(run(&guard, by_hash(&sha256, None)).is_err());
        assert_eq!(
            run(&guard, by_hash(&hash(LISTED), Some(OTHER))),
            Err("BAD_REQUEST")
        );
        assert!(run(&guard, by_hash(&sha256, Some(OTHER))).is_ok());
        assert_eq!(run(&guard, by_hash(&sha256, None)).as_deref(), Ok(OTHER));
        // What is refused is not kept.
        let wrong = "{ kpis { ";
        let shown = || by_hash(&hash(wrong), Some(wrong));
        assert_eq!(run(&guard, shown()), Err("GRAPHQL_PARSE_FAILED"));
        let again = by_hash(&hash(wrong), None);
        assert_eq!(run(&guard, again), Err("PERSISTED_QUERY_NOT_FOUND"));
    }

    #[test]
    fn documents_that_were_shown_are_bounded() {
        let guard = guard(false);
        let long = |number: usize| format!("{{ a{number} }} #{}", "-".repeat(200 << 10));
        let hashes: Vec<String> = (0..40)
            .map(|number| {
                let query = long(number);
                assert!(run(&guard, by_hash(&hash(&query), Some(&query))).is_ok());
                hash(&query)
            })
            .collect();
        let kept = hashes.iter().filter(|it| guard.shown.0.get(*it).is_some());
        assert!((1..=20).contains(&kept.count()));
    }

    #[test]
    fn where_none_other_is_taken_none_is() {
        let guard = guard(true);
        assert_eq!(run(&guard, by_id("listed-1")).as_deref(), Ok(LISTED));
        assert_eq!(run(&guard, by_text(LISTED)).as_deref(), Ok(LISTED));
        let refused = Err("PERSISTED_DOCUMENTS_ONLY");
        assert_eq!(run(&guard, by_text(OTHER)), refused);
        assert_eq!(run(&guard, by_text(&format!("{LISTED} "))), refused);
        assert_eq!(run(&guard, by_hash(&hash(OTHER), Some(OTHER))), refused);
        assert!(run(&guard, by_hash(&hash(OTHER), None)).is_err());
    }

    #[test]
    fn what_names_a_document_twice_or_not_at_all_is_refused() {
        let guard = guard(false);
        let mut both = by_id("listed-1");
        both.query = Some(LISTED.into());
        let mut version_2 = by_hash(&hash(LISTED), None);
        version_2.extensions["persistedQuery"]["version"] = 2.into();
        for incoming in [both, version_2, Incoming::default()] {
            assert_eq!(run(&guard, incoming), Err("BAD_REQUEST"));
        }
    }

    #[test]
    fn a_manifest_has_documents_that_may_be_asked() {
        for (manifest, reason) in [
            ("{", "no JSON object"),
            ("[]", "no JSON object"),
            ("{\"a\": 5}", "no JSON object"),
            ("{}", "no document"),
            ("{\"a\": \"{ kpis {\"}", "the document `a`"),
        ] {
            let error = Persisted::from_json(manifest, Limits::DEFAULT).unwrap_err();
            assert!(error.to_string().contains(reason), "{manifest}: {error}");
        }
        let tight = Limits {
            depth: 1,
            ..Limits::DEFAULT
        };
        let manifest = json!({ "deep": LISTED }).to_string();
        assert!(Persisted::from_json(&manifest, tight).is_err());
    }
}

//! Documents that are written over those of their ids, many at a time.
//!
//! The driver's own bulk write needs MongoDB 8.0, so these become `update` commands. A
//! replacement by `_id` can be sent twice without harm.

use bson::{Document, RawArrayBuf, RawDocumentBuf, rawdoc, serialize_to_raw_document_buf};
use serde::Serialize;

/// A command is sent when it holds this many documents …
const DOCUMENTS: usize = 2_000;
/// … or this many bytes; the server takes 48 MB.
const BYTES: usize = 8 * 1024 * 1024;

/// Replacements that are sent together.
#[derive(Debug, Default)]
pub struct Replacements {
    statements: RawArrayBuf,
    count: usize,
    bytes: usize,
}

/// One `update` statement: a document over the one of its id, or as a new one.
#[derive(Serialize)]
struct Replacement<'d, D> {
    q: ById<'d>,
    u: &'d D,
    upsert: bool,
}

#[derive(Serialize)]
struct ById<'d> {
    #[serde(rename = "_id")]
    id: &'d str,
}

impl Replacements {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Whether there is room for another one.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.count < DOCUMENTS && self.bytes < BYTES
    }

    /// Adds a document that takes the place of the one of its id.
    ///
    /// # Errors
    /// When it cannot be written as BSON.
    pub fn push(&mut self, id: &str, document: &impl Serialize) -> bson::error::Result<()> {
        let replacement = serialize_to_raw_document_buf(&Replacement {
            q: ById { id },
            u: document,
            upsert: true,
        })?;
        self.count += 1;
        self.bytes += replacement.as_bytes().len();
        self.statements.push(replacement);
        Ok(())
    }

    /// The command that writes them.
    #[must_use]
    pub fn command(self, collection: &str) -> RawDocumentBuf {
        rawdoc! { "update": collection, "updates": self.statements, "ordered": false }
    }
}

/// Documents that the server did not take.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    /// How many.
    pub count: usize,
    /// Why, in the server's words, the first of them.
    pub reason: String,
}

/// What the server refused: a command that failed for some documents is still `ok`.
#[must_use]
pub fn refusal(reply: &Document) -> Option<Refusal> {
    let errors = reply.get_array("writeErrors").ok();
    let first = errors.and_then(|errors| errors.first()?.as_document());
    let error = first.or(reply.get_document("writeConcernError").ok())?;
    let reason = error.get_str("errmsg");
    Some(Refusal {
        count: errors.map_or(0, Vec::len),
        reason: reason.map_or_else(|_| error.to_string(), str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    #[test]
    fn a_reply_that_is_ok_may_still_tell_of_refused_documents() {
        assert_eq!(refusal(&doc! { "ok": 1, "n": 2 }), None);
        let refused = doc! { "ok": 1, "writeErrors": [{ "index": 3, "errmsg": "too large" }] };
        let expected = Refusal {
            count: 1,
            reason: "too large".into(),
        };
        assert_eq!(refusal(&refused), Some(expected));
        let not_replicated = doc! { "ok": 1, "writeConcernError": { "errmsg": "no majority" } };
        assert!(refusal(&not_replicated).is_some());
    }
}

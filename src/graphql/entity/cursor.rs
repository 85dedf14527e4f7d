//! Cursors: a place in a list, and which list it is a place in.

use async_graphql::Result;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    graphql::client_error,
    store::{Position, Value},
};

/// Which list a cursor is of: another sort of the same things is another list.
///
/// Told by the sort as the client wrote it, so that "the last 30 days" is the same
/// list tomorrow. The filter is no part of it: a place in the order stays one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint(String);

#[derive(Serialize, Deserialize)]
struct Sealed {
    of: String,
    at: Vec<Option<Value>>,
}

impl Fingerprint {
    /// The list of a collection in this order.
    pub fn of(list: &str, sort: &str) -> Self {
        let digest = Sha256::digest(format!("{list}\n{sort}"));
        Self(URL_SAFE_NO_PAD.encode(&digest[..6]))
    }

    /// The cursor of a place in the list.
    pub fn cursor(&self, position: &Position) -> String {
        let sealed = Sealed {
            of: self.0.clone(),
            at: position.0.clone(),
        };
        // Nothing in a position can fail to be written.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&sealed).unwrap_or_default())
    }

    /// The place that a cursor of the list stands for, if `is_place` says that it is one.
    pub fn position(
        &self,
        cursor: &str,
        is_place: impl FnOnce(&Position) -> bool,
    ) -> Result<Position> {
        let sealed = unsealed(cursor).ok_or_else(|| {
            client_error(
                "this is no cursor of this server; pass on one that a cursor field gave, as it is",
            )
        })?;
        let position = Position(sealed.at);
        if sealed.of != self.0 || !is_place(&position) {
            return Err(client_error(
                "the cursor is of another list or of another sort; start again from the first page",
            ));
        }
        Ok(position)
    }
}

fn unsealed(cursor: &str) -> Option<Sealed> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    serde_json::from_slice(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use rust_decimal_macros::dec;

    use super::*;

    fn place() -> Position {
        Position(vec![
            Some(Value::Number(dec!(12.3456))),
            None,
            Some(Value::Time("2024-03-31T00:00:00.123Z".parse().unwrap())),
            Some(Value::Text("P-1".into())),
        ])
    }

    #[test]
    fn a_cursor_is_the_place_it_was_made_of() {
        let list = Fingerprint::of("products", "name");
        let cursor = list.cursor(&place());
        assert_eq!(list.position(&cursor, |_| true).unwrap(), place());
    }

    #[test]
    fn foreign_and_forged_cursors_are_refused() {
        let list = Fingerprint::of("products", "name");
        let foreign = Fingerprint::of("products", "category").cursor(&place());
        assert!(list.position(&foreign, |_| true).is_err());
        let own = list.cursor(&place());
        assert!(list.position(&own, |_| false).is_err());
        for forged in ["", "e30", "bm9uc2Vuc2U", "***", &own[1..]] {
            assert!(list.position(forged, |_| true).is_err(), "{forged}");
        }
    }
}

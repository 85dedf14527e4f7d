//! The public keys that tokens are signed with: a JSON Web Key Set (RFC 7517).

use jsonwebtoken::{
    DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::Value;

use super::Algorithm;

/// Those keys of a set that can sign a token.
#[derive(Debug)]
pub(super) struct KeySet(Vec<Key>);

#[derive(Debug)]
struct Key {
    /// What tokens call it.
    id: Option<String>,
    /// What it may be used for.
    algorithms: Vec<Algorithm>,
    public: DecodingKey,
}

/// As it is published. Each key is read by itself: one of a kind that nobody here knows must
/// not keep the others from being used.
#[derive(Deserialize)]
struct Published {
    keys: Vec<Value>,
}

impl KeySet {
    /// Reads a set.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(text: &[u8]) -> serde_json::Result<Self> {
        let published: Published = serde_json::from_slice(text)?;
        Ok(Self(
            published.keys.into_iter().filter_map(Key::read).collect(),
        ))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The key for a token that is signed so: the one that it names, or the only one where it
    /// names none.
    pub fn key(&self, id: Option<&str>, algorithm: Algorithm) -> Option<&DecodingKey> {
        let fitting = self
            .0
            .iter()
            .filter(|it| it.algorithms.contains(&algorithm));
        let mut fitting = fitting.filter(|it| id.is_none() || it.id.as_deref() == id);
        let first = fitting.next()?;
        let is_told = id.is_some() || fitting.next().is_none();
        is_told.then_some(&first.public)
    }
}

impl Key {
    /// A key that can sign a token; none that is for something else.
    fn read(published: Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(published).ok()?;
        let algorithms = algorithms(&jwk);
        (!algorithms.is_empty()).then_some(())?;
        Some(Self {
            public: DecodingKey::from_jwk(&jwk).ok()?,
            id: jwk.common.key_id,
            algorithms,
        })
    }
}

/// What a key may be used for, by its kind and by what it says itself.
fn algorithms(jwk: &Jwk) -> Vec<Algorithm> {
    use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};

    let of_kind: &[Algorithm] = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => &[RS256, RS384, RS512, PS256, PS384, PS512],
        AlgorithmParameters::EllipticCurve(it) if it.curve == EllipticCurve::P256 => &[ES256],
        AlgorithmParameters::EllipticCurve(it) if it.curve == EllipticCurve::P384 => &[ES384],
        AlgorithmParameters::OctetKeyPair(it) if it.curve == EllipticCurve::Ed25519 => &[EdDSA],
        // A shared secret, or a kind that nobody here knows.
        _ => &[],
    };
    let said = &jwk.common;
    let uses = said.public_key_use.as_ref();
    let operations = said.key_operations.as_ref();
    let signs = uses.is_none_or(|it| *it == PublicKeyUse::Signature)
        && operations.is_none_or(|it| it.contains(&KeyOperations::Verify));
    let named = said.key_algorithm.map(|it| it.to_string());
    let fits = |it: &Algorithm| signs && named.as_ref().is_none_or(|name| name == it.name());
    of_kind.iter().copied().filter(fits).collect()
}

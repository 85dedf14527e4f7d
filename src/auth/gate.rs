//! The gate: a credential becomes an identity, or is refused.

use std::{fmt, sync::Arc};

use super::{Clock, Identity, Keys, keyring::Keyring, token::Tokens};
use crate::kpi::Vocabulary;

/// Whose requests are answered.
#[derive(Clone, Debug)]
pub enum Gate {
    /// Everybody's.
    Open,
    /// Those of who shows an API key.
    Keys(Arc<Keyring>),
    /// Those of who shows a JSON Web Token.
    Tokens(Arc<Tokens>),
    /// Those of who shows either.
    Either(Arc<Keyring>, Arc<Tokens>),
}

/// What says who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// An API key.
    Key,
    /// A JSON Web Token.
    Token,
    /// Either of them.
    Either,
}

/// Why a request is not answered.
///
/// All tokens that are not accepted are told the same, so that nobody learns from the answers
/// how to make one; the log says why, at the level `debug`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// It shows no credential.
    #[error("show {0}: send it as `Authorization: Bearer …` or `X-API-Key: …`")]
    Missing(Credential),
    /// There is no such key, or there is no longer.
    #[error("the API key is not known here; it may have been revoked")]
    Unknown,
    /// The key has ended.
    #[error("the API key has expired; ask for a new one")]
    Expired,
    /// What it may see is told by what this shop does not have, or cannot be read.
    #[error(
        "what you may see is told by dimensions or KPIs that this shop does not have; ask whoever gave you access for another"
    )]
    BadScope,
    /// Which keys there are has not been read from the database yet.
    #[error("the database cannot be reached to look the API key up; try again later")]
    NotReady,
    /// The token is none, or none for this server.
    #[error("the token is not accepted here; sign in again for a new one")]
    BadToken,
    /// The token is right but for its end.
    #[error("the token has expired; sign in again for a new one")]
    TokenExpired,
    /// Which keys sign tokens has not been read yet.
    #[error("the keys that sign tokens cannot be read yet; try again later")]
    NoSigningKeys,
}

impl Denied {
    /// Whether the same credential may open later.
    #[must_use]
    pub fn passes(self) -> bool {
        matches!(self, Self::NotReady | Self::NoSigningKeys)
    }
}

impl fmt::Display for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Key => "an API key",
            Self::Token => "a token",
            Self::Either => "an API key or a token",
        })
    }
}

impl Gate {
    /// A gate that the keys in the database of a shop with these words open; it goes on with those it knows while the
    /// database is away.
    #[must_use]
    pub fn of_keys(keys: Keys, words: &'static Vocabulary, clock: Clock) -> Self {
        Self::Keys(Arc::new(Keyring::of(keys, words, clock)))
    }

    /// What opens it; nothing is asked for where everybody may ask.
    #[must_use]
    pub fn asks_for(&self) -> Option<Credential> {
        match self {
            Self::Open => None,
            Self::Keys(_) => Some(Credential::Key),
            Self::Tokens(_) => Some(Credential::Token),
            Self::Either(..) => Some(Credential::Either),
        }
    }

    /// Who shows this credential; nobody in particular where everybody may ask.
    ///
    /// # Errors
    /// Why the request is not answered.
    pub fn identity(&self, credential: Option<&str>) -> Result<Option<Identity>, Denied> {
        let Some(asked) = self.asks_for() else {
            return Ok(None);
        };
        let shown = credential.ok_or(Denied::Missing(asked))?;
        match self {
            Self::Open => Ok(None),
            Self::Tokens(tokens) => tokens.identity(shown).map(Some),
            // A key is letters, digits, `-` and `_`; a token has dots between its parts.
            Self::Either(_, tokens) if shown.contains('.') => tokens.identity(shown).map(Some),
            Self::Keys(keys) | Self::Either(keys, _) => keys.identity(shown).map(Some),
        }
    }
}

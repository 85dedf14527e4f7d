//! What a token may see: its claims become a scope.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value;

use super::{
    Flaw,
    claims::{Claims, find},
};
use crate::{
    auth::{BadScope, Scope},
    kpi::Vocabulary,
};

/// What a claim holds that is the scope itself, and hides nothing.
const EVERYTHING: &str = "everything";

/// How claims become a scope. What says nothing of a token's scope never means everything.
#[derive(Clone, Debug)]
pub struct Grants {
    /// The claim's name, or its path with dots between names.
    claim: String,
    /// The scopes of roles that the claim names; without them, it holds the scope itself.
    roles: Option<BTreeMap<String, Arc<Scope>>>,
    /// What a scope can name.
    words: &'static Vocabulary,
}

/// Why a text is no list of scopes by role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRoles {
    /// It is no TOML, or not of this shape.
    #[error("the scopes of roles cannot be read: {0}")]
    Unreadable(String),
    /// There are none.
    #[error(
        "there is no role; write one, such as `[manager-south]` with `rows = {{ region = [\"South\"] }}`"
    )]
    None,
    /// One of them is no scope.
    #[error("the role `{0}`: {1}")]
    Scope(String, BadScope),
}

impl Grants {
    /// The claim holds the scope itself: an object of `rows`, `kpis` and `dimensions`, as a
    /// key's scope has them in TOML, or the text `everything`. It is of a shop with these words.
    #[must_use]
    pub fn in_claim(claim: String, words: &'static Vocabulary) -> Self {
        Self {
            claim,
            roles: None,
            words,
        }
    }

    /// The claim names one or more roles, each of which has a scope in this TOML, of a shop with
    /// these words.
    ///
    /// # Errors
    /// When a scope is none, or names what does not exist.
    pub fn by_role(
        claim: String,
        toml: &str,
        words: &'static Vocabulary,
    ) -> Result<Self, BadRoles> {
        let scopes: BTreeMap<String, Scope> = toml::from_str(toml).map_err(|error| {
            let message = error.message().split_whitespace();
            BadRoles::Unreadable(message.collect::<Vec<_>>().join(" "))
        })?;
        if scopes.is_empty() {
            return Err(BadRoles::None);
        }
        let checked = scopes
            .into_iter()
            .map(|(role, scope)| match scope.check(words) {
                Ok(()) => Ok((role, Arc::new(scope))),
                Err(error) => Err(BadRoles::Scope(role, error)),
            });
        Ok(Self {
            claim,
            roles: Some(checked.collect::<Result<_, _>>()?),
            words,
        })
    }

    /// What a token may see that says this.
    pub(super) fn scope(&self, claims: &Claims) -> Result<Arc<Scope>, Flaw> {
        let claim = find(claims, &self.claim).ok_or(Flaw::NoScope)?;
        match &self.roles {
            None => written(claim, self.words).map(Arc::new),
            Some(scopes) => of_roles(claim, scopes),
        }
    }
}

/// The scope that a claim holds. An empty one is refused: it may be what is left where
/// somebody forgot to say.
fn written(claim: &Value, words: &Vocabulary) -> Result<Scope, Flaw> {
    let everything = Scope::default();
    if claim == EVERYTHING {
        return Ok(everything);
    }
    let parts = claim.as_object().ok_or(Flaw::NoScope)?;
    if parts.values().any(Value::is_null) {
        return Err(Flaw::NoScope);
    }
    let scope: Scope = serde_json::from_value(claim.clone()).map_err(|_| Flaw::NoScope)?;
    scope.check(words).map_err(|_| Flaw::UnknownWord)?;
    if scope.hides_nothing() {
        return Err(Flaw::NoScope);
    }
    Ok(scope)
}

/// The scope of the roles that a claim names; those without one count for nothing. Two scopes
/// are no scope together, unless one of them hides nothing.
fn of_roles(claim: &Value, scopes: &BTreeMap<String, Arc<Scope>>) -> Result<Arc<Scope>, Flaw> {
    let named = match claim {
        Value::Array(named) => named.as_slice(),
        one => std::slice::from_ref(one),
    };
    let named = named.iter().filter_map(Value::as_str);
    let mut granted = named.filter_map(|role| scopes.get(role));
    let first = granted.next().ok_or(Flaw::NoScope)?;
    let everything = Scope::default();
    granted.try_fold(Arc::clone(first), |scope, next| {
        if scope == *next || *scope == everything {
            Ok(scope)
        } else if **next == everything {
            Ok(Arc::clone(next))
        } else {
            Err(Flaw::SeveralScopes)
        }
    })
}

//! What a token says, once its signature has been verified: for whom, by whom, until when.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde_json::{Map, Value};

use super::Flaw;

/// The claims of a token.
pub(super) type Claims = Map<String, Value>;

/// What the claims must say.
#[derive(Debug)]
pub(super) struct Rules {
    /// Who has made the token.
    pub issuer: String,
    /// Whom it is for: one of these.
    pub audiences: Vec<String>,
    /// How much two clocks may differ.
    pub leeway: TimeDelta,
}

impl Rules {
    /// Whether a token is for this server and holds now; gives when it ends.
    pub fn check(&self, claims: &Claims, now: DateTime<Utc>) -> Result<DateTime<Utc>, Flaw> {
        let issuer = claims.get("iss").and_then(Value::as_str);
        if issuer != Some(&self.issuer) {
            return Err(Flaw::Issuer);
        }
        if !self.is_for_us(claims) {
            return Err(Flaw::Audience);
        }
        if let Some(begin) = claims.get("nbf") {
            let begin = instant(begin).ok_or(Flaw::Malformed)?;
            if begin
                .checked_sub_signed(self.leeway)
                .is_none_or(|it| it > now)
            {
                return Err(Flaw::NotYet);
            }
        }
        let end = claims.get("exp").and_then(instant).ok_or(Flaw::NoEnd)?;
        let end = end.checked_add_signed(self.leeway).ok_or(Flaw::NoEnd)?;
        if end <= now {
            return Err(Flaw::Expired);
        }
        Ok(end)
    }

    fn is_for_us(&self, claims: &Claims) -> bool {
        let is_ours = |it: &Value| {
            let name = it.as_str();
            name.is_some_and(|name| self.audiences.iter().any(|it| it == name))
        };
        match claims.get("aud") {
            Some(Value::Array(all)) => all.iter().any(is_ours),
            Some(one) => is_ours(one),
            None => false,
        }
    }
}

/// Seconds since 1970, which may have a fraction.
fn instant(value: &Value) -> Option<DateTime<Utc>> {
    let Value::Number(seconds) = value else {
        return None;
    };
    let decimal = || {
        seconds
            .to_string()
            .parse::<Decimal>()
            .ok()?
            .trunc()
            .to_i64()
    };
    DateTime::from_timestamp(seconds.as_i64().or_else(decimal)?, 0)
}

/// The claim of this name; or, with dots in the name, the one within others.
pub(super) fn find<'a>(claims: &'a Claims, name: &str) -> Option<&'a Value> {
    // Some names are addresses, which have dots.
    if let Some(value) = claims.get(name) {
        return Some(value);
    }
    let (first, rest) = name.split_once('.')?;
    find(claims.get(first)?.as_object()?, rest)
}

/// What whoever shows the token is called.
pub(super) fn name(claims: &Claims) -> &str {
    let mut known = ["name", "preferred_username", "email", "sub"].into_iter();
    let name = known.find_map(|it| claims.get(it)?.as_str());
    name.unwrap_or("somebody without a name")
}

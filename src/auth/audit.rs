//! The audit log: who was let in, who was refused, and which keys came and went.
//!
//! Its events have a target of their own, so that they can be kept apart from all others. No
//! credential stands in them, and nothing that was asked.

use super::Identity;

/// Where people and programs come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// The page that takes a credential from a browser.
    Browser,
    /// A connection that speaks SQL.
    Sql,
}

impl Door {
    fn name(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Sql => "sql",
        }
    }
}

/// Somebody has come in, to stay for a while.
pub fn signed_in(identity: Option<&Identity>, door: Door) {
    let identity = identity.map(|it| &*it.name);
    tracing::info!(target: "audit", identity, door = door.name(), "audit: signed in");
}

/// Somebody was not let in.
pub fn not_signed_in(reason: &str, door: Door) {
    tracing::warn!(target: "audit", reason, door = door.name(), "audit: not signed in");
}

/// Somebody has left.
pub fn signed_out(identity: Option<&Identity>) {
    let identity = identity.map(|it| &*it.name);
    tracing::info!(target: "audit", identity, "audit: signed out");
}

/// There is a key that was not there before.
pub(super) fn key_added(key: &str) {
    tracing::info!(target: "audit", key, "audit: key added");
}

/// A key is there no longer.
pub(super) fn key_revoked(key: &str) {
    tracing::info!(target: "audit", key, "audit: key revoked");
}

/// A request was refused for who asks it, or for what it asks.
pub fn refused(id: &str, identity: Option<&str>, path: &str, code: &str) {
    tracing::warn!(target: "audit", id, identity, path, code, "audit: request refused");
}

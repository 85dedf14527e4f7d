//! Entity tags: whether a client has an answer already.

use std::{
    collections::hash_map::RandomState,
    hash::{BuildHasher, Hash},
    sync::LazyLock,
};

use axum::http::{HeaderMap, header};

/// What an answer that may be kept depends on beside its address.
pub(super) const VARY: &str = "Accept, Authorization, Cookie, X-API-Key";
/// An answer that may be kept, by who asked for it alone, and is asked for again each time.
pub(super) const KEPT: &str = "private, no-cache";

/// A hash that is another in every process: nobody makes two answers of the same one, and
/// states are counted anew in each.
pub(super) fn hash(of: &impl Hash) -> u64 {
    static HASHER: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    HASHER.hash_one(of)
}

/// Whether the client has the answer with this tag already.
pub(super) fn knows(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get_all(header::IF_NONE_MATCH).iter();
    let known = known.filter_map(|it| it.to_str().ok());
    let mut known = known.flat_map(|it| it.split(',')).map(str::trim);
    known.any(|it| it == tag || it == "*")
}

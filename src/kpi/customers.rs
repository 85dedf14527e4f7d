//! Customers by their ids, very many of them.

use std::{
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

/// Ids of customers, as cheap to copy, to hash and mostly to compare as one of them.
#[derive(Clone)]
pub struct Customers {
    ids: Arc<[Arc<str>]>,
    hash: u64,
}

impl Customers {
    /// Their ids.
    #[must_use]
    pub fn ids(&self) -> &[Arc<str>] {
        &self.ids
    }
}

impl FromIterator<Arc<str>> for Customers {
    fn from_iter<I: IntoIterator<Item = Arc<str>>>(ids: I) -> Self {
        let ids: Arc<[Arc<str>]> = ids.into_iter().collect();
        let mut hasher = DefaultHasher::new();
        ids.hash(&mut hasher);
        Self {
            hash: hasher.finish(),
            ids,
        }
    }
}

/// As one of them: what asks for them is written down more often than it is read.
impl fmt::Debug for Customers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { ids, hash } = self;
        write!(f, "{} customers ({hash:x})", ids.len())
    }
}

impl Hash for Customers {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl PartialEq for Customers {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && (Arc::ptr_eq(&self.ids, &other.ids) || self.ids == other.ids)
    }
}

impl Eq for Customers {}

//! What products and customers are called.

use std::sync::{Arc, PoisonError, RwLock};

use compact_str::CompactString;

use crate::kpi::{Dimension, Holder};

/// Names by code, with room for 24 bytes each, which most people's fit in.
type ByCode = Vec<Option<CompactString>>;

/// The names of everything that has one beside its id.
///
/// They are no part of a snapshot, for nothing is counted by them: every snapshot of a
/// shop shares its names, and sees the latest.
#[derive(Clone, Debug, Default)]
pub struct Names {
    products: Arc<RwLock<ByCode>>,
    customers: Arc<RwLock<ByCode>>,
}

impl Names {
    /// Names the thing with this code, or takes its name from it.
    pub fn set(&self, dimension: Dimension, code: u32, name: Option<&str>) {
        let Some(names) = self.of(dimension) else {
            return;
        };
        let mut names = names.write().unwrap_or_else(PoisonError::into_inner);
        let at = code as usize;
        if names.len() <= at {
            if name.is_none() {
                return;
            }
            names.resize(at + 1, None);
        }
        names[at] = name.map(CompactString::from);
    }

    /// What the thing with this code is called.
    pub fn name(&self, dimension: Dimension, code: u32) -> Option<String> {
        let names = self.of(dimension)?;
        let names = names.read().unwrap_or_else(PoisonError::into_inner);
        let name = names.get(code as usize)?.as_ref();
        name.map(|name| name.as_str().to_owned())
    }

    /// Roughly: a name that is longer than its room takes more.
    pub fn bytes(&self) -> usize {
        let bytes = |names: &RwLock<ByCode>| {
            let names = names.read().unwrap_or_else(PoisonError::into_inner);
            size_of_val(names.as_slice())
        };
        bytes(&self.products) + bytes(&self.customers)
    }

    fn of(&self, dimension: Dimension) -> Option<&RwLock<ByCode>> {
        match dimension.names()? {
            Holder::Product => Some(&self.products),
            Holder::Customer => Some(&self.customers),
            Holder::Order | Holder::Line | Holder::ShipTo | Holder::History => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_change_and_go() {
        let names = Names::default();
        let name = |code| names.name(Dimension::PRODUCT, code);
        names.set(Dimension::PRODUCT, 3, Some("Chair"));
        names.set(Dimension::CUSTOMER, 3, Some("Ada"));
        assert_eq!(
            [name(2), name(3), name(4)],
            [None, Some("Chair".into()), None]
        );
        let long = "A chair with a name that is longer than most";
        names.set(Dimension::PRODUCT, 3, Some(long));
        assert_eq!(name(3).as_deref(), Some(long));
        names.set(Dimension::PRODUCT, 3, None);
        assert_eq!(name(3), None);
        assert_eq!(names.name(Dimension::CUSTOMER, 3).as_deref(), Some("Ada"));
        assert_eq!(names.name(Dimension::CITY, 3), None);
    }
}

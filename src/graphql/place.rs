//! Places by several of their levels at once: the Springfield of Ohio, and no other.

use async_graphql::{InputObject, MaybeUndefined, Result};

use super::error::client_error;
use crate::kpi::{Dimension, Key, KeyPart, Predicate, Vocabulary};

/// A condition on the place that the order ships to, by all of its levels together; of both fields, each must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct PlaceFilter {
    /// Is one of these places.
    r#in: Option<Vec<Place>>,
    /// Is none of these places; a missing place is none.
    not_in: Option<Vec<Place>>,
}

/// A place by the levels that tell it apart: one or more, the same ones for every place of a list. A level that is null is missing.
#[derive(Clone, Debug, InputObject)]
pub struct Place {
    /// The country.
    country: MaybeUndefined<String>,
    /// The region.
    region: MaybeUndefined<String>,
    /// The state or province.
    state: MaybeUndefined<String>,
    /// The city.
    city: MaybeUndefined<String>,
}

impl PlaceFilter {
    pub(super) fn predicates(self, vocabulary: &Vocabulary) -> Result<Vec<Predicate>> {
        let mut predicates = Vec::new();
        if let Some(places) = self.r#in {
            let (levels, keys) = keys(places, vocabulary)?;
            predicates.push(Predicate::Among(levels, keys));
        }
        if let Some(places) = self.not_in {
            let (levels, keys) = keys(places, vocabulary)?;
            predicates.push(Predicate::NotAmong(levels, keys));
        }
        Ok(predicates)
    }
}

impl Place {
    /// The levels that are given, with their values.
    fn levels(self, vocabulary: &Vocabulary) -> (Vec<Dimension>, Key) {
        let levels = [
            (Dimension::COUNTRY, self.country),
            (Dimension::REGION, self.region),
            (Dimension::STATE, self.state),
            (Dimension::CITY, self.city),
        ];
        let given = levels.into_iter().filter_map(|(level, value)| {
            // The shop may have the level elsewhere than every other.
            let level = vocabulary.dimension(level.name())?;
            match value {
                MaybeUndefined::Undefined => None,
                MaybeUndefined::Null => Some((level, KeyPart::Missing)),
                MaybeUndefined::Value(value) => Some((level, KeyPart::Text(value.into()))),
            }
        });
        given.unzip()
    }
}

/// The levels of all places, and the places; sorted, so that two lists that mean the same are one.
fn keys(places: Vec<Place>, vocabulary: &Vocabulary) -> Result<(Vec<Dimension>, Vec<Key>)> {
    let (mut levels, mut keys): (Vec<_>, Vec<_>) =
        places.into_iter().map(|it| it.levels(vocabulary)).unzip();
    levels.dedup();
    keys.sort_unstable();
    keys.dedup();
    match levels.pop() {
        // Nothing is among no places, by whatever levels.
        None => Ok((vec![Dimension::CITY], keys)),
        Some(_) if !levels.is_empty() => Err(client_error(
            "give every place of a list the same levels, such as country, state and city",
        )),
        Some(levels) if levels.is_empty() => Err(client_error(
            "give a place one or more of country, region, state and city",
        )),
        Some(levels) => Ok((levels, keys)),
    }
}

//! The vocabulary: all that one shop can be asked about, what every shop has and its own.

use std::sync::LazyLock;

use super::dimension::{Declared, Dimension, Holder};

/// The dimensions of one shop, each at its [position](Dimension::position).
#[derive(Debug)]
pub struct Vocabulary {
    dimensions: Vec<Dimension>,
}

/// A dimension that a shop declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnDimension {
    /// Its name, in camel case.
    pub name: String,
    /// A sentence that says what it is.
    pub description: String,
    /// The document that holds its value, as a text among its `attributes`.
    pub holder: Holder,
}

/// Why there cannot be such a dimension.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// No name for GraphQL.
    #[error(
        "`{0}` is no name for a dimension: write it like `paymentMethod`, letters and digits that begin with a small letter"
    )]
    Malformed(String),
    /// It has the name of something else.
    #[error("`{0}` is the name of something that every shop has: choose another")]
    Taken(String),
    /// There are two of it.
    #[error("there are two dimensions `{0}`")]
    Twice(String),
}

/// Fields of filters that are no dimensions, and dimensions that all else relies on.
const TAKEN: [&str; 12] = [
    "period",
    "timeZone",
    "place",
    "returnsOn",
    "and",
    "or",
    "not",
    "product",
    "customer",
    "location",
    "shipMode",
    "status",
];

impl NameError {
    /// The name that cannot be one.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Malformed(name) | Self::Taken(name) | Self::Twice(name) => name,
        }
    }
}

impl Vocabulary {
    /// What every shop has.
    #[must_use]
    pub fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<Vocabulary> = LazyLock::new(|| Vocabulary {
            dimensions: Dimension::built_in().collect(),
        });
        &BUILT_IN
    }

    /// What every shop has, and a shop's own.
    ///
    /// A dimension of the name of one that every shop has takes its place: a shop whose
    /// lines tell the category need not look for it at the product. It is kept until the
    /// program ends, so make one when a model is read, and not for every request.
    ///
    /// # Errors
    /// When a name cannot be one, or is another's.
    pub fn with(own: Vec<OwnDimension>) -> Result<&'static Self, NameError> {
        if own.is_empty() {
            return Ok(Self::built_in());
        }
        let mut dimensions: Vec<Dimension> = Dimension::built_in().collect();
        for it in own {
            check(&it.name)?;
            let named = dimensions.iter().position(|other| other.name() == it.name);
            let position = named.unwrap_or(dimensions.len());
            let place = dimensions
                .iter()
                .filter(|other| other.own().is_some() && other.holder() == it.holder);
            let place = place.count();
            let dimension = Dimension(Box::leak(Box::new(declared(it, position, place))));
            match named {
                Some(at) if dimensions[at].own().is_some() => {
                    return Err(NameError::Twice(dimension.name().to_owned()));
                }
                Some(at) => dimensions[at] = dimension,
                None => dimensions.push(dimension),
            }
        }
        Ok(Box::leak(Box::new(Self { dimensions })))
    }

    /// The dimensions, each at its position.
    #[must_use]
    pub fn dimensions(&self) -> &[Dimension] {
        &self.dimensions
    }

    /// The dimension of this name.
    #[must_use]
    pub fn dimension(&self, name: &str) -> Option<Dimension> {
        let mut all = self.dimensions.iter().copied();
        all.find(|it| it.name() == name)
    }

    /// The dimensions that a document of this holder has values of.
    pub fn held_by(&self, holder: Holder) -> impl Iterator<Item = Dimension> {
        let all = self.dimensions.iter().copied();
        all.filter(move |it| it.holder() == holder)
    }

    /// The shop's own dimensions of a holder, in the order of their [places](Dimension::own).
    #[must_use]
    pub fn own(&self, holder: Holder) -> Vec<Dimension> {
        let mut own: Vec<_> = self
            .held_by(holder)
            .filter(|it| it.own().is_some())
            .collect();
        own.sort_unstable_by_key(|it| it.own());
        own
    }
}

fn check(name: &str) -> Result<(), NameError> {
    let starts_small = name.starts_with(|it: char| it.is_ascii_lowercase());
    if !starts_small || !name.chars().all(|it| it.is_ascii_alphanumeric()) {
        return Err(NameError::Malformed(name.to_owned()));
    }
    if TAKEN.contains(&name) {
        return Err(NameError::Taken(name.to_owned()));
    }
    Ok(())
}

fn declared(own: OwnDimension, position: usize, place: usize) -> Declared {
    let field = format!("attributes.{}", own.name);
    let path = match own.holder {
        Holder::Line => format!("lines.{field}"),
        Holder::Order | Holder::Customer | Holder::ShipTo | Holder::Product => field.clone(),
    };
    Declared {
        position,
        name: own.name.into(),
        description: own.description.into(),
        holder: own.holder,
        field: field.into(),
        path: path.into(),
        own: Some(place),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(name: &str, holder: Holder) -> OwnDimension {
        OwnDimension {
            name: name.into(),
            description: "What it is.".into(),
            holder,
        }
    }

    #[test]
    fn a_shop_has_what_all_have_and_its_own() {
        let words = Vocabulary::with(vec![
            own("channel", Holder::Order),
            own("brand", Holder::Product),
            own("till", Holder::Order),
        ])
        .unwrap();
        let till = words.dimension("till").unwrap();
        assert_eq!(till.own(), Some(1));
        assert_eq!(till.path(), "attributes.till");
        assert_eq!(words.dimensions()[till.position()], till);
        assert_eq!(words.dimension("region"), Some(Dimension::REGION));
        let held: Vec<_> = words.held_by(Holder::Product).collect();
        assert_eq!(held.len(), 3);
    }

    #[test]
    fn a_shop_may_have_its_category_on_the_line() {
        let words = Vocabulary::with(vec![own("category", Holder::Line)]).unwrap();
        let category = words.dimension("category").unwrap();
        assert_eq!(category.holder(), Holder::Line);
        assert_eq!(category.position(), Dimension::CATEGORY.position());
        assert_eq!(words.dimensions().len(), Dimension::built_in().len());
    }

    #[test]
    fn names_are_checked() {
        let with = |names: &[&str]| {
            let own = names.iter().map(|it| own(it, Holder::Order));
            Vocabulary::with(own.collect()).unwrap_err()
        };
        assert_eq!(with(&["pay-ment"]), NameError::Malformed("pay-ment".into()));
        assert_eq!(with(&["Payment"]), NameError::Malformed("Payment".into()));
        assert_eq!(with(&["period"]), NameError::Taken("period".into()));
        assert_eq!(with(&["till", "till"]), NameError::Twice("till".into()));
    }
}

//! Scopes: what an identity may see.

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroU32,
};

use serde::{Deserialize, Serialize};

use super::{Quota, rows::place};
use crate::{
    kpi::{Dimension, Holder, Kpi, Predicate, Vocabulary},
    store::{Among, Rows},
};

/// What an identity may see; by default, everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// The rows, by the names that dimensions have in a filter; all of these must hold.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    rows: BTreeMap<String, Values>,
    /// The KPIs that it may use; all of them unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kpis: Option<BTreeSet<String>>,
    /// The dimensions that it may use; all of them unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dimensions: Option<BTreeSet<String>>,
    /// How much it may ask, in place of what the server says.
    #[serde(default, skip_serializing_if = "is_default")]
    limits: Quota,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// What a dimension's value must be like.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
enum Values {
    /// One of these; a missing value is not.
    OneOf(Vec<String>),
    /// None of these; a missing value is none.
    NoneOf {
        /// The values.
        not: Vec<String>,
    },
}

/// Why a text is no scope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadScope {
    /// It is no TOML, or not of this shape.
    #[error("the scope cannot be read: {0}")]
    Unreadable(String),
    /// It names a dimension that the shop has none of.
    #[error("the scope names `{name}`, which is no dimension of this shop; take one of {known}")]
    NoDimension {
        /// What it names.
        name: String,
        /// The dimensions that there are.
        known: String,
    },
    /// It tells rows by a dimension that follows from other rows.
    #[error(
        "the scope tells rows by `{0}`, which follows from the customer's other orders; tell them by another dimension, such as `region`, and list `{0}` under `dimensions` where it may be used"
    )]
    NoRow(String),
    /// It names a KPI that the shop has none of.
    #[error("the scope names `{0}`, which is no KPI of this shop; see `salesgraph kpis`")]
    NoKpi(String),
}

impl Scope {
    /// Reads a scope as it is written in TOML, for a shop that knows these words.
    ///
    /// # Errors
    /// When it is no scope, or names what does not exist.
    pub fn from_toml(text: &str, words: &Vocabulary) -> Result<Self, BadScope> {
        let scope: Self = toml::from_str(text).map_err(|error| {
            let message = error.message().split_whitespace();
            BadScope::Unreadable(message.collect::<Vec<_>>().join(" "))
        })?;
        scope.check(words)?;
        Ok(scope)
    }

    /// Whether a shop that knows these words has everything that the scope names.
    ///
    /// # Errors
    /// The first thing that it does not have.
    pub fn check(&self, words: &Vocabulary) -> Result<(), BadScope> {
        let mut dimensions = self.rows.keys().chain(self.dimensions.iter().flatten());
        if let Some(name) = dimensions.find(|it| words.dimension(it).is_none()) {
            let known = words.dimensions().iter().map(|it| it.name());
            return Err(BadScope::NoDimension {
                name: name.clone(),
                known: known.collect::<Vec<_>>().join(", "),
            });
        }
        let is_of_history =
            |it: &&String| words.dimension(it).map(Dimension::holder) == Some(Holder::History);
        if let Some(name) = self.rows.keys().find(is_of_history) {
            return Err(BadScope::NoRow(name.clone()));
        }
        let mut kpis = self.kpis.iter().flatten();
        if let Some(name) = kpis.find(|it| words.kpi(it).is_none()) {
            return Err(BadScope::NoKpi(name.clone()));
        }
        Ok(())
    }

    /// What it says of KPIs and dimensions alone.
    #[must_use]
    pub fn uses(&self) -> Self {
        Self {
            kpis: self.kpis.clone(),
            dimensions: self.dimensions.clone(),
            ..Self::default()
        }
    }

    /// Whether nothing is hidden: all rows may be seen, and everything may be used.
    #[must_use]
    pub fn hides_nothing(&self) -> bool {
        self.rows.is_empty() && self.allows_everything()
    }

    /// How much it may ask, in place of what the server says.
    #[must_use]
    pub fn quota(&self) -> Quota {
        self.limits
    }

    /// Whether every KPI and every dimension may be used.
    #[must_use]
    pub fn allows_everything(&self) -> bool {
        self.kpis.is_none() && self.dimensions.is_none()
    }

    /// Whether a KPI of a shop that knows these words may be used.
    ///
    /// Which the scope lists may be, whatever they are made of. Where it lists none, all may be
    /// but those of the shop's own that tell of a dimension which may not be: by a condition of
    /// their formula, or because they count its values.
    #[must_use]
    pub fn allows_kpi(&self, words: &Vocabulary, kpi: Kpi) -> bool {
        if let Some(kpis) = &self.kpis {
            return kpis.contains(kpi.name());
        }
        let mut told = words.told_of_by(kpi);
        told.all(|dimension| self.allows_dimension(dimension))
    }

    /// Whether a dimension may be used.
    #[must_use]
    pub fn allows_dimension(&self, of: Dimension) -> bool {
        let dimensions = self.dimensions.as_ref();
        dimensions.is_none_or(|all| all.contains(of.name()))
    }

    /// Whether a shop that knows these words can tell its rows: it has the dimensions, and none
    /// of them follows from other rows.
    #[must_use]
    pub(super) fn fits(&self, words: &Vocabulary) -> bool {
        self.rows.keys().all(|name| {
            let dimension = words.dimension(name);
            dimension.is_some_and(|it| it.holder() != Holder::History)
        })
    }

    /// What rows must be like; nothing where all may be seen.
    #[must_use]
    pub fn predicates(&self, vocabulary: &Vocabulary) -> Vec<Predicate> {
        let predicate = |(name, values): (&String, &Values)| {
            let dimension = vocabulary.dimension(name)?;
            Some(match values {
                Values::OneOf(values) => Predicate::one_of(dimension, values),
                Values::NoneOf { not } => Predicate::none_of(dimension, not),
            })
        };
        self.rows.iter().filter_map(predicate).collect()
    }

    /// The same, as the database knows it.
    #[must_use]
    pub fn rows(&self, vocabulary: &Vocabulary) -> Rows {
        let test = |(name, values): (&String, &Values)| {
            let dimension = vocabulary.dimension(name)?;
            let (holder, field) = place(dimension);
            let (values, is_one) = match values {
                Values::OneOf(values) => (values, true),
                Values::NoneOf { not } => (not, false),
            };
            let among = Among {
                values: values.clone(),
                is_one,
                is_loose: dimension.own().is_some(),
            };
            Some((holder, field, among))
        };
        Rows::new(self.rows.iter().filter_map(test))
    }

    /// The scope as it is written in TOML, on one line.
    #[must_use]
    pub fn in_one_line(&self) -> String {
        let rows = self.rows.iter().map(|(name, values)| {
            let shown = match values {
                Values::OneOf(values) => format!("{values:?}"),
                Values::NoneOf { not } => format!("{{ not = {not:?} }}"),
            };
            format!("{name} = {shown}")
        });
        let rows: Vec<String> = rows.collect();
        let rows = (!rows.is_empty()).then(|| format!("rows = {{ {} }}", rows.join(", ")));
        let list = |name: &str, all: &Option<BTreeSet<String>>| {
            let all: Vec<&String> = all.as_ref()?.iter().collect();
            Some(format!("{name} = {all:?}"))
        };
        let kpis = list("kpis", &self.kpis);
        let seen = [rows, kpis, list("dimensions", &self.dimensions)];
        let everything = self.hides_nothing().then(|| "everything".to_owned());
        let limit = |name: &str, most: Option<NonZeroU32>| Some(format!("{name} = {}", most?));
        let Quota {
            requests_per_second,
            concurrent_requests,
        } = self.limits;
        let limits = [
            limit("requestsPerSecond", requests_per_second),
            limit("concurrentRequests", concurrent_requests),
        ];
        let limits: Vec<String> = limits.into_iter().flatten().collect();
        let limits = (!limits.is_empty()).then(|| format!("limits = {{ {} }}", limits.join(", ")));
        let parts = everything.into_iter().chain(seen.into_iter().flatten());
        parts.chain(limits).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kpi::{Key, KeyPart};

    fn read(text: &str) -> Result<Scope, BadScope> {
        Scope::from_toml(text, Vocabulary::built_in())
    }

    #[test]
    fn rows_become_predicates() {
        let text = r#"
            [rows]
            region = ["West", "East", "West"]
            subCategory = { not = ["Chairs"] }
        "#;
        let keys = |values: &[&str]| -> Vec<Key> {
            values.iter().map(|it| vec![KeyPart::from(*it)]).collect()
        };
        assert_eq!(
            read(text).unwrap().predicates(Vocabulary::built_in()),
            [
                Predicate::Among(vec![Dimension::REGION], keys(&["East", "West"])),
                Predicate::NotAmong(vec![Dimension::SUB_CATEGORY], keys(&["Chairs"])),
            ]
        );
        assert_eq!(read("").unwrap(), Scope::default());
    }

    #[test]
    fn what_is_no_scope_is_refused() {
        for (text, reason) in [
            ("rows = { colour = [\"red\"] }", "names `colour`"),
            (
                "dimensions = [\"REGION\"]",
                "`REGION`, which is no dimension",
            ),
            ("kpis = [\"profit\"]", "`profit`, which is no KPI"),
            (
                "rows = { customerKind = [\"new\"] }",
                "follows from the customer's other orders",
            ),
            ("rows = { region = 3 }", "cannot be read"),
            ("row = { region = [\"West\"] }", "unknown field `row`"),
            ("rows = [", "cannot be read"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}

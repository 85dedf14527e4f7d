//! The vocabulary: all that one shop can be asked about, what every shop has and its own.

use std::{collections::HashMap, sync::LazyLock};

use super::{
    catalogue::Kpi,
    composing::{OwnKpi, composed},
    conditional::{Conditional, ConditionalMeasure},
    dimension::{Declared, Dimension, Holder},
    fold::Fold,
    measure::Level,
    own_field::{OwnField, OwnFields},
    own_measure::{OwnMeasure, measured},
    scope::Predicate,
};

/// The dimensions and KPIs of one shop.
#[derive(Debug)]
pub struct Vocabulary {
    /// Each at its [position](Dimension::position).
    dimensions: Vec<Dimension>,
    kpis: Vec<Kpi>,
    by_name: HashMap<&'static str, Kpi>,
    conditional: Vec<Conditional>,
    fields: Vec<OwnField>,
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

/// What a shop declares beside what every shop has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// What its figures are broken down by.
    pub dimensions: Vec<OwnDimension>,
    /// What is counted of it.
    pub measures: Vec<OwnMeasure>,
    /// What is made of it.
    pub kpis: Vec<OwnKpi>,
}

/// Why something cannot be a word of the shop's own.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct WordError {
    /// Its name.
    pub name: String,
    /// What is wrong, and what to write instead.
    pub problem: String,
}

impl WordError {
    pub(super) fn new(name: &str, problem: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            problem: problem.into(),
        }
    }
}

/// Fields of filters that are no dimensions, and dimensions that all else relies on.
const TAKEN: [&str; 18] = [
    "productName",
    "customerName",
    "period",
    "timeZone",
    "calendar",
    "place",
    "returnsOn",
    "and",
    "or",
    "not",
    "orderHolds",
    "customerOrdered",
    "customerNeverOrdered",
    "product",
    "customer",
    "location",
    "shipMode",
    "status",
];

/// Fields of KPIs' types that are none.
const TAKEN_KPIS: [&str; 18] = [
    "productName",
    "customerName",
    "breakdown",
    "timeSeries",
    "seasonality",
    "peaks",
    "cohorts",
    "compareTo",
    "deliveryDistance",
    "drivers",
    "rfm",
    "pairs",
    "id",
    "where",
    "and",
    "not",
    "in",
    "coalesce",
];

impl Vocabulary {
    /// What every shop has.
    #[must_use]
    pub fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<Vocabulary> = LazyLock::new(|| {
            let dimensions = Dimension::built_in().collect();
            Vocabulary::of(dimensions, Kpi::built_in().to_vec())
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
    pub fn with(own: Words) -> Result<&'static Self, WordError> {
        if own == Words::default() {
            return Ok(Self::built_in());
        }
        let dimensions = dimensions(own.dimensions)?;
        let names = own.measures.iter().map(|it| &it.name);
        for name in names.chain(own.kpis.iter().map(|it| &it.name)) {
            check(name, &TAKEN_KPIS)?;
        }
        let fields = OwnFields::of(&own.measures)?;
        let measured = measured(&own.measures, fields, &dimensions)?;
        let (kpis, conditional) = composed(&own.kpis, &dimensions, &measured)?;
        let built_in = Kpi::built_in().iter().copied();
        let kpis = built_in.chain(measured.kpis).chain(kpis).collect();
        let vocabulary = Self {
            conditional,
            fields: fields.iter().collect(),
            ..Self::of(dimensions, kpis)
        };
        Ok(Box::leak(Box::new(vocabulary)))
    }

    fn of(dimensions: Vec<Dimension>, kpis: Vec<Kpi>) -> Self {
        Self {
            by_name: kpis.iter().map(|kpi| (kpi.name(), *kpi)).collect(),
            dimensions,
            kpis,
            conditional: Conditional::built_in(),
            fields: Vec::new(),
        }
    }

    /// The KPIs, in the order in which people read them.
    #[must_use]
    pub fn kpis(&self) -> &[Kpi] {
        &self.kpis
    }

    /// The KPI of this name.
    #[must_use]
    pub fn kpi(&self, name: &str) -> Option<Kpi> {
        self.by_name.get(name).copied()
    }

    /// What a measure is of, under which condition, and what is made of it.
    pub(super) fn conditional(&self, of: ConditionalMeasure) -> Option<&Conditional> {
        self.conditional.iter().find(|it| it.measure == of)
    }

    /// The dimensions that a KPI of the shop's own tells of: those that the conditions of its
    /// formula test, and those whose values it counts.
    pub fn told_of_by(&self, kpi: Kpi) -> impl Iterator<Item = Dimension> {
        let conditional = kpi.measures().conditional();
        let conditional = conditional.filter_map(|it| self.conditional(it));
        conditional.flat_map(|it| {
            let tested = it.predicates.iter().flat_map(Predicate::dimensions);
            tested.chain(it.fold.and_then(Fold::counts_values_of))
        })
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

    /// The shop's own numbers of a level, in the order of their [places](OwnField::place).
    pub fn fields(&self, level: Level) -> impl Iterator<Item = OwnField> {
        let all = self.fields.iter().copied();
        all.filter(move |it| it.level() == level)
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

/// The dimensions of every shop, and these.
fn dimensions(own: Vec<OwnDimension>) -> Result<Vec<Dimension>, WordError> {
    let mut dimensions: Vec<Dimension> = Dimension::built_in().collect();
    for it in own {
        check(&it.name, &TAKEN)?;
        let named = dimensions.iter().position(|other| other.name() == it.name);
        let position = named.unwrap_or(dimensions.len());
        let place = dimensions
            .iter()
            .filter(|other| other.own().is_some() && other.holder() == it.holder);
        let place = place.count();
        let dimension = Dimension(Box::leak(Box::new(declared(it, position, place))));
        match named {
            Some(at) if dimensions[at].own().is_some() => {
                let name = dimension.name();
                let problem = format!("there are two dimensions `{name}`");
                return Err(WordError::new(name, problem));
            }
            Some(at) => dimensions[at] = dimension,
            None => dimensions.push(dimension),
        }
    }
    Ok(dimensions)
}

fn check(name: &str, taken: &[&str]) -> Result<(), WordError> {
    let starts_small = name.starts_with(|it: char| it.is_ascii_lowercase());
    if !starts_small || !name.chars().all(|it| it.is_ascii_alphanumeric()) {
        let problem = format!(
            "`{name}` is no name: write it like `paymentMethod`, letters and digits that begin \
             with a small letter"
        );
        return Err(WordError::new(name, problem));
    }
    if taken.contains(&name) {
        let problem =
            format!("`{name}` is the name of something that every shop has: choose another");
        return Err(WordError::new(name, problem));
    }
    Ok(())
}

fn declared(own: OwnDimension, position: usize, place: usize) -> Declared {
    let field = format!("attributes.{}", own.name);
    let path = match own.holder {
        Holder::Line => format!("lines.{field}"),
        Holder::Order | Holder::Customer | Holder::ShipTo | Holder::Product | Holder::History => {
            field.clone()
        }
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

    fn of_dimensions(dimensions: Vec<OwnDimension>) -> Result<&'static Vocabulary, WordError> {
        Vocabulary::with(Words {
            dimensions,
            ..Words::default()
        })
    }

    #[test]
    fn a_shop_has_what_all_have_and_its_own() {
        let dimensions = vec![
            own("channel", Holder::Order),
            own("brand", Holder::Product),
            own("till", Holder::Order),
        ];
        let words = of_dimensions(dimensions).unwrap();
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
        let words = of_dimensions(vec![own("category", Holder::Line)]).unwrap();
        let category = words.dimension("category").unwrap();
        assert_eq!(category.holder(), Holder::Line);
        assert_eq!(category.position(), Dimension::CATEGORY.position());
        assert_eq!(words.dimensions().len(), Dimension::built_in().len());
    }

    #[test]
    fn names_are_checked() {
        let with = |names: &[&str]| {
            let own = names.iter().map(|it| own(it, Holder::Order));
            of_dimensions(own.collect()).unwrap_err().problem
        };
        assert!(with(&["pay-ment"]).contains("is no name"));
        assert!(with(&["Payment"]).contains("is no name"));
        assert!(with(&["period"]).contains("every shop has"));
        assert!(with(&["till", "till"]).contains("two dimensions"));
    }
}

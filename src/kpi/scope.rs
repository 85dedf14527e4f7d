//! Scopes: which order lines a KPI looks at.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{
    calendar::Calendar,
    customers::Customers,
    cycle::Cycle,
    dimension::{Dimension, Holder},
    entries::ReturnsOn,
    grain::Grain,
    interval::Interval,
    measure::Level,
    own_field::OwnField,
};

/// The order lines that match every predicate and fall in the period.
///
/// A predicate on a product attribute keeps the *lines* that match, and an order
/// is in scope when at least one of its lines is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    /// When the orders were placed, and things came back.
    pub period: Interval,
    /// When a return record counts.
    pub returns_on: ReturnsOn,
    /// How days, weeks, months and years are cut.
    pub calendar: Calendar,
    /// The statuses whose orders are out of every scope.
    pub uncounted: Arc<[String]>,
    /// What the lines must match, all of it.
    pub predicates: Vec<Predicate>,
}

/// A condition on one or more dimensions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Predicate {
    /// The dimensions' values are one of these keys.
    Among(Vec<Dimension>, Vec<Key>),
    /// The dimensions' values are none of these keys.
    NotAmong(Vec<Dimension>, Vec<Key>),
    /// The value is text that starts so, to the letter.
    StartsWith(Dimension, String),
    /// The value is text that holds this, to the letter.
    Contains(Dimension, String),
    /// The value is text that holds every word of this, whatever capitals and accents.
    Search(Dimension, String),
    /// All of these hold of the line.
    All(Vec<Predicate>),
    /// One of these holds of the line, or more.
    Any(Vec<Predicate>),
    /// This does not hold of the line.
    Not(Box<Predicate>),
    /// The order holds a line of which all of these hold.
    OrderHolds(Vec<Predicate>),
    /// The customer has ordered so; an order without a customer has not.
    CustomerOrdered(Ordered),
    /// The customer is one of these, of whom there may be very many.
    OneOfMany(Customers),
}

/// What customers have ordered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ordered {
    /// When.
    pub period: Interval,
    /// What a line of such an order must match, all of it.
    pub predicates: Vec<Predicate>,
}

/// What a pass groups by, one of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Axis {
    /// The values of a dimension.
    Dimension(Dimension),
    /// Stretches of time, known by the instant they start.
    Bucket(Grain),
    /// What comes round again, known by the slot's number.
    Slot(Cycle),
    /// Customers by the stretch of time of their first order ever, known by the instant it
    /// starts.
    Cohort(Grain),
    /// The values of a number of the shop's own.
    Number(OwnField),
}

/// The value of a group on each of its axes.
pub type Key = Vec<KeyPart>;

/// The value of a group on one axis; a missing value is a group too, and sorts last.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyPart {
    /// A slot.
    Number(i64),
    /// The start of a bucket, or of a cohort's.
    Time(DateTime<Utc>),
    /// A dimension's value.
    Text(Arc<str>),
    /// A number of the shop's own.
    Decimal(Decimal),
    /// A dimension's missing value, a missing number; the cohort of nobody.
    Missing,
}

impl Scope {
    /// The scope with one more condition.
    #[must_use]
    pub fn and(&self, predicate: Predicate) -> Self {
        let mut narrowed = self.clone();
        narrowed.predicates.push(predicate);
        narrowed
    }

    /// How many semi-joins there are in it: each may have all orders looked through.
    #[must_use]
    pub fn semi_joins(&self) -> usize {
        self.predicates.iter().map(Predicate::semi_joins).sum()
    }

    /// The same lines in another period.
    #[must_use]
    pub fn over(&self, period: Interval) -> Self {
        Self {
            period,
            ..self.clone()
        }
    }
}

impl Axis {
    /// The dimension that it groups by.
    #[must_use]
    pub fn dimension(self) -> Option<Dimension> {
        match self {
            Self::Dimension(dimension) => Some(dimension),
            Self::Bucket(_) | Self::Slot(_) | Self::Cohort(_) | Self::Number(_) => None,
        }
    }

    /// Whether it can tell the lines of one order apart.
    #[must_use]
    pub fn is_of_lines(self) -> bool {
        match self {
            Self::Dimension(dimension) => dimension.is_of_lines(),
            Self::Number(number) => number.level() == Level::Line,
            Self::Bucket(_) | Self::Slot(_) | Self::Cohort(_) => false,
        }
    }

    /// Whether it looks at when else a customer has ordered.
    #[must_use]
    pub fn looks_at_history(self) -> bool {
        let is_kind = |it: Dimension| it.holder() == Holder::History;
        matches!(self, Self::Cohort(_)) || self.dimension().is_some_and(is_kind)
    }
}

impl Predicate {
    /// The value is one of these texts; two of the same texts are the same predicate.
    #[must_use]
    pub fn one_of(dimension: Dimension, texts: &[String]) -> Self {
        Self::Among(vec![dimension], keys(texts))
    }

    /// The value is none of these texts, or missing.
    #[must_use]
    pub fn none_of(dimension: Dimension, texts: &[String]) -> Self {
        Self::NotAmong(vec![dimension], keys(texts))
    }

    /// The value is missing.
    #[must_use]
    pub fn missing(dimension: Dimension) -> Self {
        Self::Among(vec![dimension], vec![vec![KeyPart::Missing]])
    }

    /// The value is not missing.
    #[must_use]
    pub fn known(dimension: Dimension) -> Self {
        Self::NotAmong(vec![dimension], vec![vec![KeyPart::Missing]])
    }

    /// The dimensions that it tests, those of the lines that semi-joins look for included.
    #[must_use]
    pub fn dimensions(&self) -> Vec<Dimension> {
        match self {
            Self::Among(dimensions, _) | Self::NotAmong(dimensions, _) => dimensions.clone(),
            Self::StartsWith(dimension, _)
            | Self::Contains(dimension, _)
            | Self::Search(dimension, _) => vec![*dimension],
            Self::All(parts) | Self::Any(parts) | Self::OrderHolds(parts) => {
                parts.iter().flat_map(Self::dimensions).collect()
            }
            Self::Not(part) => part.dimensions(),
            Self::OneOfMany(_) => vec![Dimension::CUSTOMER],
            Self::CustomerOrdered(ordered) => {
                let tested = ordered.predicates.iter().flat_map(Self::dimensions);
                [Dimension::CUSTOMER].into_iter().chain(tested).collect()
            }
        }
    }

    /// Whether it keeps some lines of an order and not others.
    #[must_use]
    pub fn is_of_lines(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::is_of_lines),
            Self::Not(part) => part.is_of_lines(),
            Self::OrderHolds(_) | Self::CustomerOrdered(_) | Self::OneOfMany(_) => false,
            Self::Among(..)
            | Self::NotAmong(..)
            | Self::StartsWith(..)
            | Self::Contains(..)
            | Self::Search(..) => self.dimensions().iter().any(|it| it.is_of_lines()),
        }
    }

    /// Whether it, or a part of it that is no semi-join, is like this.
    #[must_use]
    pub fn has(&self, is_like: &impl Fn(&Self) -> bool) -> bool {
        let parts = match self {
            Self::All(parts) | Self::Any(parts) => parts.as_slice(),
            Self::Not(part) => std::slice::from_ref(part.as_ref()),
            _ => &[],
        };
        is_like(self) || parts.iter().any(|it| it.has(is_like))
    }

    /// Whether it looks at the other lines of an order.
    #[must_use]
    pub fn looks_at_orders(&self) -> bool {
        self.has(&|it| matches!(it, Self::OrderHolds(_)))
    }

    /// Whether it looks at the other orders of a customer.
    #[must_use]
    pub fn looks_at_customers(&self) -> bool {
        self.has(&|it| matches!(it, Self::CustomerOrdered(_)))
    }

    /// Whether it looks at when else a customer has ordered, in semi-joins too.
    #[must_use]
    pub fn looks_at_history(&self) -> bool {
        let dimensions = self.dimensions();
        dimensions.iter().any(|it| it.holder() == Holder::History)
    }

    fn semi_joins(&self) -> usize {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::semi_joins).sum(),
            Self::Not(part) => part.semi_joins(),
            Self::OrderHolds(_) | Self::CustomerOrdered(_) => 1,
            Self::Among(..)
            | Self::NotAmong(..)
            | Self::StartsWith(..)
            | Self::Contains(..)
            | Self::Search(..)
            | Self::OneOfMany(_) => 0,
        }
    }

    /// The same where semi-joins look at lines only of which all of these hold, as if there
    /// were no others.
    #[must_use]
    pub fn among_lines(&self, of: &[Self]) -> Self {
        let within = |parts: &[Self]| parts.iter().map(|it| it.among_lines(of)).collect();
        let and_of = |parts: &[Self]| parts.iter().chain(of).cloned().collect();
        match self {
            Self::All(parts) => Self::All(within(parts)),
            Self::Any(parts) => Self::Any(within(parts)),
            Self::Not(part) => Self::Not(Box::new(part.among_lines(of))),
            Self::OrderHolds(parts) => Self::OrderHolds(and_of(parts)),
            Self::CustomerOrdered(ordered) => Self::CustomerOrdered(Ordered {
                period: ordered.period,
                predicates: and_of(&ordered.predicates),
            }),
            Self::Among(..)
            | Self::NotAmong(..)
            | Self::StartsWith(..)
            | Self::Contains(..)
            | Self::Search(..)
            | Self::OneOfMany(_) => self.clone(),
        }
    }
}

impl KeyPart {
    /// The value of a dimension, as text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The same, to hold on to.
    #[must_use]
    pub fn shared_text(&self) -> Option<&Arc<str>> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The start of a bucket.
    #[must_use]
    pub fn time(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Time(time) => Some(*time),
            _ => None,
        }
    }
}

impl From<&str> for KeyPart {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<Option<String>> for KeyPart {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::Missing, |text| Self::Text(text.into()))
    }
}

fn keys(texts: &[String]) -> Vec<Key> {
    let mut texts: Vec<&String> = texts.iter().collect();
    texts.sort_unstable();
    texts.dedup();
    let key = |text: &String| vec![KeyPart::from(text.as_str())];
    texts.into_iter().map(key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(dimension: Dimension, value: &str) -> Predicate {
        Predicate::Among(vec![dimension], vec![vec![value.into()]])
    }

    #[test]
    fn a_semi_join_keeps_orders_whole() {
        let holds = Predicate::OrderHolds(vec![is(Dimension::PRODUCT, "desk")]);
        assert!(!holds.is_of_lines());
        let either = Predicate::Any(vec![holds.clone(), is(Dimension::REGION, "West")]);
        assert!(!either.is_of_lines());
        assert!(either.looks_at_orders() && !either.looks_at_customers());
        assert_eq!(either.semi_joins(), 1);
        let lines = Predicate::Not(Box::new(is(Dimension::CATEGORY, "Furniture")));
        assert!(Predicate::All(vec![holds, lines]).is_of_lines());
    }

    #[test]
    fn what_customers_ordered_tests_customers() {
        let ordered = Predicate::CustomerOrdered(Ordered {
            period: Interval::default(),
            predicates: vec![is(Dimension::PRODUCT, "desk")],
        });
        assert_eq!(
            ordered.dimensions(),
            [Dimension::CUSTOMER, Dimension::PRODUCT]
        );
    }
}

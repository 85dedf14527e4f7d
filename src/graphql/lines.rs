//! Conditions on order lines as clients write them, made into predicates.

use async_graphql::{InputObject, Result};

use super::{
    error::client_error,
    period::{Clock, Period},
    place::PlaceFilter,
    vocabulary::DimensionFilters,
};
use crate::kpi::{Dimension, Interval, KeyPart, Ordered, Predicate, Vocabulary};

/// Which order lines: those that match every field given.
#[derive(Clone, Debug, Default, InputObject)]
pub struct LineFilter {
    /// The place that the order ships to, by several levels at once, which tell namesakes apart; all of these must hold.
    place: Option<Vec<PlaceFilter>>,
    #[graphql(flatten)]
    dimensions: DimensionFilters,
    /// All of these must hold.
    and: Option<Vec<LineFilter>>,
    /// At least one of these must hold.
    or: Option<Vec<LineFilter>>,
    /// This must not hold.
    not: Option<Box<LineFilter>>,
    /// The order holds a line like this, whether or not that is one of these lines: with `product`, the basket around a product.
    order_holds: Option<Box<LineFilter>>,
    /// The order's customer has ordered so: `customerOrdered: {line: {product: {eq: "A"}}}` are all lines of those who ever bought A.
    customer_ordered: Option<Box<OrderedFilter>>,
    /// The order has a customer, who has never ordered so.
    customer_never_ordered: Option<Box<OrderedFilter>>,
}

/// What a customer has ordered: an order that counts, in the period, with a line like this.
#[derive(Clone, Debug, Default, InputObject)]
pub struct OrderedFilter {
    /// When the order was placed; without it, ever, whatever the period of the KPIs.
    period: Option<Period>,
    /// A line of the order; without it, any.
    #[graphql(default)]
    line: LineFilter,
}

impl LineFilter {
    /// What lines must match, all of it.
    ///
    /// # Errors
    /// When a value cannot be, or a semi-join stands within a semi-join.
    pub(super) fn predicates(self, words: &Vocabulary, clock: Clock) -> Result<Vec<Predicate>> {
        let mut predicates = self.dimensions.predicates(words)?;
        for place in self.place.unwrap_or_default() {
            predicates.extend(place.predicates(words)?);
        }
        for part in self.and.unwrap_or_default() {
            predicates.extend(part.predicates(words, clock)?);
        }
        if let Some(any) = self.or {
            let any = any.into_iter().map(|it| it.predicate(words, clock));
            predicates.push(Predicate::Any(any.collect::<Result<_>>()?));
        }
        if let Some(it) = self.not {
            predicates.push(Predicate::Not(Box::new(it.predicate(words, clock)?)));
        }
        if let Some(line) = self.order_holds {
            predicates.push(Predicate::OrderHolds(line.of_semi_join(words, clock)?));
        }
        if let Some(ordered) = self.customer_ordered {
            predicates.push(ordered.predicate(words, clock)?);
        }
        if let Some(ordered) = self.customer_never_ordered {
            let has = ordered.predicate(words, clock)?;
            predicates.push(Predicate::Not(Box::new(has)));
            let nobody = vec![vec![KeyPart::Missing]];
            predicates.push(Predicate::NotAmong(vec![Dimension::CUSTOMER], nobody));
        }
        Ok(predicates)
    }

    fn predicate(self, words: &Vocabulary, clock: Clock) -> Result<Predicate> {
        let mut predicates = self.predicates(words, clock)?;
        match predicates.len() {
            1 => Ok(predicates.remove(0)),
            _ => Ok(Predicate::All(predicates)),
        }
    }

    /// What a line must match that a semi-join looks for.
    fn of_semi_join(self, words: &Vocabulary, clock: Clock) -> Result<Vec<Predicate>> {
        let predicates = self.predicates(words, clock)?;
        let is_semi_join = |it: &Predicate| it.looks_at_orders() || it.looks_at_customers();
        if predicates.iter().any(is_semi_join) {
            return Err(client_error(
                "orderHolds, customerOrdered and customerNeverOrdered look for lines by their own fields: put them side by side, or into and, or and not, instead of one into another",
            ));
        }
        Ok(predicates)
    }
}

impl OrderedFilter {
    fn predicate(self, words: &Vocabulary, clock: Clock) -> Result<Predicate> {
        let period = match self.period {
            Some(period) => period.interval(clock)?,
            None => Interval::default(),
        };
        let predicates = self.line.of_semi_join(words, clock)?;
        Ok(Predicate::CustomerOrdered(Ordered { period, predicates }))
    }
}

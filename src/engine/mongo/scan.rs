//! The first stages of every pipeline: the orders of a scope, joined as far as needed, with the lines that match.

use bson::{Document, doc};

use super::{
    filter::{field, index_hint, line_condition, query},
    prepare::Prepared,
    stage::{Stage, or_null},
};
use crate::kpi::{Axis, Dimension, Holder, Interval, Predicate};

/// The orders over these periods that match, ready to be grouped.
pub fn scan(prepared: &Prepared, periods: &[Interval]) -> Vec<Stage> {
    let predicates = &prepared.predicates;
    let (before_join, after_join): (Vec<_>, Vec<_>) = predicates
        .iter()
        .filter(|it| !it.is_of_lines())
        .partition(|it| it.dimensions().iter().all(|d| d.holder() == Holder::Order));

    let counted = prepared.counted.clone();
    let mut stages = vec![orders(counted, predicates, &before_join, periods)];
    stages.extend(prepared.has_doubles.then(with_decimals));
    stages.extend(prepared.joins.of_orders());
    if !after_join.is_empty() {
        stages.push(Stage::Match(all_of(after_join.into_iter().map(query))));
    }
    stages.extend(lines(prepared));
    stages
}

/// The counted orders of the periods that match what an index can tell.
fn orders(
    counted: Document,
    predicates: &[Predicate],
    before_join: &[&Predicate],
    periods: &[Interval],
) -> Stage {
    let conditions = [counted]
        .into_iter()
        .chain(placed_in(periods))
        .chain(before_join.iter().map(|it| query(it)))
        .chain(predicates.iter().filter_map(index_hint));
    Stage::Match(all_of(conditions))
}

/// What makes an order count at all: a counted status, and something on it; what orders may
/// be seen comes from the store.
pub fn counted(uncounted: &[String], visible: Document) -> Document {
    let mut counted = doc! { "status": { "$nin": uncounted }, "lines.0": { "$exists": true } };
    counted.extend(visible);
    counted
}

/// Reads amounts that are doubles to the digits that they guarantee, so that sums are exact.
fn with_decimals() -> Stage {
    let decimal = |field: &str| doc! { "$toDecimal": format!("$$line.{field}") };
    let amounts = ["quantity", "revenue", "profit"];
    let decimals = amounts.map(|it| (it.to_owned(), decimal(it).into()));
    let decimals = Document::from_iter(decimals);
    let line = doc! { "$mergeObjects": ["$$line", decimals] };
    let lines = doc! { "$map": { "input": "$lines", "as": "line", "in": line } };
    Stage::Set(doc! { "lines": lines })
}

fn placed_in(periods: &[Interval]) -> Option<Document> {
    let mut ranges: Vec<Document> = periods.iter().copied().map(range).collect();
    match ranges.len() {
        1 => ranges.pop().filter(|range| !range.is_empty()),
        _ => Some(doc! { "$or": ranges }),
    }
}

fn range(period: Interval) -> Document {
    let mut bounds = Document::new();
    if let Some(from) = period.from {
        bounds.insert("$gte", bson::DateTime::from_chrono(from));
    }
    if let Some(to) = period.to {
        bounds.insert("$lt", bson::DateTime::from_chrono(to));
    }
    if bounds.is_empty() {
        bounds
    } else {
        doc! { "orderedAt": bounds }
    }
}

/// One document where no two conditions share a field, else `$and`.
///
/// An operator such as the `$and` of what may be seen is a field like any other here: none
/// takes another's place.
fn all_of(conditions: impl Iterator<Item = Document>) -> Document {
    let mut all = Document::new();
    let mut rest = Vec::new();
    for condition in conditions {
        if condition.keys().any(|field| all.contains_key(field)) {
            rest.push(condition);
        } else {
            all.extend(condition);
        }
    }
    if rest.is_empty() {
        return all;
    }
    rest.push(all);
    doc! { "$and": rest }
}

fn dimension(axis: Axis) -> Option<Dimension> {
    match axis {
        Axis::Dimension(dimension) => Some(dimension),
        Axis::Bucket(_) | Axis::Slot(_) => None,
    }
}

/// The dimensions among the axes.
pub fn dimensions(axes: &[Axis]) -> impl Iterator<Item = Dimension> {
    axes.iter().copied().filter_map(dimension)
}

/// Brings each line's attributes together and drops the lines that do not match.
///
/// Nothing to do where neither a predicate nor an axis looks at single lines.
fn lines(prepared: &Prepared) -> Vec<Stage> {
    if !prepared.used.iter().any(|it| it.is_of_lines()) {
        return Vec::new();
    }
    let mut stages: Vec<Stage> = prepared.joins.of_lines().into_iter().collect();
    let line = reduced_line(prepared);
    let reduced = doc! { "$map": { "input": "$lines", "as": "line", "in": line } };
    let conditions: Vec<Document> = prepared
        .predicates
        .iter()
        .filter(|it| it.is_of_lines())
        .map(line_condition)
        .collect();
    if conditions.is_empty() {
        stages.push(Stage::Set(doc! { "lines": reduced }));
        return stages;
    }
    let kept = doc! { "$filter": {
        "input": reduced, "as": "line", "cond": { "$and": conditions },
    } };
    stages.push(Stage::Set(doc! { "lines": kept }));
    stages.push(Stage::Match(doc! { "lines.0": { "$exists": true } }));
    stages
}

/// A line with its numbers and the product attributes that are used.
fn reduced_line(prepared: &Prepared) -> Document {
    let mut line = doc! {
        "product": or_null("$$line.productId"),
        "quantity": "$$line.quantity",
        "revenue": "$$line.revenue",
        "profit": "$$line.profit",
    };
    let of_product = |it: &&Dimension| it.holder() == Holder::Product;
    let attributes: Vec<&str> = prepared
        .used
        .iter()
        .filter(of_product)
        .map(|it| field(*it))
        .collect();
    if attributes.is_empty() {
        return line;
    }
    for attribute in attributes {
        line.insert(attribute, or_null(format!("$$product.{attribute}")));
    }
    let product = prepared.joins.product_of_line();
    doc! { "$let": { "vars": { "product": product }, "in": line } }
}

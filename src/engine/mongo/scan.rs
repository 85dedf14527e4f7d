//! The first stages of every pipeline: the orders of a scope, joined as far as needed, with the lines that match.

use bson::{Document, doc};

use super::{
    customers::history,
    filter::{ALL_LINES, field_of_line, index_hint, line_condition, query, value_at},
    numbers::{NUMBERS, Numbers},
    parts::amount,
    prepare::Prepared,
    stage::Stage,
};
use crate::kpi::{Axis, Count, Dimension, Entries, Holder, Interval, Pass, Predicate, ReturnsOn};

/// The orders over these periods that match, or their return records, ready to be grouped.
pub fn scan(pass: &Pass, prepared: &Prepared, periods: &[Interval]) -> Vec<Stage> {
    let predicates = &prepared.predicates;
    let (before_join, after_join): (Vec<_>, Vec<_>) = predicates
        .iter()
        .filter(|it| !it.is_of_lines())
        .partition(|it| is_of_orders_alone(it));

    let when = match (pass.entries, pass.scope.returns_on) {
        (Entries::Orders, _) => placed_in(periods).into_iter().collect(),
        (Entries::Returns, ReturnsOn::OrderDay) => [has_returns()]
            .into_iter()
            .chain(placed_in(periods))
            .collect(),
        (Entries::Returns, ReturnsOn::ReturnDay) => vec![returned_in(periods)],
    };
    let counted = prepared.counted.clone();
    let mut stages = vec![orders(counted, predicates, &before_join, when)];
    if prepared.looks_at_history {
        stages.extend(history(&prepared.counted));
    }
    let looks_at_orders = predicates.iter().any(Predicate::looks_at_orders);
    if looks_at_orders {
        stages.extend(all_lines(prepared));
    }
    if pass.entries == Entries::Returns {
        stages.extend(records(pass.scope.returns_on, periods));
    }
    let (mut amounts, numbers) = (amounts(pass), Numbers::of(pass));
    stages.extend(prepared.has_doubles.then(|| with_decimals(&amounts)));
    stages.extend(numbers.stage());
    amounts.extend(numbers.are_of_lines().then_some(NUMBERS));
    if !looks_at_orders {
        stages.extend(prepared.joins.of_orders());
    }
    if !after_join.is_empty() {
        stages.push(Stage::Match(all_of(after_join.into_iter().map(query))));
    }
    if !looks_at_orders {
        stages.extend(prepared.joins.of_lines());
    }
    stages.extend(lines(prepared, &amounts));
    stages
}

/// Whether it can be told before anything is joined.
fn is_of_orders_alone(predicate: &Predicate) -> bool {
    let dimensions = predicate.dimensions();
    let are_of_orders = dimensions.iter().all(|it| it.holder() == Holder::Order);
    are_of_orders && !predicate.looks_at_orders()
}

/// Puts what all lines of an order are like on it, before anything is made of them: a return
/// record has none of its own, and of an order those are kept that match.
fn all_lines(prepared: &Prepared) -> Vec<Stage> {
    let mut stages = prepared.joins.of_orders();
    stages.extend(prepared.joins.of_lines());
    let line = reduced_line(prepared, &[]);
    let lines = doc! { "$map": { "input": "$lines", "as": "line", "in": line } };
    stages.push(Stage::Set(doc! { ALL_LINES: lines }));
    stages
}

/// The amounts of a line that the pass counts.
fn amounts(pass: &Pass) -> Vec<&'static str> {
    let mut amounts = vec!["quantity", "revenue", "profit"];
    if let Count::Measures(measures) = pass.count {
        amounts.extend(measures.iter().filter_map(amount));
    }
    amounts
}

/// Makes an order with one negative line of each return record.
fn records(returns_on: ReturnsOn, periods: &[Interval]) -> Vec<Stage> {
    let taken = |field: &str| doc! { "$multiply": [-1, format!("$returns.{field}")] };
    let sold = doc! { "$arrayElemAt": ["$lines", "$returns.line"] };
    let amounts = doc! {
        "quantity": taken("quantity"),
        "revenue": taken("amount"),
        "profit": taken("profit"),
        "cost": taken("cost"),
    };
    let mut record = doc! { "lines": [{ "$mergeObjects": [sold, amounts] }] };
    if returns_on == ReturnsOn::ReturnDay {
        record.insert("orderedAt", "$returns.returnedAt");
    }
    let mut stages = vec![Stage::Unwind("$returns".into()), Stage::Set(record)];
    stages.extend(placed_in(periods).map(Stage::Match));
    stages
}

/// The counted orders of these times that match what an index can tell.
fn orders(
    counted: Document,
    predicates: &[Predicate],
    before_join: &[&Predicate],
    when: Vec<Document>,
) -> Stage {
    let conditions = [counted]
        .into_iter()
        .chain(when)
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
fn with_decimals(amounts: &[&str]) -> Stage {
    let decimal = |field: &str| doc! { "$toDecimal": format!("$$line.{field}") };
    let decimals = amounts.iter();
    let decimals = decimals.map(|it| ((*it).to_owned(), decimal(it).into()));
    let decimals: Document = decimals.collect();
    let line = doc! { "$mergeObjects": ["$$line", decimals] };
    let lines = doc! { "$map": { "input": "$lines", "as": "line", "in": line } };
    Stage::Set(doc! { "lines": lines })
}

fn placed_in(periods: &[Interval]) -> Option<Document> {
    let mut ranges: Vec<Document> = periods.iter().copied().map(range).collect();
    ranges.retain(|range| !range.is_empty());
    let placed = |range| doc! { "orderedAt": range };
    if ranges.len() < periods.len() {
        return None;
    }
    match ranges.len() {
        1 => ranges.pop().map(placed),
        _ => Some(doc! { "$or": ranges.into_iter().map(placed).collect::<Vec<_>>() }),
    }
}

/// The orders of which something came back then.
fn returned_in(periods: &[Interval]) -> Document {
    let returned = |period: &Interval| match range(*period) {
        range if range.is_empty() => has_returns(),
        range => doc! { "returns": { "$elemMatch": { "returnedAt": range } } },
    };
    let mut alternatives: Vec<Document> = periods.iter().map(returned).collect();
    if alternatives.len() == 1 {
        return alternatives.remove(0);
    }
    doc! { "$or": alternatives }
}

fn has_returns() -> Document {
    doc! { "returns.returnedAt": { "$exists": true } }
}

fn range(period: Interval) -> Document {
    let mut bounds = Document::new();
    if let Some(from) = period.from {
        bounds.insert("$gte", bson::DateTime::from_chrono(from));
    }
    if let Some(to) = period.to {
        bounds.insert("$lt", bson::DateTime::from_chrono(to));
    }
    bounds
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

/// The dimensions among the axes.
pub fn dimensions(axes: &[Axis]) -> impl Iterator<Item = Dimension> {
    axes.iter().copied().filter_map(Axis::dimension)
}

/// Brings each line's attributes together and drops the lines that do not match.
///
/// Nothing to do where neither a predicate nor an axis looks at single lines.
fn lines(prepared: &Prepared, amounts: &[&str]) -> Vec<Stage> {
    if !prepared.used.iter().any(|it| it.is_of_lines()) {
        return Vec::new();
    }
    let mut stages = Vec::new();
    let line = reduced_line(prepared, amounts);
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

/// A line with its numbers and the attributes that are used.
fn reduced_line(prepared: &Prepared, amounts: &[&str]) -> Document {
    let product = value_at(Dimension::PRODUCT, "$$line.productId");
    let mut line = doc! { field_of_line(Dimension::PRODUCT): product };
    for amount in amounts {
        line.insert(*amount, format!("$$line.{amount}"));
    }
    let held_by = |holder| prepared.used.iter().filter(move |it| it.holder() == holder);
    for it in held_by(Holder::Line) {
        let path = format!("$$line.{}", it.field());
        line.insert(field_of_line(*it), value_at(*it, &path));
    }
    let mut has_product = false;
    for it in held_by(Holder::Product) {
        let path = format!("$$product.{}", it.field());
        line.insert(field_of_line(*it), value_at(*it, &path));
        has_product = true;
    }
    if !has_product {
        return line;
    }
    let product = prepared.joins.product_of_line();
    doc! { "$let": { "vars": { "product": product }, "in": line } }
}

//! Predicates as query documents, for whole orders, and as expressions, for single lines.
//!
//! Text from clients only ever stands where MongoDB takes a value: as an operand
//! of `$in`, inside `$literal`, or escaped in a pattern.

use bson::{Bson, Document, doc};

use super::stage::{cond, literal, or_null};
use crate::{
    kpi::{Dimension, Holder, Key, KeyPart, Predicate},
    store::{decimal_to_bson, literal_pattern, search_operators, search_patterns},
};

/// Where a joined customer stands on the order.
pub const CUSTOMER: &str = "_customer";
/// Where a joined delivery place stands on the order.
pub const SHIP_TO: &str = "_shipTo";
/// Where all lines of the order stand, reduced, whichever of them match.
pub const ALL_LINES: &str = "_allLines";

/// The path of an order's attribute once its documents are joined, or of the attribute on a
/// line once those are reduced.
fn path(dimension: Dimension) -> String {
    match dimension.holder() {
        Holder::Customer => format!("{CUSTOMER}.{}", dimension.field()),
        Holder::ShipTo => format!("{SHIP_TO}.{}", dimension.field()),
        Holder::Order | Holder::History => dimension.field().to_owned(),
        Holder::Line | Holder::Product => field_of_line(dimension),
    }
}

/// The field of a reduced line that holds the attribute.
pub fn field_of_line(dimension: Dimension) -> String {
    match dimension.own() {
        Some(_) => format!("own_{}", dimension.name()),
        None => dimension.name().to_owned(),
    }
}

/// The attribute as an expression, null where it is missing; lines stand in `$$line`.
pub fn expression(dimension: Dimension) -> Document {
    let scope = if dimension.is_of_lines() {
        "$$line."
    } else {
        "$"
    };
    let path = format!("{scope}{}", path(dimension));
    if dimension.is_of_lines() {
        // What reduced the line looked at its type.
        or_null(path)
    } else {
        value_at(dimension, &path)
    }
}

/// What stands at a path, null where it is missing.
///
/// No rule says that a shop's own attributes are texts, so what is none is missing.
pub fn value_at(dimension: Dimension, path: &str) -> Document {
    match dimension.own() {
        Some(_) => cond(
            doc! { "$eq": [{ "$type": path }, "string"] },
            path,
            Bson::Null,
        ),
        None => or_null(path),
    }
}

/// The predicate on an order, as a query document.
pub fn query(predicate: &Predicate) -> Document {
    query_by(predicate, expression, path)
}

/// The predicate on the document that holds its dimensions, as a query document.
pub fn query_of_holder(predicate: &Predicate) -> Document {
    let of_holder = |it: Dimension| value_at(it, &format!("${}", it.field()));
    query_by(predicate, of_holder, |dimension| {
        dimension.field().to_owned()
    })
}

/// The predicate as a query document where it can be one, else as an expression.
fn query_by(
    predicate: &Predicate,
    of: fn(Dimension) -> Document,
    path: fn(Dimension) -> String,
) -> Document {
    let part = |it: &Predicate| query_by(it, of, path);
    match predicate {
        // Neither operator takes an empty list.
        Predicate::All(parts) if parts.is_empty() => doc! {},
        Predicate::Any(parts) if parts.is_empty() => doc! { "$expr": false },
        Predicate::All(parts) => doc! { "$and": parts.iter().map(part).collect::<Vec<_>>() },
        Predicate::Any(parts) => doc! { "$or": parts.iter().map(part).collect::<Vec<_>>() },
        Predicate::Not(it) => doc! { "$nor": [part(it)] },
        Predicate::OrderHolds(_) | Predicate::CustomerOrdered(_) | Predicate::OneOfMany(_) => {
            doc! { "$expr": condition(predicate, &of) }
        }
        Predicate::Among(..)
        | Predicate::NotAmong(..)
        | Predicate::StartsWith(..)
        | Predicate::Contains(..)
        | Predicate::Search(..) => {
            if has_own(predicate) {
                return doc! { "$expr": condition(predicate, &of) };
            }
            query_at(predicate, path)
        }
    }
}

/// Whether it tests a shop's own attributes, which can be of any type.
fn has_own(predicate: &Predicate) -> bool {
    predicate.dimensions().iter().any(|it| it.own().is_some())
}

fn query_at(predicate: &Predicate, path: fn(Dimension) -> String) -> Document {
    match predicate {
        Predicate::Among(dimensions, keys) => match dimensions.as_slice() {
            [only] => doc! { path(*only): { "$in": values(keys) } },
            // An empty `$or` is an error; nothing is among no keys.
            _ if keys.is_empty() => doc! { "$expr": false },
            _ => doc! { "$or": alternatives(dimensions, keys, path) },
        },
        Predicate::NotAmong(dimensions, keys) => match dimensions.as_slice() {
            [only] => doc! { path(*only): { "$nin": values(keys) } },
            _ if keys.is_empty() => doc! {},
            _ => doc! { "$nor": alternatives(dimensions, keys, path) },
        },
        Predicate::StartsWith(dimension, text) => {
            doc! { path(*dimension): { "$regex": format!("^{}", literal_pattern(text)) } }
        }
        Predicate::Contains(dimension, text) => {
            doc! { path(*dimension): { "$regex": literal_pattern(text) } }
        }
        Predicate::Search(dimension, text) => doc! { path(*dimension): search_operators(text) },
        Predicate::All(_)
        | Predicate::Any(_)
        | Predicate::Not(_)
        | Predicate::OrderHolds(_)
        | Predicate::CustomerOrdered(_)
        | Predicate::OneOfMany(_) => unreachable!("these have parts, which are asked for"),
    }
}

fn alternatives(
    dimensions: &[Dimension],
    keys: &[Key],
    path: fn(Dimension) -> String,
) -> Vec<Document> {
    let alternative = |key: &Key| -> Document {
        let pairs = dimensions.iter().zip(key);
        pairs.map(|(it, part)| (path(*it), value(part))).collect()
    };
    keys.iter().map(alternative).collect()
}

/// The predicate on a line, as an expression over `$$line` and its order.
pub fn line_condition(predicate: &Predicate) -> Document {
    condition(predicate, &expression)
}

/// The predicate as an expression over those of its dimensions.
fn condition(predicate: &Predicate, of: &impl Fn(Dimension) -> Document) -> Document {
    let all = |parts: &[Predicate]| -> Vec<Document> {
        parts.iter().map(|it| condition(it, of)).collect()
    };
    // Where the text stands in the attribute, null where that is missing.
    let position = |it: Dimension, text: &str| doc! { "$indexOfCP": [of(it), literal(text)] };
    match predicate {
        Predicate::Among(dimensions, keys) => among(dimensions, keys, of),
        Predicate::NotAmong(dimensions, keys) => doc! { "$not": [among(dimensions, keys, of)] },
        Predicate::StartsWith(dimension, text) => {
            doc! { "$eq": [position(*dimension, text), 0] }
        }
        Predicate::Contains(dimension, text) => {
            doc! { "$gte": [position(*dimension, text), 0] }
        }
        Predicate::Search(dimension, text) => {
            let input = of(*dimension);
            let found = |pattern| doc! { "$regexMatch": { "input": &input, "regex": pattern } };
            doc! { "$and": search_patterns(text).into_iter().map(found).collect::<Vec<_>>() }
        }
        Predicate::All(parts) => doc! { "$and": all(parts) },
        Predicate::Any(parts) => doc! { "$or": all(parts) },
        Predicate::Not(it) => doc! { "$not": [condition(it, of)] },
        Predicate::OrderHolds(parts) => {
            let lines = format!("${ALL_LINES}");
            let holds = doc! { "$and": all(parts) };
            doc! { "$anyElementTrue": { "$map": { "input": lines, "as": "line", "in": holds } } }
        }
        Predicate::CustomerOrdered(_) | Predicate::OneOfMany(_) => {
            unreachable!("who ordered is looked up before anything is a pipeline")
        }
    }
}

fn among(dimensions: &[Dimension], keys: &[Key], of: &impl Fn(Dimension) -> Document) -> Document {
    if let [dimension] = dimensions {
        // `$in` would go through the list one by one; this makes a hash table of it.
        let place = doc! { "$indexOfArray": [literal(values(keys)), of(*dimension)] };
        return doc! { "$gte": [place, 0] };
    }
    let alternative = |key: &Key| {
        let pairs = dimensions.iter().zip(key);
        let equal = |(it, part): (&Dimension, &KeyPart)| -> Document {
            doc! { "$eq": [of(*it), literal(value(part))] }
        };
        doc! { "$and": pairs.map(equal).collect::<Vec<_>>() }
    };
    doc! { "$or": keys.iter().map(alternative).collect::<Vec<_>>() }
}

/// The orders that may hold a line that the predicate keeps, where an index can tell.
pub fn index_hint(predicate: &Predicate) -> Option<Document> {
    match predicate {
        Predicate::Among(dimensions, keys)
            if dimensions == &[Dimension::PRODUCT] && !keys.contains(&vec![KeyPart::Missing]) =>
        {
            Some(doc! { Dimension::PRODUCT.path(): { "$in": values(keys) } })
        }
        // What holds of all parts holds of the first that an index knows of.
        Predicate::All(parts) | Predicate::OrderHolds(parts) => parts.iter().find_map(index_hint),
        Predicate::Among(..)
        | Predicate::NotAmong(..)
        | Predicate::StartsWith(..)
        | Predicate::Contains(..)
        | Predicate::Search(..)
        | Predicate::Any(_)
        | Predicate::Not(_)
        | Predicate::CustomerOrdered(_)
        | Predicate::OneOfMany(_) => None,
    }
}

fn values(keys: &[Key]) -> Vec<Bson> {
    keys.iter()
        .filter_map(|key| key.first())
        .map(value)
        .collect()
}

fn value(part: &KeyPart) -> Bson {
    match part {
        KeyPart::Text(text) => Bson::String(text.to_string()),
        KeyPart::Number(number) => Bson::Int64(*number),
        KeyPart::Time(time) => Bson::DateTime((*time).into()),
        KeyPart::Decimal(number) => decimal_to_bson(*number),
        KeyPart::Missing => Bson::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(values: &[&str]) -> Vec<Key> {
        values.iter().map(|it| vec![KeyPart::from(*it)]).collect()
    }

    #[test]
    fn text_never_becomes_a_pattern() {
        let starts = Predicate::StartsWith(Dimension::REGION, ".* (a|b)$".into());
        let pattern = r"^\.\*\ \(a\|b\)\$";
        assert_eq!(
            query(&starts),
            doc! { "_shipTo.region": { "$regex": pattern } }
        );
    }

    #[test]
    fn text_never_becomes_a_path() {
        let among = Predicate::Among(vec![Dimension::CATEGORY], keys(&["$status"]));
        let place = doc! { "$indexOfArray": [
            { "$literal": ["$status"] },
            { "$ifNull": ["$$line.category", Bson::Null] },
        ] };
        let condition = doc! { "$gte": [place, 0] };
        assert_eq!(line_condition(&among), condition);
    }

    #[test]
    fn keys_of_several_dimensions_are_alternatives() {
        let dimensions = vec![Dimension::STATE, Dimension::CITY];
        let springfield: Key = vec!["Ohio".into(), "Springfield".into()];
        let nowhere: Key = vec!["Ohio".into(), KeyPart::Missing];
        let among = Predicate::NotAmong(dimensions, vec![springfield, nowhere]);
        let expected = doc! { "$nor": [
            { "_shipTo.state": "Ohio", "_shipTo.city": "Springfield" },
            { "_shipTo.state": "Ohio", "_shipTo.city": Bson::Null },
        ] };
        assert_eq!(query(&among), expected);
    }

    #[test]
    fn products_are_found_by_their_index() {
        let one = Predicate::Among(vec![Dimension::PRODUCT], keys(&["P-1"]));
        assert_eq!(
            index_hint(&one),
            Some(doc! { "lines.productId": { "$in": ["P-1"] } })
        );
        let missing = Predicate::Among(vec![Dimension::PRODUCT], vec![vec![KeyPart::Missing]]);
        assert_eq!(index_hint(&missing), None);
    }
}

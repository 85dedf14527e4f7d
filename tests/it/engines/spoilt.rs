//! Random documents with fields of other types than they should have.

use bson::{Bson, Decimal128, Document, doc};
use salesgraph::store::rules;

use super::dice::Dice;

/// Gives a field of a document any value; it may be right.
pub fn spoil(collection: &str, document: &mut Document, dice: &mut Dice) {
    let rules = rules::rules(collection);
    // The id tells it from others that replace it.
    let rule = dice.pick(&rules[1..]);
    let (list, inner) = *dice.pick(&[("lines", rules::LINE), ("returns", rules::RETURN)]);
    let list = document.get_array_mut(list).ok();
    let element = list.and_then(|list| list.last_mut());
    match element.and_then(Bson::as_document_mut) {
        Some(element) if dice.percent(60) => spoil_field(element, dice.pick(inner), dice),
        _ => spoil_field(document, rule, dice),
    }
}

fn spoil_field(document: &mut Document, rule: &rules::Rule, dice: &mut Dice) {
    if dice.percent(20) {
        document.remove(rule.key);
    } else {
        document.insert(rule.key, any_value(dice));
    }
}

/// A document with some fields of any type.
pub fn any_document(collection: &str, number: usize, dice: &mut Dice) -> Document {
    let mut document = doc! { "_id": format!("d{number}") };
    for rule in &rules::rules(collection)[1..] {
        let value = match rule.holds {
            _ if dice.percent(6) => Some(any_value(dice)),
            _ if !rule.needed && dice.percent(30) => None,
            rules::Holds::Text => Some("text".into()),
            rules::Holds::Time => Some(bson::DateTime::from_millis(0).into()),
            rules::Holds::Amount => Some(1.into()),
            rules::Holds::Place => Some(0.into()),
            rules::Holds::List(inner) => Some(
                (0..dice.below(3))
                    .map(|_| any_element(inner, dice))
                    .collect::<Vec<_>>()
                    .into(),
            ),
            rules::Holds::Point => Some(any_point(dice)),
            rules::Holds::Attributes => Some(doc! { "channel": any_value(dice) }.into()),
            rules::Holds::Numbers => Some(doc! { "fees": any_value(dice) }.into()),
        };
        if let Some(value) = value {
            document.insert(rule.path, value);
        }
    }
    document
}

fn decimal(text: &str) -> Bson {
    Bson::Decimal128(text.parse::<Decimal128>().unwrap())
}

fn any_element(rules: &[rules::Rule], dice: &mut Dice) -> Bson {
    if dice.percent(3) {
        return any_value(dice);
    }
    let mut element = Document::new();
    for rule in rules {
        if dice.percent(95) {
            let value = match rule.holds {
                _ if dice.percent(4) => any_value(dice),
                rules::Holds::Amount if dice.percent(4) => edge(dice),
                rules::Holds::Text => "text".into(),
                rules::Holds::Time => bson::DateTime::from_millis(0).into(),
                rules::Holds::Attributes => doc! { "gift": any_value(dice) }.into(),
                rules::Holds::Numbers => doc! { "weight": any_value(dice) }.into(),
                _ => 1.into(),
            };
            element.insert(rule.key, value);
        }
    }
    element.into()
}

/// An amount that is just right.
fn edge(dice: &mut Dice) -> Bson {
    match dice.below(4) {
        0 => 999_999_999_999_999_i64.into(),
        1 => decimal("-999999999999999.99"),
        2 => 999_999_999_999_999.9.into(),
        _ => decimal("1E-6000"),
    }
}

fn any_point(dice: &mut Dice) -> Bson {
    let mut degrees = || match dice.below(12) {
        0 => any_value(dice),
        1 => 90.into(),
        2 => (-91.0).into(),
        3 => 180_i64.into(),
        _ => 2.5.into(),
    };
    let mut coordinates = vec![degrees(), degrees()];
    let kind = *dice.pick(&["Point", "Point", "Point", "Point", "point", "Q"]);
    match dice.below(20) {
        0 => drop(coordinates.pop()),
        1 => coordinates.push(0.into()),
        2 => return doc! { "type": kind, "coordinates": { "0": 1, "1": 1 } }.into(),
        3 => return doc! { "coordinates": coordinates }.into(),
        _ => {}
    }
    doc! { "type": kind, "coordinates": coordinates }.into()
}

fn any_value(dice: &mut Dice) -> Bson {
    let inner = |dice: &mut Dice| {
        if dice.percent(50) {
            Bson::Int32(1)
        } else {
            "x".into()
        }
    };
    match dice.below(19) {
        0 => Bson::Null,
        1 => Bson::Undefined,
        2 => "text".into(),
        3 => 7.into(),
        4 => 1_000_000_i64.into(),
        5 => 1_000_000_000_000_000_i64.into(),
        6 => 0.1.into(),
        7 => f64::NAN.into(),
        8 => 1e15.into(),
        9 => decimal("12.5"),
        10 => decimal(dice.pick::<&str>(&["1E15", "-1E15", "NaN", "Infinity", "0E+6000", "-0"])),
        11 => true.into(),
        12 => bson::DateTime::from_millis(dice.between(-62_135_596_800_002, -62_135_596_799_999))
            .into(),
        13 => bson::DateTime::from_millis(dice.between(253_402_300_799_998, 253_402_300_800_001))
            .into(),
        14 => doc! { "quantity": inner(dice), "revenue": 1 }.into(),
        15 => vec![inner(dice)].into(),
        16 => Bson::Array(vec![]),
        17 => vec![Bson::from(doc! { "quantity": 1, "revenue": inner(dice) })].into(),
        _ => vec![
            Bson::from(vec![inner(dice)]),
            doc! { "quantity": 1, "revenue": 2 }.into(),
        ]
        .into(),
    }
}

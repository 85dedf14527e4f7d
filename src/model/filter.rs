//! Which documents are meant: a filter in MongoDB's own words, decided here.
//!
//! The same filter decides at the first load, for each change, and for the elements
//! of arrays, so it is never sent to a server. It means what MongoDB's means: a path
//! looks into arrays, a value matches an array that holds it, null matches what is
//! missing, numbers compare by value whatever their type.

use std::cmp::Ordering;

use bson::{Bson, Document};
use chrono::DateTime;
use serde::{Deserialize, de};

use super::{path::steps, value::number};

/// A filter, checked: it has operators that are known only.
#[derive(Clone, Debug, Default)]
pub struct Filter(Vec<Clause>);

#[derive(Clone, Debug)]
enum Clause {
    Field(Vec<String>, Test),
    All(Vec<Filter>),
    Any(Vec<Filter>),
    None(Vec<Filter>),
}

#[derive(Clone, Debug)]
enum Test {
    Equal(Bson),
    Compare(Side, Bson),
    In(Vec<Bson>),
    Exists(bool),
    Type(Vec<String>),
    Size(usize),
    Element(Filter),
    Not(Vec<Test>),
}

/// What an order of two values must be.
#[derive(Clone, Copy, Debug)]
struct Side {
    wanted: Ordering,
    or_equal: bool,
}

const KNOWN: &str = "$and, $or, $nor, $not, $eq, $ne, $gt, $gte, $lt, $lte, $in, $nin, $exists, \
                     $type, $size and $elemMatch";
const TYPES: [&str; 12] = [
    "string", "date", "bool", "objectId", "int", "long", "double", "decimal", "number", "null",
    "array", "object",
];

impl<'de> Deserialize<'de> for Filter {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let document = Document::deserialize(deserializer)?;
        Self::of(document).map_err(de::Error::custom)
    }
}

impl Filter {
    fn of(document: Document) -> Result<Self, String> {
        let clauses = document.into_iter().map(|(key, value)| match key.as_str() {
            "$and" => filters(value).map(Clause::All),
            "$or" => filters(value).map(Clause::Any),
            "$nor" => filters(value).map(Clause::None),
            key if key.starts_with('$') => Err(unknown(key)),
            path => {
                let path = steps(path);
                let tests = tests(value)?;
                let all = tests
                    .into_iter()
                    .map(|test| Self(vec![Clause::Field(path.clone(), test)]));
                Ok(Clause::All(all.collect()))
            }
        });
        clauses.collect::<Result<_, _>>().map(Self)
    }

    /// Hands out the fields that it looks at, by the first step of their paths.
    pub fn each_field(&self, hear: &mut dyn FnMut(&str)) {
        for clause in &self.0 {
            match clause {
                Clause::Field(path, _) => hear(&path[0]),
                Clause::All(filters) | Clause::Any(filters) | Clause::None(filters) => {
                    for filter in filters {
                        filter.each_field(hear);
                    }
                }
            }
        }
    }

    /// Whether the document is meant.
    pub fn matches(&self, document: &Document) -> bool {
        self.0.iter().all(|clause| match clause {
            Clause::Field(path, test) => test.holds(document, path),
            Clause::All(filters) => filters.iter().all(|it| it.matches(document)),
            Clause::Any(filters) => filters.iter().any(|it| it.matches(document)),
            Clause::None(filters) => !filters.iter().any(|it| it.matches(document)),
        })
    }
}

fn unknown(operator: &str) -> String {
    format!("`{operator}` cannot be used here; known are {KNOWN}")
}

fn filters(value: Bson) -> Result<Vec<Filter>, String> {
    let Bson::Array(filters) = value else {
        return Err("$and, $or and $nor take an array of filters".into());
    };
    let filters = filters.into_iter().map(|filter| match filter {
        Bson::Document(filter) => Filter::of(filter),
        _ => Err("$and, $or and $nor take an array of filters".into()),
    });
    filters.collect()
}

/// What is asked of one field: a value that it equals, or a table of operators.
fn tests(value: Bson) -> Result<Vec<Test>, String> {
    match value {
        Bson::Document(operators) if operators.keys().any(|key| key.starts_with('$')) => operators
            .into_iter()
            .map(|(operator, value)| test(&operator, value))
            .collect(),
        value => Ok(vec![Test::Equal(value)]),
    }
}

fn test(operator: &str, value: Bson) -> Result<Test, String> {
    let side = |wanted, or_equal| Side { wanted, or_equal };
    Ok(match (operator, value) {
        ("$eq", value) => Test::Equal(value),
        ("$ne", value) => Test::Not(vec![Test::Equal(value)]),
        ("$gt", value) => Test::Compare(side(Ordering::Greater, false), value),
        ("$gte", value) => Test::Compare(side(Ordering::Greater, true), value),
        ("$lt", value) => Test::Compare(side(Ordering::Less, false), value),
        ("$lte", value) => Test::Compare(side(Ordering::Less, true), value),
        ("$in", Bson::Array(values)) => Test::In(values),
        ("$nin", Bson::Array(values)) => Test::Not(vec![Test::In(values)]),
        ("$exists", Bson::Boolean(is)) => Test::Exists(is),
        ("$type", value) => Test::Type(types(value)?),
        ("$size", Bson::Int32(length)) => Test::Size(usize::try_from(length).unwrap_or(usize::MAX)),
        ("$size", Bson::Int64(length)) => Test::Size(usize::try_from(length).unwrap_or(usize::MAX)),
        ("$elemMatch", Bson::Document(filter)) => Test::Element(Filter::of(filter)?),
        ("$not", value) => Test::Not(tests(value)?),
        ("$in" | "$nin" | "$exists" | "$size" | "$elemMatch", _) => {
            return Err(format!("`{operator}` does not take such a value"));
        }
        (operator, _) => return Err(unknown(operator)),
    })
}

fn types(value: Bson) -> Result<Vec<String>, String> {
    let names = match value {
        Bson::Array(names) => names,
        name => vec![name],
    };
    let name = |name: Bson| match name {
        Bson::String(name) if TYPES.contains(&name.as_str()) => Ok(name),
        _ => Err(format!("$type takes one of {}", TYPES.join(", "))),
    };
    names.into_iter().map(name).collect()
}

impl Test {
    fn holds(&self, document: &Document, path: &[String]) -> bool {
        match self {
            Self::Not(tests) => !tests.iter().all(|test| test.holds(document, path)),
            Self::Exists(is) => found(document, path).is_empty() != *is,
            Self::Size(size) => found(document, path)
                .iter()
                .any(|it| it.as_array().is_some_and(|array| array.len() == *size)),
            Self::Element(filter) => found(document, path).iter().any(|it| {
                let elements = it.as_array().into_iter().flatten();
                elements
                    .filter_map(Bson::as_document)
                    .any(|element| filter.matches(element))
            }),
            Self::Equal(_) | Self::Compare(..) | Self::In(_) | Self::Type(_) => {
                let found = found(document, path);
                if found.is_empty() {
                    return self.holds_for_missing();
                }
                found.into_iter().any(|value| self.holds_for_any(value))
            }
        }
    }

    fn holds_for_missing(&self) -> bool {
        match self {
            Self::Equal(value) => *value == Bson::Null,
            Self::In(values) => values.contains(&Bson::Null),
            _ => false,
        }
    }

    /// For the value, or for one of an array's elements.
    fn holds_for_any(&self, value: &Bson) -> bool {
        let elements = value.as_array().into_iter().flatten();
        self.holds_for(value) || elements.into_iter().any(|element| self.holds_for(element))
    }

    fn holds_for(&self, value: &Bson) -> bool {
        match self {
            Self::Equal(other) => equal(value, other),
            Self::In(others) => others.iter().any(|other| equal(value, other)),
            Self::Compare(side, other) => match compare(value, other) {
                Some(Ordering::Equal) => side.or_equal,
                Some(order) => order == side.wanted,
                None => false,
            },
            Self::Type(names) => names.iter().any(|name| is_of_type(value, name)),
            _ => unreachable!("decided for the field as a whole"),
        }
    }
}

/// The values at a path; elements of arrays on the way each have their own.
fn found<'d>(document: &'d Document, path: &[String]) -> Vec<&'d Bson> {
    let Some((step, rest)) = path.split_first() else {
        return Vec::new();
    };
    document
        .get(step)
        .map_or_else(Vec::new, |value| found_in(value, rest))
}

fn found_in<'d>(value: &'d Bson, path: &[String]) -> Vec<&'d Bson> {
    let Some((step, rest)) = path.split_first() else {
        return vec![value];
    };
    match value {
        Bson::Document(inner) => found(inner, path),
        Bson::Array(elements) => {
            let numbered = step.parse::<usize>().ok().and_then(|at| elements.get(at));
            let numbered = numbered.map_or_else(Vec::new, |element| found_in(element, rest));
            let inside = elements
                .iter()
                .filter_map(Bson::as_document)
                .flat_map(|element| found(element, path));
            numbered.into_iter().chain(inside).collect()
        }
        _ => Vec::new(),
    }
}

fn equal(value: &Bson, other: &Bson) -> bool {
    value == other || compare(value, other) == Some(Ordering::Equal)
}

/// The order of two values of one kind; of two kinds there is none.
fn compare(value: &Bson, other: &Bson) -> Option<Ordering> {
    match (value, other) {
        (Bson::String(value), Bson::String(other)) => Some(value.cmp(other)),
        (Bson::Boolean(value), Bson::Boolean(other)) => Some(value.cmp(other)),
        (Bson::ObjectId(value), Bson::ObjectId(other)) => Some(value.cmp(other)),
        (Bson::DateTime(value), Bson::DateTime(other)) => Some(value.cmp(other)),
        (Bson::DateTime(value), Bson::String(text)) => {
            let other = DateTime::parse_from_rfc3339(text).ok()?;
            Some(value.timestamp_millis().cmp(&other.timestamp_millis()))
        }
        _ if is_of_type(value, "number") && is_of_type(other, "number") => {
            Some(number(value, None)?.cmp(&number(other, None)?))
        }
        _ => None,
    }
}

fn is_of_type(value: &Bson, name: &str) -> bool {
    matches!(
        (value, name),
        (Bson::String(_), "string")
            | (Bson::DateTime(_), "date")
            | (Bson::Boolean(_), "bool")
            | (Bson::ObjectId(_), "objectId")
            | (Bson::Int32(_), "int" | "number")
            | (Bson::Int64(_), "long" | "number")
            | (Bson::Double(_), "double" | "number")
            | (Bson::Decimal128(_), "decimal" | "number")
            | (Bson::Null, "null")
            | (Bson::Array(_), "array")
            | (Bson::Document(_), "object")
    )
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    fn filter(toml: &str) -> Result<Filter, String> {
        #[derive(Deserialize)]
        struct Holder {
            r#where: Filter,
        }
        let holder: Result<Holder, _> = toml::from_str(toml);
        holder
            .map(|holder| holder.r#where)
            .map_err(|error| error.message().to_owned())
    }

    /// Each answer is what MongoDB 6.0 gives for the same filter and document.
    #[test]
    fn a_filter_means_what_mongodb_s_means() {
        let order = doc! {
            "isTest": false, "total": 12.5, "cancelledAt": null, "paidAt": bson::DateTime::from_millis(0),
            "lines": [{ "sku": "A", "n": 1 }, { "sku": "B", "n": 5 }], "tags": ["x", "y"], "shop": { "id": "S" },
        };
        for (text, expected) in [
            ("where = { isTest = { \"$ne\" = true } }", true),
            ("where = { isDraft = { \"$ne\" = true } }", true),
            ("where = { cancelledAt = { \"$type\" = \"date\" } }", false),
            ("where = { paidAt = { \"$type\" = \"date\" } }", true),
            ("where = { total = { \"$gt\" = 12, \"$lte\" = 13 } }", true),
            ("where = { total = { \"$gt\" = \"12\" } }", false),
            ("where = { tags = \"y\" }", true),
            ("where = { tags = { \"$nin\" = [\"y\"] } }", false),
            ("where = { \"lines.sku\" = \"B\" }", true),
            ("where = { \"lines.1.sku\" = \"A\" }", false),
            (
                "where = { lines = { \"$elemMatch\" = { sku = \"A\", n = { \"$gt\" = 3 } } } }",
                false,
            ),
            ("where = { lines = { \"$size\" = 2 } }", true),
            (
                "where = { \"$or\" = [{ \"shop.id\" = \"T\" }, { \"shop.id\" = \"S\" }] }",
                true,
            ),
            ("where = { \"$nor\" = [{ \"shop.id\" = \"S\" }] }", false),
            ("where = { total = { \"$not\" = { \"$lt\" = 5 } } }", true),
            ("where = { gone = { \"$exists\" = false } }", true),
            (
                "where = { paidAt = { \"$lt\" = { \"$date\" = \"1970-01-02T00:00:00Z\" } } }",
                true,
            ),
        ] {
            let filter = filter(text).unwrap();
            assert_eq!(filter.matches(&order), expected, "{text}");
        }
    }

    #[test]
    fn an_operator_that_is_not_known_is_refused_by_name() {
        let refused = filter("where = { \"$where\" = \"true\" }").unwrap_err();
        assert!(
            refused.contains("`$where` cannot be used here"),
            "{refused}"
        );
        let refused = filter("where = { a = { \"$regex\" = \"x\" } }").unwrap_err();
        assert!(refused.contains("`$regex`"), "{refused}");
    }
}

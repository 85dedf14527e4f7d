//! Conditions on documents, as query documents.
//!
//! Values only ever stand where MongoDB takes a value: as an operand of a
//! comparison, or escaped in a pattern. Operators and paths come from here.

use bson::{Bson, Document, doc};
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

use super::{Field, Value, literal_pattern, search_operators, search_patterns};

/// What documents must be like.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// All of these hold; of none, always.
    All(Vec<Condition>),
    /// One of these holds; of none, never.
    Any(Vec<Condition>),
    /// This does not hold.
    Not(Box<Condition>),
    /// The field's value passes the test.
    Field(Field, Test),
    /// One element of the list passes all of it.
    Element(Field, Box<Condition>),
    /// The sum or count over the lines whose fields pass all of the first tests passes the
    /// last; of no tests, over all lines.
    Total(Total, Vec<(Field, Test)>, Test),
}

/// A test of a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Test {
    /// Is one of these.
    In(Vec<Value>),
    /// Is none of these; a missing value is none.
    NotIn(Vec<Value>),
    /// Is greater.
    Above(Value),
    /// Is greater or equal.
    AtLeast(Value),
    /// Is smaller.
    Below(Value),
    /// Is smaller or equal.
    AtMost(Value),
    /// Is text that starts so, to the letter.
    StartsWith(String),
    /// Is text that holds this, to the letter.
    Contains(String),
    /// Is text that holds every word of this, whatever capitals and accents.
    Search(String),
    /// Is missing (true) or there (false).
    IsMissing(bool),
    /// Is no list.
    IsNoList,
}

/// What can be added up over the lines of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Total {
    /// What the lines earned.
    Revenue,
    /// What is left of it after costs; missing where no line knows it.
    Profit,
    /// How many units.
    Quantity,
    /// How many lines.
    Lines,
}

impl Condition {
    /// What every document is like.
    pub const ALWAYS: Self = Self::All(Vec::new());

    /// Whether every document is like this.
    #[must_use]
    pub fn is_always(&self) -> bool {
        *self == Self::ALWAYS
    }

    /// This and another.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (one, Self::All(none)) | (Self::All(none), one) if none.is_empty() => one,
            (one, other) => Self::All(vec![one, other]),
        }
    }

    /// The condition as a query document.
    #[must_use]
    pub fn query(&self) -> Document {
        match self {
            Self::All(all) => match all.as_slice() {
                [] => doc! {},
                [only] => only.query(),
                _ => doc! { "$and": queries(all) },
            },
            // An empty `$or` is an error.
            Self::Any(any) if any.is_empty() => doc! { "_id": { "$in": [] } },
            Self::Any(any) => doc! { "$or": queries(any) },
            Self::Not(inner) => doc! { "$nor": [inner.query()] },
            Self::Field(field, test) => doc! { field.path: operators(test) },
            Self::Element(field, inner) => doc! { field.path: { "$elemMatch": inner.query() } },
            Self::Total(total, lines, test) => {
                doc! { "$expr": expression(&total.over(lines), test) }
            }
        }
    }
}

fn queries(conditions: &[Condition]) -> Vec<Document> {
    conditions.iter().map(Condition::query).collect()
}

fn operators(test: &Test) -> Document {
    match test {
        // An equality may walk an index in the order of the field after it.
        Test::In(values) if values.len() == 1 => doc! { "$eq": values[0].to_bson() },
        Test::In(values) => doc! { "$in": bsons(values) },
        Test::NotIn(values) => doc! { "$nin": bsons(values) },
        Test::Above(value) => doc! { "$gt": value.to_bson() },
        Test::AtLeast(value) => doc! { "$gte": rounded_up(value) },
        Test::Below(value) => doc! { "$lt": rounded_up(value) },
        Test::AtMost(value) => doc! { "$lte": value.to_bson() },
        Test::StartsWith(start) => doc! { "$regex": format!("^{}", literal_pattern(start)) },
        Test::Contains(part) => doc! { "$regex": literal_pattern(part) },
        Test::Search(words) => search_operators(words),
        Test::IsMissing(true) => doc! { "$eq": Bson::Null },
        Test::IsMissing(false) => doc! { "$ne": Bson::Null },
        Test::IsNoList => doc! { "$not": { "$type": "array" } },
    }
}

/// The test of what an expression gives; null passes no comparison.
fn expression(of: &Bson, test: &Test) -> Document {
    let compared = |operator: &str, value: &Value| {
        let compare = doc! { operator: [of.clone(), { "$literal": value.to_bson() }] };
        doc! { "$and": [{ "$ne": [of.clone(), Bson::Null] }, compare] }
    };
    match test {
        Test::In(values) => doc! { "$in": [of.clone(), { "$literal": bsons(values) }] },
        Test::NotIn(values) => {
            doc! { "$not": [{ "$in": [of.clone(), { "$literal": bsons(values) }] }] }
        }
        Test::Above(value) => compared("$gt", value),
        Test::AtLeast(value) => compared("$gte", value),
        Test::Below(value) => compared("$lt", value),
        Test::AtMost(value) => compared("$lte", value),
        Test::StartsWith(start) => {
            doc! { "$eq": [{ "$indexOfCP": [of.clone(), { "$literal": start }] }, 0] }
        }
        Test::Contains(part) => {
            doc! { "$gte": [{ "$indexOfCP": [of.clone(), { "$literal": part }] }, 0] }
        }
        Test::Search(words) => {
            let found = |pattern| doc! { "$regexMatch": { "input": of.clone(), "regex": pattern } };
            let found = search_patterns(words).into_iter().map(found);
            doc! { "$and": found.collect::<Vec<_>>() }
        }
        Test::IsMissing(missing) => {
            let operator = if *missing { "$eq" } else { "$ne" };
            doc! { operator: [of.clone(), Bson::Null] }
        }
        Test::IsNoList => doc! { "$not": [{ "$isArray": [of.clone()] }] },
    }
}

impl Total {
    /// The total over the lines whose fields pass all of these tests.
    fn over(self, tests: &[(Field, Test)]) -> Bson {
        if tests.is_empty() {
            return self.of("$lines");
        }
        let value =
            |field: &Field| doc! { "$ifNull": [format!("$$line.{}", field.path), Bson::Null] };
        let tests = tests
            .iter()
            .map(|(field, test)| expression(&value(field).into(), test));
        let all = doc! { "$and": tests.collect::<Vec<_>>() };
        let lines = doc! { "$filter": { "input": "$lines", "as": "line", "cond": all } };
        let total = doc! { "vars": { "seen": lines }, "in": self.of("$$seen") };
        doc! { "$let": total }.into()
    }

    /// The total over a list of lines.
    fn of(self, lines: &str) -> Bson {
        match self {
            Self::Revenue => doc! { "$sum": format!("{lines}.revenue") }.into(),
            Self::Quantity => doc! { "$sum": format!("{lines}.quantity") }.into(),
            Self::Lines => doc! { "$size": lines }.into(),
            Self::Profit => {
                let profit = format!("{lines}.profit");
                // The array of profits leaves out lines without one.
                let known = doc! { "$gt": [{ "$max": &profit }, Bson::Null] };
                doc! { "$cond": [known, { "$sum": &profit }, Bson::Null] }.into()
            }
        }
    }
}

fn bsons(values: &[Value]) -> Vec<Bson> {
    values.iter().map(Value::to_bson).collect()
}

/// The database knows milliseconds: what lies between two of them is compared as the later one.
fn rounded_up(value: &Value) -> Bson {
    match value {
        Value::Time(time) => bson::DateTime::from_chrono(next_millisecond(*time)).into(),
        other => other.to_bson(),
    }
}

fn next_millisecond(time: DateTime<Utc>) -> DateTime<Utc> {
    let cut = time.trunc_subsecs(3);
    if cut == time {
        return time;
    }
    cut.checked_add_signed(TimeDelta::milliseconds(1))
        .unwrap_or(cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: Field = Field::text("name");

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    #[test]
    fn text_stands_where_a_value_stands() {
        let query = |test| Condition::Field(NAME, test).query();
        let sly = "$where";
        assert_eq!(
            query(Test::In(vec![text(sly)])),
            doc! { "name": { "$eq": "$where" } }
        );
        assert_eq!(
            query(Test::NotIn(vec![text(sly)])),
            doc! { "name": { "$nin": ["$where"] } }
        );
        assert_eq!(
            query(Test::StartsWith("a.*(".into())),
            doc! { "name": { "$regex": r"^a\.\*\(" } }
        );
    }

    #[test]
    fn connectives_of_nothing_are_no_error() {
        assert_eq!(Condition::ALWAYS.query(), doc! {});
        assert_eq!(
            Condition::Any(vec![]).query(),
            doc! { "_id": { "$in": [] } }
        );
    }

    #[test]
    fn times_between_two_milliseconds_are_compared_exactly() {
        let between: DateTime<Utc> = "2024-01-01T00:00:00.000500Z".parse().unwrap();
        let ceiling = bson::DateTime::parse_rfc3339_str("2024-01-01T00:00:00.001Z").unwrap();
        let floor = bson::DateTime::parse_rfc3339_str("2024-01-01T00:00:00Z").unwrap();
        let value = || Value::Time(between);
        assert_eq!(operators(&Test::AtLeast(value())), doc! { "$gte": ceiling });
        assert_eq!(operators(&Test::Below(value())), doc! { "$lt": ceiling });
        assert_eq!(operators(&Test::Above(value())), doc! { "$gt": floor });
        assert_eq!(operators(&Test::AtMost(value())), doc! { "$lte": floor });
    }
}

//! Rules of the mapping that look at one cell of a row.

use serde::Deserialize;

use super::{
    bound::{Column, Columns, all_null, is_null},
    field::OneOrMany,
    reader::Cells,
    rejects::Reject,
};

/// What a column's cell must be.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    column: String,
    test: Test,
}

#[derive(Clone, Debug)]
enum Test {
    OneOf(Vec<String>),
    OtherThan(Vec<String>),
    Blank(bool),
}

/// Rows that are no order lines.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "LeaveOutTable")]
pub(super) struct LeaveOut {
    pub condition: Condition,
    /// Whether what the row says of its order holds all the same.
    pub order_only: bool,
}

/// A status that an order has because a column says so.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "StatusTable")]
pub(super) struct StatusWhen {
    pub condition: Condition,
    pub status: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LeaveOutTable {
    column: String,
    values: Option<OneOrMany<String>>,
    other_than: Option<OneOrMany<String>>,
    blank: Option<bool>,
    #[serde(default)]
    order_only: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatusTable {
    status: String,
    column: String,
    values: Option<OneOrMany<String>>,
    other_than: Option<OneOrMany<String>>,
    blank: Option<bool>,
}

impl TryFrom<LeaveOutTable> for LeaveOut {
    type Error = &'static str;

    fn try_from(table: LeaveOutTable) -> Result<Self, Self::Error> {
        let (values, other_than) = (table.values, table.other_than);
        Ok(Self {
            condition: Condition::of(table.column, values, other_than, table.blank)?,
            order_only: table.order_only,
        })
    }
}

impl TryFrom<StatusTable> for StatusWhen {
    type Error = &'static str;

    fn try_from(table: StatusTable) -> Result<Self, Self::Error> {
        let (values, other_than) = (table.values, table.other_than);
        Ok(Self {
            condition: Condition::of(table.column, values, other_than, table.blank)?,
            status: table.status,
        })
    }
}

impl Condition {
    fn of(
        column: String,
        values: Option<OneOrMany<String>>,
        other_than: Option<OneOrMany<String>>,
        blank: Option<bool>,
    ) -> Result<Self, &'static str> {
        let test = match (values, other_than, blank) {
            (Some(values), None, None) => Test::OneOf(values.0),
            (None, Some(values), None) => Test::OtherThan(values.0),
            (None, None, Some(blank)) => Test::Blank(blank),
            _ => return Err("say `values`, `other_than` or `blank`, one of them"),
        };
        Ok(Self { column, test })
    }
}

/// A condition bound to the columns of one input.
pub(super) struct BoundCondition {
    column: Column,
    test: Test,
    null: Vec<String>,
}

impl BoundCondition {
    pub fn bind(
        key: &'static str,
        condition: &Condition,
        null: &[String],
        columns: &mut Columns<'_>,
    ) -> Self {
        Self {
            column: columns.find(key, &condition.column),
            test: condition.test.clone(),
            null: all_null(&[], null),
        }
    }

    /// Whether the row's cell is as it says; texts are compared after trimming.
    pub fn holds(&self, cells: Cells<'_>) -> Result<bool, Reject> {
        let text = self.column.text(cells)?;
        let is_one_of = |values: &[String]| values.iter().any(|value| value == text);
        Ok(match &self.test {
            Test::OneOf(values) => is_one_of(values),
            Test::OtherThan(values) => !is_one_of(values),
            Test::Blank(blank) => is_null(text, &self.null) == *blank,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_says_one_thing() {
        let read = |text: &str| toml::from_str::<LeaveOut>(text);
        assert!(read("column = \"Kind\"\nvalues = \"Total\"").is_ok());
        assert!(read("column = \"Kind\"\nblank = true\norder_only = true").is_ok());
        for wrong in [
            "column = \"Kind\"",
            "column = \"Kind\"\nblank = true\nvalues = [\"a\"]",
            "column = \"Kind\"\nis = \"a\"",
            "values = [\"a\"]",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}

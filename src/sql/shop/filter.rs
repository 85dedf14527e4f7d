//! What of a WHERE the database can tell: times of orders, and texts that are equal.
//!
//! It gives documents that may have rows; the library tests each row again. So whatever is
//! not understood here is only read in vain.

use chrono::{DateTime, Utc};
use datafusion::{
    common::ScalarValue,
    logical_expr::{BinaryExpr, Expr, Operator, expr::InList},
};

use super::{
    column::{Column, Holder, Source},
    declared::{RowsOf, Table},
};
use crate::store::{Condition, Field, Order, Test, Value};

const RETURNS: Field = Field::other("returns");
const RETURNED_AT: Field = Field::time("returnedAt");

/// What the documents of a table are like that may have rows which pass these filters.
#[derive(Debug)]
pub struct Filters<'a> {
    pub table: &'a Table,
    /// The statuses whose orders do not count.
    pub uncounted: &'a [String],
    /// Whether anything came back of any order.
    pub has_returns: bool,
}

impl Filters<'_> {
    pub fn condition(&self, filters: &[Expr]) -> Condition {
        let mut all = self.of_rows();
        let mut times = Vec::new();
        for (column, test) in filters.iter().filter_map(|it| self.test(it)) {
            match column.source {
                Source::At => times.push(test),
                Source::Text(Holder::Document, path) => {
                    all.push(Condition::Field(Field::text(path), test));
                }
                Source::Time(Holder::Document, path) => {
                    all.push(Condition::Field(Field::time(path), test));
                }
                Source::Text(Holder::Line, path) => {
                    let line = Condition::Field(Field::text(path), test);
                    all.push(Condition::Element(Order::LINES, Box::new(line)));
                }
                _ => {}
            }
        }
        if !times.is_empty() {
            all.push(self.at(&times));
        }
        Condition::All(all)
    }

    /// What a table's rows stand in.
    fn of_rows(&self) -> Vec<Condition> {
        match self.table.rows {
            RowsOf::Documents | RowsOf::Lines => Vec::new(),
            RowsOf::Returns => vec![Condition::Field(RETURNS, Test::IsMissing(false))],
            RowsOf::Entries => {
                let uncounted = self.uncounted.iter().cloned().map(Value::Text);
                let counts = Test::NotIn(uncounted.collect());
                vec![Condition::Field(Order::STATUS, counts)]
            }
        }
    }

    /// When an order was placed, or something of it came back.
    fn at(&self, tests: &[Test]) -> Condition {
        let passes = |field: Field| {
            let tests = tests.iter().cloned();
            Condition::All(tests.map(|it| Condition::Field(field, it)).collect())
        };
        let ordered = passes(Order::ORDERED_AT);
        if !self.has_returns {
            return ordered;
        }
        let returned = Condition::Element(RETURNS, Box::new(passes(RETURNED_AT)));
        Condition::Any(vec![ordered, returned])
    }

    /// A comparison of a column with constants.
    fn test(&self, filter: &Expr) -> Option<(&Column, Test)> {
        match filter {
            Expr::BinaryExpr(BinaryExpr { left, op, right }) => match (&**left, &**right) {
                (Expr::Column(column), Expr::Literal(value, _)) => {
                    Some((self.column(&column.name)?, compared(*op, value)?))
                }
                (Expr::Literal(value, _), Expr::Column(column)) => {
                    Some((self.column(&column.name)?, compared(op.swap()?, value)?))
                }
                _ => None,
            },
            Expr::InList(InList {
                expr,
                list,
                negated: false,
            }) => {
                let Expr::Column(column) = &**expr else {
                    return None;
                };
                let text = |it: &Expr| match it {
                    Expr::Literal(value, _) => text(value),
                    _ => None,
                };
                let texts: Option<Vec<Value>> = list.iter().map(text).collect();
                Some((self.column(&column.name)?, Test::In(texts?)))
            }
            _ => None,
        }
    }

    fn column(&self, name: &str) -> Option<&Column> {
        self.table.columns.iter().find(|it| it.name == name)
    }
}

fn compared(op: Operator, with: &ScalarValue) -> Option<Test> {
    if let Some(text) = text(with) {
        return (op == Operator::Eq).then(|| Test::In(vec![text]));
    }
    let at = Value::Time(instant(with)?);
    Some(match op {
        Operator::Eq => Test::In(vec![at]),
        Operator::Gt => Test::Above(at),
        Operator::GtEq => Test::AtLeast(at),
        Operator::Lt => Test::Below(at),
        Operator::LtEq => Test::AtMost(at),
        _ => return None,
    })
}

fn text(value: &ScalarValue) -> Option<Value> {
    let text = value.try_as_str().flatten()?;
    Some(Value::Text(text.to_owned()))
}

fn instant(value: &ScalarValue) -> Option<DateTime<Utc>> {
    match value {
        ScalarValue::TimestampMicrosecond(Some(at), Some(_)) => {
            DateTime::from_timestamp_micros(*at)
        }
        _ => None,
    }
}

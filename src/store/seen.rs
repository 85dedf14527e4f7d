//! What the rows that a request may see come to, once the ids behind them are looked up.

use std::collections::HashSet;

use bson::{Document, doc};

use super::{
    Condition, Field, Order,
    rows::{Among, LINE_PRODUCT},
};

/// A test of a line.
#[derive(Debug)]
struct LineTest {
    /// What is tested of the line.
    field: Field,
    /// The same in an order whose lines were unwound.
    unwound: Field,
    among: Among,
    values: HashSet<String>,
}

/// What rows come to once the ids behind them are looked up.
#[derive(Debug, Default)]
pub struct Seen {
    orders: Vec<Condition>,
    lines: Vec<LineTest>,
}

impl LineTest {
    /// The test on `$$line`, as an expression of aggregations. A list is none of the texts,
    /// even if it holds one.
    fn expression(&self) -> Document {
        let value = doc! { "$ifNull": [format!("$$line.{}", self.field.path), null] };
        let is_one = doc! { "$in": [value, { "$literal": &self.among.values }] };
        if self.among.is_one {
            is_one
        } else {
            doc! { "$not": [is_one] }
        }
    }
}

impl Seen {
    /// Asks of orders that they pass a test.
    pub fn test_order(&mut self, test: Condition) {
        self.orders.push(test);
    }

    /// Asks of lines that a field, or the same of unwound lines, passes a test.
    pub fn test_line(&mut self, field: Field, unwound: Field, among: Among) {
        self.lines.push(LineTest {
            field,
            unwound,
            values: among.values.iter().cloned().collect(),
            among,
        });
    }

    /// What an order is like that has a row.
    pub fn order(&self) -> Condition {
        let mut all = self.orders.clone();
        if !self.lines.is_empty() {
            all.push(Condition::Element(Order::LINES, Box::new(self.line())));
        }
        Condition::All(all)
    }

    /// What a line is like that is a row.
    fn line(&self) -> Condition {
        self.line_by(|test| test.field)
    }

    /// What tells rows from other lines, in orders whose lines were unwound.
    pub fn unwound_fields(&self) -> impl Iterator<Item = Field> {
        self.lines.iter().map(|test| test.unwound)
    }

    /// What an order is like whose lines were unwound, and whose one line is a row.
    pub fn unwound_line(&self) -> Condition {
        self.line_by(|test| test.unwound)
    }

    fn line_by(&self, field: impl Fn(&LineTest) -> Field) -> Condition {
        let test = |test: &LineTest| test.among.on(field(test));
        Condition::All(self.lines.iter().map(test).collect())
    }

    /// Whether an order holds a row of the product that an aggregation's variable names; `None`
    /// where all lines of a product that may be seen are rows.
    pub fn holds_product(&self, product: &str) -> Option<Document> {
        if self.lines.iter().all(|test| test.field == LINE_PRODUCT) {
            return None;
        }
        let is_row = self.lines.iter().map(LineTest::expression);
        let of_product = doc! { "$eq": ["$$line.productId", product] };
        let all: Vec<Document> = std::iter::once(of_product).chain(is_row).collect();
        Some(doc! { "$anyElementTrue": { "$map": {
            "input": "$lines",
            "as": "line",
            "in": { "$and": all },
        } } })
    }

    /// A condition on documents as one that looks at their rows alone.
    pub fn narrowed(&self, condition: &Condition) -> Condition {
        let all =
            |conditions: &[Condition]| conditions.iter().map(|it| self.narrowed(it)).collect();
        match condition {
            _ if self.lines.is_empty() => condition.clone(),
            Condition::All(conditions) => Condition::All(all(conditions)),
            Condition::Any(conditions) => Condition::Any(all(conditions)),
            Condition::Not(inner) => Condition::Not(Box::new(self.narrowed(inner))),
            Condition::Element(field, inner) if *field == Order::LINES => {
                let inner = inner.as_ref().clone().and(self.line());
                Condition::Element(*field, Box::new(inner))
            }
            Condition::Total(total, _, test) => {
                let lines = self.lines.iter().map(|it| (it.field, it.among.test()));
                Condition::Total(*total, lines.collect(), test.clone())
            }
            Condition::Field(..) | Condition::Element(..) => condition.clone(),
        }
    }

    /// Whether a line is a row whose fields hold these texts.
    pub fn is_row<'a>(&self, text: impl Fn(Field) -> Option<&'a str>) -> bool {
        self.lines.iter().all(|it| {
            let is_one = text(it.field).is_some_and(|text| it.values.contains(text));
            is_one == it.among.is_one
        })
    }

    /// Leaves an order the lines that are rows, and the records of what came back of those.
    pub fn trim(&self, order: &mut Order) {
        let lines = order.lines.iter();
        let kept: Vec<bool> = lines
            .map(|it| self.is_row(|field| it.text(field)))
            .collect();
        order.returns.retain_mut(|record| {
            let at = usize::try_from(record.line).unwrap_or(usize::MAX);
            let before = kept.iter().take(at).filter(|kept| **kept).count();
            record.line = i64::try_from(before).unwrap_or(i64::MAX);
            // One that names no line has nothing that a line has.
            kept.get(at)
                .copied()
                .unwrap_or_else(|| self.is_row(|_| None))
        });
        let mut kept = kept.into_iter();
        order.lines.retain(|_| kept.next().unwrap_or_default());
    }
}

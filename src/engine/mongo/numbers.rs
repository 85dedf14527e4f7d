//! A shop's own numbers, brought to orders and lines as exact decimals.

use bson::{Bson, Document, doc};

use super::stage::{Stage, cond, or_null};
use crate::{
    kpi::{Count, Level, OwnField, Pass},
    store::rules::TOO_LARGE,
};

/// Where they stand on orders and on lines.
pub const NUMBERS: &str = "numbers";

/// The numbers that a pass counts.
pub struct Numbers {
    of_orders: Vec<OwnField>,
    of_lines: Vec<OwnField>,
}

impl Numbers {
    /// Those of a pass.
    pub fn of(pass: &Pass) -> Self {
        let counted = match pass.count {
            Count::Measures(measures) => measures.fields().collect(),
            Count::Cohorts(_) | Count::Distances | Count::Pairs(_) | Count::Customers => Vec::new(),
        };
        let (of_lines, of_orders) = counted
            .into_iter()
            .partition(|it| it.level() == Level::Line);
        Self {
            of_orders,
            of_lines,
        }
    }

    /// Whether lines have some.
    pub fn are_of_lines(&self) -> bool {
        !self.of_lines.is_empty()
    }

    /// Reads them, where there are any: what is no amount is null.
    pub fn stage(&self) -> Option<Stage> {
        let mut set = Document::new();
        if !self.of_orders.is_empty() {
            set.insert(NUMBERS, exact(&self.of_orders, "$numbers"));
        }
        if self.are_of_lines() {
            let numbers = exact(&self.of_lines, "$$line.numbers");
            let line = doc! { "$mergeObjects": ["$$line", { NUMBERS: numbers }] };
            let lines = doc! { "$map": { "input": "$lines", "as": "line", "in": line } };
            set.insert("lines", lines);
        }
        (!set.is_empty()).then_some(Stage::Set(set))
    }
}

/// A number of an order, or of a `$$line`, null where there is none.
pub fn of_row(field: OwnField) -> Document {
    let name = field.name();
    or_null(match field.level() {
        Level::Line => format!("$$line.{NUMBERS}.{name}"),
        Level::Order | Level::Customer => format!("${NUMBERS}.{name}"),
    })
}

fn exact(fields: &[OwnField], at: &str) -> Document {
    let number = |field: &OwnField| {
        let path = format!("{at}.{}", field.name());
        // Nothing else than numbers lies between two of them.
        let above = doc! { "$gt": [&path, -TOO_LARGE] };
        let below = doc! { "$lt": [&path, TOO_LARGE] };
        let decimal = doc! { "$toDecimal": &path };
        let exact = cond(doc! { "$and": [above, below] }, decimal, Bson::Null);
        (field.name().to_owned(), exact.into())
    };
    fields.iter().map(number).collect()
}

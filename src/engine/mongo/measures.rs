//! Measures by group: orders become rows, rows are grouped by customer, customers by group.
//!
//! Each thing is counted once at its own level. A *row* is an order within a
//! group, with its lines' sums taken inside the document (`$unwind` and a second
//! `$group` would cost several times as much). Where a customer measure is asked
//! for, rows are grouped by group *and* customer, and those again by group:
//! distinct customers are documents to count, never a set to hold.

use std::collections::BTreeMap;

use bson::{Bson, Document, doc};

use super::{
    customers::{Customers, FIRST_TWO},
    groups,
    parts::{Part, parts},
    prepare::Prepared,
    scan::scan,
    stage::{Stage, cond, or_null, sum},
    time::LocalTime,
};
use crate::kpi::{Level, Lookback, Measure, Measures, Pass};

/// A pass over measures, with what follows from it.
pub struct Counting<'a> {
    pass: &'a Pass,
    prepared: &'a Prepared,
    measures: Measures,
    customers: Customers<'a>,
}

impl<'a> Counting<'a> {
    pub fn new(pass: &'a Pass, prepared: &'a Prepared, measures: Measures) -> Self {
        let measures = pass.counting(measures);
        Self {
            pass,
            prepared,
            measures,
            customers: Customers::new(pass, &prepared.counted, measures),
        }
    }

    /// What is counted: what was asked for, and what that needs.
    pub fn measures(&self) -> Measures {
        self.measures
    }

    /// The pipeline over the orders.
    pub fn pipeline(&self) -> Vec<Stage> {
        let by_customer = self.measures.iter().any(|it| it.level() == Level::Customer);
        let periods = self.pass.read_periods(self.measures);
        let mut stages = scan(self.pass, self.prepared, &periods);
        stages.extend(groups::cells(&self.pass.axes));
        stages.push(Stage::Project(self.row(by_customer)));
        if by_customer {
            stages.push(Stage::Group(self.rows_of_customers()));
            stages.extend(self.customers.stages());
            stages.push(Stage::Group(self.customers_of_groups()));
        } else {
            stages.push(Stage::Group(self.rows_of_groups()));
        }
        stages
    }

    fn parts(&self) -> BTreeMap<&'static str, Part> {
        let lines = groups::lines_path(&self.pass.axes);
        let entries = self.pass.entries;
        let of_measures = self
            .measures
            .iter()
            .flat_map(|it| parts(it, lines, entries));
        let mut parts: BTreeMap<_, _> = of_measures.collect();
        if let Lookback::Until(from) = self.customers.lookback() {
            let from = bson::DateTime::from_chrono(from);
            for part in parts.values_mut() {
                let in_period = doc! { "$gte": ["$orderedAt", from] };
                part.row = cond(in_period, part.row.clone(), Bson::Null).into();
            }
            let row = doc! { "$lt": ["$orderedAt", from] }.into();
            let accumulator = "$max";
            parts.insert("before", Part { row, accumulator });
        }
        parts
    }

    /// An order within a group: its key, and what it adds to each part.
    fn row(&self, by_customer: bool) -> Document {
        let mut row = doc! { "_id": 0 };
        let periods = self.pass.read_periods(self.measures);
        let local = LocalTime::over(self.pass.scope.calendar, &periods);
        row.extend(groups::key(&self.pass.axes, &local));
        if by_customer {
            row.insert("customer", or_null("$customerId"));
        }
        for (field, part) in self.parts() {
            row.insert(field, part.row);
        }
        row
    }

    fn rows_of_groups(&self) -> Document {
        let id = groups::key_from(self.pass, "$");
        self.accumulated(doc! { "_id": groups::id(id) })
    }

    fn rows_of_customers(&self) -> Document {
        let mut id = groups::key_from(self.pass, "$");
        id.insert("customer", "$customer");
        let mut group = self.accumulated(doc! { "_id": id });
        if self.measures.contains(Measure::SecondOrderTime) {
            let first_two = doc! { "$minN": { "n": 2, "input": "$firstOrder" } };
            group.insert(FIRST_TWO, first_two);
        }
        group
    }

    fn customers_of_groups(&self) -> Document {
        let id = groups::key_from(self.pass, "$_id.");
        let mut group = self.accumulated(doc! { "_id": groups::id(id) });
        for field in self.customers.each().keys() {
            group.insert(field, sum(format!("$of.{field}")));
        }
        group
    }

    fn accumulated(&self, mut group: Document) -> Document {
        for (field, part) in self.parts() {
            group.insert(field, doc! { part.accumulator: format!("${field}") });
        }
        group
    }
}

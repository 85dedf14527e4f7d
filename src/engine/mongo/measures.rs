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
    groups::{self, key_field},
    prepare::Prepared,
    scan::{counted, scan},
    stage::{Lookup, Stage, cond, literal, or_null, sum},
};
use crate::kpi::{Grain, Interval, Level, Measure, Measures, Pass, calendar};

/// A number that rows carry and groups accumulate.
struct Part {
    /// What it is on a row.
    row: Bson,
    /// The accumulator that puts rows, and then customers, together; all of them ignore null.
    accumulator: &'static str,
}

/// A pass over measures, with what follows from it.
pub struct Counting<'a> {
    pass: &'a Pass,
    prepared: &'a Prepared,
    measures: Measures,
}

/// How customers of the period before are told from those of this one.
enum Before {
    /// Nobody asks, or there is no period before.
    No,
    /// Orders from before this instant are of the period before.
    Until(bson::DateTime),
    /// The customer's bucket before is the one just before.
    Bucket(usize, Grain),
}

impl<'a> Counting<'a> {
    pub fn new(pass: &'a Pass, prepared: &'a Prepared, measures: Measures) -> Self {
        let mut measures = measures.union([Measure::Orders].into());
        if measures.contains(Measure::PreviousCustomers) {
            // A bucket's customers are the next bucket's previous customers.
            measures = measures.union([Measure::Customers].into());
        }
        Self {
            pass,
            prepared,
            measures,
        }
    }

    /// What is counted: what was asked for, and what that needs.
    pub fn measures(&self) -> Measures {
        self.measures
    }

    /// The pipeline over the orders.
    pub fn pipeline(&self) -> Vec<Stage> {
        let by_customer = self.measures.iter().any(|it| it.level() == Level::Customer);
        let mut stages = scan(self.pass, self.prepared, &self.periods());
        stages.extend(groups::cells(&self.pass.axes));
        stages.push(Stage::Project(self.row(by_customer)));
        if by_customer {
            stages.push(Stage::Group(self.rows_of_customers()));
            stages.extend(self.customers());
            stages.push(Stage::Group(self.customers_of_groups()));
        } else {
            stages.push(Stage::Group(self.rows_of_groups()));
        }
        stages
    }

    fn before(&self) -> Before {
        let retention = [Measure::PreviousCustomers, Measure::RetainedCustomers];
        if !self.measures.contains_any(&retention) {
            return Before::No;
        }
        match (self.pass.bucket(), self.pass.scope.period.bounds()) {
            (Some((at, grain)), _) => Before::Bucket(at, grain),
            (None, Some((from, _))) => Before::Until(bson::DateTime::from_chrono(from)),
            (None, None) => Before::No,
        }
    }

    fn looks_back(&self) -> bool {
        !matches!(self.before(), Before::No)
    }

    /// The periods to read: the wanted ones, and those before where retention looks back.
    fn periods(&self) -> Vec<Interval> {
        let scope = &self.pass.scope;
        let wanted = self.pass.periods();
        match self.before() {
            Before::No => wanted,
            Before::Until(_) => {
                let from = scope.period.previous(scope.zone).and_then(|it| it.from);
                vec![Interval {
                    from,
                    to: scope.period.to,
                }]
            }
            Before::Bucket(_, grain) => {
                calendar::with_buckets_before(&wanted, grain, scope.period, scope.zone)
            }
        }
    }

    fn parts(&self) -> BTreeMap<&'static str, Part> {
        let lines = groups::lines_path(&self.pass.axes);
        let of_measures = self.measures.iter().flat_map(|it| parts(it, lines));
        let mut parts: BTreeMap<_, _> = of_measures.collect();
        if let Before::Until(from) = self.before() {
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
        row.extend(groups::key(&self.pass.axes, self.pass.scope.zone));
        if by_customer {
            row.insert("customer", or_null("$customerId"));
        }
        for (field, part) in self.parts() {
            row.insert(field, part.row);
        }
        row
    }

    fn rows_of_groups(&self) -> Document {
        let id = self.key_from("$");
        self.accumulated(doc! { "_id": groups::id(id) })
    }

    fn rows_of_customers(&self) -> Document {
        let mut id = self.key_from("$");
        id.insert("customer", "$customer");
        self.accumulated(doc! { "_id": id })
    }

    fn customers_of_groups(&self) -> Document {
        let id = self.key_from("$_id.");
        let mut group = self.accumulated(doc! { "_id": groups::id(id) });
        for field in self.customer().keys() {
            group.insert(field, sum(format!("$of.{field}")));
        }
        group
    }

    fn key_from(&self, prefix: &str) -> Document {
        let part = |at| {
            (
                key_field(at),
                Bson::from(format!("{prefix}{}", key_field(at))),
            )
        };
        (0..self.pass.axes.len()).map(part).collect()
    }

    fn accumulated(&self, mut group: Document) -> Document {
        for (field, part) in self.parts() {
            group.insert(field, doc! { part.accumulator: format!("${field}") });
        }
        group
    }

    /// Works out what each customer counts for; nobody (`null`) counts for nothing.
    fn customers(&self) -> Vec<Stage> {
        let mut stages = Vec::new();
        if self.first_order_decides() {
            stages.extend(first_order_ever(&self.pass.scope.uncounted));
        }
        if let Before::Bucket(at, _) = self.before() {
            stages.push(Stage::SetWindowFields(self.bucket_before(at)));
        }
        let nobody = doc! { "$eq": ["$_id.customer", Bson::Null] };
        let of = cond(nobody, Bson::Null, self.customer());
        stages.push(Stage::Set(doc! { "of": of }));
        stages
    }

    /// What one customer adds to each customer measure.
    fn customer(&self) -> Document {
        let with_orders = |least: i32| cond(doc! { "$gte": ["$orders", least] }, 1, 0);
        let mut customer = Document::new();
        for measure in self.measures.iter() {
            let adds = match measure {
                Measure::Customers => with_orders(1),
                Measure::RepeatCustomers => with_orders(2),
                Measure::NewCustomers => cond(self.is_new(), 1, 0),
                Measure::OrderSpan => doc! { "$subtract": ["$lastOrder", "$firstOrder"] },
                Measure::OrderPairs => {
                    doc! { "$max": [0, { "$subtract": ["$orders", 1] }] }
                }
                // By bucket, they are counted as the customers of the bucket before.
                Measure::PreviousCustomers if self.pass.bucket().is_some() => continue,
                Measure::PreviousCustomers if self.looks_back() => cond("$before", 1, 0),
                Measure::RetainedCustomers if self.looks_back() => {
                    let retained = doc! { "$and": [self.was_before(), { "$gt": ["$orders", 0] }] };
                    cond(retained, 1, 0)
                }
                _ => continue,
            };
            customer.insert(field(measure), adds);
        }
        customer
    }

    fn was_before(&self) -> Bson {
        match self.before() {
            Before::No => false.into(),
            Before::Until(_) => "$before".into(),
            Before::Bucket(at, grain) => {
                let mut distance = doc! {
                    "startDate": "$before",
                    "endDate": format!("$_id.{}", key_field(at)),
                };
                distance.extend(groups::calendar_unit(grain, self.pass.scope.zone));
                doc! { "$eq": [{ "$dateDiff": distance }, 1] }.into()
            }
        }
    }

    /// Each customer's bucket before, whichever it is, within the other keys.
    fn bucket_before(&self, at: usize) -> Document {
        let mut partition = self.key_from("$_id.");
        partition.remove(key_field(at));
        partition.insert("customer", "$_id.customer");
        let bucket = format!("_id.{}", key_field(at));
        let shift = doc! { "output": format!("${bucket}"), "by": -1 };
        doc! {
            "partitionBy": partition,
            "sortBy": { bucket: 1 },
            "output": { "before": { "$shift": shift } },
        }
    }

    /// Whether "new" depends on orders outside of the scope's period.
    fn first_order_decides(&self) -> bool {
        let bounded = self.pass.scope.period.from.is_some() || self.pass.bucket().is_some();
        self.measures.contains(Measure::NewCustomers) && bounded
    }

    /// Whether the customer's first order ever is in the period, or in the bucket of it.
    fn is_new(&self) -> Document {
        let ordered = doc! { "$gt": ["$orders", 0] };
        if !self.first_order_decides() {
            return ordered;
        }
        let from = self.pass.scope.period.from.map(bson::DateTime::from_chrono);
        let bucket = self
            .pass
            .bucket()
            .map(|(at, _)| format!("$_id.{}", key_field(at)));
        let start: Vec<Bson> = from
            .map(Bson::from)
            .into_iter()
            .chain(bucket.map(Bson::from))
            .collect();
        doc! { "$and": [ordered, { "$gte": ["$firstEver", { "$max": start }] }] }
    }
}

/// The field that holds a measure, in groups and in answers.
pub fn field(measure: Measure) -> &'static str {
    match measure {
        Measure::Revenue => "revenue",
        Measure::Profit => "profit",
        Measure::Units => "units",
        Measure::Lines => "lines",
        Measure::Orders => "orders",
        Measure::CustomerOrders => "customerOrders",
        Measure::Customers => "customers",
        Measure::NewCustomers => "newCustomers",
        Measure::RepeatCustomers => "repeatCustomers",
        Measure::OrderSpan => "orderSpan",
        Measure::OrderPairs => "orderPairs",
        Measure::PreviousCustomers => "previousCustomers",
        Measure::RetainedCustomers => "retainedCustomers",
        Measure::ShippingTime => "shippingTime",
        Measure::ShippedOrders => "shippedOrders",
        Measure::FirstOrder => "firstOrder",
        Measure::LastOrder => "lastOrder",
    }
}

/// What rows must carry for a measure.
fn parts(measure: Measure, lines: &str) -> Vec<(&'static str, Part)> {
    let part = |field, row: Bson, accumulator| (field, Part { row, accumulator });
    let of_lines = |path: &str| Bson::from(format!("${lines}.{path}"));
    let first = part("firstOrder", "$orderedAt".into(), "$min");
    let last = part("lastOrder", "$orderedAt".into(), "$max");
    let own = field(measure);
    match measure {
        Measure::Revenue => vec![part(own, sum(of_lines("revenue")).into(), "$sum")],
        Measure::Units => vec![part(own, sum(of_lines("quantity")).into(), "$sum")],
        Measure::Profit => vec![
            part(own, sum(of_lines("profit")).into(), "$sum"),
            part(
                ANY_PROFIT,
                doc! { "$max": of_lines("profit") }.into(),
                "$max",
            ),
        ],
        Measure::Lines => {
            let count = doc! { "$size": format!("${lines}") };
            vec![part(own, count.into(), "$sum")]
        }
        // A bare 1 in a `$project` would mean "keep the field".
        Measure::Orders => vec![part(own, literal(1).into(), "$sum")],
        Measure::CustomerOrders => {
            let named = cond(doc! { "$gt": ["$customerId", Bson::Null] }, 1, 0);
            vec![part(own, named.into(), "$sum")]
        }
        Measure::ShippingTime => {
            let time = doc! { "$subtract": ["$shippedAt", "$orderedAt"] };
            vec![part(own, time.into(), "$sum")]
        }
        Measure::ShippedOrders => {
            let shipped = cond(doc! { "$gt": ["$shippedAt", Bson::Null] }, 1, 0);
            vec![part(own, shipped.into(), "$sum")]
        }
        Measure::FirstOrder => vec![first],
        Measure::LastOrder => vec![last],
        Measure::OrderSpan => vec![first, last],
        Measure::Customers
        | Measure::NewCustomers
        | Measure::RepeatCustomers
        | Measure::OrderPairs
        | Measure::PreviousCustomers
        | Measure::RetainedCustomers => vec![],
    }
}

/// The greatest profit of a line, null where no line has one.
pub const ANY_PROFIT: &str = "anyProfit";

/// Looks up when each grouped customer first ordered, counted orders only, as `firstEver`.
pub fn first_order_ever(uncounted: &[String]) -> [Stage; 2] {
    let first = vec![
        Stage::Match(counted(uncounted)),
        Stage::Sort(doc! { "orderedAt": 1 }),
        Stage::Limit(1),
        Stage::Project(doc! { "_id": 0, "orderedAt": 1 }),
    ];
    let lookup = Lookup {
        from: "orders",
        local_field: "_id.customer",
        foreign_field: "customerId",
        pipeline: first,
        r#as: "firstEver",
    };
    let only = doc! { "firstEver": { "$first": "$firstEver.orderedAt" } };
    [Stage::Lookup(lookup), Stage::Set(only)]
}

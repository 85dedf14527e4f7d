//! Customers within a group: what each of them counts for.
//!
//! Between the group by customer and the group of customers stands one document
//! a customer and group. What decides whether a customer is new or was there
//! before is brought to that document here.

use bson::{Bson, Document, doc};

use super::{
    groups::{self, key_field},
    parts::field,
    stage::{Lookup, Stage, cond},
    time::LocalTime,
};
use crate::kpi::{Dimension, Lookback, Measure, Measures, NEW, Pass, RETURNING};

/// The customer measures of a pass.
pub struct Customers<'a> {
    pass: &'a Pass,
    counted: &'a Document,
    measures: Measures,
}

/// How new customers are told.
enum New {
    /// All of time is in scope: everybody is new in it.
    Everybody,
    /// All of time and every line is in scope: a customer is new in their first bucket.
    InFirstBucket,
    /// By the first order ever, which may be out of scope.
    ByFirstOrder,
}

impl<'a> Customers<'a> {
    /// Those whose orders are counted that are like `counted`.
    pub fn new(pass: &'a Pass, counted: &'a Document, measures: Measures) -> Self {
        Self {
            pass,
            counted,
            measures,
        }
    }

    /// How customers of the period before are told.
    pub fn lookback(&self) -> Lookback {
        self.pass.lookback(self.measures)
    }

    fn looks_back(&self) -> bool {
        self.lookback() != Lookback::Nowhere
    }

    fn new_customers(&self) -> New {
        let scope = &self.pass.scope;
        let of_everything = scope.predicates.is_empty() && self.pass.slices.is_none();
        match self.pass.bucket() {
            _ if scope.period.from.is_some() => New::ByFirstOrder,
            None => New::Everybody,
            Some(_) if of_everything && self.pass.axes.len() == 1 => New::InFirstBucket,
            Some(_) => New::ByFirstOrder,
        }
    }

    /// Works out what each customer counts for; nobody (`null`) counts for nothing.
    pub fn stages(&self) -> Vec<Stage> {
        let asks_for_new = self.measures.contains(Measure::NewCustomers);
        let new = self.new_customers();
        let mut stages = Vec::new();
        if asks_for_new && matches!(new, New::ByFirstOrder) {
            stages.extend(first_order_ever(self.counted));
        }
        let by_bucket = asks_for_new && matches!(new, New::InFirstBucket);
        if let Some((at, _)) = self.pass.bucket()
            && (by_bucket || self.looks_back())
        {
            stages.push(Stage::SetWindowFields(self.bucket_before(at)));
        }
        let nobody = doc! { "$eq": ["$_id.customer", Bson::Null] };
        let of = cond(nobody, Bson::Null, self.each());
        stages.push(Stage::Set(doc! { "of": of }));
        stages
    }

    /// What one customer adds to each customer measure.
    pub fn each(&self) -> Document {
        let with_orders = |least: i32| cond(doc! { "$gte": ["$orders", least] }, 1, 0);
        let mut customer = Document::new();
        for measure in self.measures.iter() {
            let adds = match measure {
                Measure::Customers => with_orders(1),
                Measure::RepeatCustomers => with_orders(2),
                Measure::NewCustomers => cond(self.is_new(), 1, 0),
                Measure::OrderSpan => doc! { "$subtract": ["$lastOrder", "$firstOrder"] },
                Measure::SecondOrderTime => {
                    let second = doc! { "$arrayElemAt": [format!("${FIRST_TWO}"), 1] };
                    doc! { "$subtract": [second, "$firstOrder"] }
                }
                Measure::OrderPairs => doc! { "$max": [0, { "$subtract": ["$orders", 1] }] },
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
        match self.lookback() {
            Lookback::Nowhere => false.into(),
            Lookback::Until(_) => "$before".into(),
            Lookback::Bucket(at, grain) => {
                let bucket = format!("$_id.{}", key_field(at));
                let local = LocalTime::ever(self.pass.scope.calendar);
                local.is_before("$before", &bucket, grain).into()
            }
        }
    }

    /// Each customer's bucket before, whichever it is, within the other keys.
    fn bucket_before(&self, at: usize) -> Document {
        let mut partition = groups::key_from(self.pass, "$_id.");
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

    /// Whether the customer's first order ever is in the period, or in the bucket of it.
    fn is_new(&self) -> Document {
        let ordered = doc! { "$gt": ["$orders", 0] };
        match self.new_customers() {
            New::Everybody => ordered,
            New::InFirstBucket => doc! { "$lte": ["$before", Bson::Null] },
            New::ByFirstOrder => {
                let mut all = vec![ordered];
                let period = self.pass.scope.period;
                all.extend(period.from.map(|from| {
                    doc! { "$gte": ["$firstEver", bson::DateTime::from_chrono(from)] }
                }));
                all.extend(self.pass.bucket().map(|(at, grain)| {
                    let local = LocalTime::over(self.pass.scope.calendar, &[period]);
                    let first = local.bucket("$firstEver", grain);
                    doc! { "$gte": [first, format!("$_id.{}", key_field(at))] }
                }));
                doc! { "$and": all }
            }
        }
    }
}

/// When the first two orders of a grouped customer were placed, where that is asked for.
pub const FIRST_TWO: &str = "firstTwo";

/// Where the first order of an order's customer stands on it, null without a customer.
pub const FIRST_ORDER: &str = "_firstOrder";

/// Looks up the first order ever of the customer that stands at a path, counted orders only;
/// of several at the same instant, that of the smallest id.
fn first_order(counted: &Document, customer: &'static str, into: &'static str) -> Stage {
    let first = vec![
        Stage::Match(counted.clone()),
        Stage::Sort(doc! { "orderedAt": 1, "_id": 1 }),
        Stage::Limit(1),
        Stage::Project(doc! { "orderedAt": 1 }),
    ];
    Stage::Lookup(Lookup {
        from: "orders",
        local_field: customer,
        foreign_field: "customerId",
        pipeline: first,
        r#as: into,
    })
}

/// Brings to each order its customer's first, and which kind that makes it.
pub fn history(counted: &Document) -> [Stage; 3] {
    let has_customer = doc! { "$gt": ["$customerId", Bson::Null] };
    let first = doc! { "$first": format!("${FIRST_ORDER}") };
    let is_first = doc! { "$eq": ["$_id", format!("${FIRST_ORDER}._id")] };
    let kind = cond(is_first, NEW, RETURNING);
    [
        first_order(counted, "customerId", FIRST_ORDER),
        Stage::Set(doc! { FIRST_ORDER: cond(has_customer.clone(), first, Bson::Null) }),
        Stage::Set(doc! { Dimension::CUSTOMER_KIND.field(): cond(has_customer, kind, Bson::Null) }),
    ]
}

/// Looks up when each grouped customer first ordered, counted orders only, as `firstEver`.
pub fn first_order_ever(counted: &Document) -> [Stage; 2] {
    let lookup = first_order(counted, "_id.customer", "firstEver");
    let only = doc! { "firstEver": { "$first": "$firstEver.orderedAt" } };
    [lookup, Stage::Set(only)]
}

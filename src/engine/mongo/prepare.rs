//! What is looked up before a pass becomes a pipeline.

use std::collections::BTreeSet;

use super::{
    join::Joins,
    scan::{counted, dimensions},
    semi_join,
};
use bson::Document;

use crate::{
    engine::{Error, allotment::Hold},
    kpi::{Count, Dimension, Holder, Pass, Predicate},
    store::Store,
};

/// The predicates of a pass, on ids where those are few, and how to join what is left to join.
#[derive(Debug)]
pub struct Prepared {
    /// What the orders and lines must match.
    pub predicates: Vec<Predicate>,
    /// The dimensions that predicates or axes look at.
    pub used: BTreeSet<Dimension>,
    /// How their documents come to the orders.
    pub joins: Joins,
    /// What makes an order count at all.
    pub counted: Document,
    /// What places are like that can be joined.
    pub places: Document,
    /// Whether each order must know its customer's first.
    pub looks_at_history: bool,
    /// Whether amounts must be made decimals first.
    pub has_doubles: bool,
}

impl Prepared {
    /// Looks up the ids behind predicates and the documents of small collections.
    pub async fn new(store: &Store, pass: &Pass, hold: &Hold) -> Result<Self, Error> {
        let predicates = semi_join::reduced(store, pass, hold).await?;
        let used = used(&predicates, pass);
        let joins = Joins::choose(store, &used).await?;
        let visible = store.visible("orders").await?;
        Ok(Self {
            looks_at_history: looks_at_history(&used, pass),
            predicates,
            used,
            joins,
            counted: counted(&pass.scope.uncounted, visible),
            places: match pass.count {
                Count::Distances => store.canonical("locations").await?,
                Count::Measures(_) | Count::Cohorts(_) | Count::Pairs(_) | Count::Customers => {
                    Document::new()
                }
            },
            has_doubles: store.has_doubles().await?,
        })
    }

    /// As for a database of which nothing is known: everything by `$lookup`.
    #[cfg(test)]
    pub fn blindly(pass: &Pass) -> Self {
        let predicates = pass.predicates();
        let used = used(&predicates, pass);
        Self {
            joins: Joins::by_lookup(&used),
            looks_at_history: looks_at_history(&used, pass),
            predicates,
            used,
            counted: counted(&pass.scope.uncounted, Document::new()),
            places: Document::new(),
            has_doubles: false,
        }
    }
}

fn looks_at_history(used: &BTreeSet<Dimension>, pass: &Pass) -> bool {
    let is_kind = |it: &Dimension| it.holder() == Holder::History;
    used.iter().any(is_kind) || pass.axes.iter().any(|it| it.looks_at_history())
}

fn used(predicates: &[Predicate], pass: &Pass) -> BTreeSet<Dimension> {
    let tested = predicates.iter().flat_map(Predicate::dimensions);
    let paired = matches!(pass.count, Count::Pairs(_)).then_some(Dimension::PRODUCT);
    tested.chain(dimensions(&pass.axes)).chain(paired).collect()
}

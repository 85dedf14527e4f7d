//! What is looked up before a pass becomes a pipeline.

use std::collections::BTreeSet;

use super::{join::Joins, scan::dimensions, semi_join};
use crate::{
    kpi::{Dimension, Pass, Predicate},
    store::{self, Store},
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
}

impl Prepared {
    /// Looks up the ids behind predicates and the documents of small collections.
    pub async fn new(store: &Store, pass: &Pass) -> Result<Self, store::Error> {
        let predicates = semi_join::reduced(store, pass.predicates()).await?;
        let used = used(&predicates, pass);
        let joins = Joins::choose(store, &used).await?;
        Ok(Self {
            predicates,
            used,
            joins,
        })
    }

    /// As for a database of which nothing is known: everything by `$lookup`.
    #[cfg(test)]
    pub fn blindly(pass: &Pass) -> Self {
        let predicates = pass.predicates();
        let used = used(&predicates, pass);
        Self {
            joins: Joins::by_lookup(&used),
            predicates,
            used,
        }
    }
}

fn used(predicates: &[Predicate], pass: &Pass) -> BTreeSet<Dimension> {
    let tested = predicates
        .iter()
        .flat_map(|it| it.dimensions().iter().copied());
    tested.chain(dimensions(&pass.axes)).collect()
}

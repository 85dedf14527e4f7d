//! Pairs of products: how many orders hold each product, and each two of them.

use std::{collections::HashMap, sync::Arc};

use bson::{Bson, Document, doc};

use super::{
    decode,
    filter::expression,
    groups::{self, key_from},
    prepare::Prepared,
    scan::scan,
    stage::{Stage, literal, sum},
    time::LocalTime,
};
use crate::{
    engine::Error,
    kpi::{Baskets, Count, Dimension, Key, Pairing, Pairs, Pass, Products},
};

/// The pipeline over the orders: a document for each pair, where `null` stands for no product:
/// with one it tells the orders that hold the product, with another `null` all of them.
///
/// Pairs are made by unwinding twice: as an array, those of a thousand products are more than
/// one document may hold.
pub fn pipeline(pass: &Pass, prepared: &Prepared) -> Vec<Stage> {
    let axes = pass.line_axes();
    let local = LocalTime::over(pass.scope.calendar, &pass.periods());
    let products = doc! { "$map": {
        "input": format!("${}", groups::lines_path(axes)),
        "as": "line",
        "in": expression(Dimension::PRODUCT),
    } };
    let mut row = doc! { "_id": 0, "one": { "$setUnion": [[Bson::Null], products] } };
    row.extend(groups::key(axes, &local));
    let mut pair = key_from(pass, "$");
    pair.extend(doc! { "one": "$one", "other": "$other" });

    let mut stages = scan(pass, prepared, &pass.periods());
    stages.extend(groups::cells(axes));
    stages.push(Stage::Project(row));
    stages.push(Stage::Set(doc! { "other": "$one" }));
    stages.push(Stage::Unwind("$one".into()));
    let others = doc! { "input": "$other", "as": "other", "cond": makes_pair(pass) };
    stages.push(Stage::Set(doc! { "other": { "$filter": others } }));
    stages.push(Stage::Unwind("$other".into()));
    stages.push(Stage::Group(doc! { "_id": pair, "orders": sum(1) }));
    if let Count::Pairs(Pairing { min_orders, .. }) = pass.count
        && min_orders > 1
    {
        let least = i64::try_from(min_orders).unwrap_or(i64::MAX);
        let is_frequent = doc! { "orders": { "$gte": least } };
        stages.push(Stage::Match(
            doc! { "$or": [{ "_id.one": Bson::Null }, is_frequent] },
        ));
    }
    stages
}

/// Whether the other product makes a pair with the one: each two once, and where only those of
/// some products are wanted, with one of these.
fn makes_pair(pass: &Pass) -> Document {
    let is_alone = doc! { "$eq": ["$one", Bson::Null] };
    let comes_later = doc! { "$gt": ["$$other", "$one"] };
    let Some(wanted) = pass.paired_products() else {
        return doc! { "$or": [is_alone, comes_later] };
    };
    let is_wanted = |it: &str| doc! { "$in": [it, literal(wanted.clone())] };
    let one_is = doc! { "$or": [is_wanted("$one"), is_wanted("$$other")] };
    doc! { "$or": [is_alone, { "$and": [comes_later, one_is] }] }
}

/// What the pipeline's documents say.
#[derive(Default)]
pub struct Counted {
    groups: HashMap<Key, Baskets>,
    numbers: HashMap<Arc<str>, u32>,
    ids: Vec<Option<Arc<str>>>,
}

impl Counted {
    /// How many bytes one document takes here, roughly.
    pub const BYTES: usize = 32;

    /// Takes a document in.
    pub fn add(&mut self, pass: &Pass, document: &Document) -> Result<(), Error> {
        let id = document.get("_id").and_then(Bson::as_document);
        let mut number = |field: &str| {
            let value = id.and_then(|id| id.get(field)).unwrap_or(&Bson::Null);
            let part = decode::dimension(value);
            part.text().map_or(Baskets::NOTHING, |it| self.number(it))
        };
        let (one, other) = (number("one"), number("other"));
        let key = decode::key(pass, document)?;
        let orders = decode::count(document, "orders")?;
        self.groups.entry(key).or_default().add(one, other, orders);
        Ok(())
    }

    /// The product's number, a new one where it has none.
    fn number(&mut self, id: &str) -> u32 {
        if let Some(number) = self.numbers.get(id) {
            return *number;
        }
        if self.ids.is_empty() {
            // That of nothing.
            self.ids.push(None);
        }
        let number = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        let id: Arc<str> = id.into();
        self.numbers.insert(Arc::clone(&id), number);
        self.ids.push(Some(id));
        number
    }

    /// The pairs of each group that the pass asks for.
    pub fn pairs(self, pass: &Pass, asked: Pairing) -> Vec<(Key, Pairs)> {
        pass.pairs(asked, &self.groups, &Products::new(self.ids))
    }
}

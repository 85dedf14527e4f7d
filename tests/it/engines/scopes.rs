//! Who may see some rows only gets the answers of a database that holds just these.
//!
//! Random scopes over random shops: what a scope sees is worked out here, document by
//! document, and written to a database of its own. Random queries to the whole shop under
//! the scope, by either engine, must be answered as that database answers without one.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use bson::{Bson, Document, doc};
use futures::TryStreamExt;
use salesgraph::{
    auth::Scope,
    engine::Choice,
    kpi::{Dimension, Holder, Vocabulary},
    store::Store,
};

use super::{
    assert_none, cases,
    compare::{smallest, text},
    dice::Dice,
    documents::{fill, index_customers},
    entities, filters, first_seed, queries,
    text::Text,
    world::World,
};
use crate::support::{Shop, caught_up, fresh_store, replica_of};

/// Queries to one shop under one scope.
const QUERIES: u64 = 25;
/// Disagreements that are worth telling.
const ENOUGH: usize = 3;

/// A test of a row: by what, the values, whether it must be one of them.
type Rule = (Dimension, Vec<String>, bool);

fn rules(world: &World, dice: &mut Dice) -> Vec<Rule> {
    // A scope names dimensions, the shop's own among them, that do not follow from other rows.
    let all = world.vocabulary.dimensions().iter().copied();
    let all: Vec<Dimension> = all.filter(|it| it.holder() != Holder::History).collect();
    let named = dice.some(&all, 3);
    let rule = |dimension: Dimension| {
        let many = dice.between(0, 5);
        let values = (0..many).map(|_| filters::text(dimension.name(), dice));
        let values: Vec<String> = values.collect();
        (dimension, values, dice.percent(50))
    };
    named.into_iter().map(rule).collect()
}

fn scope(rules: &[Rule], words: &Vocabulary) -> Scope {
    let row = |(dimension, values, is_one): &Rule| {
        let field = dimension.name();
        // What JSON writes of a text, TOML reads.
        let values = serde_json::to_string(values).unwrap();
        if *is_one {
            format!("{field} = {values}\n")
        } else {
            format!("{field} = {{ not = {values} }}\n")
        }
    };
    let rows: String = rules.iter().map(row).collect();
    Scope::from_toml(&format!("[rows]\n{rows}"), words).unwrap()
}

/// Documents by id.
type Collection = HashMap<String, Document>;

/// Every document of a shop.
struct Documents {
    orders: Collection,
    customers: Collection,
    products: Collection,
    locations: Collection,
}

impl Documents {
    async fn of(store: &Store) -> Self {
        let all = async |collection: &str| {
            let found = store.database().collection::<Document>(collection);
            let found: Vec<Document> = found
                .find(doc! {})
                .await
                .unwrap()
                .try_collect()
                .await
                .unwrap();
            let by_id = |it: Document| (it.get_str("_id").unwrap().to_owned(), it);
            found.into_iter().map(by_id).collect::<Collection>()
        };
        Self {
            orders: all("orders").await,
            customers: all("customers").await,
            products: all("products").await,
            locations: all("locations").await,
        }
    }

    /// The document that another names.
    fn joined<'a>(of: &'a Document, id: &str, with: &'a Collection) -> Option<&'a Document> {
        with.get(of.get_str(id).ok()?)
    }

    /// What an order has of a dimension, or a line of one that lines can differ in.
    fn value<'a>(&'a self, of: &'a Document, dimension: Dimension) -> Option<&'a str> {
        let holder = match dimension.holder() {
            Holder::Order | Holder::Line => of,
            Holder::Customer => Self::joined(of, "customerId", &self.customers)?,
            Holder::ShipTo => Self::joined(of, "shipToId", &self.locations)?,
            Holder::Product => Self::joined(of, "productId", &self.products)?,
            Holder::History => unreachable!("no rule is of it"),
        };
        match dimension.field().split_once('.') {
            None => holder.get_str(dimension.field()).ok(),
            Some((own, name)) => holder.get_document(own).ok()?.get_str(name).ok(),
        }
    }

    /// What is left of an order under the rules.
    fn seen(&self, order: &Document, rules: &[Rule]) -> Option<Document> {
        let of_lines = |rule: &&Rule| matches!(rule.0.holder(), Holder::Line | Holder::Product);
        let (lines, orders): (Vec<&Rule>, Vec<_>) = rules.iter().partition(of_lines);
        let holds = |value: Option<&str>, (_, values, is_one): &Rule| {
            value.is_some_and(|it| values.iter().any(|value| value == it)) == *is_one
        };
        let is_seen = orders.iter().all(|it| holds(self.value(order, it.0), it));
        let mut order = order.clone();
        if !lines.is_empty() {
            let all = order.get_array("lines").unwrap().clone();
            let of_lines = all.len();
            let is_kept = |line: &Bson| {
                let line = line.as_document().unwrap();
                lines.iter().all(|it| holds(self.value(line, it.0), it))
            };
            let (mut kept, mut places) = (Vec::new(), HashMap::new());
            for (at, line) in all.into_iter().enumerate() {
                if is_kept(&line) {
                    places.insert(at, kept.len());
                    kept.push(line);
                }
            }
            if kept.is_empty() {
                return None;
            }
            order.insert("lines", kept);
            // A record that names no line has nothing that a line has.
            let keeps_nameless = lines.iter().all(|it| holds(None, it));
            keep_returns(&mut order, &places, of_lines, keeps_nameless);
        }
        is_seen.then_some(order)
    }

    /// The shop that holds what the rules leave, and what that names.
    fn under(&self, rules: &[Rule]) -> Self {
        let orders = self.orders.iter();
        let orders = orders.filter_map(|(id, it)| Some((id.clone(), self.seen(it, rules)?)));
        let orders: Collection = orders.collect();
        let named = |documents: &Collection, fields: &[&str]| -> BTreeSet<String> {
            let of = |it: &Document, field: &&str| Some(it.get_str(field).ok()?.to_owned());
            let of = |it: &Document| {
                fields
                    .iter()
                    .filter_map(|field| of(it, field))
                    .collect::<Vec<_>>()
            };
            documents.values().flat_map(of).collect()
        };
        let only = |all: &Collection, ids: &BTreeSet<String>| -> Collection {
            let kept = all.iter().filter(|(id, _)| ids.contains(*id));
            kept.map(|(id, it)| (id.clone(), it.clone())).collect()
        };
        let lines = orders
            .values()
            .flat_map(|it| it.get_array("lines").unwrap());
        let products = lines.filter_map(|it| it.as_document()?.get_str("productId").ok());
        let products = products.map(str::to_owned).collect();
        let customers = only(&self.customers, &named(&orders, &["customerId"]));
        let mut places = named(&orders, &["shipToId", "shipFromId"]);
        places.extend(named(&customers, &["locationId"]));
        Self {
            products: only(&self.products, &products),
            locations: only(&self.locations, &places),
            customers,
            orders,
        }
    }

    async fn write(&self, store: &Store) {
        for (name, documents) in [
            ("orders", &self.orders),
            ("customers", &self.customers),
            ("products", &self.products),
            ("locations", &self.locations),
        ] {
            if !documents.is_empty() {
                let collection = store.database().collection::<Document>(name);
                collection.insert_many(documents.values()).await.unwrap();
            }
        }
    }
}

/// Leaves an order the return records of lines that are kept, by their new places, and those
/// of no line at all.
fn keep_returns(
    order: &mut Document,
    places: &HashMap<usize, usize>,
    of_lines: usize,
    keeps_nameless: bool,
) {
    let Ok(records) = order.get_array("returns") else {
        return;
    };
    let kept = records.iter().filter_map(|record| {
        let mut record = record.as_document().unwrap().clone();
        let place = match record.get("line").unwrap() {
            Bson::Int32(place) => usize::try_from(*place).unwrap(),
            other => usize::try_from(other.as_i64().unwrap()).unwrap(),
        };
        if place >= of_lines {
            return keeps_nameless.then_some(Bson::Document(record));
        }
        let place = i64::try_from(*places.get(&place)?).unwrap();
        record.insert("line", place);
        Some(Bson::Document(record))
    });
    let kept: Vec<Bson> = kept.collect();
    order.insert("returns", kept);
}

/// The whole shop under a scope, and a shop that holds nothing else.
struct Views {
    scope: Arc<Scope>,
    whole: [(&'static str, Shop); 2],
    only: Shop,
}

impl Views {
    async fn of(store: &Store, only: &Store, scope: Scope, words: &'static Vocabulary) -> Self {
        let replica = replica_of(words, usize::MAX, store);
        caught_up(&replica).await;
        let shop = |choice, store: &Store| Shop::speaking(words, choice, store.clone());
        Self {
            scope: Arc::new(scope),
            whole: [
                ("mongo", shop(Choice::Mongo, store)),
                ("memory", shop(Choice::Memory(replica), store)),
            ],
            only: shop(Choice::Mongo, only),
        }
    }

    async fn difference(&self, query: &Text) -> Option<(String, String)> {
        let query = query.to_string();
        let expected = text(&self.only.execute(&query).await);
        for (engine, shop) in &self.whole {
            let answer = text(&shop.execute_as(&self.scope, &query).await);
            if answer != expected {
                return Some((format!("{engine}: {answer}"), expected));
            }
        }
        None
    }
}

async fn disagreements(seed: u64, orders: Option<usize>, queries: u64) -> Vec<String> {
    let mut dice = Dice::new(seed, 0);
    let world = World::new(&mut dice).canonical();
    let (store, only) = (fresh_store("whole").await, fresh_store("only").await);
    let orders = orders.unwrap_or_else(|| 20 + dice.below(130));
    fill(&store, orders, &world, &mut dice).await;
    entities::settle(&store, &mut dice).await;
    let rules = rules(&world, &mut dice);
    let settings = store.settings().await.unwrap().unwrap();
    only.save_settings(&settings).await.unwrap();
    index_customers(&only).await;
    Documents::of(&store).await.under(&rules).write(&only).await;
    let views = Views::of(
        &store,
        &only,
        scope(&rules, world.vocabulary),
        world.vocabulary,
    )
    .await;
    let mut told = Vec::new();
    for number in 1..=queries {
        let mut dice = Dice::new(seed, number);
        let query = if dice.percent(50) {
            queries::query(&world, &mut dice)
        } else {
            entities::query(&world, &mut dice)
        };
        let difference = async |query: &Text| views.difference(query).await;
        if let Some((query, answer, expected)) = smallest(&query, difference).await {
            told.push(format!(
                "SALESGRAPH_SEED={seed}, query {number}, rows {rules:?}\nquery:    {query}\n{answer}\nexpected: {expected}\n"
            ));
        }
        if told.len() == ENOUGH {
            break;
        }
    }
    for store in [store, only] {
        store.database().drop().await.unwrap();
    }
    told
}

#[tokio::test]
async fn a_scope_sees_the_shop_that_holds_its_rows() {
    for shop in 0..cases().div_ceil(QUERIES) {
        assert_none(&disagreements(first_seed() + shop, None, QUERIES).await);
    }
}

/// Orders stand in blocks of a few thousand.
#[tokio::test]
async fn a_scope_sees_its_rows_in_several_blocks() {
    assert_none(&disagreements(first_seed(), Some(9_000), 5).await);
}

//! Random changes of a shop, as its owner's other programs make them.

use bson::{Document, doc};
use mongodb::Collection;
use salesgraph::store::Store;

use super::{
    dice::Dice,
    documents::{any, many, point},
    world::World,
};

const COLLECTIONS: [&str; 4] = ["orders", "customers", "products", "locations"];

/// Orders that a change may be about; half of them are there from the beginning.
pub const ORDERS: usize = 80;

/// One change of one document.
#[derive(Debug)]
enum Change {
    Upsert(Document),
    Update(Document),
    Delete,
}

/// Changes the shop; gives a name to what was done.
pub async fn mutate(store: &Store, world: &World, dice: &mut Dice) -> String {
    match dice.below(12) {
        0 => in_transaction(store, world, dice).await,
        1 => in_bulk(store, world, dice).await,
        2 => rename_everybody(store).await,
        _ => change_one(store, world, dice).await,
    }
}

fn change(world: &World, dice: &mut Dice) -> (&'static str, String, Change) {
    let collection = if dice.percent(55) {
        "orders"
    } else {
        *dice.pick(&COLLECTIONS)
    };
    let of = |collection| {
        if collection == "orders" {
            ORDERS
        } else {
            many(collection)
        }
    };
    // One more than there were at first: things that orders name come to be, too.
    let number = dice.below(of(collection) + 1);
    let mut document = any(collection, number, world, dice);
    let id = document.get_str("_id").unwrap().to_owned();
    let change = match dice.below(10) {
        0..=4 => Change::Upsert(document),
        5 | 6 => Change::Delete,
        _ => {
            document.remove("_id");
            let fields: Vec<String> = document.keys().cloned().collect();
            let some = dice.some(&fields, 3);
            let mut set: Document = some
                .into_iter()
                .map(|field| (field.clone(), document.get(&field).cloned().unwrap()))
                .collect();
            if collection == "locations" && dice.percent(40) {
                set.insert("point", point(dice));
            }
            Change::Update(doc! { "$set": set })
        }
    };
    (collection, id, change)
}

async fn change_one(store: &Store, world: &World, dice: &mut Dice) -> String {
    let (name, id, change) = change(world, dice);
    let collection: Collection<Document> = store.database().collection(name);
    let told = format!("{name} {id}: {change:?}");
    let this = doc! { "_id": id };
    match change {
        Change::Upsert(document) => {
            let replace = collection.replace_one(this, document).upsert(true);
            replace.await.unwrap();
        }
        Change::Update(update) => {
            collection.update_one(this, update).await.unwrap();
        }
        Change::Delete => {
            collection.delete_one(this).await.unwrap();
        }
    }
    told
}

/// Several changes that must be seen together.
async fn in_transaction(store: &Store, world: &World, dice: &mut Dice) -> String {
    let mut session = store.database().client().start_session().await.unwrap();
    session.start_transaction().await.unwrap();
    let mut told = "transaction".to_owned();
    for _ in 0..dice.between(2, 6) {
        let (name, id, change) = change(world, dice);
        let collection: Collection<Document> = store.database().collection(name);
        told = format!("{told}; {name} {id}: {change:?}");
        let this = doc! { "_id": id };
        match change {
            Change::Upsert(document) => {
                let replace = collection.replace_one(this, document).upsert(true);
                replace.session(&mut session).await.unwrap();
            }
            Change::Update(update) => {
                let update = collection.update_one(this, update);
                update.session(&mut session).await.unwrap();
            }
            Change::Delete => {
                let delete = collection.delete_one(this);
                delete.session(&mut session).await.unwrap();
            }
        }
    }
    if dice.percent(20) {
        session.abort_transaction().await.unwrap();
        return format!("aborted {told}");
    }
    session.commit_transaction().await.unwrap();
    told
}

/// Many orders at once: gone, shipped, or all new.
async fn in_bulk(store: &Store, world: &World, dice: &mut Dice) -> String {
    let orders = store.orders().clone_with_type::<Document>();
    match dice.below(3) {
        0 => {
            orders
                .delete_many(doc! { "shipMode": "Express" })
                .await
                .unwrap();
            "all express orders deleted".into()
        }
        1 => {
            let later =
                doc! { "$dateAdd": { "startDate": "$orderedAt", "unit": "hour", "amount": 30 } };
            // Of odd ones, there may be no day to add to.
            let dated =
                doc! { "orderedAt": { "$lt": bson::DateTime::from_millis(7_258_118_400_000) } };
            let ship = vec![doc! { "$set": { "shippedAt": later } }];
            orders.update_many(dated, ship).await.unwrap();
            "all orders shipped after 30 hours".into()
        }
        _ => {
            orders.delete_many(doc! {}).await.unwrap();
            let all = (0..ORDERS / 2).map(|number| any("orders", number, world, dice));
            orders.insert_many(all.collect::<Vec<_>>()).await.unwrap();
            "all orders made anew".into()
        }
    }
}

/// What the engines know nothing of.
pub async fn rename_everybody(store: &Store) -> String {
    for name in ["customers", "products"] {
        let collection: Collection<Document> = store.database().collection(name);
        let named = doc! { "name": { "$type": "string" } };
        let rename = vec![doc! { "$set": { "name": { "$concat": ["$name", "!"] } } }];
        collection.update_many(named, rename).await.unwrap();
    }
    "everybody and everything renamed".into()
}

//! Targets that were built again, put in the place of what was there, all in one step.

use std::collections::BTreeSet;

use bson::{Bson, Document, doc};
use mongodb::{ClientSession, Collection, change_stream::event::ResumeToken};

use super::{
    Bridge, Result,
    canonical::{
        PARTS, Place, STATE, State, Writes, latest_of_each, part, tag, tell_nameless, writes,
    },
};
use crate::{
    model::{Built, Kind, Target},
    store::{self, REJECTS, Store},
};

/// What is replaced together.
#[derive(Debug)]
pub struct Step {
    pub built: Vec<(Target, Built)>,
    /// Documents of the orders' source, and whether they are meant and have no id.
    pub nameless: Vec<(String, bool)>,
    /// Where the change stream goes on after it, where that is known.
    pub token: Option<ResumeToken>,
}

/// Replaces targets, all in one step, and takes note of how far that is.
pub async fn replace(bridge: &Bridge, place: Place, step: Step) -> Result<()> {
    let (store, model) = (&bridge.store, &bridge.model);
    let client = store.database().client();
    let mut session = store.bounded(client.start_session()).await?;
    bridge.session.note(store, session.id()).await?;
    store.bounded(session.start_transaction()).await?;
    let owners: Vec<String> = step.built.iter().map(|(target, _)| tag(target)).collect();
    let orders = step.built.iter().filter(|(it, _)| it.kind == Kind::Order);
    let orders: Vec<&str> = orders.map(|(it, _)| it.id.as_str()).collect();
    let before = places(bridge, place, &orders, &mut session).await?;
    let (mut writes, parts) = writes(model, step.built);
    for (id, is_one) in step.nameless {
        tell_nameless(&mut writes, &id, is_one);
    }
    let of_owners = doc! { "of": { "$in": &owners } };
    let rejects = store
        .database()
        .collection::<Document>(&place.name(REJECTS));
    let told = rejects.delete_many(of_owners).session(&mut session);
    store.bounded(told).await?;
    let kept: Collection<Document> = store.database().collection(&place.name(PARTS));
    let mut described = if model.has_parts() {
        redescribed(store, &kept, &owners, &mut session).await?
    } else {
        BTreeSet::new()
    };
    for (owner, description) in &parts {
        let (id, document) = part(owner, description);
        writes.put(PARTS, id, Some(document));
        described.insert(tag(&description.target));
    }
    let now = writes.ids(Kind::Location.collection());
    let left: Vec<String> = before.difference(&now).cloned().collect();
    writes.send(store, place, Some(&mut session)).await?;
    let mut writes = Writes::default();
    for id in left {
        if !is_named(bridge, place, &id, &mut session).await? {
            writes.put(Kind::Location.collection(), id, None);
        }
    }
    for of in described {
        let latest = kept.find_one(doc! { "of": &of }).sort(latest_of_each());
        let latest = store.bounded(latest.session(&mut session)).await?;
        writes.describe(&of, latest.as_ref());
    }
    if let Some(token) = step.token {
        let state = State::of(bridge, bridge.source.address(model), Some(token));
        let state = bson::serialize_to_document(&state).map_err(mongodb::error::Error::from);
        writes.put(
            STATE,
            "state".into(),
            Some(state.map_err(store::Error::from)?),
        );
    }
    writes.send(store, place, Some(&mut session)).await?;
    store.bounded(session.commit_transaction()).await?;
    Ok(())
}

/// Takes away what orders say of customers, products and places, and tells of which.
async fn redescribed(
    store: &Store,
    kept: &Collection<Document>,
    owners: &[String],
    session: &mut ClientSession,
) -> Result<BTreeSet<String>> {
    let of_owners = doc! { "owner": { "$in": owners } };
    let of = kept
        .distinct("of", of_owners.clone())
        .session(&mut *session);
    let of = store.bounded(of).await?;
    let gone = kept.delete_many(of_owners).session(session);
    store.bounded(gone).await?;
    Ok(of
        .into_iter()
        .filter_map(|it| Some(it.as_str()?.to_owned()))
        .collect())
}

/// The places that orders name until now, of those that are there for orders alone.
async fn places(
    bridge: &Bridge,
    place: Place,
    orders: &[&str],
    session: &mut ClientSession,
) -> Result<BTreeSet<String>> {
    let mut places = BTreeSet::new();
    let kept = bridge.store.database();
    let kept = kept.collection::<Document>(&place.name(Kind::Order.collection()));
    for field in bridge.model.plain_places() {
        let of_orders = doc! { "_id": { "$in": orders } };
        let named = kept.distinct(field, of_orders).session(&mut *session);
        let named = bridge.store.bounded(named).await?;
        places.extend(named.iter().filter_map(Bson::as_str).map(str::to_owned));
    }
    Ok(places)
}

/// Whether an order names the place.
async fn is_named(
    bridge: &Bridge,
    place: Place,
    id: &str,
    session: &mut ClientSession,
) -> Result<bool> {
    let kept = bridge.store.database();
    let kept = kept.collection::<Document>(&place.name(Kind::Order.collection()));
    for field in bridge.model.plain_places() {
        let one = kept.find_one(doc! { field: id }).session(&mut *session);
        if bridge.store.bounded(one).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

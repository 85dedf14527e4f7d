//! Changes of the shop, gathered until there are enough to make a new snapshot of.

use std::collections::HashMap;

use bson::RawDocumentBuf;
use mongodb::change_stream::event::{ChangeStreamEvent, OperationType};

use super::{
    Unheld,
    attributes::Attributes,
    decode::Decoder,
    snapshot::{Change, Parts, Snapshot},
};
use crate::{kpi::Dimension, store::ShopSettings};

/// The collections that a shop is in.
pub const COLLECTIONS: [&str; 5] = ["orders", "customers", "products", "locations", SETTINGS];
/// The collection that the shop's settings are in.
const SETTINGS: &str = "shop";

/// An event of the database's change stream.
pub type Event = ChangeStreamEvent<RawDocumentBuf>;

/// What an event means to a replica.
#[derive(Debug, PartialEq, Eq)]
pub enum Effect {
    /// It has been taken in.
    Gathered,
    /// A collection is no longer the one that was loaded: only a fresh load helps.
    Reload,
}

/// Changes since a snapshot. The last one of a document is the one that counts.
#[derive(Debug)]
pub struct Changes {
    orders: HashMap<u64, Change>,
    attributes: Attributes,
    attributes_changed: bool,
    settings: Option<ShopSettings>,
}

impl Changes {
    pub fn since(snapshot: &Snapshot) -> Self {
        Self {
            orders: HashMap::new(),
            attributes: snapshot.attributes.clone(),
            attributes_changed: false,
            settings: None,
        }
    }

    /// The shop's settings, where they have changed.
    pub fn take_settings(&mut self) -> Option<ShopSettings> {
        self.settings.take()
    }

    /// Whether a new snapshot would differ.
    pub fn is_empty(&self) -> bool {
        self.orders.is_empty() && !self.attributes_changed
    }

    /// Takes an event in.
    ///
    /// # Errors
    /// When its document cannot be held.
    pub fn gather(&mut self, decoder: &Decoder, event: &Event) -> Result<Effect, Unheld> {
        let renamed_to = event.to.as_ref().and_then(|it| it.coll.as_deref());
        if renamed_to.is_some_and(|it| COLLECTIONS.contains(&it)) {
            // Another collection took the place of one of the shop's.
            return Ok(Effect::Reload);
        }
        let collection = event.ns.as_ref().and_then(|it| it.coll.as_deref());
        let of = match collection {
            Some("orders") => None,
            Some("products") => Some(Dimension::PRODUCT),
            Some("customers") => Some(Dimension::CUSTOMER),
            Some("locations") => Some(Dimension::LOCATION),
            Some(SETTINGS) => return Ok(self.gather_settings(event)),
            _ => return Ok(effect_elsewhere(&event.operation_type)),
        };
        match event.operation_type {
            OperationType::Insert | OperationType::Update | OperationType::Replace => {}
            OperationType::Delete => {
                self.forget(decoder, of, event);
                return Ok(Effect::Gathered);
            }
            OperationType::Drop | OperationType::Rename => return Ok(Effect::Reload),
            _ => return Ok(effect_elsewhere(&event.operation_type)),
        }
        match (&event.full_document, of) {
            // Looked up after it was gone again: its deletion follows.
            (None, _) => self.forget(decoder, of, event),
            (Some(document), None) => {
                let mut parts = Parts::default();
                match decoder.order(document, &mut parts)? {
                    Some(order) => drop(self.orders.insert(order.id, Some((order, parts)))),
                    None => self.forget(decoder, of, event),
                }
            }
            (Some(document), Some(of)) => {
                self.attributes_changed |= decoder.attributes(of, document, &mut self.attributes);
            }
        }
        Ok(Effect::Gathered)
    }

    /// What cannot be read is left to a fresh load, which tells what is wrong.
    fn gather_settings(&mut self, event: &Event) -> Effect {
        let key = event.document_key.as_ref();
        let is_other = key.is_some_and(|key| key.get_str("_id").ok() != Some(ShopSettings::ID));
        if is_other {
            return Effect::Gathered;
        }
        let settings = match (&event.operation_type, &event.full_document) {
            (OperationType::Insert | OperationType::Update | OperationType::Replace, Some(it)) => {
                bson::deserialize_from_slice(it.as_bytes()).ok()
            }
            _ => None,
        };
        match settings {
            Some(settings) => {
                self.settings = Some(settings);
                Effect::Gathered
            }
            None => Effect::Reload,
        }
    }

    /// Takes out what is gone, or odd; nothing is held of what has no text for an id.
    fn forget(&mut self, decoder: &Decoder, of: Option<Dimension>, event: &Event) {
        let key = event.document_key.as_ref();
        let id = key.and_then(|key| key.get_str("_id").ok());
        match of {
            None => {
                let id = id.map(|id| (decoder.ids.hash(id), None));
                self.orders.extend(id);
            }
            Some(of) => {
                self.attributes_changed |= decoder.forget(of, id, &mut self.attributes);
            }
        }
    }

    /// The shop with the changes.
    ///
    /// # Errors
    /// When it can no longer be held.
    pub fn applied_to(self, snapshot: &Snapshot) -> Result<Snapshot, Unheld> {
        snapshot.changed(self.orders, self.attributes)
    }
}

/// Other collections come and go as they like.
fn effect_elsewhere(operation: &OperationType) -> Effect {
    match operation {
        OperationType::DropDatabase | OperationType::Invalidate => Effect::Reload,
        _ => Effect::Gathered,
    }
}

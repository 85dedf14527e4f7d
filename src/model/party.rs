//! Customers, products and places.

use bson::{Document, serialize_to_document};
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{
    Built, Kind, Model, Part, Target,
    attributes::Attributes,
    field::TextField,
    reading::{Conversion, Link, Reading},
    sections::{CustomerSection, PlaceSection, Placed, ProductSection},
};
use crate::{
    store::{Customer, Location, Point, Product},
    values::key::address,
};

/// A section, and where its documents come from.
#[derive(Debug)]
pub struct Party<S> {
    pub section: S,
    pub whence: Whence,
    /// The shop's own dimensions that it has values of.
    pub attributes: Attributes,
}

/// Where a customer, product or place comes from.
#[derive(Debug)]
pub enum Whence {
    /// A collection of its own; the key is where the document at hand names it.
    Collection { link: Box<Link>, key: TextField },
    /// The document at hand, by an id.
    Embedded(Vec<TextField>),
    /// The document at hand, by what is known of the address.
    Address(Vec<TextField>),
}

/// What a section makes of a document.
pub trait Describes: Placed {
    const KIND: Kind;

    /// What tells one from another that has no id.
    fn address(&self) -> Vec<TextField> {
        Vec::new()
    }

    /// Whether an address says all that the section does.
    fn is_all_address(&self) -> bool {
        false
    }

    fn describe(&self, id: String, reading: Reading<'_>, document: &Document) -> Document;
}

impl<S: Describes> Party<S> {
    /// How its own collection is asked, where it has one.
    pub fn link(&self) -> Option<&Link> {
        match &self.whence {
            Whence::Collection { link, .. } => Some(link),
            Whence::Embedded(_) | Whence::Address(_) => None,
        }
    }

    pub fn is_embedded(&self) -> bool {
        self.link().is_none()
    }

    /// Whether its documents follow from their ids.
    pub fn is_plain(&self) -> bool {
        matches!(self.whence, Whence::Address(_))
            && self.section.is_all_address()
            && self.attributes.is_empty()
    }

    /// The id that the document at hand names.
    pub fn id(&self, reading: Reading<'_>, document: &Document) -> Option<String> {
        match &self.whence {
            Whence::Collection { key, .. } => reading.text(key, document),
            Whence::Embedded(id) => reading.key(id, document),
            Whence::Address(parts) => reading.address(parts, document),
        }
    }

    /// The canonical document.
    fn describe(&self, id: String, reading: Reading<'_>, document: &Document) -> Document {
        let mut canonical = self.section.describe(id, reading, document);
        self.attributes
            .add(&mut canonical, reading, document, Conversion::None);
        canonical
    }

    /// The id that the document at hand names, and what it says of it.
    pub fn named(
        &self,
        reading: Reading<'_>,
        document: &Document,
        at: DateTime<Utc>,
        parts: &mut Vec<Part>,
    ) -> Option<String> {
        let id = self.id(reading, document)?;
        if self.is_embedded() {
            let document = self.describe(id.clone(), reading, document);
            let target = Target {
                kind: S::KIND,
                id: id.clone(),
            };
            parts.retain(|part| part.target != target);
            parts.push(Part {
                target,
                at,
                document,
                is_plain: self.is_plain(),
            });
        }
        Some(id)
    }
}

/// A document of a collection of its own.
pub fn described<S: Describes>(party: Option<&Party<S>>, reading: Reading<'_>, id: &str) -> Built {
    let document = party.and_then(|party| {
        let found = reading.linked(party.link()?, id);
        let document = found.into_iter().next()?;
        Some(party.describe(id.to_owned(), reading, document))
    });
    Built::of(document)
}

/// A place, which may be known as one that is shipped to or from.
pub fn location(model: &Model, reading: Reading<'_>, id: &str) -> Built {
    let to = described(model.ship_to.as_ref(), reading, id);
    if to.document.is_some() {
        return to;
    }
    described(model.ship_from.as_ref(), reading, id)
}

impl Describes for ProductSection {
    const KIND: Kind = Kind::Product;

    fn describe(&self, id: String, reading: Reading<'_>, document: &Document) -> Document {
        let text = |field: &Option<TextField>| reading.text(field.as_ref()?, document);
        canonical(&Product {
            name: text(&self.name).unwrap_or_else(|| id.clone()),
            category: text(&self.category),
            sub_category: text(&self.sub_category),
            id,
        })
    }
}

impl Describes for CustomerSection {
    const KIND: Kind = Kind::Customer;

    fn describe(&self, id: String, reading: Reading<'_>, document: &Document) -> Document {
        let text = |field: &Option<TextField>| reading.text(field.as_ref()?, document);
        let created_at = self.created_at.as_ref();
        canonical(&Customer {
            name: text(&self.name).unwrap_or_else(|| id.clone()),
            segment: text(&self.segment),
            location_id: None,
            created_at: created_at.and_then(|field| reading.date(field, document)),
            id,
        })
    }
}

impl Describes for PlaceSection {
    const KIND: Kind = Kind::Location;

    fn address(&self) -> Vec<TextField> {
        let narrow = [&self.country, &self.state, &self.city, &self.postal_code];
        address(narrow, &self.region)
    }

    fn is_all_address(&self) -> bool {
        let fields = [
            &self.country,
            &self.region,
            &self.state,
            &self.city,
            &self.postal_code,
        ];
        let given = fields.into_iter().flatten().count();
        given == self.address().len() && self.latitude.is_none()
    }

    fn describe(&self, id: String, reading: Reading<'_>, document: &Document) -> Document {
        let text = |field: &Option<TextField>| reading.text(field.as_ref()?, document);
        let exact = |field: &Option<_>| reading.number(field.as_ref()?, document);
        let degrees = |field: &Option<_>| exact(field)?.to_string().parse().ok();
        let point = degrees(&self.longitude).zip(degrees(&self.latitude));
        canonical(&Location {
            country: text(&self.country),
            region: text(&self.region),
            state: text(&self.state),
            city: text(&self.city),
            postal_code: text(&self.postal_code),
            point: point.map(|(longitude, latitude)| Point {
                coordinates: [longitude, latitude],
            }),
            id,
        })
    }
}

/// The document as the canonical collection has it.
pub fn canonical(document: &impl Serialize) -> Document {
    serialize_to_document(document).expect("canonical documents have texts as keys")
}

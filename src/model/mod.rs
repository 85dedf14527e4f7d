//! The model: what a shop's own documents mean.
//!
//! A TOML file says which collections hold orders, lines, customers, products and
//! places, and where in their documents each canonical field is found;
//! `docs/model.md` describes its keys. Everything here is pure: documents go in,
//! canonical documents come out, and nothing knows where either is kept.
//!
//! A `Target` is one canonical document that can be built. Building reads
//! documents by the text of a field (a `Join`): the order's own by its id, its
//! lines by the order they name, a country by its id. What was read is told with
//! the result, so that whoever follows the source knows what to build again when
//! one of them changes.
//!
//! | module | is |
//! |---|---|
//! | `path`, `value` | a place in a document, and what stands there |
//! | `field`, `filter`, `sections` | the file's words |
//! | `dimension`, `measure`, `words` | a shop's own dimensions and measures, and with its KPIs all that it can be asked about |
//! | `attributes` | what of both its documents have |
//! | `fields` | which fields of each source are read |
//! | `target` | what can be built, and what came of it |
//! | `known`, `reading` | documents at hand, and fields read from them |
//! | `order`, `pricing`, `returns`, `party` | what is built |

mod attributes;
mod dimension;
mod field;
mod fields;
mod filter;
mod known;
mod measure;
mod order;
mod party;
mod path;
mod pricing;
mod reading;
mod resolve;
mod returns;
mod sections;
mod shop;
mod target;
mod value;
mod words;

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use bson::Document;
use chrono_tz::Tz;

pub use known::{Join, JoinId, Known, key_of};
pub use path::Path;
pub use target::{Built, Kind, Part, Reject, Target, row};
pub(crate) use value::number;
pub use value::{text, values_of};

use attributes::Attributes;
use field::TextField;
use party::Party;
use reading::{Link, Reading};
use returns::Returns;
use sections::{CustomerSection, Grain, LineSection, OrderSection, PlaceSection, ProductSection};

use crate::{
    kpi::Vocabulary,
    store::ShopSettings,
    values::{format::FileDeclaration, numbers::NumberFormat},
};

/// The field in which a document from a file says where it stands, such as `orders.csv:7`.
pub const ROW: &str = "_row";

/// A model, read and checked.
#[derive(Debug)]
pub struct Model {
    settings: ShopSettings,
    zone: Tz,
    decimals: u32,
    numbers: NumberFormat,
    sources: Vec<Source>,
    files: BTreeMap<String, FileDeclaration>,
    joins: Vec<Join>,
    lookups: BTreeMap<String, Link>,
    order: OrderSection,
    order_id: Vec<TextField>,
    /// By which the documents of one order are found.
    order_join: JoinId,
    line: LineSection,
    /// How lines in a collection of their own are found.
    line_link: Option<Link>,
    product: Option<Party<ProductSection>>,
    customer: Option<Party<CustomerSection>>,
    ship_to: Option<Party<PlaceSection>>,
    ship_from: Option<Party<PlaceSection>>,
    returns: Vec<Returns>,
    of_orders: Attributes,
    of_lines: Attributes,
    vocabulary: &'static Vocabulary,
    fingerprint: String,
}

/// A collection that the model reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name.
    pub collection: String,
    /// Where the model names it first, such as `shop.toml:7`.
    pub place: String,
    /// The fields of its documents that are read, beside `_id`, by the first step of
    /// their paths.
    pub fields: BTreeSet<String>,
    /// The join by which its documents are found by their `_id`.
    by_id: JoinId,
}

/// Why a model cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("cannot read the model {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Something in it is wrong.
    #[error("{place}: {problem}")]
    Wrong {
        /// File and line.
        place: String,
        /// What, and what to write instead.
        problem: String,
    },
}

impl Model {
    /// Reads a model file.
    ///
    /// # Errors
    /// When it cannot be read, or says something that cannot be.
    pub fn from_path(path: &std::path::Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(|source| Error::Read {
            path: path.into(),
            source,
        })?;
        Self::parse(&text, &path.display().to_string())
    }

    /// Reads a model; `origin` is what its errors call it.
    ///
    /// # Errors
    /// [`Error::Wrong`] when it says something that cannot be.
    pub fn parse(text: &str, origin: &str) -> Result<Self, Error> {
        resolve::model(text, origin)
    }

    /// The shop's settings.
    #[must_use]
    pub fn settings(&self) -> &ShopSettings {
        &self.settings
    }

    /// What the shop can be asked about.
    #[must_use]
    pub fn vocabulary(&self) -> &'static Vocabulary {
        self.vocabulary
    }

    /// The collections that it reads.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// How the file of a source is written, where its sources are files.
    pub(crate) fn file(&self, source: usize) -> FileDeclaration {
        let declared = self.files.get(&self.sources[source].collection);
        declared.cloned().unwrap_or_default()
    }

    /// The ways in which documents are found.
    #[must_use]
    pub fn joins(&self) -> &[Join] {
        &self.joins
    }

    /// The source whose documents are orders, or lines of orders.
    #[must_use]
    pub fn order_source(&self) -> usize {
        self.joins[self.order_join].source
    }

    /// Whether the source's documents are orders, customers, products or places, not only
    /// what those look things up in.
    #[must_use]
    pub fn is_root(&self, source: usize) -> bool {
        let is_party = |(_, link): (Kind, &Link)| self.joins[link.join].source == source;
        source == self.order_source() || self.collections().any(is_party)
    }

    /// The join by whose field a source's documents have to be read one after the other, so
    /// that those of one order come together; `None` where each is an order.
    #[must_use]
    pub fn group_of(&self, source: usize) -> Option<JoinId> {
        let field = &self.joins[self.order_join].field;
        let is_apart = source != self.order_source() || *field == Path::id();
        (!is_apart).then_some(self.order_join)
    }

    /// The joins by which a source's documents are found.
    pub fn joins_of(&self, source: usize) -> impl Iterator<Item = JoinId> {
        let joins = self.joins.iter().enumerate();
        let joins = joins.filter(move |(_, join)| join.source == source);
        joins.map(|(id, _)| id)
    }

    /// The join by `_id` of a source.
    #[must_use]
    pub fn id_join(&self, source: usize) -> JoinId {
        self.sources[source].by_id
    }

    /// Tells whether two files mean the same: canonical documents that were built by
    /// one are good for the other.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Whether an order follows from its own document alone, of the same id.
    #[must_use]
    pub fn orders_stand_alone(&self) -> bool {
        let own = self.joins[self.order_join].field == Path::id()
            && self.order.document == Grain::Order
            && self.order_id.len() == 1;
        let looks_nowhere = self.lookups.is_empty()
            && self.line_link.is_none()
            && self.returns.iter().all(|it| it.link.is_none());
        own && looks_nowhere && !self.has_parts()
    }

    /// The targets whose own document this is.
    #[must_use]
    pub fn targets_of(&self, source: usize, document: &Document) -> Vec<Target> {
        let known = Known::default();
        let reading = Reading {
            model: self,
            known: &known,
        };
        let mut targets = Vec::new();
        if source == self.order_source()
            && let Some(id) = reading.key(&self.order_id, document)
        {
            targets.push(Target {
                kind: Kind::Order,
                id,
            });
        }
        let parties = self.collections().filter_map(|(kind, link)| {
            let join = &self.joins[link.join];
            let id = (join.source == source).then(|| key_of(join, document))??;
            Some(Target { kind, id })
        });
        targets.extend(parties);
        targets
    }

    /// Whether a document is meant as an order and has no id that it could be told by.
    #[must_use]
    pub fn is_nameless(&self, source: usize, document: &Document) -> bool {
        let known = Known::default();
        let reading = Reading {
            model: self,
            known: &known,
        };
        source == self.order_source()
            && self.order.r#where.matches(document)
            && reading.key(&self.order_id, document).is_none()
    }

    /// The targets whose own document has this `_id`, also where it is gone.
    #[must_use]
    pub fn targets_of_id(&self, source: usize, id: &str) -> Vec<Target> {
        let by_id = |join: JoinId| join == self.id_join(source);
        let order = (by_id(self.order_join) && self.order_id.len() == 1).then_some(Kind::Order);
        let parties = self.collections().filter(|(_, link)| by_id(link.join));
        let kinds = order.into_iter().chain(parties.map(|(kind, _)| kind));
        kinds
            .map(|kind| Target {
                kind,
                id: id.to_owned(),
            })
            .collect()
    }

    /// The keys by which a document of a source can be found.
    #[must_use]
    pub fn keys_of(&self, source: usize, document: &Document) -> Vec<(JoinId, String)> {
        self.joins_of(source)
            .filter_map(|id| Some((id, key_of(&self.joins[id], document)?)))
            .collect()
    }

    /// Builds one target from the documents at hand.
    ///
    /// Where some are missing, `known` takes note of them: fetch them, and build again.
    #[must_use]
    pub fn build(&self, target: &Target, known: &Known) -> Built {
        let reading = Reading { model: self, known };
        known.take_read();
        let mut built = match target.kind {
            Kind::Order => order::build(reading, &target.id),
            Kind::Customer => party::described(self.customer.as_ref(), reading, &target.id),
            Kind::Product => party::described(self.product.as_ref(), reading, &target.id),
            Kind::Location => party::location(self, reading, &target.id),
        };
        built.reads = self.reads(known).into_iter().collect();
        built
    }

    /// The keys that have been asked for, and each document that was found by them by its
    /// own id: one that is gone tells no more than that.
    fn reads(&self, known: &Known) -> BTreeSet<(JoinId, String)> {
        let mut reads = known.take_read();
        let own = reads.iter().flat_map(|(join, key)| {
            let by_id = self.id_join(self.joins[*join].source);
            let ids = known.found(*join, key).iter();
            ids.filter_map(move |it| Some((by_id, text(it.get("_id")?)?)))
        });
        let own: Vec<_> = own.collect();
        reads.extend(own);
        reads
    }

    /// Customers, products and places that have collections of their own.
    fn collections(&self) -> impl Iterator<Item = (Kind, &Link)> {
        let all = [
            (Kind::Customer, self.customer.as_ref().and_then(Party::link)),
            (Kind::Product, self.product.as_ref().and_then(Party::link)),
            (Kind::Location, self.ship_to.as_ref().and_then(Party::link)),
            (
                Kind::Location,
                self.ship_from.as_ref().and_then(Party::link),
            ),
        ];
        all.into_iter()
            .filter_map(|(kind, link)| Some((kind, link?)))
    }

    /// Whether orders describe customers, products or places beyond their ids.
    #[must_use]
    pub fn has_parts(&self) -> bool {
        fn is_part<S: party::Describes>(party: Option<&Party<S>>) -> bool {
            party.is_some_and(|it| it.is_embedded() && !it.is_plain())
        }
        is_part(self.customer.as_ref())
            || is_part(self.product.as_ref())
            || is_part(self.ship_to.as_ref())
            || is_part(self.ship_from.as_ref())
    }

    /// The fields of canonical orders that name places that are there for them alone.
    #[must_use]
    pub fn plain_places(&self) -> Vec<&'static str> {
        let places = [("shipToId", &self.ship_to), ("shipFromId", &self.ship_from)];
        let plain = places
            .into_iter()
            .filter(|(_, party)| party.as_ref().is_some_and(Party::is_plain));
        plain.map(|(field, _)| field).collect()
    }
}

//! Customers, products and locations, gathered from the rows that name them.
//!
//! Rows disagree: a product is renamed, a customer moves to another segment.
//! The row of the most recent order wins, the later row of the file where two
//! are of the same instant; a blank never wins over a text.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashSet},
    hash::{BuildHasher, RandomState},
};

use chrono::{DateTime, Utc};

use super::{
    draft::Said,
    intern::{Interner, Symbol},
    place::PlaceRow,
    report::Named,
    row::{CustomerRow, ProductRow},
};
use crate::store::{Customer, Location, Point, Product};

/// What the most recent order said, and whether an order ever said otherwise.
#[derive(Clone, Copy)]
pub(super) struct Latest<V> {
    value: Option<V>,
    since: DateTime<Utc>,
    differs: bool,
}

impl<V> Default for Latest<V> {
    fn default() -> Self {
        Self {
            value: None,
            since: DateTime::<Utc>::MIN_UTC,
            differs: false,
        }
    }
}

impl<V: Copy + PartialEq> Latest<V> {
    fn offer(&mut self, value: Option<V>, at: DateTime<Utc>) {
        if value.is_none() {
            return;
        }
        self.differs |= self.value.is_some() && self.value != value;
        if at >= self.since {
            self.value = value;
            self.since = at;
        }
    }
}

/// Things by their id; a thing's symbol is that of its id.
///
/// Some are named only by rows that could not be used: those are not written.
pub(super) struct Catalog<F> {
    ids: Interner,
    facts: Vec<F>,
    used: Vec<bool>,
}

impl<F> Default for Catalog<F> {
    fn default() -> Self {
        Self {
            ids: Interner::default(),
            facts: Vec::new(),
            used: Vec::new(),
        }
    }
}

impl<F: Default> Catalog<F> {
    pub fn enter(&mut self, id: &str) -> (Symbol, &mut F) {
        let symbol = self.ids.intern(id);
        if symbol.index() == self.facts.len() {
            self.facts.push(F::default());
            self.used.push(false);
        }
        (symbol, &mut self.facts[symbol.index()])
    }

    pub fn id(&self, symbol: Symbol) -> String {
        self.ids.text(symbol).into()
    }

    /// How many are used.
    pub fn len(&self) -> usize {
        self.used.iter().filter(|used| **used).count()
    }

    fn mark(&mut self, symbol: Option<Symbol>) {
        if let Some(symbol) = symbol {
            self.used[symbol.index()] = true;
        }
    }

    /// Those that are used.
    fn entries(&self) -> impl Iterator<Item = (&str, &F)> {
        let entries = self.ids.iter().zip(&self.facts).zip(&self.used);
        entries.filter_map(|(entry, used)| used.then_some(entry))
    }
}

#[derive(Default)]
pub(super) struct ProductFacts {
    name: Latest<Symbol>,
    category: Latest<Symbol>,
    sub_category: Latest<Symbol>,
}

#[derive(Default)]
pub(super) struct CustomerFacts {
    name: Latest<Symbol>,
    segment: Latest<Symbol>,
    created_at: Latest<DateTime<Utc>>,
    home: Latest<Symbol>,
}

#[derive(Default)]
pub(super) struct PlaceFacts {
    country: Latest<Symbol>,
    region: Latest<Symbol>,
    state: Latest<Symbol>,
    city: Latest<Symbol>,
    postal_code: Latest<Symbol>,
    point: Latest<Point>,
}

/// The three catalogues and the texts that they share.
#[derive(Default)]
pub(super) struct Catalogs {
    pub texts: Interner,
    pub customers: Catalog<CustomerFacts>,
    pub products: Catalog<ProductFacts>,
    pub locations: Catalog<PlaceFacts>,
}

impl Catalogs {
    pub fn product(&mut self, row: &ProductRow<'_>, at: DateTime<Utc>) -> Symbol {
        let (symbol, facts) = self.products.enter(&row.id);
        let texts = &mut self.texts;
        facts.name.offer(intern(texts, row.name.as_ref()), at);
        facts
            .category
            .offer(intern(texts, row.category.as_ref()), at);
        let sub_category = intern(texts, row.sub_category.as_ref());
        facts.sub_category.offer(sub_category, at);
        self.products.mark(Some(symbol));
        symbol
    }

    /// Customers and products whose ids differ from another's in case only.
    pub fn case_twins(&self) -> BTreeMap<&'static str, Named> {
        let twins = [
            (
                "customer.id",
                twins(self.customers.entries().map(|(id, _)| id)),
            ),
            (
                "product.id",
                twins(self.products.entries().map(|(id, _)| id)),
            ),
        ];
        twins
            .into_iter()
            .filter(|(_, twins)| twins.count > 0)
            .collect()
    }

    /// Has all that an order names written; homes follow by [`Catalogs::mark_homes`].
    pub fn mark_used(&mut self, said: &Said) {
        self.customers.mark(said.customer);
        self.locations.mark(said.ship_to);
        self.locations.mark(said.ship_from);
    }

    /// Has the homes written of all customers that are.
    pub fn mark_homes(&mut self) {
        for (_, facts) in self.customers.entries() {
            self.locations.mark(facts.home.value);
        }
    }

    pub fn customer(&mut self, row: &CustomerRow<'_>, at: DateTime<Utc>) -> Symbol {
        let home = row.home.as_ref().map(|home| self.place(home, at));
        let (symbol, facts) = self.customers.enter(&row.id);
        let texts = &mut self.texts;
        facts.name.offer(intern(texts, row.name.as_ref()), at);
        facts.segment.offer(intern(texts, row.segment.as_ref()), at);
        facts.created_at.offer(row.created_at, at);
        facts.home.offer(home, at);
        symbol
    }

    pub fn place(&mut self, row: &PlaceRow<'_>, at: DateTime<Utc>) -> Symbol {
        let (symbol, facts) = self.locations.enter(&row.id);
        let texts = &mut self.texts;
        facts.country.offer(intern(texts, row.country.as_ref()), at);
        facts.region.offer(intern(texts, row.region.as_ref()), at);
        facts.state.offer(intern(texts, row.state.as_ref()), at);
        facts.city.offer(intern(texts, row.city.as_ref()), at);
        let postal_code = intern(texts, row.postal_code.as_ref());
        facts.postal_code.offer(postal_code, at);
        facts.point.offer(row.point, at);
        symbol
    }

    /// The products as they are stored; one without a name is called by its id.
    pub fn product_documents(&self) -> impl Iterator<Item = Product> {
        self.products.entries().map(|(id, facts)| Product {
            id: id.into(),
            name: self.text(&facts.name).unwrap_or_else(|| id.into()),
            category: self.text(&facts.category),
            sub_category: self.text(&facts.sub_category),
        })
    }

    /// The customers as they are stored; one without a name is called by its id.
    pub fn customer_documents(&self) -> impl Iterator<Item = Customer> {
        self.customers.entries().map(|(id, facts)| Customer {
            id: id.into(),
            name: self.text(&facts.name).unwrap_or_else(|| id.into()),
            segment: self.text(&facts.segment),
            location_id: facts.home.value.map(|home| self.locations.id(home)),
            created_at: facts.created_at.value,
        })
    }

    /// The locations as they are stored.
    pub fn location_documents(&self) -> impl Iterator<Item = Location> {
        self.locations.entries().map(|(id, facts)| Location {
            id: id.into(),
            country: self.text(&facts.country),
            region: self.text(&facts.region),
            state: self.text(&facts.state),
            city: self.text(&facts.city),
            postal_code: self.text(&facts.postal_code),
            point: facts.point.value,
        })
    }

    /// Adds for each field which things were said to be different ones.
    pub fn name_conflicts(&self, conflicts: &mut BTreeMap<&'static str, Named>) {
        let mut name = |field, id: &str, differs: bool| {
            if differs {
                conflicts.entry(field).or_default().add(id);
            }
        };
        for (id, facts) in self.products.entries() {
            name("product.name", id, facts.name.differs);
            name("product.category", id, facts.category.differs);
            name("product.sub_category", id, facts.sub_category.differs);
        }
        for (id, facts) in self.customers.entries() {
            name("customer.name", id, facts.name.differs);
            name("customer.segment", id, facts.segment.differs);
            name("customer.created_at", id, facts.created_at.differs);
            name("customer.home", id, facts.home.differs);
        }
        for (id, facts) in self.locations.entries() {
            name("location.country", id, facts.country.differs);
            name("location.region", id, facts.region.differs);
            name("location.state", id, facts.state.differs);
            name("location.city", id, facts.city.differs);
            name("location.postal_code", id, facts.postal_code.differs);
            name("location.point", id, facts.point.differs);
        }
    }

    fn text(&self, latest: &Latest<Symbol>) -> Option<String> {
        latest.value.map(|symbol| self.texts.text(symbol).into())
    }
}

/// The ids that are one before them, but for their case.
fn twins<'i>(ids: impl Iterator<Item = &'i str>) -> Named {
    let hashes = RandomState::new();
    let mut seen = HashSet::new();
    let mut twins = Named::default();
    for id in ids {
        // A hash for each id is a fraction of the ids once more.
        let folded = hashes.hash_one(id.to_lowercase());
        if !seen.insert(folded) {
            twins.add(id);
        }
    }
    twins
}

fn intern(texts: &mut Interner, text: Option<&Cow<'_, str>>) -> Option<Symbol> {
    text.map(|text| texts.intern(text))
}

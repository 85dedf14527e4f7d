//! Customers, products and locations, gathered from the rows that name them.
//!
//! Rows disagree: a product is renamed, a customer moves to another segment.
//! The row of the most recent order wins, the later row of the file where two
//! are of the same instant; a blank never wins over a text.

use std::{borrow::Cow, collections::BTreeMap};

use chrono::{DateTime, Utc};

use super::{
    intern::{Interner, Symbol},
    row::{CustomerRow, PlaceRow, ProductRow},
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
pub(super) struct Catalog<F> {
    ids: Interner,
    facts: Vec<F>,
}

impl<F> Default for Catalog<F> {
    fn default() -> Self {
        Self {
            ids: Interner::default(),
            facts: Vec::new(),
        }
    }
}

impl<F: Default> Catalog<F> {
    pub fn enter(&mut self, id: &str) -> (Symbol, &mut F) {
        let symbol = self.ids.intern(id);
        if symbol.index() == self.facts.len() {
            self.facts.push(F::default());
        }
        (symbol, &mut self.facts[symbol.index()])
    }

    pub fn id(&self, symbol: Symbol) -> String {
        self.ids.text(symbol).into()
    }

    pub fn len(&self) -> usize {
        self.ids.len()
    }

    fn entries(&self) -> impl Iterator<Item = (&str, &F)> {
        self.ids.iter().zip(&self.facts)
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
        symbol
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

    /// For each field, how many things were said to be different ones.
    pub fn count_conflicts(&self, conflicts: &mut BTreeMap<&'static str, u64>) {
        let mut count = |field, differs: bool| {
            *conflicts.entry(field).or_default() += u64::from(differs);
        };
        for (_, facts) in self.products.entries() {
            count("product.name", facts.name.differs);
            count("product.category", facts.category.differs);
            count("product.sub_category", facts.sub_category.differs);
        }
        for (_, facts) in self.customers.entries() {
            count("customer.name", facts.name.differs);
            count("customer.segment", facts.segment.differs);
            count("customer.created_at", facts.created_at.differs);
            count("customer.home", facts.home.differs);
        }
        for (_, facts) in self.locations.entries() {
            count("location.country", facts.country.differs);
            count("location.region", facts.region.differs);
            count("location.state", facts.state.differs);
            count("location.city", facts.city.differs);
            count("location.postal_code", facts.postal_code.differs);
            count("location.point", facts.point.differs);
        }
    }

    fn text(&self, latest: &Latest<Symbol>) -> Option<String> {
        latest.value.map(|symbol| self.texts.text(symbol).into())
    }
}

fn intern(texts: &mut Interner, text: Option<&Cow<'_, str>>) -> Option<Symbol> {
    text.map(|text| texts.intern(text))
}

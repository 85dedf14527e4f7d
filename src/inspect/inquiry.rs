//! What is known of a shop while its model is written.

use toml::Value;

use super::{
    draft::{Section, table},
    keys::{Reference, Shop},
    layout::{Layout, Lines},
    ledger::Ledger,
    names::words,
    pick::Pick,
    pricing::Pricing,
    table::Table,
};

/// A shop, where its orders and lines are, and what has been found beside them.
#[derive(Debug)]
pub struct Inquiry<'t> {
    pub shop: &'t Shop<'t>,
    pub layout: Layout,
    pub pricing: Pricing<'t>,
    /// 100 where amounts are cents.
    pub divide_by: Option<i64>,
    /// Sections `[lookups.NAME]`.
    pub lookups: Vec<Section>,
    names: Vec<String>,
    /// What was not found, in a sentence each.
    pub missing: Vec<String>,
}

impl<'t> Inquiry<'t> {
    pub fn new(shop: &'t Shop<'t>, layout: Layout) -> Self {
        Self {
            shop,
            pricing: Pricing::of(shop, &layout),
            layout,
            divide_by: None,
            lookups: Vec::new(),
            names: Vec::new(),
            missing: Vec::new(),
        }
    }

    pub fn orders(&self) -> &'t Table<'t> {
        self.shop.root(self.layout.orders)
    }

    /// Where lines are; the orders' own documents where each is a line.
    pub fn lines(&self) -> &'t Table<'t> {
        let (collection, table) = self.layout.line_place();
        &self.shop.collections[collection].tables[table]
    }

    /// The array around that of the lines.
    pub fn outer(&self) -> Option<&'t Table<'t>> {
        let (collection, _) = self.layout.line_place();
        let around = self.lines().around.filter(|number| *number > 0)?;
        Some(&self.shop.collections[collection].tables[around])
    }

    pub fn order_ledger(&self) -> Option<Ledger<'t>> {
        Ledger::within(&self.shop.collections[self.layout.orders], 0)
    }

    pub fn line_ledger(&self) -> Option<Ledger<'t>> {
        let (collection, table) = self.layout.line_place();
        Ledger::within(&self.shop.collections[collection], table)
    }

    /// Whether each document is a line.
    pub fn is_by_line(&self) -> bool {
        matches!(self.layout.lines, Lines::Documents { .. })
    }

    /// An amount's field, as the model says it.
    pub fn amount(&self, path: &str) -> Value {
        match self.divide_by {
            Some(by) => table([("path", path.into()), ("divide_by", by.into())]),
            None => path.into(),
        }
    }

    /// Declares a lookup, and hands out its name.
    pub fn look_up(
        &mut self,
        key: &str,
        found: &Reference,
        more: Vec<(&str, Value, String)>,
    ) -> String {
        let collection = self.shop.name(found.collection);
        let stem: String = words(collection)
            .join("_")
            .chars()
            .filter(|letter| letter.is_ascii_alphanumeric() || *letter == '_')
            .collect();
        let mut name = if stem.is_empty() {
            "other".into()
        } else {
            stem.clone()
        };
        let mut number = 2;
        while self.names.contains(&name) {
            name = format!("{stem}_{number}");
            number += 1;
        }
        self.names.push(name.clone());
        let mut section = Section::new(format!("[lookups.{name}]"));
        section.say("from", collection, found.why(key, collection));
        section.say("key", key, "");
        if found.id != "_id" {
            section.say("id", found.id.as_str(), "");
        }
        for (key, value, why) in more {
            section.say(key, value, why);
        }
        self.lookups.push(section);
        name
    }
}

impl Reference {
    /// Why a field is taken to lead there.
    pub fn why(&self, key: &str, collection: &str) -> String {
        let Self { id, found, of, .. } = self;
        format!("{found} of {of} values of `{key}` are `{id}` in `{collection}`")
    }
}

/// Why a field is taken: its name, and what stands there.
pub fn named(pick: &Pick) -> String {
    format!("by its name; {}", pick.column.profile)
}

/// A text of a lookup's document.
pub fn looked_up(lookup: &str, path: &str) -> Value {
    table([("lookup", lookup.into()), ("path", path.into())])
}

//! Dimensions: what a breakdown groups by and a filter tests.

use std::{
    borrow::Cow,
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
};

/// An attribute of an order line that KPIs can be filtered and grouped by.
///
/// It is an entry of a [vocabulary](super::Vocabulary): those that every shop has are
/// constants here, a shop's own come from its model. Entries live as long as the program,
/// so that a dimension is one word that plans and engines hand on.
#[derive(Clone, Copy)]
pub struct Dimension(pub(super) &'static Declared);

/// A dimension's entry.
#[derive(Debug)]
pub(super) struct Declared {
    /// Its place in the vocabulary.
    pub position: usize,
    /// In camel case.
    pub name: Cow<'static, str>,
    pub description: Cow<'static, str>,
    pub holder: Holder,
    /// Where the value stands in its holder.
    pub field: Cow<'static, str>,
    /// The same from the document of the holder's collection.
    pub path: Cow<'static, str>,
    /// Its place among a shop's own dimensions of the same holder.
    pub own: Option<usize>,
}

/// The document that holds a dimension's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Holder {
    /// The order itself.
    Order,
    /// The order's customer.
    Customer,
    /// The location that the order ships to.
    ShipTo,
    /// The order line itself.
    Line,
    /// The line's product.
    Product,
    /// No document: it follows from when else the order's customer has ordered.
    History,
}

const fn declared(
    position: usize,
    name: &'static str,
    description: &'static str,
    holder: Holder,
    [field, path]: [&'static str; 2],
) -> Declared {
    Declared {
        position,
        name: Cow::Borrowed(name),
        description: Cow::Borrowed(description),
        holder,
        field: Cow::Borrowed(field),
        path: Cow::Borrowed(path),
        own: None,
    }
}

/// Declares the dimensions of every shop: a description, name, holder and field of each,
/// and the field's path where that is not the field itself.
macro_rules! dimensions {
    ($(
        $(#[doc = $description:literal])+
        $constant:ident $name:literal: $holder:ident, $field:literal $(at $path:literal)?;
    )+) => {
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "they number the constants of these names")]
        enum Position { $($constant,)+ }

        static BUILT_IN: [Declared; [$(Position::$constant,)+].len()] = [$(declared(
            Position::$constant as usize,
            $name,
            concat!($($description),+).trim_ascii(),
            Holder::$holder,
            [$field, path!($field $($path)?)],
        ),)+];

        impl Dimension {
            $(
                $(#[doc = $description])+
                pub const $constant: Self = Self(&BUILT_IN[Position::$constant as usize]);
            )+
        }
    };
}

macro_rules! path {
    ($field:literal) => {
        $field
    };
    ($field:literal $path:literal) => {
        $path
    };
}

dimensions! {
    /// The product, by its id in the shop.
    PRODUCT "product": Line, "productId" at "lines.productId";
    /// The product's category.
    CATEGORY "category": Product, "category";
    /// The product's sub-category.
    SUB_CATEGORY "subCategory": Product, "subCategory";
    /// The customer, by their id in the shop.
    CUSTOMER "customer": Order, "customerId";
    /// The customer's segment.
    SEGMENT "segment": Customer, "segment";
    /// The location that the order ships to, by its id in the shop.
    LOCATION "location": Order, "shipToId";
    /// The region that the order ships to.
    REGION "region": ShipTo, "region";
    /// The country that the order ships to.
    COUNTRY "country": ShipTo, "country";
    /// The state or province that the order ships to.
    STATE "state": ShipTo, "state";
    /// The city that the order ships to, by its name alone: add state and country to tell namesakes apart.
    CITY "city": ShipTo, "city";
    /// How the order travels.
    SHIP_MODE "shipMode": Order, "shipMode";
    /// Where the order is in its life.
    STATUS "status": Order, "status";
    /// Whether the order is its customer's first ever that counts, `new`, or a later one, `returning`: of several at the same instant the first is that of the smallest id. Missing without a customer.
    CUSTOMER_KIND "customerKind": History, "_customerKind";
}

impl Holder {
    /// The collection whose documents hold it.
    #[must_use]
    pub const fn collection(self) -> &'static str {
        match self {
            Self::Order | Self::Line | Self::History => "orders",
            Self::Customer => "customers",
            Self::ShipTo => "locations",
            Self::Product => "products",
        }
    }

    /// The dimension that tells its documents apart; `None` for the order's own.
    #[must_use]
    pub fn id(self) -> Option<Dimension> {
        match self {
            Self::Order | Self::Line | Self::History => None,
            Self::Customer => Some(Dimension::CUSTOMER),
            Self::ShipTo => Some(Dimension::LOCATION),
            Self::Product => Some(Dimension::PRODUCT),
        }
    }
}

/// The kind of a customer's first order.
pub const NEW: &str = "new";
/// The kind of every later one.
pub const RETURNING: &str = "returning";

impl Dimension {
    /// Those that every shop has.
    pub fn built_in() -> impl ExactSizeIterator<Item = Self> {
        BUILT_IN.iter().map(Self)
    }

    /// Its place in the vocabulary.
    #[must_use]
    pub fn position(self) -> usize {
        self.0.position
    }

    /// Its name in filters and models, in camel case: `subCategory`.
    #[must_use]
    pub fn name(self) -> &'static str {
        &self.0.name
    }

    /// Its name among the values of an enum: `SUB_CATEGORY`.
    #[must_use]
    pub fn enum_name(self) -> String {
        capitals(self.name())
    }

    /// A sentence that says what it is.
    #[must_use]
    pub fn description(self) -> &'static str {
        &self.0.description
    }

    /// The document that holds its value.
    #[must_use]
    pub fn holder(self) -> Holder {
        self.0.holder
    }

    /// The field of its holder that holds the value, as a path.
    #[must_use]
    pub fn field(self) -> &'static str {
        &self.0.field
    }

    /// The same field as a path from the document of the holder's [collection](Holder::collection).
    #[must_use]
    pub fn path(self) -> &'static str {
        &self.0.path
    }

    /// Its place among a shop's own dimensions of the same holder; `None` for one that every shop has.
    #[must_use]
    pub fn own(self) -> Option<usize> {
        self.0.own
    }

    /// The holder whose documents its values are the ids of.
    #[must_use]
    pub fn names(self) -> Option<Holder> {
        let holders = [Holder::Customer, Holder::ShipTo, Holder::Product];
        holders.into_iter().find(|it| it.id() == Some(self))
    }

    /// Whether its values are ids of what has a name of its own.
    #[must_use]
    pub fn has_names(self) -> bool {
        matches!(self.names(), Some(Holder::Product | Holder::Customer))
    }

    /// All values that it can have, where those are the same in every shop.
    #[must_use]
    pub fn values(self) -> Option<&'static [&'static str]> {
        (self == Self::CUSTOMER_KIND).then_some(&[NEW, RETURNING])
    }

    /// Whether the lines of one order can differ in it.
    #[must_use]
    pub fn is_of_lines(self) -> bool {
        matches!(self.holder(), Holder::Line | Holder::Product)
    }
}

/// A name in camel case as enums have it: `subCategory` is `SUB_CATEGORY`.
#[must_use]
pub fn capitals(name: &str) -> String {
    let mut capitals = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            capitals.push('_');
        }
        capitals.push(letter.to_ascii_uppercase());
    }
    capitals
}

impl fmt::Debug for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl PartialEq for Dimension {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Dimension {}

impl Hash for Dimension {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::ptr::hash(self.0, state);
    }
}

impl Ord for Dimension {
    fn cmp(&self, other: &Self) -> Ordering {
        let address = |it: &Self| std::ptr::from_ref(it.0);
        let positions = self.position().cmp(&other.position());
        positions.then_with(|| address(self).cmp(&address(other)))
    }
}

impl PartialOrd for Dimension {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_those_of_enums() {
        assert_eq!(Dimension::SUB_CATEGORY.enum_name(), "SUB_CATEGORY");
        assert_eq!(Dimension::STATUS.enum_name(), "STATUS");
    }

    #[test]
    fn ids_name_the_documents_that_hold_attributes() {
        assert_eq!(Dimension::CUSTOMER.names(), Some(Holder::Customer));
        assert_eq!(Dimension::LOCATION.names(), Some(Holder::ShipTo));
        assert_eq!(Dimension::CITY.names(), None);
    }
}

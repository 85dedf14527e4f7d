//! The model file's sections, as they are written.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{
    dimension::DimensionSection,
    field::{DateField, NumberField, TextField},
    fields::Described,
    filter::Filter,
    measure::MeasureSection,
    path::Path,
    shop::ShopSection,
    words::KpiSection,
};
use crate::values::{format::FileDeclaration, numbers::NumberFormat, shape::OneOrMany};

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub shop: ShopSection,
    #[serde(default)]
    pub files: BTreeMap<String, FileDeclaration>,
    /// How texts write numbers, unless a field says another way.
    #[serde(default)]
    pub numbers: NumberFormat,
    #[serde(default)]
    pub lookups: BTreeMap<String, Link>,
    pub order: OrderSection,
    pub line: LineSection,
    pub product: Option<ProductSection>,
    pub customer: Option<CustomerSection>,
    pub ship_to: Option<PlaceSection>,
    pub ship_from: Option<PlaceSection>,
    #[serde(default)]
    pub r#return: Vec<ReturnSection>,
    #[serde(default)]
    pub dimension: Vec<DimensionSection>,
    #[serde(default)]
    pub measure: Vec<MeasureSection>,
    #[serde(default)]
    pub kpi: Vec<KpiSection>,
}

/// How documents of another collection are found.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    pub from: Spanned<String>,
    /// Where the document at hand names them.
    pub key: Path,
    /// Where they have that name.
    #[serde(default = "Path::id")]
    pub id: Path,
    #[serde(default)]
    pub r#where: Filter,
    /// Which comes first.
    #[serde(default)]
    pub sort: Sort,
}

/// An order of documents: paths, those that begin with `-` from the greatest down.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "OneOrMany<String>")]
pub struct Sort(pub Vec<(Path, bool)>);

impl Default for Sort {
    fn default() -> Self {
        Self(vec![(Path::id(), false)])
    }
}

impl TryFrom<OneOrMany<String>> for Sort {
    type Error = &'static str;

    fn try_from(keys: OneOrMany<String>) -> Result<Self, Self::Error> {
        let key = |key: String| match key.strip_prefix('-') {
            Some(path) => Path::try_from(path.to_owned()).map(|path| (path, true)),
            None => Path::try_from(key).map(|path| (path, false)),
        };
        keys.0
            .into_iter()
            .map(key)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// What one document of the orders' collection is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grain {
    #[default]
    Order,
    Line,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderSection {
    pub from: Spanned<String>,
    #[serde(default)]
    pub document: Grain,
    #[serde(default)]
    pub r#where: Filter,
    /// Which of several documents of one order speaks for it: the first.
    pub sort: Option<Sort>,
    pub id: Option<OneOrMany<TextField>>,
    pub ordered_at: DateField,
    pub shipped_at: Option<DateField>,
    pub status: Option<TextField>,
    /// What beats `status`, the first that holds.
    #[serde(default)]
    pub status_when: Vec<StatusWhen>,
    pub ship_mode: Option<TextField>,
    /// What the order's amounts are in.
    pub currency: Option<TextField>,
    pub rate: Option<Rate>,
    /// Money off the whole order, beside what is off its lines.
    pub discount_amount: Option<NumberField>,
    /// What all its goods cost after all discounts.
    pub revenue: Option<NumberField>,
    /// Tax on the whole order.
    pub tax: Option<NumberField>,
    /// What the customer paid for shipping.
    pub shipping: Option<NumberField>,
}

/// What turns the order's currency into the shop's: one of the two.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Units of the shop's currency for one of the order's.
    pub multiply_by: Option<NumberField>,
    /// Units of the order's currency for one of the shop's.
    pub divide_by: Option<NumberField>,
}

/// A status that an order has where the filter matches its document.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusWhen {
    pub status: String,
    pub r#where: Filter,
}

/// Where an order's lines are.
#[derive(Debug)]
pub enum Lines {
    /// In an array of the order's document, or in arrays within an array.
    Each(Vec<Path>),
    /// One document each, found by the order.
    From(Link),
    /// The orders' documents themselves.
    Documents,
}

#[derive(Debug, Deserialize)]
#[serde(try_from = "LineTable")]
pub struct LineSection {
    pub lines: Lines,
    pub r#where: Filter,
    pub quantity: NumberField,
    pub cancelled_quantity: Option<NumberField>,
    pub cancelled_amount: Option<NumberField>,
    pub revenue: Option<NumberField>,
    pub list_amount: Option<NumberField>,
    pub unit_price: Option<NumberField>,
    /// A share of the list amount, 0.2 for 20 %.
    pub discount: Option<NumberField>,
    pub discount_amount: Option<NumberField>,
    /// Money off all lines of the outer array's element.
    pub outer_discount_amount: Option<NumberField>,
    pub profit: Option<NumberField>,
    pub unit_cost: Option<NumberField>,
    /// Of the line; the order's is that of all its lines.
    pub tax: Option<NumberField>,
    pub shipping: Option<NumberField>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineTable {
    each: Option<OneOrMany<Path>>,
    from: Option<Spanned<String>>,
    key: Option<Path>,
    id: Option<Path>,
    #[serde(default)]
    sort: Sort,
    #[serde(default)]
    r#where: Filter,
    quantity: NumberField,
    cancelled_quantity: Option<NumberField>,
    cancelled_amount: Option<NumberField>,
    revenue: Option<NumberField>,
    list_amount: Option<NumberField>,
    unit_price: Option<NumberField>,
    discount: Option<NumberField>,
    discount_amount: Option<NumberField>,
    outer_discount_amount: Option<NumberField>,
    profit: Option<NumberField>,
    unit_cost: Option<NumberField>,
    tax: Option<NumberField>,
    shipping: Option<NumberField>,
}

impl TryFrom<LineTable> for LineSection {
    type Error = &'static str;

    fn try_from(table: LineTable) -> Result<Self, Self::Error> {
        let lines = match (table.each, table.from, table.key, table.id) {
            (Some(each), None, None, None) if each.0.len() <= 2 => Lines::Each(each.0),
            (None, Some(from), key, Some(id)) => Lines::From(Link {
                from,
                key: key.unwrap_or_else(Path::id),
                id,
                r#where: Filter::default(),
                sort: table.sort,
            }),
            (None, None, None, None) => Lines::Documents,
            (None, Some(_), _, None) => {
                return Err("`line.from` needs an `id`, the field that names the order");
            }
            _ => {
                return Err(
                    "say where lines are: `each = \"items\"` (an array, or two, one within the \
                     other), or `from` with `id`",
                );
            }
        };
        if table.revenue.is_none() && table.list_amount.is_none() && table.unit_price.is_none() {
            return Err("say `line.revenue`, `line.list_amount` or `line.unit_price`");
        }
        if table.list_amount.is_some() && table.unit_price.is_some() {
            return Err("say `line.list_amount` or `line.unit_price`, not both");
        }
        if table.discount.is_some() && table.discount_amount.is_some() {
            return Err("say `line.discount` or `line.discount_amount`, not both");
        }
        if table.profit.is_some() && table.unit_cost.is_some() {
            return Err("say `line.profit` or `line.unit_cost`, not both");
        }
        Ok(Self {
            lines,
            r#where: table.r#where,
            quantity: table.quantity,
            cancelled_quantity: table.cancelled_quantity,
            cancelled_amount: table.cancelled_amount,
            revenue: table.revenue,
            list_amount: table.list_amount,
            unit_price: table.unit_price,
            discount: table.discount,
            discount_amount: table.discount_amount,
            outer_discount_amount: table.outer_discount_amount,
            profit: table.profit,
            unit_cost: table.unit_cost,
            tax: table.tax,
            shipping: table.shipping,
        })
    }
}

/// Where goods that came back, or money that was given back, are recorded.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnSection {
    pub from: Option<Spanned<String>>,
    /// What the order is called there; its `_id` when left out.
    pub key: Option<Path>,
    pub id: Option<Path>,
    pub lookup: Option<String>,
    /// The array of entries; two where it is an array in an array.
    pub each: Option<OneOrMany<Path>>,
    /// Which documents of `from` or `lookup`, and without them which entries.
    #[serde(default)]
    pub r#where: Filter,
    /// Whether several say the same as one.
    #[serde(default)]
    pub once: bool,
    pub returned_at: Option<DateField>,
    pub amount: Option<NumberField>,
    pub quantity: Option<NumberField>,
    pub line: Option<ReturnedLine>,
}

/// Which line an entry is of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnedLine {
    /// Where the entry names the line.
    pub key: Path,
    /// Where the line has that name.
    #[serde(default = "Path::id")]
    pub id: Path,
}

/// Where customers, products or places stand.
#[derive(Clone, Copy, Debug)]
pub struct Whereabouts<'s> {
    /// Their own collection, where they have one.
    pub from: Option<&'s Spanned<String>>,
    /// Where an order or a line names them.
    pub key: Option<&'s TextField>,
    pub id: Option<&'s OneOrMany<TextField>>,
    pub filter: &'s Filter,
    pub sort: &'s Sort,
}

/// A section that says where its documents stand.
pub trait Placed {
    fn whereabouts(&self) -> Whereabouts<'_>;

    /// Hands out what it describes them by.
    fn each_field(&self, hear: &mut dyn FnMut(Described<'_>));
}

/// Declares sections: what they have in common, and the fields of each.
macro_rules! sections {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            from: Option<Spanned<String>>,
            key: Option<TextField>,
            id: Option<OneOrMany<TextField>>,
            #[serde(default)]
            r#where: Filter,
            #[serde(default)]
            sort: Sort,
            $(pub $field: Option<$kind>,)*
        }

        impl Placed for $name {
            fn whereabouts(&self) -> Whereabouts<'_> {
                Whereabouts {
                    from: self.from.as_ref(),
                    key: self.key.as_ref(),
                    id: self.id.as_ref(),
                    filter: &self.r#where,
                    sort: &self.sort,
                }
            }

            fn each_field(&self, hear: &mut dyn FnMut(Described<'_>)) {
                $(if let Some(field) = &self.$field {
                    hear(field.into());
                })*
            }
        }
    )*};
}

sections! {
    /// Where products are described.
    ProductSection {
        name: TextField,
        category: TextField,
        sub_category: TextField,
    }
    /// Where customers are described.
    CustomerSection {
        name: TextField,
        segment: TextField,
        created_at: DateField,
    }
    /// Where places are described.
    PlaceSection {
        country: TextField,
        region: TextField,
        state: TextField,
        city: TextField,
        postal_code: TextField,
        latitude: NumberField,
        longitude: NumberField,
    }
}

//! A random shape: how a shop's database holds it, and the model that says so.

use chrono_tz::Tz;

use crate::engines::dice::Dice;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    Array,
    /// In an array within an array.
    Parcels,
    /// In a collection of their own.
    Collection,
    /// Each a document of its own that repeats its order.
    Rows,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ids {
    Object,
    Number,
    Text,
    Uuid,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Money {
    Decimal,
    Double,
    Text,
    Mixed,
    /// Whole cents.
    Minor,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    Date,
    Iso,
    Seconds,
    Milliseconds,
    /// The zone's wall clock, as if it were UTC.
    WallClock,
    /// The time that an order's `ObjectId` tells.
    OwnId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statuses {
    Text,
    Code,
    Flags,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whence {
    Embedded,
    Collection,
    /// What it belongs to, in one more collection.
    LookedUp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refunds {
    Array,
    Collection,
}

/// What all documents of a database have in common.
#[derive(Clone, Debug)]
pub struct Shape {
    pub zone: Tz,
    pub lines: Lines,
    pub orders: Ids,
    pub products: Ids,
    pub customers: Ids,
    pub money: Money,
    pub times: Times,
    pub statuses: Statuses,
    pub product: Whence,
    pub customer: Whence,
    pub country: Whence,
    pub refunds: Refunds,
    /// Lines have the price of a unit, or the amount of the line.
    pub has_unit_prices: bool,
}

impl Shape {
    pub fn new(dice: &mut Dice) -> Self {
        let ids = [Ids::Object, Ids::Number, Ids::Text, Ids::Uuid];
        let lines = *dice.pick(&[Lines::Array, Lines::Parcels, Lines::Collection, Lines::Rows]);
        let orders = *dice.pick(&ids);
        let own_id = orders == Ids::Object && lines != Lines::Rows && dice.percent(40);
        let refunds = *dice.pick(&[Refunds::Array, Refunds::Collection]);
        let times = [
            Times::Date,
            Times::Iso,
            Times::Seconds,
            Times::Milliseconds,
            Times::WallClock,
        ];
        let money = [
            Money::Decimal,
            Money::Double,
            Money::Text,
            Money::Mixed,
            Money::Minor,
        ];
        let whence = [Whence::Embedded, Whence::Collection, Whence::LookedUp];
        Self {
            zone: *dice.pick(&[Tz::UTC, Tz::Europe__Paris, Tz::America__New_York]),
            lines,
            orders,
            products: *dice.pick(&ids),
            customers: *dice.pick(&ids),
            money: *dice.pick(&money),
            times: if own_id {
                Times::OwnId
            } else {
                *dice.pick(&times)
            },
            statuses: *dice.pick(&[Statuses::Text, Statuses::Code, Statuses::Flags]),
            product: *dice.pick(&whence),
            customer: *dice.pick(&[Whence::Embedded, Whence::Collection]),
            country: *dice.pick(&[Whence::Embedded, Whence::LookedUp]),
            // A document a line repeats what its order has.
            refunds: if lines == Lines::Rows {
                Refunds::Collection
            } else {
                refunds
            },
            has_unit_prices: dice.percent(50),
        }
    }

    /// The collections that there are, whatever they hold.
    pub fn collections(&self) -> Vec<&'static str> {
        let all = [
            ("orders", self.lines != Lines::Rows),
            ("rows", self.lines == Lines::Rows),
            ("items", self.lines == Lines::Collection),
            ("products", self.product != Whence::Embedded),
            ("categories", self.product == Whence::LookedUp),
            ("customers", self.customer != Whence::Embedded),
            ("countries", self.country == Whence::LookedUp),
            ("refunds", self.refunds == Refunds::Collection),
        ];
        all.into_iter()
            .filter_map(|(name, is_there)| is_there.then_some(name))
            .collect()
    }

    /// The model that reads such a database.
    pub fn model(&self) -> String {
        let shop = format!(
            "[shop]\ncurrency = \"EUR\"\ntime_zone = \"{}\"\nuncounted_statuses = [\"cancelled\"]\n",
            self.zone
        );
        let lookups = [
            (self.product, "category", "categories", "categoryId"),
            (self.country, "country", "countries", "address.countryId"),
        ];
        let lookups = lookups.into_iter().filter(|it| it.0 == Whence::LookedUp);
        let lookups = lookups.map(|(_, lookup, from, key)| {
            format!("[lookups.{lookup}]\nfrom = \"{from}\"\nkey = \"{key}\"\n")
        });
        let parties = [
            self.product_section(),
            self.customer_section(),
            self.place_section(),
        ];
        shop + &lookups.collect::<String>()
            + &self.order_section()
            + &self.line_section()
            + &parties.concat()
            + &self.return_section()
    }

    fn order_section(&self) -> String {
        let from = match self.lines {
            Lines::Rows => "from = \"rows\"\ndocument = \"line\"\nid = \"orderId\"\nsort = \"_id\"",
            Lines::Array | Lines::Parcels | Lines::Collection => "from = \"orders\"",
        };
        format!(
            "[order]\n{from}\nwhere = {{ isTest = {{ \"$ne\" = true }} }}\nordered_at = {}\n{}discount_amount = {}\ntax = {}\nshipping = {}\n",
            self.time_field("placedAt"),
            self.status_fields(),
            self.money_field("discount"),
            self.money_field("tax"),
            self.money_field("shipping"),
        )
    }

    fn line_section(&self) -> String {
        let from = match self.lines {
            Lines::Array => "each = \"items\"\n",
            Lines::Parcels => "each = [\"parcels\", \"items\"]\n",
            Lines::Collection => "from = \"items\"\nid = \"orderId\"\nsort = \"_id\"\n",
            Lines::Rows => "",
        };
        let key = if self.has_unit_prices {
            "unit_price"
        } else {
            "list_amount"
        };
        let amount = self.money_field("amount");
        format!("[line]\n{from}quantity = \"quantity\"\n{key} = {amount}\n")
    }

    fn product_section(&self) -> &'static str {
        match self.product {
            Whence::Embedded => {
                "[product]\nid = \"product.code\"\nname = \"product.name\"\ncategory = \"product.category\"\n"
            }
            Whence::Collection => {
                "[product]\nfrom = \"products\"\nkey = \"productId\"\nname = \"name\"\ncategory = \"category\"\n"
            }
            Whence::LookedUp => {
                "[product]\nfrom = \"products\"\nkey = \"productId\"\nname = \"name\"\ncategory = { lookup = \"category\", path = \"name\" }\n"
            }
        }
    }

    fn customer_section(&self) -> &'static str {
        match self.customer {
            Whence::Embedded => {
                "[customer]\nid = { path = \"customer.email\", lower = true }\nname = \"customer.name\"\n"
            }
            Whence::Collection | Whence::LookedUp => {
                "[customer]\nfrom = \"customers\"\nkey = \"customerId\"\nname = \"name\"\n"
            }
        }
    }

    fn place_section(&self) -> &'static str {
        match self.country {
            Whence::LookedUp => {
                "[ship_to]\ncity = \"address.city\"\ncountry = { lookup = \"country\", path = \"name\" }\n"
            }
            Whence::Embedded | Whence::Collection => {
                "[ship_to]\ncity = \"address.city\"\ncountry = \"address.country\"\n"
            }
        }
    }

    fn return_section(&self) -> String {
        let from = match (self.refunds, self.lines) {
            (Refunds::Array, _) => "each = \"refunds\"",
            // What a row names its order by is not its own id.
            (Refunds::Collection, Lines::Rows) => {
                "from = \"refunds\"\nkey = \"orderId\"\nid = \"orderId\""
            }
            (Refunds::Collection, _) => "from = \"refunds\"\nid = \"orderId\"",
        };
        let at = match self.times {
            Times::OwnId => "\"at\"".to_owned(),
            _ => self.time_field("at"),
        };
        let amount = self.money_field("amount");
        format!("[[return]]\n{from}\namount = {amount}\nreturned_at = {at}\n")
    }

    fn money_field(&self, path: &str) -> String {
        match self.money {
            Money::Minor => format!("{{ path = \"{path}\", divide_by = 100 }}"),
            Money::Decimal | Money::Double | Money::Text | Money::Mixed => format!("\"{path}\""),
        }
    }

    fn time_field(&self, path: &str) -> String {
        match self.times {
            Times::Date | Times::Iso => format!("\"{path}\""),
            Times::Seconds => format!("{{ path = \"{path}\", format = \"%s\" }}"),
            Times::Milliseconds => format!("{{ path = \"{path}\", format = \"epoch-ms\" }}"),
            Times::WallClock => format!("{{ path = \"{path}\", wall_clock = true }}"),
            Times::OwnId => "\"_id\"".into(),
        }
    }

    fn status_fields(&self) -> &'static str {
        match self.statuses {
            Statuses::Text => "status = \"status\"\n",
            Statuses::Code => {
                "status = { path = \"status\", map = { 1 = \"paid\", 2 = \"open\", 3 = \"cancelled\" } }\n"
            }
            Statuses::Flags => {
                "status_when = [{ where = { isCancelled = true }, status = \"cancelled\" }, { where = { paidAt = { \"$type\" = \"date\" } }, status = \"paid\" }]\nstatus = { constant = \"open\" }\n"
            }
        }
    }
}

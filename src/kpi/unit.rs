//! Units: what a KPI's number counts.

/// Something that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Thing {
    /// The shop's currency.
    Money,
    /// Orders.
    Orders,
    /// Order lines.
    Lines,
    /// Units of a product.
    Units,
    /// Customers.
    Customers,
    /// Elapsed days of 24 hours.
    Days,
    /// Something of a shop's own, by its name.
    Own(&'static str),
}

/// What a KPI's number counts: things, things for one of another, or neither, as a ratio does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    of: Option<Thing>,
    per: Option<Thing>,
}

impl Thing {
    /// What there is, and what one of it is.
    fn names(self) -> [&'static str; 2] {
        match self {
            Self::Money => ["money", "unit of money"],
            Self::Orders => ["orders", "order"],
            Self::Lines => ["lines", "line"],
            Self::Units => ["units", "unit"],
            Self::Customers => ["customers", "customer"],
            Self::Days => ["days", "day"],
            Self::Own(name) => [name, name],
        }
    }

    /// The same in more words.
    fn words(self) -> [&'static str; 2] {
        match self {
            Self::Money => ["the shop's currency", "unit of the shop's currency"],
            Self::Orders => ["orders", "order"],
            Self::Lines => ["order lines", "order line"],
            Self::Units => ["units of a product", "unit of a product"],
            Self::Customers => ["customers", "customer"],
            Self::Days => ["days of 24 hours", "day"],
            Self::Own(name) => [name, name],
        }
    }
}

impl Unit {
    /// A share: 0.25 is 25 %.
    pub const RATIO: Self = Self {
        of: None,
        per: None,
    };
    /// The shop's currency.
    pub const MONEY: Self = Self::of(Thing::Money);
    /// The shop's currency, for one order.
    pub const MONEY_PER_ORDER: Self = Self::of(Thing::Money).per(Thing::Orders);
    /// The shop's currency, for one unit of a product.
    pub const MONEY_PER_UNIT: Self = Self::of(Thing::Money).per(Thing::Units);
    /// Orders.
    pub const ORDERS: Self = Self::of(Thing::Orders);
    /// Order lines.
    pub const LINES: Self = Self::of(Thing::Lines);
    /// Units of a product.
    pub const UNITS: Self = Self::of(Thing::Units);
    /// Units of a product, for one order.
    pub const UNITS_PER_ORDER: Self = Self::of(Thing::Units).per(Thing::Orders);
    /// Customers.
    pub const CUSTOMERS: Self = Self::of(Thing::Customers);
    /// Orders, for one customer.
    pub const ORDERS_PER_CUSTOMER: Self = Self::of(Thing::Orders).per(Thing::Customers);
    /// Elapsed days of 24 hours.
    pub const DAYS: Self = Self::of(Thing::Days);

    /// What the numbers of a shop's own may count, beside a word of its own.
    pub const NAMES: [&str; 7] = [
        "money",
        "orders",
        "lines",
        "units",
        "customers",
        "days",
        "ratio",
    ];

    /// The unit of one of these [names](Self::NAMES), or of a shop's own: a word of letters,
    /// which is kept until the program ends. `None` of what is no word.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "money" => Self::MONEY,
            "orders" => Self::ORDERS,
            "lines" => Self::LINES,
            "units" => Self::UNITS,
            "customers" => Self::CUSTOMERS,
            "days" => Self::DAYS,
            "ratio" => Self::RATIO,
            own if !own.is_empty() && own.chars().all(char::is_alphabetic) => {
                Self::of(Thing::Own(String::from(own).leak()))
            }
            _ => return None,
        })
    }

    const fn of(thing: Thing) -> Self {
        Self {
            of: Some(thing),
            per: None,
        }
    }

    const fn per(self, thing: Thing) -> Self {
        Self {
            per: Some(thing),
            ..self
        }
    }

    /// The unit of a quotient; `None` where it has no name.
    #[must_use]
    pub fn over(self, under: Self) -> Option<Self> {
        if self == under {
            return Some(Self::RATIO);
        }
        match (self.of, self.per, under.of, under.per) {
            (_, _, None, None) => Some(self),
            (Some(of), None, Some(per), None) => Some(Self::of(of).per(per)),
            // Money, by money for one order: so many orders.
            (Some(of), None, Some(same), Some(per)) if of == same => Some(Self::of(per)),
            _ => None,
        }
    }

    /// The unit of a product; `None` where it has no name.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        match (self, other) {
            (it, Self::RATIO) | (Self::RATIO, it) => Some(it),
            (Self { of, per }, by) | (by, Self { of, per })
                if per.is_some() && per == by.of && by.per.is_none() =>
            {
                Some(Self { of, per: None })
            }
            _ => None,
        }
    }

    /// Whether it counts money, for one of something or in all.
    #[must_use]
    pub fn is_money(self) -> bool {
        self.of == Some(Thing::Money)
    }

    /// Whether it counts something of a shop's own, for one of something or in all.
    #[must_use]
    pub fn is_own(self) -> bool {
        matches!(self.of, Some(Thing::Own(_)))
    }

    /// Whether it counts whole things: orders, lines or customers.
    #[must_use]
    pub fn is_count(self) -> bool {
        let whole = [Thing::Orders, Thing::Lines, Thing::Customers];
        self.per.is_none() && self.of.is_some_and(|it| whole.contains(&it))
    }

    /// The unit in few words: `money per order`.
    #[must_use]
    pub fn name(self) -> String {
        self.text(Thing::names)
    }

    /// The unit as descriptions have it: `the shop's currency per order`.
    #[must_use]
    pub fn words(self) -> String {
        self.text(Thing::words)
    }

    fn text(self, names: fn(Thing) -> [&'static str; 2]) -> String {
        match (self.of, self.per) {
            (None, None) => "ratio".to_owned(),
            (Some(of), None) => names(of)[0].to_owned(),
            (Some(of), Some(per)) => format!("{} per {}", names(of)[0], names(per)[1]),
            (None, Some(per)) => format!("1 per {}", names(per)[1]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_multiplied_and_divided() {
        assert_eq!(Unit::MONEY.over(Unit::ORDERS), Some(Unit::MONEY_PER_ORDER));
        assert_eq!(Unit::MONEY.over(Unit::MONEY), Some(Unit::RATIO));
        assert_eq!(Unit::MONEY_PER_ORDER.times(Unit::ORDERS), Some(Unit::MONEY));
        assert_eq!(
            Unit::RATIO.times(Unit::MONEY_PER_UNIT),
            Some(Unit::MONEY_PER_UNIT)
        );
        assert_eq!(Unit::MONEY.times(Unit::MONEY), None);
        assert_eq!(Unit::MONEY_PER_ORDER.over(Unit::CUSTOMERS), None);
    }

    #[test]
    fn units_are_told_in_words() {
        assert_eq!(Unit::MONEY_PER_UNIT.name(), "money per unit");
        assert_eq!(
            Unit::MONEY_PER_UNIT.words(),
            "the shop's currency per unit of a product"
        );
        assert_eq!(Unit::RATIO.words(), "ratio");
    }

    #[test]
    fn a_shop_may_have_units_of_its_own() {
        for name in Unit::NAMES {
            assert_eq!(Unit::named(name).unwrap().name(), name);
        }
        let [kg, points] = ["kg", "points"].map(|it| Unit::named(it).unwrap());
        assert_ne!(kg, points);
        assert_eq!(kg.over(Unit::named("kg").unwrap()), Some(Unit::RATIO));
        assert_eq!(kg.over(Unit::ORDERS).unwrap().name(), "kg per order");
        assert_eq!(Unit::named("kg per order"), None);
    }
}

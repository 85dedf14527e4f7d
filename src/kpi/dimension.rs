//! Dimensions: what a breakdown groups by and a filter tests.

/// An attribute of an order line that KPIs can be filtered and grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dimension {
    /// The product, by id.
    Product,
    /// The product's category.
    Category,
    /// The product's sub-category.
    SubCategory,
    /// The customer, by id.
    Customer,
    /// The customer's segment.
    Segment,
    /// The location that the order ships to, by id.
    Location,
    /// The region that the order ships to.
    Region,
    /// The country that the order ships to.
    Country,
    /// The state or province that the order ships to.
    State,
    /// The city that the order ships to, by its name alone: add state and country to tell namesakes apart.
    City,
    /// How the order travels.
    ShipMode,
    /// Where the order is in its life.
    Status,
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
}

impl Dimension {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Product,
        Self::Category,
        Self::SubCategory,
        Self::Customer,
        Self::Segment,
        Self::Location,
        Self::Region,
        Self::Country,
        Self::State,
        Self::City,
        Self::ShipMode,
        Self::Status,
    ];

    /// The document that holds the dimension's value.
    #[must_use]
    pub fn holder(self) -> Holder {
        match self {
            Self::Product => Holder::Line,
            Self::Category | Self::SubCategory => Holder::Product,
            Self::Customer | Self::Location | Self::ShipMode | Self::Status => Holder::Order,
            Self::Segment => Holder::Customer,
            Self::Region | Self::Country | Self::State | Self::City => Holder::ShipTo,
        }
    }

    /// The dimension that tells the documents of the dimension's holder apart; `None` for the order's own.
    #[must_use]
    pub fn id_of_holder(self) -> Option<Self> {
        match self.holder() {
            Holder::Order | Holder::Line => None,
            Holder::Customer => Some(Self::Customer),
            Holder::ShipTo => Some(Self::Location),
            Holder::Product => Some(Self::Product),
        }
    }

    /// Whether the lines of one order can differ in it.
    #[must_use]
    pub fn is_of_lines(self) -> bool {
        matches!(self.holder(), Holder::Line | Holder::Product)
    }
}

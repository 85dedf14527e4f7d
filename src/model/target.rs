//! What can be built of a source, and what came of it.

use bson::Document;
use chrono::{DateTime, Utc};

use super::{JoinId, ROW};

/// The kinds of canonical documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A place.
    Location,
    /// A product.
    Product,
    /// A customer.
    Customer,
    /// An order with its lines.
    Order,
}

impl Kind {
    /// In the order in which they are written: what others refer to comes first.
    pub const ALL: [Self; 4] = [Self::Location, Self::Product, Self::Customer, Self::Order];

    /// The canonical collection.
    #[must_use]
    pub const fn collection(self) -> &'static str {
        match self {
            Self::Location => "locations",
            Self::Product => "products",
            Self::Customer => "customers",
            Self::Order => "orders",
        }
    }
}

/// A canonical document that can be built.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    /// What it is.
    pub kind: Kind,
    /// Its `_id`.
    pub id: String,
}

/// What became of a target.
#[derive(Debug)]
pub struct Built {
    /// The canonical document; `None` where there is none any more, or it cannot be made.
    pub document: Option<Document>,
    /// What of the source could not be used.
    pub rejects: Vec<Reject>,
    /// Customers, products and places that the order's documents describe.
    pub parts: Vec<Part>,
    /// What was read: joins and the keys that were looked for.
    pub reads: Vec<(JoinId, String)>,
}

/// A customer, product or place as one order describes it.
#[derive(Clone, Debug)]
pub struct Part {
    /// What it is.
    pub target: Target,
    /// When; of several orders' descriptions the latest counts.
    pub at: DateTime<Utc>,
    /// The canonical document.
    pub document: Document,
    /// Whether it follows from its id alone, as a place does that is told by its address:
    /// then all orders that name it say the same.
    pub is_plain: bool,
}

/// Something of the source that could not be used, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reject {
    /// What was left out: an order, a line or a return.
    pub what: &'static str,
    /// The reason, the same for all that are left out for it.
    pub reason: String,
    /// The row of a file that it stands in.
    pub row: Option<String>,
}

impl Reject {
    /// Something that the document says or lacks.
    pub(super) fn of(what: &'static str, reason: String, document: &Document) -> Self {
        Self {
            what,
            reason,
            row: row(document).map(str::to_owned),
        }
    }

    /// How a person finds it that belongs to the order of this id.
    #[must_use]
    pub fn found_by(&self, id: &str) -> String {
        match &self.row {
            Some(row) => format!("{id} ({row})"),
            None => id.to_owned(),
        }
    }
}

/// Where a document stands that is from a file.
#[must_use]
pub fn row(document: &Document) -> Option<&str> {
    document.get_str(ROW).ok()
}

impl Built {
    pub(super) fn of(document: Option<Document>) -> Self {
        Self {
            document,
            rejects: Vec::new(),
            parts: Vec::new(),
            reads: Vec::new(),
        }
    }
}

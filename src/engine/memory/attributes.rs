//! What customers, places and products are: a code for each attribute of each.

use std::sync::Arc;

use super::dictionary::{Dictionaries, MISSING};
use crate::kpi::{Coordinates, Dimension, Holder, Vocabulary};

/// The column of an order or a line that the values of a dimension follow from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Base {
    Customer,
    ShipTo,
    ShipMode,
    Status,
    /// Whether an order is its customer's first, which follows from a [history](super::history).
    Kind,
    /// A shop's own attribute of orders.
    OfOrder(Dimension),
    /// On each line.
    Product,
    /// A shop's own attribute of lines.
    OfLine(Dimension),
}

impl Base {
    pub fn of(dimension: Dimension) -> Self {
        match dimension.holder() {
            Holder::Line if dimension.own().is_some() => Self::OfLine(dimension),
            Holder::Line | Holder::Product => Self::Product,
            Holder::Customer => Self::Customer,
            Holder::History => Self::Kind,
            Holder::ShipTo => Self::ShipTo,
            Holder::Order if dimension.own().is_some() => Self::OfOrder(dimension),
            Holder::Order => {
                let columns = [Self::Customer, Self::ShipTo, Self::ShipMode, Self::Status];
                let column = columns.into_iter().find(|it| it.dimension() == dimension);
                column.expect("every built-in dimension of orders has a column")
            }
        }
    }

    /// The dimension that the column itself holds.
    pub fn dimension(self) -> Dimension {
        match self {
            Self::Customer => Dimension::CUSTOMER,
            Self::ShipTo => Dimension::LOCATION,
            Self::ShipMode => Dimension::SHIP_MODE,
            Self::Status => Dimension::STATUS,
            Self::Kind => Dimension::CUSTOMER_KIND,
            Self::Product => Dimension::PRODUCT,
            Self::OfOrder(own) | Self::OfLine(own) => own,
        }
    }

    /// Whether each line has a code in it.
    pub fn is_of_lines(self) -> bool {
        match self {
            Self::Product | Self::OfLine(_) => true,
            Self::Customer
            | Self::ShipTo
            | Self::ShipMode
            | Self::Status
            | Self::Kind
            | Self::OfOrder(_) => false,
        }
    }
}

/// The codes of a dimension by the codes of its base; the base's own where there is no table.
pub type Table = Option<Arc<Vec<u32>>>;

/// Every attribute, by the code of what has it. Cloning shares the tables.
#[derive(Clone, Debug)]
pub struct Attributes {
    vocabulary: &'static Vocabulary,
    tables: Vec<Arc<Vec<u32>>>,
    points: Arc<Vec<Option<Coordinates>>>,
    /// How often something that orders may name already has become something else.
    pub revision: u64,
}

impl Attributes {
    /// Of nothing yet, in a shop that knows these dimensions.
    pub fn new(vocabulary: &'static Vocabulary) -> Self {
        Self {
            vocabulary,
            tables: vec![Arc::default(); vocabulary.dimensions().len()],
            points: Arc::default(),
            revision: 0,
        }
    }

    /// The codes of a dimension by the codes of its base.
    pub fn table(&self, dimension: Dimension) -> Table {
        let is_attribute = Base::of(dimension).dimension() != dimension;
        is_attribute.then(|| Arc::clone(&self.tables[dimension.position()]))
    }

    /// Where each location is, by its code.
    pub fn points(&self) -> &[Option<Coordinates>] {
        &self.points
    }

    /// Sets one attribute of the thing with this code; whether that changed anything.
    pub fn set(&mut self, dimension: Dimension, code: u32, value: u32) -> bool {
        let table = &mut self.tables[dimension.position()];
        let is_known = (code as usize) < table.len();
        let changed = set(table, code as usize, value, MISSING);
        self.revision += u64::from(changed && is_known);
        changed
    }

    /// Sets where a location is; whether that changed anything.
    pub fn set_point(&mut self, location: u32, point: Option<Coordinates>) -> bool {
        set(&mut self.points, location as usize, point, None)
    }

    /// Forgets what a deleted thing was, which orders may still name; whether that changed anything.
    pub fn clear(&mut self, base: Base, code: u32) -> bool {
        let mut changed = false;
        for dimension in self.vocabulary.dimensions().iter().copied() {
            if Base::of(dimension) == base && base.dimension() != dimension {
                changed |= self.set(dimension, code, MISSING);
            }
        }
        changed | (base == Base::ShipTo && self.set_point(code, None))
    }

    /// Gives every thing that orders name its place in the tables.
    pub fn cover(&mut self, dictionaries: &Dictionaries) {
        for dimension in self.vocabulary.dimensions().iter().copied() {
            let base = Base::of(dimension).dimension();
            let codes = dictionaries.of(base).codes();
            if base != dimension && self.tables[dimension.position()].len() < codes {
                Arc::make_mut(&mut self.tables[dimension.position()]).resize(codes, MISSING);
            }
        }
        let locations = dictionaries.of(Dimension::LOCATION).codes();
        if self.points.len() < locations {
            Arc::make_mut(&mut self.points).resize(locations, None);
        }
    }

    pub fn bytes(&self) -> usize {
        let tables = self.tables.iter().map(|it| size_of_val(it.as_slice()));
        tables.sum::<usize>() + size_of_val(self.points.as_slice())
    }
}

/// Copies a table that others share only where it changes.
fn set<T: Copy + PartialEq>(table: &mut Arc<Vec<T>>, at: usize, value: T, missing: T) -> bool {
    if table.get(at).copied().unwrap_or(missing) == value {
        return false;
    }
    let table = Arc::make_mut(table);
    if table.len() <= at {
        table.resize(at + 1, missing);
    }
    table[at] = value;
    true
}

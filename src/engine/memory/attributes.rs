//! What customers, places and products are: a code for each attribute of each.

use std::sync::Arc;

use super::dictionary::{Dictionaries, MISSING};
use crate::kpi::{Coordinates, Dimension, Holder};

/// The column of an order or a line that the values of a dimension follow from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Base {
    Customer,
    ShipTo,
    ShipMode,
    Status,
    /// On each line.
    Product,
}

impl Base {
    pub const COUNT: usize = Self::Product as usize + 1;

    pub fn of(dimension: Dimension) -> Self {
        match dimension.holder() {
            Holder::Line | Holder::Product => Self::Product,
            Holder::Customer => Self::Customer,
            Holder::ShipTo => Self::ShipTo,
            Holder::Order => match dimension {
                Dimension::Customer => Self::Customer,
                Dimension::Location => Self::ShipTo,
                Dimension::ShipMode => Self::ShipMode,
                _ => Self::Status,
            },
        }
    }

    /// The dimension that the column itself holds.
    pub fn dimension(self) -> Dimension {
        match self {
            Self::Customer => Dimension::Customer,
            Self::ShipTo => Dimension::Location,
            Self::ShipMode => Dimension::ShipMode,
            Self::Status => Dimension::Status,
            Self::Product => Dimension::Product,
        }
    }
}

/// The codes of a dimension by the codes of its base; the base's own where there is no table.
pub type Table = Option<Arc<Vec<u32>>>;

/// Every attribute, by the code of what has it. Cloning shares the tables.
#[derive(Clone, Debug, Default)]
pub struct Attributes {
    tables: [Arc<Vec<u32>>; Dimension::ALL.len()],
    points: Arc<Vec<Option<Coordinates>>>,
    /// How often something that orders may name already has become something else.
    pub revision: u64,
}

impl Attributes {
    /// The codes of a dimension by the codes of its base.
    pub fn table(&self, dimension: Dimension) -> Table {
        let is_attribute = Base::of(dimension).dimension() != dimension;
        is_attribute.then(|| Arc::clone(&self.tables[dimension as usize]))
    }

    /// Where each location is, by its code.
    pub fn points(&self) -> &[Option<Coordinates>] {
        &self.points
    }

    /// Sets one attribute of the thing with this code; whether that changed anything.
    pub fn set(&mut self, dimension: Dimension, code: u32, value: u32) -> bool {
        let table = &mut self.tables[dimension as usize];
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
        for dimension in Dimension::ALL {
            if Base::of(dimension) == base && base.dimension() != dimension {
                changed |= self.set(dimension, code, MISSING);
            }
        }
        changed | (base == Base::ShipTo && self.set_point(code, None))
    }

    /// Gives every thing that orders name its place in the tables.
    pub fn cover(&mut self, dictionaries: &Dictionaries) {
        for dimension in Dimension::ALL {
            let base = Base::of(dimension).dimension();
            let codes = dictionaries.of(base).codes();
            if base != dimension && self.tables[dimension as usize].len() < codes {
                Arc::make_mut(&mut self.tables[dimension as usize]).resize(codes, MISSING);
            }
        }
        let locations = dictionaries.of(Dimension::Location).codes();
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

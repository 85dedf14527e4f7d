//! What a record says of a place.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::{
    bound::{Numeric, Text},
    key::Key,
    reader::Cells,
    rejects::{Reject, Why},
    row::Fault,
};
use crate::store::Point;

/// A place's fields, bound.
pub(super) struct PlaceLayout {
    pub id: Key,
    pub country: Option<Text>,
    pub region: Option<Text>,
    pub state: Option<Text>,
    pub city: Option<Text>,
    pub postal_code: Option<Text>,
    /// Latitude, then longitude.
    pub position: Option<(Numeric, Numeric)>,
}

pub(super) struct PlaceRow<'r> {
    pub id: Cow<'r, str>,
    pub country: Option<Cow<'r, str>>,
    pub region: Option<Cow<'r, str>>,
    pub state: Option<Cow<'r, str>>,
    pub city: Option<Cow<'r, str>>,
    pub postal_code: Option<Cow<'r, str>>,
    pub point: Option<Point>,
}

impl PlaceLayout {
    pub fn read<'r>(&'r self, cells: Cells<'r>, fault: &mut Fault) -> Option<PlaceRow<'r>> {
        Some(PlaceRow {
            id: fault.keep(self.id.read(cells))?,
            country: fault.text(self.country.as_ref(), cells),
            region: fault.text(self.region.as_ref(), cells),
            state: fault.text(self.state.as_ref(), cells),
            city: fault.text(self.city.as_ref(), cells),
            postal_code: fault.text(self.postal_code.as_ref(), cells),
            point: fault.keep(self.point(cells)),
        })
    }

    /// The point, where both of its coordinates are given.
    fn point(&self, cells: Cells<'_>) -> Result<Option<Point>, Reject> {
        let Some((latitude, longitude)) = &self.position else {
            return Ok(None);
        };
        let latitude = degrees(latitude, 90, cells)?;
        let longitude = degrees(longitude, 180, cells)?;
        Ok(longitude.zip(latitude).map(|(longitude, latitude)| Point {
            coordinates: [longitude, latitude],
        }))
    }
}

fn degrees(field: &Numeric, limit: i64, cells: Cells<'_>) -> Result<Option<f64>, Reject> {
    let Some(value) = field.read(cells)? else {
        return Ok(None);
    };
    if value.abs() > Decimal::from(limit) {
        return Err(field.reject(Why::OutOfRange, cells));
    }
    // A decimal's text is the nearest way to the nearest float.
    Ok(value.to_string().parse().ok())
}

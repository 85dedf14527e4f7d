//! Where orders go to and come from.

use super::tables::cities::{CITIES, City, WAREHOUSES, Warehouse};
use crate::store::{Location, Point};

/// Every so many locations, one is not known to the map.
const UNMAPPED: usize = 97;

/// The districts of all cities, then the warehouses.
pub(super) struct Places {
    districts: Vec<District>,
}

#[derive(Clone, Copy)]
struct District {
    city: &'static City,
    number: u32,
    /// The nearest warehouse.
    warehouse: usize,
}

impl Places {
    pub fn new() -> Self {
        let districts = |city: &'static City| {
            let warehouse = nearest_warehouse(city);
            (0..city.districts).map(move |number| District {
                city,
                number,
                warehouse,
            })
        };
        Self {
            districts: CITIES.iter().flat_map(districts).collect(),
        }
    }

    /// How many places orders are delivered to.
    pub fn len(&self) -> usize {
        self.districts.len()
    }

    /// The id of a place that orders are delivered to.
    pub fn id(place: usize) -> String {
        format!("L-{:04}", place + 1)
    }

    /// The index of the warehouse that stands nearest.
    pub fn warehouse_of(&self, place: usize) -> usize {
        self.districts[place].warehouse
    }

    /// How many locations there are, warehouses included.
    pub fn location_count(&self) -> u64 {
        (self.districts.len() + WAREHOUSES.len()) as u64
    }

    /// A location; the warehouses come after the districts.
    pub fn location(&self, number: u64) -> Location {
        let place = usize::try_from(number).unwrap_or(usize::MAX);
        if let Some(district) = self.districts.get(place) {
            let point = (place % UNMAPPED != UNMAPPED - 1).then(|| district.point());
            return location(
                Self::id(place),
                district.city,
                district.postal_code(),
                point,
            );
        }
        let Warehouse { id, city } = &WAREHOUSES[place - self.districts.len()];
        location(
            (*id).into(),
            city,
            city.postal.into(),
            Some(point(city.point)),
        )
    }
}

impl District {
    /// Around the middle of the city, at most about two kilometres away.
    fn point(&self) -> Point {
        let (longitude, latitude) = self.city.point;
        let number = i32::try_from(self.number).unwrap_or_default();
        let offset = |step, length| (number * step + length / 2) % length - length / 2;
        point((
            longitude + offset(7, 13) * 40,
            latitude + offset(5, 11) * 30,
        ))
    }

    fn postal_code(&self) -> String {
        let digits = self.city.postal.matches('#').count();
        let number = format!("{:0digits$}", self.number + 1);
        self.city.postal.replacen(&"#".repeat(digits), &number, 1)
    }
}

fn location(id: String, city: &City, postal: String, point: Option<Point>) -> Location {
    Location {
        id,
        country: Some(city.country.into()),
        region: Some(city.region.into()),
        state: Some(city.state.into()),
        city: Some(city.name.into()),
        postal_code: (!postal.is_empty()).then_some(postal),
        point,
    }
}

/// One division is all that the floats see, and that is exact on every machine.
fn point((longitude, latitude): (i32, i32)) -> Point {
    Point {
        coordinates: [longitude, latitude].map(|degrees| f64::from(degrees) / 10_000.0),
    }
}

/// As the crow flies on a flat map of Europe, where a degree of longitude is
/// about two thirds of one of latitude: near enough to choose a warehouse.
fn nearest_warehouse(city: &City) -> usize {
    let distance = |from: &City| {
        let east = i64::from(from.point.0 - city.point.0) * 2 / 3;
        let north = i64::from(from.point.1 - city.point.1);
        east * east + north * north
    };
    let nearest = (0..WAREHOUSES.len()).min_by_key(|index| distance(&WAREHOUSES[*index].city));
    nearest.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postal_codes_number_the_districts() {
        let places = Places::new();
        let codes: Vec<_> = (0..places.location_count())
            .filter_map(|number| places.location(number).postal_code)
            .collect();
        assert_eq!(codes[0], "75001");
        assert_eq!(codes[15], "75016");
        assert!(codes.iter().all(|code| !code.contains('#')));
    }

    #[test]
    fn coordinates_are_longitude_then_latitude() {
        let paris = Places::new().location(0);
        let expected = Point {
            coordinates: [2.3522, 48.8566],
        };
        assert_eq!(paris.point, Some(expected));
    }

    #[test]
    fn goods_come_from_the_nearest_warehouse() {
        let warehouse = |name| {
            let city = CITIES.iter().find(|city| city.name == name).unwrap();
            WAREHOUSES[nearest_warehouse(city)].id
        };
        assert_eq!(warehouse("Paris"), "W-PAR");
        assert_eq!(warehouse("Madrid"), "W-ZAZ");
        assert_eq!(warehouse("Cologne"), "W-VEN");
    }
}

//! Great-circle distances and their distribution.

/// The Earth's mean radius in kilometres (IUGG).
const EARTH_RADIUS_KM: f64 = 6371.0088;

/// Bars that a histogram has at the most when it may choose their width.
const BARS: f64 = 20.0;

/// A point on Earth, in degrees (WGS 84).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coordinates {
    /// East of Greenwich, −180 to 180.
    pub longitude: f64,
    /// North of the equator, −90 to 90.
    pub latitude: f64,
}

/// The great-circle distance in kilometres, by the haversine formula.
#[must_use]
pub fn haversine_km(from: Coordinates, to: Coordinates) -> f64 {
    let (lat_from, lat_to) = (from.latitude.to_radians(), to.latitude.to_radians());
    let half_lat = (lat_to - lat_from) / 2.0;
    let half_lon = (to.longitude - from.longitude).to_radians() / 2.0;
    let chord = half_lat.sin().powi(2) + lat_from.cos() * lat_to.cos() * half_lon.sin().powi(2);
    2.0 * EARTH_RADIUS_KM * chord.sqrt().min(1.0).asin()
}

/// How far the orders of a scope travel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Distribution {
    /// Kilometres and how many orders travel them, nearest first.
    distances: Vec<(f64, u64)>,
    /// Orders that could be measured.
    measured: u64,
    /// Orders that could not: an end has no place, or the place no point.
    unmeasured: u64,
}

/// One bar of a histogram: the orders that travel `[from, to)` kilometres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// The shortest distance, in kilometres.
    pub from: f64,
    /// The first distance beyond, in kilometres.
    pub to: f64,
    /// How many orders.
    pub orders: u64,
}

impl Distribution {
    /// Gathers distances in kilometres (`None` where unknown), each with its number of orders.
    pub fn new(routes: impl IntoIterator<Item = (Option<f64>, u64)>) -> Self {
        let mut all = Self::default();
        for (distance, orders) in routes {
            match distance {
                Some(km) => {
                    all.distances.push((km, orders));
                    all.measured += orders;
                }
                None => all.unmeasured += orders,
            }
        }
        // Sorted, and each distance once, so that sums over it depend neither on the order
        // of the rows nor on how many routes are as long as each other.
        all.distances
            .sort_by(|(one, _), (two, _)| one.total_cmp(two));
        all.distances.dedup_by(|(km, orders), (kept, all)| {
            let is_same = km.total_cmp(kept).is_eq();
            *all += if is_same { *orders } else { 0 };
            is_same
        });
        all
    }

    /// Orders that could be measured.
    #[must_use]
    pub fn measured(&self) -> u64 {
        self.measured
    }

    /// Orders that could not be measured.
    #[must_use]
    pub fn unmeasured(&self) -> u64 {
        self.unmeasured
    }

    /// The mean over the measured orders, in kilometres.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "orders stay far below 2⁵³")]
    pub fn mean(&self) -> Option<f64> {
        let total: f64 = self
            .distances
            .iter()
            .map(|(km, orders)| km * *orders as f64)
            .sum();
        (self.measured > 0).then(|| total / self.measured as f64)
    }

    /// The greatest, in kilometres.
    #[must_use]
    pub fn maximum(&self) -> Option<f64> {
        self.distances.last().map(|(km, _)| *km)
    }

    /// The distance that this share of the orders does not exceed, in kilometres.
    ///
    /// Interpolated linearly between the two nearest orders, as SQL's `percentile_cont` does.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "ranks lie between 0 and the number of orders, far below 2⁵³"
    )]
    pub fn percentile(&self, share: f64) -> Option<f64> {
        let last = self.measured.checked_sub(1)?;
        let rank = share.clamp(0.0, 1.0) * last as f64;
        let below = self.at_rank(rank.floor() as u64)?;
        let above = self.at_rank(rank.ceil() as u64)?;
        Some(below + (above - below) * rank.fract())
    }

    /// The distance of the order that so many others come before.
    fn at_rank(&self, rank: u64) -> Option<f64> {
        let mut seen = 0;
        let mut distances = self.distances.iter();
        distances
            .find(|(_, orders)| {
                seen += orders;
                seen > rank
            })
            .map(|(km, _)| *km)
    }

    /// Bars of one width from 0 to the greatest distance, the empty ones too.
    ///
    /// Without a width, a round one is chosen that gives at most 20 bars. `None`
    /// where the width would give more bars than `limit`, or is not above 0.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a bar's number lies between 0 and the limit"
    )]
    pub fn histogram(&self, width: Option<f64>, limit: usize) -> Option<Vec<Bar>> {
        let Some(maximum) = self.maximum() else {
            return Some(Vec::new());
        };
        let width = width.unwrap_or_else(|| round_width(maximum));
        if !(width > 0.0 && maximum / width < limit as f64) {
            return None;
        }
        let bar_of = |km: f64| (km / width) as usize;
        let mut bars: Vec<Bar> = (0..=bar_of(maximum))
            .map(|bar| Bar {
                from: bar as f64 * width,
                to: (bar + 1) as f64 * width,
                orders: 0,
            })
            .collect();
        for (km, orders) in &self.distances {
            bars[bar_of(*km)].orders += orders;
        }
        Some(bars)
    }
}

/// The least of 1, 2, 5, 10, 20, 50 … kilometres that covers the greatest distance in 20 bars.
fn round_width(maximum: f64) -> f64 {
    let mut power = 1.0;
    loop {
        for step in [1.0, 2.0, 5.0] {
            let width = step * power;
            if maximum < width * BARS {
                return width;
            }
        }
        power *= 10.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARIS: Coordinates = Coordinates {
        longitude: 2.3522,
        latitude: 48.8566,
    };
    const LONDON: Coordinates = Coordinates {
        longitude: -0.1278,
        latitude: 51.5074,
    };

    #[test]
    fn paris_to_london_is_344_kilometres() {
        assert!((haversine_km(PARIS, LONDON) - 343.556).abs() < 0.01);
        assert!(haversine_km(PARIS, PARIS).abs() < f64::EPSILON);
    }

    #[test]
    fn opposite_points_are_half_the_circumference_apart() {
        let here = Coordinates {
            longitude: 0.0,
            latitude: 0.0,
        };
        let there = Coordinates {
            longitude: 180.0,
            latitude: 0.0,
        };
        // π × 6371.0088
        assert!((haversine_km(here, there) - 20_015.114_352).abs() < 1e-3);
    }

    #[test]
    fn percentiles_interpolate_as_sql_does() {
        // 10, 20, 20, 40: percentile_cont(0.9) is at rank 2.7, 20 + 0.7 × 20.
        let all = Distribution::new([(Some(40.0), 1), (Some(20.0), 2), (Some(10.0), 1), (None, 3)]);
        assert_eq!(all.percentile(0.5), Some(20.0));
        assert!((all.percentile(0.9).unwrap() - 34.0).abs() < 1e-12);
        assert_eq!(all.maximum(), Some(40.0));
        assert_eq!(all.mean(), Some(22.5));
        assert_eq!((all.measured(), all.unmeasured()), (4, 3));
    }

    #[test]
    fn the_order_of_equally_long_routes_does_not_matter() {
        let once = Distribution::new([(Some(0.1), 8), (Some(0.3), 1)]);
        for (one, two) in [(1, 7), (7, 1), (3, 5)] {
            let apart = Distribution::new([(Some(0.1), one), (Some(0.3), 1), (Some(0.1), two)]);
            assert_eq!(apart, once);
        }
    }

    #[test]
    fn what_cannot_be_measured_has_no_figures() {
        let none = Distribution::new([(None, 5)]);
        assert_eq!(none.mean(), None);
        assert_eq!(none.percentile(0.5), None);
        assert_eq!(none.maximum(), None);
        assert_eq!(none.histogram(None, 100), Some(vec![]));
    }

    #[test]
    fn bars_have_a_round_width_and_leave_no_gap() {
        let all = Distribution::new([(Some(5.0), 1), (Some(430.0), 2)]);
        let bars = all.histogram(None, 100).unwrap();
        assert_eq!(bars.len(), 9);
        assert_eq!(
            bars[0],
            Bar {
                from: 0.0,
                to: 50.0,
                orders: 1
            }
        );
        assert_eq!(
            bars[8],
            Bar {
                from: 400.0,
                to: 450.0,
                orders: 2
            }
        );
        assert_eq!(all.histogram(Some(0.001), 100), None);
    }
}

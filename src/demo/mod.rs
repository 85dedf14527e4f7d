//! The demo: a generated shop that looks like a living one.
//!
//! *Maison Alba* sells for the home, from Paris to five continents. Its orders
//! grow over four years, with a rhythm of seasons, weeks and hours; customers
//! join, come back or do not; some goods lose money, some come back, at once or
//! weeks later, some are discounted, some orders are called off, some have no customer, some places no coordinates.
//! The same options give the same documents, byte for byte, on every machine.
//!
//! [`Shop`] makes the documents and knows no database; [`fill()`] writes them
//! into one, and leaves alone what it finds already there.

mod assortment;
mod basket;
mod calendar;
mod charges;
mod clientele;
mod delivery;
mod dice;
mod fill;
mod places;
mod returns;
mod shop;
mod tables;

use chrono::NaiveDate;

use crate::store;

pub use fill::{Filled, fill};
pub use shop::Shop;

/// How many orders a shop has when nobody says.
pub const DEFAULT_ORDERS: u64 = 50_000;
/// The seed when nobody says.
pub const DEFAULT_SEED: u64 = 1;

/// What a shop is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many orders, at most 10 million.
    pub orders: u64,
    /// Another seed, another shop.
    pub seed: u64,
    /// The first day after the orders, which cover the four years before it.
    pub until: NaiveDate,
}

/// What the user asked for; whatever is left open, an existing shop decides.
///
/// So a shop is not made anew because a day has passed, or because its size
/// was given when it was made and is not given again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// See [`Options::orders`]; [`DEFAULT_ORDERS`] for a new shop.
    pub orders: Option<u64>,
    /// See [`Options::seed`]; [`DEFAULT_SEED`] for a new shop.
    pub seed: Option<u64>,
    /// See [`Options::until`]; today for a new shop.
    pub until: Option<NaiveDate>,
}

impl Request {
    /// The options of a new shop.
    #[must_use]
    pub fn or_default(&self, today: NaiveDate) -> Options {
        Options {
            orders: self.orders.unwrap_or(DEFAULT_ORDERS),
            seed: self.seed.unwrap_or(DEFAULT_SEED),
            until: self.until.unwrap_or(today),
        }
    }

    /// Whether a shop made from the options is what was asked for.
    #[must_use]
    pub fn accepts(&self, options: &Options) -> bool {
        self.orders.is_none_or(|orders| orders == options.orders)
            && self.seed.is_none_or(|seed| seed == options.seed)
            && self.until.is_none_or(|until| until == options.until)
    }
}

/// Why there is no demo shop.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// More than it is made for.
    #[error("the demo has at most {} orders: ask for fewer", shop::MOST_ORDERS)]
    TooManyOrders,
    /// A day so far off that no calendar is certain.
    #[error("the demo ends between the years 1984 and 2200: choose a day in them")]
    BadUntil,
    /// The database holds documents that the demo did not write.
    #[error(
        "the database {database} holds a shop that is not the demo's and would be lost: choose \
         another database"
    )]
    NotTheDemos {
        /// The database's name.
        database: String,
    },
    /// The database does not take the documents.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A document could not be made.
    #[error("the generator failed: {0}")]
    Generator(#[from] tokio::task::JoinError),
}

/// The result of making a shop.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl From<mongodb::error::Error> for Error {
    fn from(error: mongodb::error::Error) -> Self {
        Self::Store(error.into())
    }
}

#[cfg(test)]
mod money_tests;
#[cfg(test)]
mod tests;

#[cfg(test)]
mod request_tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, day).unwrap()
    }

    #[test]
    fn what_is_left_open_fits_any_shop() {
        let there = Request {
            orders: Some(7),
            ..Request::default()
        }
        .or_default(day(1));
        assert_eq!(
            there,
            Options {
                orders: 7,
                seed: DEFAULT_SEED,
                until: day(1)
            }
        );
        let asked = [
            (Request::default(), true),
            (
                Request {
                    until: Some(day(1)),
                    ..Request::default()
                },
                true,
            ),
            (
                Request {
                    until: Some(day(2)),
                    ..Request::default()
                },
                false,
            ),
            (
                Request {
                    orders: Some(8),
                    ..Request::default()
                },
                false,
            ),
            (
                Request {
                    seed: Some(2),
                    ..Request::default()
                },
                false,
            ),
        ];
        for (request, expected) in asked {
            assert_eq!(request.accepts(&there), expected, "{request:?}");
        }
    }
}

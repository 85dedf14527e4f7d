//! The shop's MongoDB database: connection, canonical documents, indexes.
//!
//! Four collections hold the shop, and one document its settings:
//!
//! | collection | one document is | `_id` |
//! |---|---|---|
//! | `orders` | an order with its lines and return records ([`Order`]) | order id |
//! | `customers` | a customer ([`Customer`]) | customer id |
//! | `products` | a product ([`Product`]) | product id |
//! | `locations` | a place shipped to or from ([`Location`]) | location id |
//! | `shop` | the shop's name, currency, time zone, calendar ([`ShopSettings`]) | `"shop"` |
//!
//! Ids are strings. Nothing is stored twice: an order names its customer, its
//! places and its products by id only, so that a renamed product or a customer
//! who changes segment is right everywhere at once.

mod condition;
mod connection;
mod documents;
mod entity;
pub mod incoming;
mod indexes;
mod lookups;
mod money;
mod odd;
mod page;
mod pattern;
mod pauses;
mod records;
mod rejects;
mod relation;
mod replacements;
mod rows;
pub mod rules;
mod search;
mod seen;

pub use condition::{Condition, Test, Total};
pub use connection::{Error, NOT_RESUMABLE, Options, Result, Store, TRIES};
pub use documents::{
    Customer, Location, Order, OrderLine, Point, Product, ReturnRecord, ShopCalendar, ShopSettings,
};
pub use entity::{Entity, Field, Kind, Value};
pub use lookups::End;
pub use money::{decimal_from_bson, decimal_from_double, decimal_parts, decimal_to_bson};
pub use odd::OddDocuments;
pub use page::{PageQuery, Position, SortKey, SortOrder};
pub use pattern::literal_pattern;
pub use pauses::Pauses;
pub use records::{AsOf, Fields, Record, Records, Returned};
pub use rejects::{REJECTS, Rejects};
pub use relation::Relation;
pub use replacements::{Refusal, Replacements, refusal};
pub use rows::{Among, Holder, Rows};
pub use search::{search_operators, search_patterns, searcher};

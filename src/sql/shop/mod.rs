//! The shop's rows as tables: what was sold, line by line, and what the graph shows.
//!
//! `sales`, `orders` and `named` say which tables there are and where each column stands in the
//! documents; `provider` shows them to the library, `filter` has the database leave out what
//! a WHERE leaves out anyway, `scan` reads batches of records of one instant, and `row` makes
//! columns of them. What a scope hides is no row, and a column that it does not allow is
//! refused.

mod column;
mod declared;
mod filter;
mod named;
mod orders;
mod provider;
mod row;
mod sales;
mod scan;

pub use self::{
    column::Column,
    declared::{Table, tables},
    provider::Rows,
};

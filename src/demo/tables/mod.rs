//! The words and places that the shop is made of.

pub(super) mod catalogue;
pub(super) mod cities;
pub(super) mod names;

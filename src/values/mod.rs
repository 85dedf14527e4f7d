//! What cells and fields mean, read from texts alone: pure functions that know
//! nothing of files, mappings or documents.
//!
//! | module | from, to |
//! |---|---|
//! | [`numbers`] | a number as people write it, to an exact decimal |
//! | [`dates`] | a date as files write it, to an instant |
//! | [`text`] | a text with what cannot be seen, to one that is cleaned up, or shown |
//! | [`currency`] | a currency's code, to its decimals and its sign |
//! | [`share`] | an amount of a whole, to amounts of its parts |
//! | [`key`] | the parts of a key, to one text |
//! | [`format`] | how a text file is written, to what its bytes mean |
//! | [`declaration`] | a text in TOML, to what it declares |
//! | [`shape`] | a text or a table, one or many, to what a declaration means by it |

pub(crate) mod currency;
pub(crate) mod dates;
pub(crate) mod declaration;
pub(crate) mod format;
pub(crate) mod key;
pub(crate) mod numbers;
pub(crate) mod shape;
pub(crate) mod share;
pub(crate) mod text;
mod zones;

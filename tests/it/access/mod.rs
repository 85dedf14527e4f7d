//! Who may ask, and what they may see.

#![cfg(unix)]

mod audit;
mod doors;
mod grants;
mod introspection;
pub mod issuer;
mod keys;
mod links;
mod own_words;
mod rotation;
mod rows;
mod sockets;
pub mod tokens;
mod uses;

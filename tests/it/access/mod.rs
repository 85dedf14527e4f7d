//! Who may ask, and what they may see.

#![cfg(unix)]

mod doors;
pub mod issuer;
mod keys;
mod rows;
mod sockets;
pub mod tokens;
mod uses;

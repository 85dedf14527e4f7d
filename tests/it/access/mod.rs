//! Who may ask, and what they may see.

#![cfg(unix)]

mod keys;
mod rows;
mod sockets;
mod uses;

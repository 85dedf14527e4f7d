//! A private MongoDB server: found or obtained, started, watched, stopped.
//!
//! The demo and the tests need a real `mongod` that nobody has to install or
//! look after. [`Sources`] says where one can come from, [`Mongod`] is one that
//! runs: a single-node replica set (change streams and transactions need one)
//! that listens on this machine only, with a data folder of its own.
//!
//! ```no_run
//! # async fn demo() -> Result<(), salesgraph::mongod::Error> {
//! use salesgraph::mongod::{Mongod, Options, Sources};
//!
//! let program = Sources::new(None)?.find_or_obtain(|_| {}).await?;
//! let mongod = Mongod::start(Options::new(program, "data/demo")).await?;
//! println!("{}", mongod.uri());
//! mongod.stop().await
//! # }
//! ```
//!
//! What is left behind by a crash mends itself at the next start: the lock on
//! the folder dies with its owner, a server that outlived its owner is stopped,
//! and a replica set that remembers another port is told the new one.

mod error;
mod folder;
mod launch;
mod log;
mod replica_set;
mod sources;
mod wheel;

pub use error::{Error, Result};
pub use launch::{Mongod, Options};
pub use sources::Sources;
pub use wheel::Wheel;

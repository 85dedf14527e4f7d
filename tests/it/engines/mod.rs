//! Both engines give the same answers, to the last byte.
//!
//! Random shops are asked random queries. Seeds are fixed, so that a run that
//! passed passes again; `SALESGRAPH_CASES` asks more queries than usual (all
//! tests together about so many), and `SALESGRAPH_SEED` starts elsewhere:
//!
//! ```console
//! $ SALESGRAPH_CASES=5000 SALESGRAPH_SEED=1000 cargo test --test it engines::
//! ```

mod bridge;
mod compare;
pub mod dice;
mod documents;
mod entities;
mod filters;
mod following;
mod identities;
mod mutations;
mod odd;
mod one_engine;
mod queries;
mod readiness;
mod same_answers;
mod scopes;
mod spoilt;
mod text;
mod words;
mod world;

/// Queries that are asked unless the environment says otherwise.
const CASES: u64 = 200;

/// How many queries to ask.
pub fn cases() -> u64 {
    from_environment("SALESGRAPH_CASES").unwrap_or(CASES)
}

/// The seed of the first shop; those of the others follow.
pub fn first_seed() -> u64 {
    from_environment("SALESGRAPH_SEED").unwrap_or_default()
}

fn from_environment(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(
        value
            .parse()
            .unwrap_or_else(|_| panic!("{name} is no number: {value}")),
    )
}

/// A test of what the engines must agree on.
fn assert_none(disagreements: &[String]) {
    assert!(
        disagreements.is_empty(),
        "the engines disagree:\n{}",
        disagreements.join("\n")
    );
}

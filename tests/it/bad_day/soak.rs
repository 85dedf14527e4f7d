//! A day as bad as can be, for as long as somebody wants to look at it. No run of all tests
//! takes that long; this asks for it:
//!
//! ```console
//! $ SALESGRAPH_SOAK=300 cargo test --all-features --test it -- --ignored --nocapture bad_day::soak
//! ```

use std::time::{Duration, Instant};

use rand::{SeedableRng, rngs::SmallRng, seq::IndexedRandom};

use super::killed::{Harm, House};

const HARMS: [Harm; 7] = [
    Harm::ServerKilled,
    Harm::SourceKilled,
    Harm::CanonicalKilled,
    Harm::SourceFrozen,
    Harm::CanonicalFrozen,
    Harm::SourceCutOff,
    Harm::CanonicalCutOff,
];
/// What the server may take more than after its first round, in kilobytes.
const GROWTH: u64 = 100_000;

/// The memory that a process takes, in kilobytes.
fn memory(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:"));
    let line = line.unwrap().trim().trim_end_matches(" kB");
    line.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes as many seconds as SALESGRAPH_SOAK says"]
async fn a_long_bad_day() {
    let number = |name: &str, usual| {
        let given = std::env::var(name).ok();
        given.map_or(usual, |it| it.parse().unwrap())
    };
    let (start, seed) = (Instant::now(), number("SALESGRAPH_SEED", 1));
    let long = Duration::from_secs(number("SALESGRAPH_SOAK", 300));
    let mut dice = SmallRng::seed_from_u64(seed);
    let mut house = House::start().await;
    let mut first = None;
    let mut rounds = 0;
    while start.elapsed() < long {
        let harms: [Harm; 3] = std::array::from_fn(|_| *HARMS.choose(&mut dice).unwrap());
        house = house.hurt(&harms, &mut dice).await;
        let ended = Instant::now();
        house.is_right().await;
        rounds += 1;
        let memory = memory(house.server.process.id());
        println!(
            "round {rounds}, after {:.0?}: {harms:?}; right after {:.1?}, {memory} kB",
            start.elapsed(),
            ended.elapsed()
        );
        let first = *first.get_or_insert(memory);
        assert!(
            memory < first + GROWTH,
            "it grew from {first} to {memory} kB"
        );
    }
}

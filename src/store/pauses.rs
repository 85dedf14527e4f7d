//! Pauses between tries: none before the first, longer each time, and never the same for two
//! servers that lost the same database at the same moment.

use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

use tokio::time::{Instant, sleep};

/// The first pause, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(10));
/// What went well for so long has no past.
const STEADY: Duration = Duration::from_secs(10);

/// How often something was tried lately.
#[derive(Debug, Default)]
pub struct Pauses {
    tries: u32,
    last: Option<Instant>,
}

impl Pauses {
    /// Waits as long as is due before the next try.
    pub async fn wait(&mut self) {
        if self
            .last
            .is_some_and(|last| last.elapsed() > STEADY + PAUSES.1)
        {
            self.tries = 0;
        }
        sleep(pause(self.tries, RandomState::new().hash_one(self.tries))).await;
        self.tries = self.tries.saturating_add(1);
        self.last = Some(Instant::now());
    }
}

/// The pause after so many tries, give or take a half of it by chance.
fn pause(tries: u32, chance: u64) -> Duration {
    let Some(doubled) = tries.checked_sub(1) else {
        return Duration::ZERO;
    };
    let pause = PAUSES.0.saturating_mul(1 << doubled.min(16)).min(PAUSES.1);
    let half = pause / 2;
    half + half * u32::try_from(chance % 201).unwrap_or_default() / 100
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_from_none_to_the_longest() {
        let at_least = |tries| pause(tries, 0).as_millis();
        let at_most = |tries| pause(tries, 200).as_millis();
        assert_eq!(
            (0..5).map(at_least).collect::<Vec<_>>(),
            [0, 50, 100, 200, 400]
        );
        assert_eq!(
            (0..5).map(at_most).collect::<Vec<_>>(),
            [0, 150, 300, 600, 1200]
        );
        assert_eq!((at_least(60), at_most(u32::MAX)), (5_000, 15_000));
    }
}

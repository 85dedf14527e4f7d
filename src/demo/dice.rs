//! Chance that falls the same way on every machine.
//!
//! Whole numbers only, and drawn straight from `ChaCha8`: the sampling functions of
//! `rand` may change their values between releases, and logarithms and powers
//! of floats differ between platforms.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};

/// What is drawn for: each has streams of its own.
#[derive(Clone, Copy)]
pub(super) enum Subject {
    Day = 1,
    Hour,
    Product,
    Customer,
    Loyalty,
    Registration,
    Order,
    Return,
}

/// The dice of one thing, such as order 1,234: they do not depend on what was
/// drawn for any other, so that every thing can be made by itself.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub fn new(seed: u64, subject: Subject, number: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8] = subject as u8;
        let mut stream = ChaCha8Rng::from_seed(key);
        stream.set_stream(number);
        Self(stream)
    }

    /// A number from 0 up to, but not including, the limit.
    pub fn below(&mut self, limit: u64) -> u64 {
        high_half(u128::from(self.0.next_u64()) * u128::from(limit))
    }

    /// A number from the lowest up to, but not including, the highest.
    pub fn between(&mut self, lowest: u64, highest: u64) -> u64 {
        lowest + self.below(highest.saturating_sub(lowest))
    }

    /// A number below the limit, the small ones far oftener: the cube of an even draw.
    pub fn low(&mut self, limit: u64) -> u64 {
        let even = u128::from(self.0.next_u32());
        let cube = (even * even * even) >> 32;
        high_half(cube * u128::from(limit))
    }

    /// True as often as so many times in a thousand.
    pub fn per_mille(&mut self, times: u64) -> bool {
        self.below(1000) < times
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.index(from.len())]
    }

    /// An index into a list of so many.
    pub fn index(&mut self, length: usize) -> usize {
        let drawn = self.below(u64::try_from(length).unwrap_or(u64::MAX));
        usize::try_from(drawn).unwrap_or_default()
    }

    /// An index into a list of weights, given as their running sums.
    pub fn weighted(&mut self, sums: &[u64]) -> usize {
        let drawn = self.below(sums.last().copied().unwrap_or_default());
        sums.partition_point(|sum| *sum <= drawn)
    }
}

fn high_half(wide: u128) -> u64 {
    (wide >> 64) as u64
}

/// The running sums of the weights, for [`Dice::weighted`].
pub(super) fn running_sums(weights: impl IntoIterator<Item = u64>) -> Vec<u64> {
    let sum = |total: &mut u64, weight: u64| {
        *total += weight;
        Some(*total)
    };
    weights.into_iter().scan(0, sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_thing_draws_the_same_and_another_does_not() {
        let draw = |seed, number| Dice::new(seed, Subject::Order, number).below(1 << 60);
        assert_eq!(draw(1, 2), draw(1, 2));
        assert_ne!(draw(1, 2), draw(1, 3));
        assert_ne!(draw(1, 2), draw(2, 2));
    }

    #[test]
    fn draws_stay_in_their_limits() {
        let mut dice = Dice::new(7, Subject::Day, 0);
        for _ in 0..1000 {
            assert!(dice.below(3) < 3);
            assert!((5..9).contains(&dice.between(5, 9)));
            assert!(dice.low(10) < 10);
            assert!(dice.weighted(&[2, 2, 5]) != 1, "it has no weight");
        }
    }

    #[test]
    fn low_draws_are_mostly_low() {
        let mut dice = Dice::new(7, Subject::Day, 0);
        let low = (0..1000).filter(|_| dice.low(1000) < 125).count();
        assert!((450..550).contains(&low), "{low}");
    }

    #[test]
    fn sums_run() {
        assert_eq!(running_sums([2, 0, 3]), [2, 2, 5]);
    }
}

//! Chance from a seed, so that a case that failed can be run again.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};

pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The dice of one case: other numbers under the same seed roll differently.
    pub fn new(seed: u64, number: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(number);
        Self(rng)
    }

    /// A number from 0 up to, but not including, the limit.
    pub fn below(&mut self, limit: usize) -> usize {
        let drawn = u128::from(self.0.next_u64()) * (limit as u128);
        usize::try_from(drawn >> 64).unwrap()
    }

    /// A number from the lowest to the highest, both included.
    pub fn between(&mut self, lowest: i64, highest: i64) -> i64 {
        let many = usize::try_from(highest - lowest + 1).unwrap();
        lowest + i64::try_from(self.below(many)).unwrap()
    }

    /// True as often as so many times in a hundred.
    pub fn percent(&mut self, times: usize) -> bool {
        self.below(100) < times
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// A few of them, each at the most once, in any order; at least one.
    pub fn some<T: Clone>(&mut self, from: &[T], most: usize) -> Vec<T> {
        let mut left = from.to_vec();
        let many = 1 + self.below(most.min(left.len()));
        (0..many)
            .map(|_| left.swap_remove(self.below(left.len())))
            .collect()
    }
}

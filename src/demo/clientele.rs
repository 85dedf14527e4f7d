//! Who orders: newcomers, who join all the time, and regulars, some far more loyal than others.

use super::{
    dice::{Dice, Subject},
    tables::names::{FIRMS, FIRST_NAMES, LAST_NAMES},
};

/// The segments, and the running sums of their shares in percent.
const SEGMENTS: [&str; 3] = ["Consumer", "Corporate", "Home Office"];
const SEGMENT_SUMS: [u64; 3] = [54, 82, 100];

/// How often a regular is drawn again before whoever came last is taken.
const DRAWS: usize = 8;

/// The customers of a shop, in the order in which they join.
pub(super) struct Clientele {
    seed: u64,
    orders: u64,
    customers: u64,
}

/// What of a customer shows in their orders.
pub(super) struct Profile {
    /// An index into the places.
    pub home: usize,
    pub segment: &'static str,
}

impl Clientele {
    /// One customer for every five orders.
    pub fn new(orders: u64, seed: u64) -> Self {
        Self {
            seed,
            orders,
            customers: orders.div_ceil(5),
        }
    }

    pub fn len(&self) -> u64 {
        self.customers
    }

    /// Whose very first order this is.
    pub fn newcomer(&self, order: u64) -> Option<u64> {
        let joined = self.joined_before(order);
        (self.joined_before(order + 1) > joined).then_some(joined)
    }

    /// Someone who has ordered before, if anyone has: half the time anyone,
    /// half the time one who joined lately, so that a cohort fades with age.
    pub fn regular(&self, order: u64, dice: &mut Dice) -> Option<u64> {
        let last = self.joined_before(order).checked_sub(1)?;
        let mut drawn = last;
        for _ in 0..DRAWS {
            let back = match dice.below(2) {
                0 => dice.below(last + 1),
                _ => dice.low(last + 1),
            };
            drawn = last - back;
            if dice.per_mille(self.loyalty(drawn)) {
                break;
            }
        }
        Some(drawn)
    }

    /// The order with which a customer joins.
    pub fn first_order_of(&self, customer: u64) -> u64 {
        let (mut low, mut high) = (0, self.orders);
        while low < high {
            let middle = low.midpoint(high);
            if self.joined_before(middle + 1) > customer {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }

    /// One customer, at home in one of so many places.
    pub fn profile(&self, customer: u64, places: usize) -> Profile {
        let mut dice = Dice::new(self.seed, Subject::Customer, customer);
        Profile {
            home: dice.index(places),
            segment: SEGMENTS[dice.weighted(&SEGMENT_SUMS)],
        }
    }

    /// How likely a draw of the customer is to stand, in thousandths.
    fn loyalty(&self, customer: u64) -> u64 {
        20 + Dice::new(self.seed, Subject::Loyalty, customer).low(980)
    }

    /// How many have joined before an order is placed: many at first, fewer later.
    ///
    /// With x the share of the orders placed, it is the share 0.6 (1 - (1 - x)³)
    /// + 0.4 x of all customers, in whole numbers.
    fn joined_before(&self, order: u64) -> u64 {
        let [all, placed, customers] = [self.orders, order, self.customers].map(u128::from);
        let left = all.saturating_sub(placed);
        let cube = all * all * all;
        let part = 3 * (cube - left * left * left) + 2 * placed * all * all;
        let joined = (customers * part).div_ceil((5 * cube).max(1));
        u64::try_from(joined).unwrap_or(self.customers)
    }
}

/// What a customer of the segment is called.
pub(super) fn name(segment: &str, dice: &mut Dice) -> String {
    let family = dice.pick(&LAST_NAMES);
    match segment {
        "Corporate" => format!("{family} {}", dice.pick(&FIRMS)),
        _ => format!("{} {family}", dice.pick(&FIRST_NAMES)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_customer_joins_once_in_their_order() {
        for orders in [1, 4, 7, 1000, 10_007] {
            let clientele = Clientele::new(orders, 1);
            let newcomers: Vec<u64> = (0..orders).filter_map(|o| clientele.newcomer(o)).collect();
            assert!(newcomers.iter().copied().eq(0..clientele.len()), "{orders}");
        }
    }

    #[test]
    fn the_first_order_of_a_customer_is_found() {
        let clientele = Clientele::new(10_000, 1);
        for customer in 0..clientele.len() {
            let order = clientele.first_order_of(customer);
            assert_eq!(clientele.newcomer(order), Some(customer));
        }
    }

    #[test]
    fn the_largest_shop_does_not_overflow() {
        let clientele = Clientele::new(10_000_000, 1);
        assert_eq!(clientele.joined_before(10_000_000), 2_000_000);
    }
}

//! Customers by how recently they ordered (*recency*), how often (*frequency*) and for how
//! much (*monetary*).
//!
//! Each customer in scope is scored 1 to 5 on each by fifths of all of them, 5 being the best,
//! as SQL's `ntile(5) over (order by value, customer)` does: the last order's instant, the
//! number of orders, the total sales. With fewer than five customers the higher scores stay
//! empty. Frequency and monetary value are put together as their mean, a half rounded up.
//!
//! The eleven groups, and which scores are typical of each, are those of Putler's table
//! (<https://www.putler.com/rfm-analysis/>). Its ranges overlap; what belongs to two groups
//! there is told apart as in the SQL that is widely passed on with it, which gives each of
//! the 25 cells to one group within its ranges:
//!
//! | recency | 1 | 2 | 3 | 4 | 5 |
//! |---|---|---|---|---|---|
//! | **5** | new | potential | loyal | champions | champions |
//! | **4** | promising | potential | potential | loyal | champions |
//! | **3** | promising | attention | potential | loyal | loyal |
//! | **2** | about to sleep | attention | attention | at risk | at risk |
//! | **1** | lost | hibernating | at risk | can't lose | can't lose |

use super::bought::Bought;

/// Groups of customers by recency, and by frequency and monetary value together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RfmGroup {
    /// They bought just now, often and for much.
    Champions,
    /// They buy often, or for much.
    LoyalCustomers,
    /// They bought lately, and more than once or for some money.
    PotentialLoyalists,
    /// They bought just now, for the first time or little.
    NewCustomers,
    /// They bought not long ago, and little.
    Promising,
    /// They bought something some time ago, no more and no less than others.
    NeedAttention,
    /// They bought little, some time ago.
    AboutToSleep,
    /// They bought often or for much, long ago.
    AtRisk,
    /// They bought most, and have not come for longest.
    CannotLoseThem,
    /// They bought little, longest ago.
    Hibernating,
    /// They bought least, longest ago.
    Lost,
}

impl RfmGroup {
    /// All of them, in the order in which they are usually listed.
    pub const ALL: [Self; 11] = [
        Self::Champions,
        Self::LoyalCustomers,
        Self::PotentialLoyalists,
        Self::NewCustomers,
        Self::Promising,
        Self::NeedAttention,
        Self::AboutToSleep,
        Self::AtRisk,
        Self::CannotLoseThem,
        Self::Hibernating,
        Self::Lost,
    ];
}

/// How many scores there are.
pub const FIFTHS: u8 = 5;

/// A place in the table of groups: two scores, 1 to 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RfmCell {
    /// 5 for those who ordered last.
    pub recency: u8,
    /// The mean of the scores for how often and for how much, a half rounded up.
    pub frequency_monetary: u8,
}

impl RfmCell {
    /// All of them, the highest scores first.
    pub fn all() -> impl Iterator<Item = Self> {
        let scores = || (1..=FIFTHS).rev();
        scores().flat_map(move |recency| {
            scores().map(move |frequency_monetary| Self {
                recency,
                frequency_monetary,
            })
        })
    }

    /// The group that it belongs to.
    #[must_use]
    pub fn group(self) -> RfmGroup {
        match (self.recency, self.frequency_monetary) {
            (5, 4..) | (4, 5) => RfmGroup::Champions,
            (5, 3) | (4, 4) | (3, 4..) => RfmGroup::LoyalCustomers,
            (5, 2) | (4, 2 | 3) | (3, 3) => RfmGroup::PotentialLoyalists,
            (5, _) => RfmGroup::NewCustomers,
            (3 | 4, 1) => RfmGroup::Promising,
            (3, _) | (2, 2 | 3) => RfmGroup::NeedAttention,
            (2, 1) => RfmGroup::AboutToSleep,
            (2, _) | (1, 3) => RfmGroup::AtRisk,
            (1, 4..) => RfmGroup::CannotLoseThem,
            (1, 2) => RfmGroup::Hibernating,
            _ => RfmGroup::Lost,
        }
    }
}

/// Where each of these customers belongs, who are in the order of their ids.
#[must_use]
pub fn rfm_cells(buyers: &[Bought]) -> Vec<RfmCell> {
    let recency = fifths(buyers, |it| it.last_order);
    let frequency = fifths(buyers, |it| it.orders);
    let monetary = fifths(buyers, |it| it.sales);
    let scores = recency.into_iter().zip(frequency.into_iter().zip(monetary));
    let cell = |(recency, (frequency, monetary)): (u8, (u8, u8))| RfmCell {
        recency,
        frequency_monetary: (frequency + monetary).div_ceil(2),
    };
    scores.map(cell).collect()
}

/// Which fifth each is in by a value, the least in the first; ties in their order.
///
/// As `ntile(5)` has it: where they do not go into fifths evenly, the first ones have one more.
fn fifths<V: Ord>(of: &[Bought], value: impl Fn(&Bought) -> V) -> Vec<u8> {
    let places = of.iter().enumerate();
    let mut left: Vec<(V, usize)> = places.map(|(at, it)| (value(it), at)).collect();
    let mut left = left.as_mut_slice();
    let mut fifths = vec![FIFTHS; of.len()];
    for fifth in 1..FIFTHS {
        let size = of.len() / usize::from(FIFTHS);
        let has_one_more = usize::from(fifth) <= of.len() % usize::from(FIFTHS);
        let size = size + usize::from(has_one_more);
        // Which ones these are is all that matters, not their order.
        if size < left.len() {
            left.select_nth_unstable(size);
        }
        let (these, others) = left.split_at_mut(size);
        for (_, at) in these {
            fifths[*at] = fifth;
        }
        left = others;
    }
    fifths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_fifths_have_one_more() {
        let tiles = |many: u64| {
            let buyers: Vec<Bought> = (0..many).map(|it| bought("", [0, it, 0])).collect();
            fifths(&buyers, |it| it.orders)
        };
        assert!(tiles(0).is_empty());
        assert_eq!(tiles(3), [1, 2, 3]);
        assert_eq!(tiles(5), [1, 2, 3, 4, 5]);
        assert_eq!(tiles(7), [1, 1, 2, 2, 3, 4, 5]);
        assert_eq!(tiles(13), [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5]);
    }

    /// How many of the 25 cells each group has in the widely published table.
    #[test]
    fn every_cell_has_its_group() {
        let cells = |group| RfmCell::all().filter(|it| it.group() == group).count();
        let sizes = RfmGroup::ALL.map(cells);
        assert_eq!(sizes, [3, 4, 4, 1, 2, 3, 1, 3, 2, 1, 1]);
    }

    fn bought(id: &str, [day, orders, sales]: [u64; 3]) -> Bought {
        Bought {
            id: id.into(),
            last_order: i64::try_from(day).unwrap() * 86_400_000,
            orders,
            sales: sales.into(),
        }
    }

    /// By recency c, a, b, d, e; by orders b, e, a, d, c; by sales d, a, b, c, e: ties go by
    /// id.
    #[test]
    fn customers_are_scored_by_fifths() {
        let buyers = [
            bought("a", [5, 2, 20]),
            bought("b", [5, 1, 30]),
            bought("c", [1, 3, 40]),
            bought("d", [8, 2, 5]),
            bought("e", [9, 1, 90]),
        ];
        let cells = rfm_cells(&buyers).into_iter();
        let scored = cells.map(|it| [it.recency, it.frequency_monetary]);
        // Of the first, orders 3 and sales 2: the mean is rounded up.
        let expected = [[2, 3], [3, 2], [1, 5], [4, 3], [5, 4]];
        assert_eq!(scored.collect::<Vec<_>>(), expected);
    }
}

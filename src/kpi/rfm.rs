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

use std::sync::Arc;

use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::{
    measure::Measure,
    measures::{Measures, Values},
    scope::Key,
};

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

/// A customer with an order in scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RfmCustomer {
    /// The customer's id.
    pub id: Arc<str>,
    /// When the last order was placed, in milliseconds since 1970.
    pub last_order: i64,
    /// Where the customer belongs.
    pub cell: RfmCell,
}

/// What customers are scored by.
#[must_use]
pub fn rfm_measures() -> Measures {
    [Measure::LastOrder, Measure::Orders, Measure::Revenue].into()
}

/// Everybody who has an order, scored, in the order of ids; from the
/// [measures](rfm_measures) of each customer.
#[must_use]
pub fn rfm_customers(rows: &[(Key, Values)]) -> Vec<RfmCustomer> {
    let bought: Vec<Bought<'_>> = rows.iter().filter_map(Bought::of).collect();
    let bought = in_order_of_ids(bought);
    let recency = fifths(&bought, |it| it.last_order);
    let frequency = fifths(&bought, |it| it.orders);
    let monetary = fifths(&bought, |it| it.sales);
    let scored = |(at, it): (usize, &Bought<'_>)| RfmCustomer {
        id: Arc::clone(it.id),
        last_order: it.last_order,
        cell: RfmCell {
            recency: recency[at],
            frequency_monetary: (frequency[at] + monetary[at]).div_ceil(2),
        },
    };
    bought.iter().enumerate().map(scored).collect()
}

/// What a customer has bought.
struct Bought<'a> {
    id: &'a Arc<str>,
    last_order: i64,
    orders: u64,
    sales: Decimal,
}

impl<'a> Bought<'a> {
    /// That of a row by customer; a row without a customer, or of returns alone, is nobody's.
    fn of((key, values): &'a (Key, Values)) -> Option<Self> {
        let id = key.first()?.shared_text()?;
        let orders = values.value(Measure::Orders)?.to_u64()?;
        if orders == 0 {
            return None;
        }
        Some(Self {
            id,
            last_order: values.value(Measure::LastOrder)?.to_i64()?,
            orders,
            sales: values.value(Measure::Revenue)?,
        })
    }
}

/// Everybody in the order of ids. There may be hundreds of thousands, whose ids begin alike and
/// lie scattered: eight bytes of each tell nearly all of them apart where they are sorted.
fn in_order_of_ids(bought: Vec<Bought<'_>>) -> Vec<Bought<'_>> {
    let alike = |one: &[u8], other: &str| {
        let pairs = one.iter().zip(other.as_bytes());
        pairs.take_while(|(one, other)| one == other).count()
    };
    let first = bought.first().map_or(&[][..], |it| it.id.as_bytes());
    let others = bought.iter();
    let prefix = others.fold(first.len(), |len, it| alike(&first[..len], it.id));
    let key = |it: &Bought<'_>| {
        let mut key = [0; 8];
        let rest = it.id.as_bytes()[prefix..].iter();
        key.iter_mut().zip(rest).for_each(|(to, byte)| *to = *byte);
        u64::from_be_bytes(key)
    };
    let mut keyed: Vec<(u64, Bought<'_>)> = bought.into_iter().map(|it| (key(&it), it)).collect();
    keyed.sort_unstable_by(|(one, a), (two, b)| one.cmp(two).then_with(|| a.id.cmp(b.id)));
    keyed.into_iter().map(|(_, it)| it).collect()
}

/// Which fifth each is in by a value, the least in the first; ties in their order.
fn fifths<V: Ord>(of: &[Bought<'_>], value: impl Fn(&Bought<'_>) -> V) -> Vec<u8> {
    let places = of.iter().enumerate();
    let mut in_order: Vec<(V, usize)> = places.map(|(at, it)| (value(it), at)).collect();
    in_order.sort_unstable();
    let mut fifths = vec![0; of.len()];
    for (place, (_, at)) in in_order.into_iter().enumerate() {
        fifths[at] = ntile(place, of.len());
    }
    fifths
}

/// SQL's `ntile(5)` of a place, counted from 0, among so many: where they do not go into
/// fifths evenly, the first ones have one more.
fn ntile(place: usize, many: usize) -> u8 {
    let fifths = usize::from(FIFTHS);
    let (size, larger) = (many / fifths, many % fifths);
    let in_larger = larger * (size + 1);
    let fifth = if place < in_larger {
        place / (size + 1)
    } else {
        larger + (place - in_larger) / size
    };
    u8::try_from(fifth + 1).unwrap_or(FIFTHS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_fifths_have_one_more() {
        let tiles = |many| (0..many).map(|it| ntile(it, many)).collect::<Vec<_>>();
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

    fn row(id: &str, [day, orders, sales]: [i64; 3]) -> (Key, Values) {
        let values = Values::new(rfm_measures(), |measure| match measure {
            Measure::LastOrder => Some((day * 86_400_000).into()),
            Measure::Orders => Some(orders.into()),
            _ => Some(sales.into()),
        });
        (vec![id.into()], values)
    }

    /// By recency c, a, b, d, e; by orders b, e, a, d, c; by sales d, a, b, c, e: ties go by
    /// id. Returns alone make nobody a customer.
    #[test]
    fn customers_are_scored_by_fifths() {
        let rows = [
            row("e", [9, 1, 90]),
            row("a", [5, 2, 20]),
            row("b", [5, 1, 30]),
            row("c", [1, 3, 40]),
            row("d", [8, 2, -5]),
            row("only returns", [99, 0, -1]),
        ];
        let scored = rfm_customers(&rows).into_iter();
        let scored = scored.map(|it| {
            (
                it.id.to_string(),
                it.cell.recency,
                it.cell.frequency_monetary,
            )
        });
        let expected = [
            // Orders 3, sales 2: the mean is rounded up.
            ("a", 2, 3),
            ("b", 3, 2),
            ("c", 1, 5),
            ("d", 4, 3),
            ("e", 5, 4),
        ];
        let expected = expected.map(|(id, recency, rest)| (id.to_owned(), recency, rest));
        assert_eq!(scored.collect::<Vec<_>>(), expected);
    }
}

//! Customers one by one, by what they bought.
//!
//! There may be hundreds of thousands of them. As groups of a pass for measures each would
//! have a key and a list of values of its own; here they stand in one list, in the order of
//! their ids.

use std::{cmp::Ordering, collections::HashMap, sync::Arc};

use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::{
    dimension::Dimension,
    entries::Entries,
    measure::Measure,
    measures::{Measures, Values},
    plan::{Count, Pass},
    scope::{Axis, Key},
};

/// What a customer bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bought {
    /// The customer's id.
    pub id: Arc<str>,
    /// When the last order was placed, in milliseconds since 1970.
    pub last_order: i64,
    /// How many orders; at least one, but where return records are walked over.
    pub orders: u64,
    /// What the customer's lines add up to, less what came back.
    pub sales: Decimal,
}

/// The customers of each group, in the order of their ids.
pub type Buyers = Vec<(Key, Arc<[Bought]>)>;

impl Pass {
    /// The pass whose groups are single customers, of one that asks for customers.
    #[must_use]
    pub fn by_customer(&self) -> Self {
        let mut finer = self.clone();
        finer.axes.push(Axis::Dimension(Dimension::CUSTOMER));
        finer.count = Count::Measures(bought_measures(self.entries));
        finer
    }

    /// The customers, from the groups of the pass [by customer](Self::by_customer). An order
    /// without one is nobody's.
    #[must_use]
    pub fn buyers(&self, groups: &[(Key, Values)]) -> Buyers {
        let mut buyers: HashMap<&[_], Vec<Bought>> = HashMap::new();
        for (key, values) in groups {
            if let Some((customer, key)) = key.split_last()
                && let Some(id) = customer.shared_text()
                && let Some(bought) = Bought::of(id, values)
            {
                buyers.entry(key).or_default().push(bought);
            }
        }
        let in_order = |(key, buyers): (&[_], Vec<Bought>)| (key.to_vec(), in_order(buyers));
        buyers.into_iter().map(in_order).collect()
    }
}

/// What is counted of each customer, over orders or over return records.
#[must_use]
pub fn bought_measures(over: Entries) -> Measures {
    let of_all = Measures::from([Measure::Orders, Measure::Revenue]);
    match over {
        Entries::Orders => of_all.union([Measure::LastOrder].into()),
        Entries::Returns => of_all,
    }
}

impl Bought {
    fn of(id: &Arc<str>, values: &Values) -> Option<Self> {
        let orders = values.value(Measure::Orders)?.to_u64()?;
        if orders == 0 {
            return None;
        }
        let last_order = values.value(Measure::LastOrder);
        Some(Self {
            id: Arc::clone(id),
            last_order: last_order.and_then(|it| it.to_i64()).unwrap_or_default(),
            orders,
            sales: values.value(Measure::Revenue)?,
        })
    }
}

/// Customers in the order of their ids. Those begin alike and lie scattered: eight bytes of
/// each tell nearly all of them apart where they are sorted.
#[must_use]
pub fn in_order(buyers: Vec<Bought>) -> Arc<[Bought]> {
    let alike = |one: &[u8], other: &str| {
        let pairs = one.iter().zip(other.as_bytes());
        pairs.take_while(|(one, other)| one == other).count()
    };
    let first = buyers.first().map(|it| Arc::clone(&it.id));
    let first = first.as_deref().map_or(&[][..], str::as_bytes);
    let others = buyers.iter();
    let prefix = others.fold(first.len(), |len, it| alike(&first[..len], &it.id));
    let key = |it: &Bought| {
        let mut key = [0; 8];
        let rest = it.id.as_bytes()[prefix..].iter();
        key.iter_mut().zip(rest).for_each(|(to, byte)| *to = *byte);
        u64::from_be_bytes(key)
    };
    let mut keyed: Vec<(u64, Bought)> = buyers.into_iter().map(|it| (key(&it), it)).collect();
    keyed.sort_unstable_by(|(one, a), (two, b)| one.cmp(two).then_with(|| a.id.cmp(&b.id)));
    keyed.into_iter().map(|(_, it)| it).collect()
}

/// What customers bought, less what came back. Who has only brought something back has not
/// bought.
pub(super) fn less_returned(bought: &Buyers, returned: &Buyers) -> Buyers {
    let returned: HashMap<&Key, &Arc<[Bought]>> =
        returned.iter().map(|(key, it)| (key, it)).collect();
    let less = |(key, bought): &(Key, Arc<[Bought]>)| match returned.get(key) {
        Some(returned) => (key.clone(), both(bought, returned)),
        None => (key.clone(), Arc::clone(bought)),
    };
    bought.iter().map(less).collect()
}

/// Both are in the order of ids.
fn both(bought: &[Bought], returned: &[Bought]) -> Arc<[Bought]> {
    let mut returned = returned.iter().peekable();
    let less = |it: &Bought| {
        let order = |other: &Bought| {
            if Arc::ptr_eq(&other.id, &it.id) {
                return Ordering::Equal;
            }
            other.id.cmp(&it.id)
        };
        while returned.next_if(|other| order(other).is_lt()).is_some() {}
        let of_them = returned.next_if(|other| order(other).is_eq());
        let sales = of_them.map_or(Some(it.sales), |other| it.sales.checked_add(other.sales));
        Some(Bought {
            sales: sales?.normalize(),
            ..it.clone()
        })
    };
    bought.iter().filter_map(less).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bought(id: &str, sales: i64) -> Bought {
        Bought {
            id: id.into(),
            last_order: 0,
            orders: 1,
            sales: sales.into(),
        }
    }

    #[test]
    fn ids_are_in_the_order_of_their_letters() {
        let ids = [
            "C-9",
            "C-10",
            "C-",
            "C-10000000000",
            "C-100000000000",
            "C-09",
        ];
        let sorted = in_order(ids.map(|id| bought(id, 0)).into());
        let sorted: Vec<&str> = sorted.iter().map(|it| &*it.id).collect();
        let expected = [
            "C-",
            "C-09",
            "C-10",
            "C-10000000000",
            "C-100000000000",
            "C-9",
        ];
        assert_eq!(sorted, expected);
    }

    #[test]
    fn what_came_back_is_taken_off() {
        let all = |of: &[(&str, i64)]| {
            let buyers: Arc<[Bought]> = of.iter().map(|(id, sales)| bought(id, *sales)).collect();
            vec![(Key::new(), buyers)]
        };
        let sold = all(&[("a", 10), ("c", 20), ("d", 30)]);
        let returned = all(&[("a", -3), ("b", -9), ("d", -30), ("e", -1)]);
        let expected = all(&[("a", 7), ("c", 20), ("d", 0)]);
        assert_eq!(less_returned(&sold, &returned), expected);
    }
}

//! What an order holds: products, quantities, discounts, and what comes back.

use rust_decimal::Decimal;

use super::{
    assortment::{Article, Assortment, product_id},
    dice::Dice,
};
use crate::store::OrderLine;

/// How many products an order holds, from one: running sums in percent.
const SIZES: [u64; 6] = [38, 64, 80, 90, 96, 100];
/// How many of a product are bought: running sums in percent.
const QUANTITIES: [u64; 8] = [54, 77, 88, 94, 96, 98, 99, 100];
/// The discounts, in percent, and how often they are given: running sums in percent.
const DISCOUNTS: [u64; 6] = [0, 5, 10, 20, 30, 50];
const ORDINARY: [u64; 6] = [76, 83, 91, 96, 99, 100];
const SALES: [u64; 6] = [44, 50, 62, 80, 92, 100];

/// Orders in a thousand that are wholly a return, hold one returned line, and
/// hold the same product twice.
const WHOLE_RETURNS: u64 = 12;
const PART_RETURNS: u64 = 26;
const TWICE: u64 = 25;

/// One line before it is written down; a return has a negative quantity.
#[derive(Clone, Copy)]
struct Draft {
    product: usize,
    quantity: i64,
    discount: u64,
}

/// The lines of one order, placed in the month.
pub(super) fn lines(
    assortment: &Assortment,
    month: u32,
    corporate: bool,
    dice: &mut Dice,
) -> Vec<OrderLine> {
    let drafts = drafts(assortment, month, corporate, dice);
    let line = |draft: &Draft| draft.line(assortment.article(draft.product));
    drafts.iter().map(line).collect()
}

fn drafts(assortment: &Assortment, month: u32, corporate: bool, dice: &mut Dice) -> Vec<Draft> {
    let count = 1 + dice.weighted(&SIZES);
    let mut drafts: Vec<_> = (0..count)
        .map(|_| Draft {
            product: assortment.choose(month, dice),
            quantity: quantity(corporate, dice),
            discount: discount(month, dice),
        })
        .collect();
    let first = drafts[0];
    if dice.per_mille(TWICE) {
        let discount = discount(month, dice);
        drafts.push(Draft { discount, ..first });
    }
    if dice.per_mille(PART_RETURNS) {
        drafts.push(Draft {
            quantity: -1,
            ..first
        });
    }
    if dice.per_mille(WHOLE_RETURNS) {
        drafts.iter_mut().for_each(Draft::send_back);
    }
    drafts
}

fn quantity(corporate: bool, dice: &mut Dice) -> i64 {
    let units = dice.weighted(&QUANTITIES) + 1;
    let times = if corporate { dice.between(1, 4) } else { 1 };
    i64::try_from(units).unwrap_or(1) * i64::try_from(times).unwrap_or(1)
}

fn discount(month: u32, dice: &mut Dice) -> u64 {
    let sums = match month {
        1 | 7 | 11 => &SALES,
        _ => &ORDINARY,
    };
    DISCOUNTS[dice.weighted(sums)]
}

impl Draft {
    fn send_back(&mut self) {
        self.quantity = -self.quantity.abs();
    }

    fn line(&self, article: &Article) -> OrderLine {
        let units = self.quantity.unsigned_abs();
        // To the nearest cent, halves up; a return gives back what was paid.
        let paid = (article.price * units * (100 - self.discount) + 50) / 100;
        let revenue = i64::try_from(paid).unwrap_or_default() * self.quantity.signum();
        let cost = i64::try_from(article.cost).unwrap_or_default() * self.quantity;
        let list = i64::try_from(article.price * units).unwrap_or_default();
        let list = list * self.quantity.signum();
        let discount = i64::try_from(self.discount).unwrap_or_default();
        OrderLine {
            product_id: Some(product_id(self.product)),
            quantity: Decimal::from(self.quantity),
            revenue: Decimal::new(revenue, 2),
            profit: Some(Decimal::new(revenue - cost, 2)),
            discount: (discount > 0).then(|| Decimal::new(discount, 2)),
            discount_amount: Some(Decimal::new(list - revenue, 2)),
            cost: Some(Decimal::new(cost, 2)),
            ..OrderLine::default()
        }
    }
}

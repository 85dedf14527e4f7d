//! What is sold: products with a price, a cost and a demand.

use super::{
    dice::{Dice, Subject, running_sums},
    tables::catalogue::{COLLECTIONS, KINDS, Kind},
};
use crate::store::Product;

/// How many products in a thousand cost more than they bring.
const LOSS_MAKERS: u64 = 60;
/// What those cost, in thousandths of their list price.
const LOSS: (u64, u64) = (1010, 1150);

/// The products of a shop, and how often each is bought.
pub(super) struct Assortment {
    articles: Vec<Article>,
    demand: Vec<u64>,
}

/// One product's price and cost, in cents.
pub(super) struct Article {
    kind: &'static Kind,
    pub price: u64,
    pub cost: u64,
}

impl Assortment {
    /// Three hundred products, and more in a larger shop: 523 for 50,000 orders, 3,462 for 10 million.
    pub fn new(orders: u64, seed: u64) -> Self {
        let articles: Vec<_> = (0..300 + orders.isqrt())
            .map(|number| Article::new(number, seed))
            .collect();
        let demand = running_sums(articles.iter().enumerate().map(demand));
        Self { articles, demand }
    }

    pub fn len(&self) -> u64 {
        self.articles.len() as u64
    }

    pub fn article(&self, number: usize) -> &Article {
        &self.articles[number]
    }

    /// A product that someone buys in the month; one out of season is put back once.
    pub fn choose(&self, month: u32, dice: &mut Dice) -> usize {
        let first = dice.weighted(&self.demand);
        let season = self.articles[first].kind.season;
        if season.is_empty() || season.contains(&month) {
            return first;
        }
        dice.weighted(&self.demand)
    }

    pub fn product(&self, number: u64) -> Product {
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        let kind = self.articles[number].kind;
        Product {
            id: product_id(number),
            name: name(number, kind),
            category: Some(kind.category.into()),
            sub_category: Some(kind.sub_category.into()),
        }
    }
}

impl Article {
    fn new(number: u64, seed: u64) -> Self {
        let mut dice = Dice::new(seed, Subject::Product, number);
        let kind = &KINDS[usize::try_from(number).unwrap_or_default() % KINDS.len()];
        let (cheapest, dearest) = kind.euros;
        let price = (cheapest + dice.low(dearest - cheapest)) * 100 - 10;
        let (least, most) = if dice.per_mille(LOSS_MAKERS) {
            LOSS
        } else {
            kind.cost
        };
        let share = dice.between(least, most);
        Self {
            kind,
            price,
            cost: price * share / 1000,
        }
    }
}

pub(super) fn product_id(number: usize) -> String {
    format!("P-{:04}", number + 1)
}

/// By Zipf's law within a sub-category: a few are bought often, most now and then.
fn demand((number, article): (usize, &Article)) -> u64 {
    let rank = u64::try_from(number / KINDS.len()).unwrap_or_default();
    article.kind.demand * 1_000_000 / (rank + 3)
}

/// A collection and a noun; no two products of a sub-category share both.
fn name(number: usize, kind: &Kind) -> String {
    let rank = number / KINDS.len();
    // 17 and 40 have no common factor: forty products, forty collections.
    let collection = (rank * 17 + number % KINDS.len() * 5) % COLLECTIONS.len();
    let noun = (rank + rank / COLLECTIONS.len()) % kind.nouns.len();
    format!("{} {}", COLLECTIONS[collection], kind.nouns[noun])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_products_share_a_name_in_the_largest_shop() {
        let assortment = Assortment::new(10_000_000, 1);
        let names: BTreeSet<_> = (0..assortment.len())
            .map(|number| assortment.product(number).name)
            .collect();
        assert_eq!(names.len(), 3_462);
    }

    #[test]
    fn seasonal_products_sell_in_their_season() {
        let assortment = Assortment::new(10_000, 1);
        let candles = |month| {
            let mut dice = Dice::new(1, Subject::Order, 1);
            (0..20_000)
                .map(|_| assortment.choose(month, &mut dice))
                .filter(|number| assortment.article(*number).kind.sub_category == "Candles")
                .count()
        };
        assert!(candles(12) > candles(6) * 5 / 4);
    }
}

//! What the money bridge counts, on random orders: discounts, cost, tax and shipping of lines,
//! and what came back later.

use chrono::TimeDelta;
use mongodb::bson::{Document, doc};

use super::{
    dice::Dice,
    documents::{amount, date, null_or_missing, quantity},
    world::World,
};

/// Gives a line the amounts that not every shop knows.
pub fn add_amounts(line: &mut Document, world: &World, dice: &mut Dice) {
    for field in ["discountAmount", "cost", "tax", "shipping"] {
        if dice.percent(60) {
            line.insert(field, amount(world, dice));
        } else {
            null_or_missing(line, field, dice);
        }
    }
}

/// Gives an order return records; some are of a line that it does not have.
pub fn add_returns(order: &mut Document, world: &World, dice: &mut Dice) {
    let many = *dice.pick(&[0, 0, 1, 1, 2, 4]);
    let ordered_at = order.get_datetime("orderedAt").unwrap().to_chrono();
    let records = (0..many).map(|_| {
        let hours = *dice.pick(&[0, 1, 30, 500, 2_000, 9_000]);
        let at = ordered_at + TimeDelta::minutes(dice.between(-60, 60 * hours));
        let line = i32::try_from(dice.between(0, 3)).unwrap();
        let mut record = doc! { "returnedAt": date(at), "line": line };
        record.insert("amount", amount(world, dice));
        let known = [
            ("quantity", quantity(world, dice)),
            ("profit", amount(world, dice)),
            ("cost", amount(world, dice)),
        ];
        for (field, value) in known {
            if dice.percent(60) {
                record.insert(field, value);
            } else {
                null_or_missing(&mut record, field, dice);
            }
        }
        record
    });
    let records: Vec<Document> = records.collect();
    if !records.is_empty() || dice.percent(20) {
        order.insert("returns", records);
    }
}

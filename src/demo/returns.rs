//! What comes back days or weeks later, and what is given back without it.

use chrono::{DateTime, Utc};
use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};

use super::{calendar::milliseconds, dice::Dice};
use crate::store::{Order, OrderLine, ReturnRecord};

/// Orders in a thousand of which something comes back.
const RETURNED: u64 = 45;
/// Returns in a thousand for which the goods may be kept, and what is given back, in percent.
const KEPT: u64 = 200;
const GOODWILL: i64 = 15;
/// When, in minutes after the parcel left.
const MINUTES: (u64, u64) = (3 * 24 * 60, 45 * 24 * 60);
const MINUTE: u64 = 60_000;

/// What has come back of an order by the end of the data.
pub(super) fn records(order: &Order, end: DateTime<Utc>, dice: &mut Dice) -> Vec<ReturnRecord> {
    let has_arrived = matches!(order.status.as_str(), "completed" | "shipped");
    let at = dice.index(order.lines.len());
    let line = &order.lines[at];
    if !has_arrived || !dice.per_mille(RETURNED) || line.quantity <= Decimal::ZERO {
        return Vec::new();
    }
    let left = order.shipped_at.unwrap_or(order.ordered_at);
    let returned_at = left + milliseconds(dice.between(MINUTES.0, MINUTES.1) * MINUTE);
    if returned_at >= end {
        return Vec::new();
    }
    vec![record(line, at, returned_at, dice)]
}

fn record(
    line: &OrderLine,
    at: usize,
    returned_at: DateTime<Utc>,
    dice: &mut Dice,
) -> ReturnRecord {
    let is_kept = dice.per_mille(KEPT);
    let bought = line.quantity.to_u64().unwrap_or(1);
    let quantity = Decimal::from(dice.between(1, bought + 1));
    let share = if is_kept {
        Decimal::new(GOODWILL, 2)
    } else {
        quantity / line.quantity
    };
    let amount = line.revenue * share;
    let amount = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    let cost = line.cost.filter(|_| !is_kept);
    let cost = cost.map(|cost| (cost / line.quantity * quantity).round_dp(2));
    ReturnRecord {
        returned_at,
        line: i64::try_from(at).unwrap_or_default(),
        quantity: (!is_kept).then_some(quantity),
        amount,
        profit: Some(amount - cost.unwrap_or_default()),
        cost,
    }
}

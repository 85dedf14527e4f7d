//! What customers pay beside the goods: shipping, and tax on both.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::{store::OrderLine, values::share::share};

/// What each way to travel costs, in cents.
const SHIPPING: [(&str, i64); 4] = [
    ("Standard Class", 490),
    ("Second Class", 690),
    ("First Class", 990),
    ("Same Day", 1490),
];
/// Orders worth so much travel free of charge, in cents.
const FREE_FROM: i64 = 80_00;
/// Value added tax, in percent.
const TAX: i64 = 20;
const CENTS: u32 = 2;

/// Adds its part of both to each line.
pub(super) fn add(lines: &mut [OrderLine], ship_mode: Option<&str>) {
    let revenues: Vec<Decimal> = lines.iter().map(|line| line.revenue).collect();
    let charge = shipping(revenues.iter().sum(), ship_mode);
    // Who sends everything back is charged nothing.
    let parts = share(charge, &revenues, CENTS).unwrap_or_default();
    let mut parts = parts.into_iter();
    for line in lines {
        let shipping = parts.next().unwrap_or_default();
        let tax = (line.revenue + shipping) * Decimal::new(TAX, 2);
        let tax = tax.round_dp_with_strategy(CENTS, RoundingStrategy::MidpointAwayFromZero);
        line.shipping = Some(shipping);
        line.tax = Some(tax);
    }
}

/// Nothing for what is taken along, sent back, or worth enough.
fn shipping(worth: Decimal, ship_mode: Option<&str>) -> Decimal {
    let is_charged = worth > Decimal::ZERO && worth < Decimal::new(FREE_FROM, CENTS);
    let mode = SHIPPING
        .iter()
        .find(|(name, _)| is_charged && ship_mode == Some(name));
    mode.map_or(Decimal::ZERO, |(_, cents)| Decimal::new(*cents, CENTS))
}

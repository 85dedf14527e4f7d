//! A line's amounts: list amount, discount, revenue, profit.

use bson::Document;
use rust_decimal::Decimal;

use super::{
    Reject,
    reading::{Conversion, Reading},
    sections::LineSection,
};
use crate::{store::rules::TOO_LARGE, values::share::share};

/// A line whose own amounts are known; the order's discount is not off it yet.
#[derive(Debug)]
pub struct Priced<'d> {
    pub document: &'d Document,
    pub quantity: Decimal,
    /// What the line would cost at the list price.
    pub list: Decimal,
    /// What is left after the line's own discount.
    pub revenue: Decimal,
    /// The discount's share of the list amount, where the source says it so.
    pub discount: Option<Decimal>,
}

/// What is off the amount, where one share or the other is known.
fn less(list: Decimal, share: Decimal) -> Option<Decimal> {
    list.checked_sub(list.checked_mul(share)?)
}

/// The line's amounts; `None` where all of it is cancelled.
///
/// # Errors
/// When quantity or price cannot be read.
pub fn priced<'d>(
    section: &LineSection,
    reading: Reading<'_>,
    document: &'d Document,
    conversion: Conversion,
) -> Result<Option<Priced<'d>>, Reject> {
    let lacks = |what: &str| {
        let reason = format!("no {what} that can be read");
        Reject::of("line", reason, document)
    };
    let number = |field: &Option<_>| reading.number(field.as_ref()?, document);
    let money = |field: &Option<_>| reading.money(field.as_ref()?, document, conversion);
    let mut quantity = reading
        .number(&section.quantity, document)
        .ok_or_else(|| lacks("quantity"))?;
    if section.cancelled_quantity.is_some() {
        let cancelled = number(&section.cancelled_quantity).unwrap_or_default();
        let left = quantity.checked_sub(cancelled);
        quantity = left.ok_or_else(|| lacks("quantity"))?;
        if quantity <= Decimal::ZERO {
            return Ok(None);
        }
    }
    let by_unit = || {
        let field = section.unit_price.as_ref()?;
        let amount = reading.number(field, document)?.checked_mul(quantity)?;
        reading.converted(field, amount, conversion)
    };
    let list = money(&section.list_amount).or_else(by_unit);
    let share = number(&section.discount);
    let off = money(&section.discount_amount).map(|it| it.abs());
    let given = section.revenue.as_ref().and_then(|field| {
        let cancelled = number(&section.cancelled_amount).unwrap_or_default();
        let amount = reading.number(field, document)?.checked_sub(cancelled)?;
        reading.converted(field, amount, conversion)
    });
    let revenue = given.or_else(|| {
        let list = list?;
        let left = match (share, off) {
            (Some(share), _) => less(list, share)?,
            (None, off) => list.checked_sub(off.unwrap_or_default())?,
        };
        Some(reading.rounded(left))
    });
    let revenue = revenue.ok_or_else(|| lacks("price"))?;
    let list = list.or_else(|| match (share, off) {
        (Some(share), _) if !share.is_zero() => {
            let list = revenue.checked_div(Decimal::ONE.checked_sub(share)?)?;
            Some(reading.rounded(list))
        }
        (_, off) => revenue.checked_add(off.unwrap_or_default()),
    });
    let list = list.unwrap_or(revenue);
    let line = Priced {
        document,
        quantity,
        list,
        revenue,
        discount: share,
    };
    let amounts = [
        Some(quantity),
        Some(list),
        Some(revenue),
        money(&section.profit),
        money(&section.tax),
        money(&section.shipping),
        line.cost(quantity, section, reading, conversion),
    ];
    if are_too_large(amounts) {
        return Err(Reject::of("line", AN_AMOUNT.into(), document));
    }
    Ok(Some(line))
}

/// Why amounts are not read that the canonical collections may not have.
pub const AN_AMOUNT: &str = "an amount that is too large";

/// Whether one of these is more than the canonical collections may have: sums of it could
/// not be exact. Differences of two others never overflow.
pub fn are_too_large(amounts: impl IntoIterator<Item = Option<Decimal>>) -> bool {
    let mut amounts = amounts.into_iter().flatten();
    amounts.any(|it| it.abs() >= TOO_LARGE.into())
}

/// Takes an amount off the lines, in proportion to their list amounts: whole units of
/// the currency's smallest coin, those left to the largest remainders.
///
/// Lines that all cost nothing share by quantity.
pub fn take_off(lines: &mut [&mut Priced<'_>], amount: Decimal, decimals: u32) {
    let lists: Vec<Decimal> = lines.iter().map(|line| line.list).collect();
    let quantities: Vec<Decimal> = lines.iter().map(|line| line.quantity).collect();
    let parts = share(amount, &lists, decimals).or_else(|| share(amount, &quantities, decimals));
    for (line, part) in lines.iter_mut().zip(parts.into_iter().flatten()) {
        line.revenue -= part;
    }
}

impl Priced<'_> {
    /// What is left of the revenue after costs, where they are known.
    pub fn profit(
        &self,
        section: &LineSection,
        reading: Reading<'_>,
        conversion: Conversion,
    ) -> Option<Decimal> {
        if let Some(field) = &section.profit {
            return reading.money(field, self.document, conversion);
        }
        Some(self.revenue - self.cost(self.quantity, section, reading, conversion)?)
    }

    /// What so many of the goods cost the shop, where that is known.
    pub fn cost(
        &self,
        quantity: Decimal,
        section: &LineSection,
        reading: Reading<'_>,
        conversion: Conversion,
    ) -> Option<Decimal> {
        let field = section.unit_cost.as_ref()?;
        let cost = reading.number(field, self.document)?;
        reading.converted(field, cost.checked_mul(quantity)?, conversion)
    }
}

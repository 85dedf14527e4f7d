//! A line's amounts: list amount, discount, revenue, profit.

use bson::Document;
use rust_decimal::Decimal;

use super::{
    Reject,
    field::NumberField,
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
    /// The profit, where the source says it.
    profit: Option<Decimal>,
    /// What one of the goods cost the shop, in the currency of the source.
    pub unit_cost: Option<Decimal>,
    /// What all of them cost, in the shop's.
    pub cost: Option<Decimal>,
    /// The tax that the line says.
    pub tax: Option<Decimal>,
    /// The shipping that the line says.
    pub shipping: Option<Decimal>,
}

/// What is off the amount, where one share or the other is known.
fn less(list: Decimal, share: Decimal) -> Option<Decimal> {
    list.checked_sub(list.checked_mul(share)?)
}

/// Reads the amounts of lines.
#[derive(Clone, Copy)]
struct Pricing<'a, 'd> {
    section: &'a LineSection,
    reading: Reading<'a>,
    document: &'d Document,
    conversion: Conversion,
}

/// The line's amounts; `None` where all of it is cancelled.
///
/// # Errors
/// When quantity or price cannot be read, or an amount is too large.
pub fn priced<'d>(
    section: &LineSection,
    reading: Reading<'_>,
    document: &'d Document,
    conversion: Conversion,
) -> Result<Option<Priced<'d>>, Reject> {
    let pricing = Pricing {
        section,
        reading,
        document,
        conversion,
    };
    let lacks = |what: &str| {
        let reason = format!("no {what} that can be read");
        Reject::of("line", reason, document)
    };
    let quantity = pricing.quantity().ok_or_else(|| lacks("quantity"))?;
    if section.cancelled_quantity.is_some() && quantity <= Decimal::ZERO {
        return Ok(None);
    }
    let (list, revenue) = pricing.prices(quantity).ok_or_else(|| lacks("price"))?;
    let unit_cost = pricing.number(section.unit_cost.as_ref());
    let cost = unit_cost.and_then(|it| it.checked_mul(quantity));
    let line = Priced {
        document,
        quantity,
        list,
        revenue,
        discount: pricing.number(section.discount.as_ref()),
        profit: pricing.money(section.profit.as_ref()),
        unit_cost,
        cost: cost.and_then(|it| pricing.converted(section.unit_cost.as_ref(), it)),
        tax: pricing.money(section.tax.as_ref()),
        shipping: pricing.money(section.shipping.as_ref()),
    };
    let counted = [Some(quantity), Some(list), Some(revenue)];
    let told = [line.profit, line.cost, line.tax, line.shipping];
    if are_too_large(counted.into_iter().chain(told)) {
        return Err(Reject::of("line", AN_AMOUNT.into(), document));
    }
    Ok(Some(line))
}

impl Pricing<'_, '_> {
    fn number(self, field: Option<&NumberField>) -> Option<Decimal> {
        self.reading.number(field?, self.document)
    }

    fn money(self, field: Option<&NumberField>) -> Option<Decimal> {
        self.reading.money(field?, self.document, self.conversion)
    }

    fn converted(self, field: Option<&NumberField>, amount: Decimal) -> Option<Decimal> {
        self.reading.converted(field?, amount, self.conversion)
    }

    /// What is left of the quantity after what was cancelled of it.
    fn quantity(self) -> Option<Decimal> {
        let quantity = self.number(Some(&self.section.quantity))?;
        let cancelled = self.number(self.section.cancelled_quantity.as_ref());
        quantity.checked_sub(cancelled.unwrap_or_default())
    }

    /// What the line would cost at the list price, and what is left after its own discount.
    fn prices(self, quantity: Decimal) -> Option<(Decimal, Decimal)> {
        let section = self.section;
        let list = self.money(section.list_amount.as_ref());
        let list = list.or_else(|| self.by_unit(quantity));
        let share = self.number(section.discount.as_ref());
        let off = self.money(section.discount_amount.as_ref());
        let off = off.map(|it| it.abs());
        let revenue = self.revenue().or_else(|| {
            let left = match share {
                Some(share) => less(list?, share)?,
                None => list?.checked_sub(off.unwrap_or_default())?,
            };
            Some(self.reading.rounded(left))
        })?;
        let list = list.or_else(|| match share {
            Some(share) if !share.is_zero() => {
                let list = revenue.checked_div(Decimal::ONE.checked_sub(share)?)?;
                Some(self.reading.rounded(list))
            }
            _ => revenue.checked_add(off.unwrap_or_default()),
        });
        Some((list.unwrap_or(revenue), revenue))
    }

    fn by_unit(self, quantity: Decimal) -> Option<Decimal> {
        let field = self.section.unit_price.as_ref();
        self.converted(field, self.number(field)?.checked_mul(quantity)?)
    }

    /// What the source says is left, less what was cancelled of it.
    fn revenue(self) -> Option<Decimal> {
        let field = self.section.revenue.as_ref();
        let cancelled = self.number(self.section.cancelled_amount.as_ref());
        let amount = self.number(field)?;
        self.converted(field, amount.checked_sub(cancelled.unwrap_or_default())?)
    }
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
    pub fn profit(&self) -> Option<Decimal> {
        self.profit.or_else(|| self.revenue.checked_sub(self.cost?))
    }
}

//! Return records: money given back and goods brought back, on their own day.
//!
//! Where only the whole order's amount is known, it is shared among the order's lines
//! in proportion to their revenue, in whole units of the currency's smallest coin, as
//! an order's discount is; a filter on products stays right by that.

use bson::Document;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{
    Reject,
    path::Path,
    pricing::{AN_AMOUNT, Priced, are_too_large},
    reading::{Conversion, Link, Reading},
    sections::ReturnSection,
    value::text,
};
use crate::{store::ReturnRecord, values::share::share};

/// A section, and how its documents are found where they are in a collection of their own.
#[derive(Debug)]
pub struct Returns {
    pub section: ReturnSection,
    pub link: Option<Link>,
}

/// The order that was returned from.
#[derive(Clone, Copy, Debug)]
pub struct Sold<'o, 'd> {
    pub head: &'d Document,
    pub ordered_at: DateTime<Utc>,
    pub conversion: Conversion,
    pub lines: &'o [Priced<'d>],
}

/// What came back of one line.
struct Part {
    line: usize,
    quantity: Option<Decimal>,
    amount: Decimal,
}

impl Returns {
    /// The order's records, as canonical documents have them.
    pub fn of(
        &self,
        reading: Reading<'_>,
        sold: Sold<'_, '_>,
        rejects: &mut Vec<Reject>,
    ) -> Vec<ReturnRecord> {
        let mut records = Vec::new();
        for (around, entry) in self.entries(reading, sold.head) {
            let Some(at) = self.returned_at(reading, sold, around, entry) else {
                let reason = "no day that can be read".into();
                rejects.push(Reject::of("return", reason, entry));
                continue;
            };
            let parts = self.parts(reading, sold, entry).into_iter();
            let parts = parts.map(|part| record(reading, sold, at, &part));
            match parts.collect::<Option<Vec<_>>>() {
                Some(parts) => records.extend(parts),
                None => rejects.push(Reject::of("return", AN_AMOUNT.into(), entry)),
            }
            if self.section.once {
                break;
            }
        }
        records
    }

    /// The entries that are returns, each with the document that it stands in.
    fn entries<'d>(
        &self,
        reading: Reading<'d>,
        head: &'d Document,
    ) -> Vec<(&'d Document, &'d Document)> {
        let section = &self.section;
        let (around, filters_entries) = match (&self.link, &section.lookup) {
            (Some(link), _) => {
                let key = link.key.get(head).and_then(text);
                let found = key.map(|key| reading.linked(link, &key));
                (found.unwrap_or_default(), false)
            }
            (None, Some(name)) => {
                let found = reading.lookup(name, head).into_iter();
                (
                    found.filter(|it| section.r#where.matches(it)).collect(),
                    false,
                )
            }
            (None, None) => (vec![head], true),
        };
        let each: &[Path] = section.each.as_ref().map_or(&[], |each| &each.0);
        let entries = around
            .into_iter()
            .flat_map(|around| inside(around, each).into_iter().map(move |it| (around, it)));
        entries
            .filter(|(_, entry)| !filters_entries || section.r#where.matches(entry))
            .collect()
    }

    /// The day that it says, or the order's where none can be said.
    fn returned_at(
        &self,
        reading: Reading<'_>,
        sold: Sold<'_, '_>,
        around: &Document,
        entry: &Document,
    ) -> Option<DateTime<Utc>> {
        let Some(field) = &self.section.returned_at else {
            return Some(sold.ordered_at);
        };
        let of_entry = reading.date(field, entry);
        of_entry.or_else(|| reading.date(field, around))
    }

    fn parts(&self, reading: Reading<'_>, sold: Sold<'_, '_>, entry: &Document) -> Vec<Part> {
        let section = &self.section;
        let amount = section.amount.as_ref();
        let amount = amount.and_then(|it| reading.money(it, entry, sold.conversion));
        // Some write what they give back with a minus.
        let amount = amount.map(|it| it.abs());
        let quantity = section.quantity.as_ref();
        let quantity = quantity.and_then(|it| reading.number(it, entry));
        let quantity = quantity.map(|it| it.abs());
        if let Some(of_line) = &section.line {
            let key = of_line.key.get(entry).and_then(text);
            let is_meant = |line: &Priced<'_>| of_line.id.get(line.document).and_then(text) == key;
            let line = sold.lines.iter().position(is_meant);
            return line
                .filter(|_| key.is_some())
                .and_then(|line| of_line_alone(reading, sold, line, quantity, amount))
                .into_iter()
                .collect();
        }
        match amount {
            Some(amount) if amount.is_zero() => Vec::new(),
            Some(amount) => shared(reading, sold, amount),
            None if section.amount.is_some() => Vec::new(),
            None => whole(sold),
        }
    }
}

/// The documents at the end of one array, or of an array within another.
fn inside<'d>(document: &'d Document, each: &[Path]) -> Vec<&'d Document> {
    let Some((first, rest)) = each.split_first() else {
        return vec![document];
    };
    let elements = first.documents(document).into_iter();
    elements.flat_map(|element| inside(element, rest)).collect()
}

/// So many units of one line, for the amount said or their share of its revenue.
fn of_line_alone(
    reading: Reading<'_>,
    sold: Sold<'_, '_>,
    line: usize,
    quantity: Option<Decimal>,
    amount: Option<Decimal>,
) -> Option<Part> {
    let of = &sold.lines[line];
    let by_units = || {
        let revenue = of.revenue.checked_mul(quantity?)?;
        Some(reading.rounded(revenue.checked_div(of.quantity)?))
    };
    Some(Part {
        line,
        quantity,
        amount: amount.or_else(by_units)?,
    })
}

/// An amount of the whole order; how many units came back nobody knows.
fn shared(reading: Reading<'_>, sold: Sold<'_, '_>, amount: Decimal) -> Vec<Part> {
    let decimals = reading.model.decimals;
    let revenues: Vec<_> = sold.lines.iter().map(|line| line.revenue).collect();
    let quantities: Vec<_> = sold.lines.iter().map(|line| line.quantity).collect();
    let parts = share(amount, &revenues, decimals).or_else(|| share(amount, &quantities, decimals));
    let parts = parts.into_iter().flatten().enumerate();
    parts
        .map(|(line, amount)| Part {
            line,
            quantity: None,
            amount,
        })
        .collect()
}

/// Everything that was sold.
fn whole(sold: Sold<'_, '_>) -> Vec<Part> {
    let lines = sold.lines.iter().enumerate();
    lines
        .map(|(line, of)| Part {
            line,
            quantity: Some(of.quantity),
            amount: of.revenue,
        })
        .collect()
}

/// The record of a part, with what it takes from the line's profit: goods that come back
/// give back their cost, where it and their units are known. `None` where an amount is too large.
fn record(
    reading: Reading<'_>,
    sold: Sold<'_, '_>,
    at: DateTime<Utc>,
    part: &Part,
) -> Option<ReturnRecord> {
    let of = &sold.lines[part.line];
    let cost = part.quantity.and_then(|quantity| {
        let field = reading.model.line.unit_cost.as_ref()?;
        let cost = of.unit_cost?.checked_mul(quantity)?;
        reading.converted(field, cost, sold.conversion)
    });
    let profit = of.profit();
    let back = cost.or_else(|| {
        let cost = of
            .revenue
            .checked_sub(profit?)?
            .checked_mul(part.quantity?)?;
        Some(reading.rounded(cost.checked_div(of.quantity)?))
    });
    if are_too_large([part.quantity, Some(part.amount), back]) {
        return None;
    }
    Some(ReturnRecord {
        returned_at: at,
        line: i64::try_from(part.line).unwrap_or_default(),
        quantity: part.quantity,
        amount: part.amount,
        profit: profit.map(|_| part.amount - back.unwrap_or_default()),
        cost,
    })
}

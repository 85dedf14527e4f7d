//! Assembled orders as they are stored, and what is to be said of them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;

use super::{
    assemble::Assembly,
    dates::Moment,
    draft::{Draft, FIELDS, Line, Said},
    report::{Named, Report},
};
use crate::store::{Order, OrderLine};

impl Assembly {
    pub fn order_count(&self) -> usize {
        self.imported().count()
    }

    /// The orders as they are stored; `zone` is that of the days of shipping.
    pub fn order_documents(&self, zone: Option<Tz>) -> impl Iterator<Item = Order> {
        let catalogs = &self.catalogs;
        let text = |symbol| catalogs.texts.text(symbol).to_owned();
        self.imported().map(move |(id, draft)| Order {
            returns: Vec::new(),
            id: id.into(),
            ordered_at: ordered_at(draft),
            shipped_at: shipped_at(&draft.said, zone).map(|shipped| shipped.at),
            status: draft.said.status().map(text).unwrap_or_default(),
            ship_mode: draft.said.ship_mode.map(text),
            customer_id: draft
                .said
                .customer
                .map(|customer| catalogs.customers.id(customer)),
            ship_to_id: draft.said.ship_to.map(|place| catalogs.locations.id(place)),
            ship_from_id: draft
                .said
                .ship_from
                .map(|place| catalogs.locations.id(place)),
            lines: self.line_documents(draft),
        })
    }

    /// Puts what was noticed of orders and lines into the report.
    pub fn describe(&self, zone: Option<Tz>, report: &mut Report) {
        report.statuses = self.statuses();
        report.conflicts = self.conflicts();
        report.case_twins = self.catalogs.case_twins();
        for (id, draft) in self.imported() {
            if draft.said.customer.is_none() {
                report.orders_without_customer += 1;
            }
            match shipped_at(&draft.said, zone) {
                Some(shipped) if shipped.at < ordered_at(draft) => {
                    report.shipped_before_ordered.add(id);
                }
                shipped if shipped != draft.said.shipped_at => report.shipped_on_the_day += 1,
                _ => {}
            }
        }
        report.lines_without_product = self.count_lines(|line| line.product.is_none());
        report.lines_of_opposite_signs = self.count_lines(has_opposite_signs);
    }

    /// How many orders name no place in this field, of those that might.
    pub fn orders_without(&self, place: impl Fn(&Said) -> bool) -> u64 {
        let without = self.imported().filter(|(_, draft)| place(&draft.said));
        without.count() as u64
    }

    fn count_lines(&self, is_counted: impl Fn(&Line) -> bool) -> u64 {
        self.lines.iter().filter(|line| is_counted(line)).count() as u64
    }

    /// How many orders have each status.
    fn statuses(&self) -> BTreeMap<String, u64> {
        let mut statuses = BTreeMap::new();
        for status in self.imported().filter_map(|(_, draft)| draft.said.status()) {
            let status = self.catalogs.texts.text(status);
            match statuses.get_mut(status) {
                Some(count) => *count += 1,
                None => drop(statuses.insert(status.to_owned(), 1)),
            }
        }
        statuses
    }

    /// For each field, which orders or things were said to be different ones.
    fn conflicts(&self) -> BTreeMap<&'static str, Named> {
        let mut conflicts: BTreeMap<_, Named> = BTreeMap::new();
        for (id, draft) in self.imported() {
            for (field, differs) in FIELDS.iter().zip(draft.differs) {
                if differs {
                    conflicts.entry(*field).or_default().add(id);
                }
            }
        }
        self.catalogs.name_conflicts(&mut conflicts);
        conflicts
    }

    fn line_documents(&self, draft: &Draft) -> Vec<OrderLine> {
        self.lines_of(draft)
            .map(|line| {
                let line = &self.lines[line];
                let product = line.product;
                OrderLine {
                    product_id: product.map(|product| self.catalogs.products.id(product)),
                    quantity: line.quantity,
                    revenue: line.revenue,
                    profit: line.profit,
                    discount: line.discount,
                    ..OrderLine::default()
                }
            })
            .collect()
    }
}

fn ordered_at(draft: &Draft) -> DateTime<Utc> {
    draft
        .said
        .ordered_at
        .expect("a line is taken only where its order has a date")
}

/// When the order was shipped: of a day without a time that is the day of the
/// order, no earlier than that.
fn shipped_at(said: &Said, zone: Option<Tz>) -> Option<Moment> {
    let shipped = said.shipped_at?;
    let (ordered, zone) = said.ordered_at.zip(zone)?;
    let day = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
    if shipped.is_day && shipped.at < ordered && day(shipped.at) == day(ordered) {
        return Some(Moment {
            at: ordered,
            ..shipped
        });
    }
    Some(shipped)
}

fn has_opposite_signs(line: &Line) -> bool {
    let (quantity, revenue) = (line.quantity, line.revenue);
    !quantity.is_zero()
        && !revenue.is_zero()
        && (quantity < Decimal::ZERO) != (revenue < Decimal::ZERO)
}

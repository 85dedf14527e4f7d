//! Rows, in whatever order they come, put together into orders.
//!
//! The lines of one order may be scattered over the whole file, so all of it is
//! held until its end, compactly: texts once, numbers as they are, and the lines
//! of an order as a chain through one table. A line takes 80 bytes in its table;
//! with two lines an order, and all that they name, the process grew by 196
//! bytes a line (measured on a million).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{
    Error,
    catalog::Catalogs,
    intern::{Interner, Symbol},
    rejects::Reject,
    row::Row,
};
use crate::store::{Order, OrderLine};

/// What a document of 16 MB holds for certain.
const MOST_LINES: u32 = 50_000;

/// Orders and all that they name.
#[derive(Default)]
pub(super) struct Assembly {
    pub catalogs: Catalogs,
    ids: Interner,
    orders: Vec<Draft>,
    lines: Vec<Line>,
    /// Lines that sold something and cost something, or the reverse.
    opposite_signs: u64,
}

/// An order under assembly. Of its own fields the first row that has one counts.
struct Draft {
    ordered_at: DateTime<Utc>,
    shipped_at: Option<DateTime<Utc>>,
    status: Symbol,
    ship_mode: Option<Symbol>,
    customer: Option<Symbol>,
    ship_to: Option<Symbol>,
    ship_from: Option<Symbol>,
    differs: [bool; DRAFT_FIELDS.len()],
    line_count: u32,
    first_line: Symbol,
    last_line: Symbol,
}

/// The fields that an order's rows may disagree on, in the order of `differs`.
const DRAFT_FIELDS: [&str; 7] = [
    "order.ordered_at",
    "order.shipped_at",
    "order.status",
    "order.ship_mode",
    "customer.id",
    "ship_to",
    "ship_from",
];

struct Line {
    product: Option<Symbol>,
    next: Option<Symbol>,
    quantity: Decimal,
    revenue: Decimal,
    profit: Option<Decimal>,
    discount: Option<Decimal>,
}

/// What a row says of its order, with symbols for what it names.
struct Header {
    ordered_at: DateTime<Utc>,
    shipped_at: Option<DateTime<Utc>>,
    status: Symbol,
    ship_mode: Option<Symbol>,
    customer: Option<Symbol>,
    ship_to: Option<Symbol>,
    ship_from: Option<Symbol>,
}

impl Assembly {
    /// Adds one row.
    ///
    /// Exports that fill an order's own columns on its first row only are
    /// common: a blank date or status is that of the rows before. It is a
    /// reject when there are none.
    pub fn add(&mut self, row: &Row<'_>) -> Result<(), Reject> {
        let known = self.ids.find(&row.order_id);
        let draft = known.map(|order| &self.orders[order.index()]);
        let ordered_at = row
            .ordered_at
            .or(draft.map(|draft| draft.ordered_at))
            .ok_or_else(|| Reject::missing("order.ordered_at"))?;
        let status = match &row.status {
            Some(status) => self.catalogs.texts.intern(status),
            None => draft
                .map(|draft| draft.status)
                .ok_or_else(|| Reject::missing("order.status"))?,
        };
        let header = self.header(row, ordered_at, status);
        let product = row.product.as_ref();
        let product = product.map(|product| self.catalogs.product(product, ordered_at));
        let line = self.push_line(product, &row.line);
        match known {
            Some(order) => self.extend(order, &header, line),
            None => self.open(&row.order_id, &header, line),
        }
        Ok(())
    }

    /// Fails when an order has more lines than can be stored.
    pub fn check(&self) -> Result<(), Error> {
        let too_many = |draft: &Draft| draft.line_count > MOST_LINES;
        match self.orders.iter().position(too_many) {
            Some(index) => Err(Error::TooManyLines {
                id: self.ids.text(Symbol::new(index)).into(),
                lines: self.orders[index].line_count,
            }),
            None => Ok(()),
        }
    }

    pub fn order_count(&self) -> usize {
        self.orders.len()
    }

    /// The orders as they are stored, in order of appearance.
    pub fn order_documents(&self) -> impl Iterator<Item = Order> {
        self.ids.iter().zip(&self.orders).map(|(id, draft)| Order {
            id: id.into(),
            ordered_at: draft.ordered_at,
            shipped_at: draft.shipped_at,
            status: self.catalogs.texts.text(draft.status).into(),
            ship_mode: draft
                .ship_mode
                .map(|mode| self.catalogs.texts.text(mode).into()),
            customer_id: draft
                .customer
                .map(|customer| self.catalogs.customers.id(customer)),
            ship_to_id: draft.ship_to.map(|place| self.catalogs.locations.id(place)),
            ship_from_id: draft
                .ship_from
                .map(|place| self.catalogs.locations.id(place)),
            lines: self.lines_of(draft),
        })
    }

    /// How many orders have each status.
    pub fn statuses(&self) -> BTreeMap<String, u64> {
        let mut statuses = BTreeMap::new();
        for draft in &self.orders {
            let status = self.catalogs.texts.text(draft.status);
            match statuses.get_mut(status) {
                Some(count) => *count += 1,
                None => drop(statuses.insert(status.to_owned(), 1)),
            }
        }
        statuses
    }

    /// For each field, how many orders or things were said to be different ones.
    pub fn conflicts(&self) -> BTreeMap<&'static str, u64> {
        let mut conflicts = BTreeMap::new();
        for draft in &self.orders {
            for (field, differs) in DRAFT_FIELDS.iter().zip(draft.differs) {
                *conflicts.entry(*field).or_default() += u64::from(differs);
            }
        }
        self.catalogs.count_conflicts(&mut conflicts);
        conflicts.retain(|_, count| *count > 0);
        conflicts
    }

    pub fn orders_without_customer(&self) -> u64 {
        let anonymous = self.orders.iter().filter(|draft| draft.customer.is_none());
        anonymous.count() as u64
    }

    pub fn lines_without_product(&self) -> u64 {
        let bare = self.lines.iter().filter(|line| line.product.is_none());
        bare.count() as u64
    }

    pub fn lines_of_opposite_signs(&self) -> u64 {
        self.opposite_signs
    }

    fn header(&mut self, row: &Row<'_>, ordered_at: DateTime<Utc>, status: Symbol) -> Header {
        let catalogs = &mut self.catalogs;
        Header {
            ordered_at,
            shipped_at: row.shipped_at,
            status,
            ship_mode: row
                .ship_mode
                .as_ref()
                .map(|mode| catalogs.texts.intern(mode)),
            customer: row
                .customer
                .as_ref()
                .map(|customer| catalogs.customer(customer, ordered_at)),
            ship_to: row
                .ship_to
                .as_ref()
                .map(|place| catalogs.place(place, ordered_at)),
            ship_from: row
                .ship_from
                .as_ref()
                .map(|place| catalogs.place(place, ordered_at)),
        }
    }

    fn push_line(&mut self, product: Option<Symbol>, line: &OrderLine) -> Symbol {
        self.opposite_signs += u64::from(has_opposite_signs(line));
        self.lines.push(Line {
            product,
            next: None,
            quantity: line.quantity,
            revenue: line.revenue,
            profit: line.profit,
            discount: line.discount,
        });
        Symbol::new(self.lines.len() - 1)
    }

    fn open(&mut self, id: &str, header: &Header, line: Symbol) {
        self.ids.intern(id);
        self.orders.push(Draft {
            ordered_at: header.ordered_at,
            shipped_at: header.shipped_at,
            status: header.status,
            ship_mode: header.ship_mode,
            customer: header.customer,
            ship_to: header.ship_to,
            ship_from: header.ship_from,
            differs: [false; DRAFT_FIELDS.len()],
            line_count: 1,
            first_line: line,
            last_line: line,
        });
    }

    fn extend(&mut self, order: Symbol, header: &Header, line: Symbol) {
        let draft = &mut self.orders[order.index()];
        self.lines[draft.last_line.index()].next = Some(line);
        draft.last_line = line;
        draft.line_count = draft.line_count.saturating_add(1);
        draft.merge(header);
    }

    fn lines_of(&self, draft: &Draft) -> Vec<OrderLine> {
        let first = &self.lines[draft.first_line.index()];
        let next = |line: &&Line| line.next.map(|next| &self.lines[next.index()]);
        std::iter::successors(Some(first), next)
            .map(|line| OrderLine {
                product_id: line
                    .product
                    .map(|product| self.catalogs.products.id(product)),
                quantity: line.quantity,
                revenue: line.revenue,
                profit: line.profit,
                discount: line.discount,
            })
            .collect()
    }
}

impl Draft {
    fn merge(&mut self, header: &Header) {
        let differs = [
            self.ordered_at != header.ordered_at,
            settle(&mut self.shipped_at, header.shipped_at),
            self.status != header.status,
            settle(&mut self.ship_mode, header.ship_mode),
            settle(&mut self.customer, header.customer),
            settle(&mut self.ship_to, header.ship_to),
            settle(&mut self.ship_from, header.ship_from),
        ];
        for (seen, differs) in self.differs.iter_mut().zip(differs) {
            *seen |= differs;
        }
    }
}

fn has_opposite_signs(line: &OrderLine) -> bool {
    let (quantity, revenue) = (line.quantity, line.revenue);
    !quantity.is_zero()
        && !revenue.is_zero()
        && quantity.is_sign_negative() != revenue.is_sign_negative()
}

/// Takes the value where there is none yet; says whether it is another one.
fn settle<V: Copy + PartialEq>(held: &mut Option<V>, given: Option<V>) -> bool {
    let other = held.is_some() && given.is_some() && *held != given;
    *held = held.or(given);
    other
}

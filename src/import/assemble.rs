//! Rows, in whatever order they come, put together into orders.
//!
//! The lines of one order may be scattered over the whole file, so all of it is
//! held until its end, compactly: texts once, numbers as they are, and the lines
//! of an order as a chain through one table. A line takes 80 bytes in its table;
//! with two lines an order, and all that they name, the process grew by 220
//! bytes a line (measured on a million).

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{
    Error,
    catalog::Catalogs,
    draft::{Draft, Line, Said},
    intern::{Interner, Symbol},
    pricing::Priced,
    rejects::Reject,
    row::{Head, Row},
};

/// What a document of 16 MB holds for certain.
const MOST_LINES: u32 = 50_000;

/// Orders and all that they name.
#[derive(Default)]
pub(super) struct Assembly {
    pub catalogs: Catalogs,
    pub ids: Interner,
    pub orders: Vec<Draft>,
    pub lines: Vec<Line>,
    /// The lines' amounts before any discount, where orders have one to share.
    pub lists: Option<Vec<Decimal>>,
}

impl Assembly {
    /// `shares_discounts` where orders have a discount that is shared among their lines.
    pub fn new(shares_discounts: bool) -> Self {
        Self {
            lists: shares_discounts.then(Vec::new),
            ..Self::default()
        }
    }

    /// Adds one row.
    ///
    /// Exports that fill an order's own columns on its first row only are
    /// common: a blank date or status is that of the rows before. It is a
    /// reject when there are none.
    pub fn add(&mut self, row: &Row<'_>) -> Result<(), Reject> {
        let (order, said) = self.hear(&row.head);
        let known = &self.orders[order.index()].said;
        let ordered_at = said.ordered_at.or(known.ordered_at);
        let ordered_at = ordered_at.ok_or_else(|| Reject::missing("order.ordered_at"))?;
        if known.status().is_none() {
            return Err(Reject::missing("order.status"));
        }
        let known = *known;
        self.catalogs.mark_used(&said);
        self.catalogs.mark_used(&known);
        let product = row.product.as_ref();
        let product = product.map(|product| self.catalogs.product(product, ordered_at));
        self.push_line(order, product, &row.priced);
        Ok(())
    }

    /// Takes what a row says of its order, of which it may be no line.
    pub fn hear(&mut self, head: &Head<'_>) -> (Symbol, Said) {
        let order = self.ids.intern(&head.order_id);
        if order.index() == self.orders.len() {
            self.orders.push(Draft::default());
        }
        let known = self.orders[order.index()].said.ordered_at;
        let at = head.ordered_at.or(known);
        let said = self.said(head, at.unwrap_or(DateTime::<Utc>::MIN_UTC));
        self.orders[order.index()].hear(&said);
        (order, said)
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

    /// The orders that have lines, with their ids, in order of appearance.
    pub fn imported(&self) -> impl Iterator<Item = (&str, &Draft)> {
        self.ids
            .iter()
            .zip(&self.orders)
            .filter(|(_, draft)| draft.is_imported())
    }

    /// An order's lines in the order of the file, as places in `lines`.
    pub fn lines_of(&self, draft: &Draft) -> impl Iterator<Item = usize> {
        let next = |line: &Symbol| self.lines[line.index()].next;
        std::iter::successors(draft.first_line, next).map(Symbol::index)
    }

    /// Appends a line to an order.
    pub fn append(&mut self, order: Symbol, line: Line) {
        let symbol = Symbol::new(self.lines.len());
        self.lines.push(line);
        let draft = &mut self.orders[order.index()];
        match draft.last_line {
            Some(last) => self.lines[last.index()].next = Some(symbol),
            None => draft.first_line = Some(symbol),
        }
        draft.last_line = Some(symbol);
        draft.line_count = draft.line_count.saturating_add(1);
    }

    fn push_line(&mut self, order: Symbol, product: Option<Symbol>, priced: &Priced) {
        if let Some(lists) = &mut self.lists {
            lists.push(priced.list);
        }
        let line = &priced.line;
        self.append(
            order,
            Line {
                product,
                next: None,
                quantity: line.quantity,
                revenue: line.revenue,
                profit: line.profit,
                discount: line.discount,
            },
        );
    }

    fn said(&mut self, head: &Head<'_>, at: DateTime<Utc>) -> Said {
        let catalogs = &mut self.catalogs;
        let texts = &mut catalogs.texts;
        let status = head.status.as_ref().map(|status| texts.intern(status));
        let fallback = head.fallback.map(|status| texts.intern(status));
        let ship_mode = head.ship_mode.as_ref().map(|mode| texts.intern(mode));
        let customer = head.customer.as_ref();
        let customer = customer.map(|customer| catalogs.customer(customer, at));
        let mut place = |place: Option<_>| place.map(|place| catalogs.place(place, at));
        Said {
            ordered_at: head.ordered_at,
            shipped_at: head.shipped_at,
            status,
            fallback,
            ship_mode,
            customer,
            ship_to: place(head.ship_to.as_ref()),
            ship_from: place(head.ship_from.as_ref()),
            discount: head.discount,
            refund: head.refund,
        }
    }
}

//! Blocks: a few thousand orders and their lines as columns.

use std::cmp::Ordering;

use super::{
    Unheld,
    amount::{Amount, Amounts, row},
    order_ids::OrderIds,
    own_numbers::OwnNumbers,
};
use crate::kpi::Dimension;

/// Orders that a block is made of; one is split where it grows to twice as many.
pub const ORDERS: usize = 4096;

/// An order as the columns hold it, without its lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// A hash of its id.
    pub id: u64,
    /// The id itself, where it tells orders of the same instant apart.
    pub id_text: Box<str>,
    /// When it was placed, in milliseconds since 1970.
    pub time: i64,
    /// From then until it shipped, in milliseconds.
    pub shipping: Option<i64>,
    pub status: u16,
    pub ship_mode: u16,
    pub customer: u32,
    pub ship_to: u32,
    pub ship_from: u32,
    /// The codes of a shop's own attributes, each in its place.
    pub own: Box<[u32]>,
    /// The shop's own numbers, each in its place.
    pub numbers: Box<[Option<Amount>]>,
}

impl Order {
    /// What tells where it stands among others.
    pub fn place(&self) -> (i64, &str, u64) {
        (self.time, &self.id_text, self.id)
    }
}

/// A line as the columns hold it. A return record is one, too, of amounts below 0: its
/// quantity may be missing, that of a line on an order is not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    pub product: u32,
    pub quantity: Option<Amount>,
    pub revenue: Option<Amount>,
    pub profit: Option<Amount>,
    pub discount: Option<Amount>,
    pub cost: Option<Amount>,
    pub tax: Option<Amount>,
    pub shipping: Option<Amount>,
    /// As those of an order.
    pub own: Box<[u32]>,
    /// As those of an order.
    pub numbers: Box<[Option<Amount>]>,
}

impl Order {
    /// What it has outside of itself, as all orders of a shop do.
    pub fn boxed_bytes(&self) -> usize {
        size_of_val(&*self.own) + size_of_val(&*self.numbers) + self.id_text.len()
    }
}

impl Line {
    /// As those of an order.
    pub fn boxed_bytes(&self) -> usize {
        size_of_val(&*self.own) + size_of_val(&*self.numbers)
    }
}

/// Consecutive orders, by time and then by id, and their lines, by order. It never changes.
#[derive(Debug)]
pub struct Block {
    pub id: Vec<u64>,
    ids: OrderIds,
    pub time: Vec<i64>,
    /// From when each order was placed until it shipped, in milliseconds.
    pub shipping: Amounts,
    pub status: Vec<u16>,
    pub ship_mode: Vec<u16>,
    pub customer: Vec<u32>,
    pub ship_to: Vec<u32>,
    pub ship_from: Vec<u32>,
    /// Where each order's lines start; one more than there are orders.
    pub first_line: Vec<u32>,
    pub product: Vec<u32>,
    /// The codes of a shop's own attributes of orders, a column each.
    pub own_of_orders: Own,
    /// The same of lines.
    pub own_of_lines: Own,
    /// The shop's own numbers of orders.
    pub numbers_of_orders: OwnNumbers,
    /// The same of lines.
    pub numbers_of_lines: OwnNumbers,
    /// The amounts of each line.
    pub of_lines: Numbers,
    /// The sums over the lines of each order, which most questions are answered from.
    pub of_orders: Numbers,
}

/// Columns of codes, one for each of a shop's own attributes.
#[derive(Debug, Default)]
pub struct Own(Vec<Vec<u32>>);

impl Own {
    /// The column of an attribute, by its place; empty where there are no rows.
    pub fn column(&self, of: Dimension) -> &[u32] {
        let place = of
            .own()
            .expect("only a shop's own attributes have such columns");
        self.0.get(place).map_or(&[], Vec::as_slice)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The columns of these rows.
    fn of<'a>(rows: impl Iterator<Item = &'a [u32]>) -> Self {
        let mut columns = Vec::new();
        for row in rows {
            columns.resize_with(row.len(), Vec::new);
            for (column, code) in columns.iter_mut().zip(row) {
                column.push(*code);
            }
        }
        Self(columns.into_iter().map(shrunk).collect())
    }

    fn row(&self, at: usize) -> Box<[u32]> {
        self.0.iter().map(|column| column[at]).collect()
    }

    fn bytes(&self) -> usize {
        self.0.iter().map(|it| size_of_val(it.as_slice())).sum()
    }
}

/// Columns of amounts.
#[derive(Debug)]
pub struct Numbers {
    pub quantity: Amounts,
    pub revenue: Amounts,
    pub profit: Amounts,
    pub discount: Amounts,
    pub cost: Amounts,
    pub tax: Amounts,
    pub shipping: Amounts,
}

impl Numbers {
    /// # Errors
    /// When amounts of one column have no scale in common.
    fn of_lines(lines: &[Line]) -> Result<Self, Unheld> {
        let column = |of: fn(&Line) -> Option<Amount>| {
            Amounts::new(&lines.iter().map(of).collect::<Vec<_>>())
        };
        Ok(Self {
            quantity: column(|it| it.quantity)?,
            revenue: column(|it| it.revenue)?,
            profit: column(|it| it.profit)?,
            discount: column(|it| it.discount)?,
            cost: column(|it| it.cost)?,
            tax: column(|it| it.tax)?,
            shipping: column(|it| it.shipping)?,
        })
    }

    pub fn bytes(&self) -> usize {
        let columns = [
            &self.quantity,
            &self.revenue,
            &self.profit,
            &self.discount,
            &self.cost,
            &self.tax,
            &self.shipping,
        ];
        columns.into_iter().map(Amounts::bytes).sum()
    }

    /// The sums over the lines of each order.
    ///
    /// # Errors
    /// When one does not fit 63 bits.
    fn by_order(&self, first_line: &[u32]) -> Result<Self, Unheld> {
        Ok(Self {
            quantity: self.quantity.sums(first_line)?,
            revenue: self.revenue.sums(first_line)?,
            profit: self.profit.sums(first_line)?,
            discount: self.discount.sums(first_line)?,
            cost: self.cost.sums(first_line)?,
            tax: self.tax.sums(first_line)?,
            shipping: self.shipping.sums(first_line)?,
        })
    }
}

impl Block {
    /// How many orders.
    pub fn len(&self) -> usize {
        self.time.len()
    }

    /// The first order's time, and the last one's.
    pub fn times(&self) -> (i64, i64) {
        (self.time[0], self.time[self.len() - 1])
    }

    /// Whether an order comes after another one, which is in no block yet.
    pub fn comes_after(&self, at: usize, other: &Order) -> bool {
        let times = self.time[at].cmp(&other.time);
        times.then_with(|| self.ids.compare(at, &other.id_text)) == Ordering::Greater
    }

    pub fn order(&self, at: usize) -> Order {
        Order {
            id: self.id[at],
            id_text: self.ids.id(at),
            time: self.time[at],
            shipping: self.shipping.values.value(at),
            status: self.status[at],
            ship_mode: self.ship_mode[at],
            customer: self.customer[at],
            ship_to: self.ship_to[at],
            ship_from: self.ship_from[at],
            own: self.own_of_orders.row(at),
            numbers: self.numbers_of_orders.row(at),
        }
    }

    /// The numbers of an order's lines.
    pub fn lines_of(&self, order: usize) -> std::ops::Range<usize> {
        self.first_line[order] as usize..self.first_line[order + 1] as usize
    }

    fn line(&self, at: usize) -> Line {
        let Numbers {
            quantity,
            revenue,
            profit,
            discount,
            cost,
            tax,
            shipping,
        } = &self.of_lines;
        Line {
            product: self.product[at],
            quantity: quantity.amount(at),
            revenue: revenue.amount(at),
            profit: profit.amount(at),
            discount: discount.amount(at),
            cost: cost.amount(at),
            tax: tax.amount(at),
            shipping: shipping.amount(at),
            own: self.own_of_lines.row(at),
            numbers: self.numbers_of_lines.row(at),
        }
    }

    pub fn bytes(&self) -> usize {
        const PER_ORDER: usize = 8 + 8 + 2 + 2 + 4 + 4 + 4 + 4;
        const PER_LINE: usize = 4;
        self.len() * PER_ORDER
            + self.product.len() * PER_LINE
            + self.ids.bytes()
            + self.own_of_orders.bytes()
            + self.own_of_lines.bytes()
            + self.numbers_of_orders.bytes()
            + self.numbers_of_lines.bytes()
            + self.shipping.bytes()
            + self.of_lines.bytes()
            + self.of_orders.bytes()
    }
}

/// Takes orders in the order of their time, and of their ids, and makes blocks of them.
#[derive(Debug)]
pub struct Builder {
    orders: Vec<Order>,
    first_line: Vec<u32>,
    lines: Vec<Line>,
    built: Vec<Block>,
    /// A block is closed when it holds so many orders.
    most: usize,
}

impl Builder {
    /// A builder of blocks of so many orders.
    pub fn new(most: usize) -> Self {
        Self {
            orders: Vec::new(),
            first_line: vec![0],
            lines: Vec::new(),
            built: Vec::new(),
            most,
        }
    }

    /// Takes the next order.
    ///
    /// # Errors
    /// When the amounts of a block cannot be held exactly.
    pub fn push(
        &mut self,
        order: Order,
        lines: impl IntoIterator<Item = Line>,
    ) -> Result<(), Unheld> {
        if self.orders.len() == self.most {
            self.close()?;
        }
        self.orders.push(order);
        self.lines.extend(lines);
        self.first_line.push(row(self.lines.len()));
        Ok(())
    }

    /// Takes an order of another block over.
    ///
    /// # Errors
    /// As [`Builder::push`].
    pub fn copy(&mut self, block: &Block, order: usize) -> Result<(), Unheld> {
        self.copy_some(block, order, |_| true)
    }

    /// Takes an order of another block over with those of its lines that are to be kept.
    ///
    /// # Errors
    /// As [`Builder::push`].
    pub fn copy_some(
        &mut self,
        block: &Block,
        order: usize,
        keeps: impl Fn(usize) -> bool,
    ) -> Result<(), Unheld> {
        let lines = block.lines_of(order).filter(|at| keeps(*at));
        let lines = lines.map(|at| block.line(at));
        self.push(block.order(order), lines)
    }

    /// The blocks.
    ///
    /// # Errors
    /// As [`Builder::push`].
    pub fn finish(mut self) -> Result<Vec<Block>, Unheld> {
        if !self.orders.is_empty() {
            self.close()?;
        }
        Ok(self.built)
    }

    fn close(&mut self) -> Result<(), Unheld> {
        let orders = std::mem::take(&mut self.orders);
        let first_line = shrunk(std::mem::replace(&mut self.first_line, vec![0]));
        let lines = std::mem::take(&mut self.lines);
        let of_lines = Numbers::of_lines(&lines)?;
        self.built.push(Block {
            id: orders.iter().map(|it| it.id).collect(),
            ids: OrderIds::of(orders.iter().map(|it| &*it.id_text)),
            time: orders.iter().map(|it| it.time).collect(),
            shipping: Amounts::whole(orders.iter().map(|it| it.shipping).collect()),
            status: orders.iter().map(|it| it.status).collect(),
            ship_mode: orders.iter().map(|it| it.ship_mode).collect(),
            customer: orders.iter().map(|it| it.customer).collect(),
            ship_to: orders.iter().map(|it| it.ship_to).collect(),
            ship_from: orders.iter().map(|it| it.ship_from).collect(),
            product: lines.iter().map(|it| it.product).collect(),
            own_of_orders: Own::of(orders.iter().map(|it| &*it.own)),
            own_of_lines: Own::of(lines.iter().map(|it| &*it.own)),
            numbers_of_orders: OwnNumbers::of(&orders.iter().map(|it| &*it.numbers))?,
            numbers_of_lines: OwnNumbers::of(&lines.iter().map(|it| &*it.numbers))?,
            of_orders: of_lines.by_order(&first_line)?,
            of_lines,
            first_line,
        });
        Ok(())
    }
}

/// A column lives long: what it grew into must not stay reserved.
fn shrunk(mut column: Vec<u32>) -> Vec<u32> {
    column.shrink_to_fit();
    column
}

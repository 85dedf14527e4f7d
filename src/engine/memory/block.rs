//! Blocks: a few thousand orders and their lines as columns.

use super::{
    Unheld,
    amount::{Amount, Amounts, row},
};

/// Orders that a block is made of; one is split where it grows to twice as many.
pub const ORDERS: usize = 4096;

/// An order as the columns hold it, without its lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// A hash of its id.
    pub id: u64,
    /// When it was placed, in milliseconds since 1970.
    pub time: i64,
    /// From then until it shipped, in milliseconds.
    pub shipping: Option<i64>,
    pub status: u16,
    pub ship_mode: u16,
    pub customer: u32,
    pub ship_to: u32,
    pub ship_from: u32,
}

/// A line as the columns hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    pub product: u32,
    pub quantity: Amount,
    pub revenue: Amount,
    pub profit: Option<Amount>,
}

/// Consecutive orders, by time, and their lines, by order. It never changes.
#[derive(Debug)]
pub struct Block {
    pub id: Vec<u64>,
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
    /// The amounts of each line.
    pub of_lines: Numbers,
    /// The sums over the lines of each order, which most questions are answered from.
    pub of_orders: Numbers,
}

/// Columns of amounts.
#[derive(Debug)]
pub struct Numbers {
    pub quantity: Amounts,
    pub revenue: Amounts,
    pub profit: Amounts,
}

impl Numbers {
    pub fn bytes(&self) -> usize {
        self.quantity.bytes() + self.revenue.bytes() + self.profit.bytes()
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

    pub fn order(&self, at: usize) -> Order {
        Order {
            id: self.id[at],
            time: self.time[at],
            shipping: self.shipping.values.value(at),
            status: self.status[at],
            ship_mode: self.ship_mode[at],
            customer: self.customer[at],
            ship_to: self.ship_to[at],
            ship_from: self.ship_from[at],
        }
    }

    /// The numbers of an order's lines.
    pub fn lines_of(&self, order: usize) -> std::ops::Range<usize> {
        self.first_line[order] as usize..self.first_line[order + 1] as usize
    }

    /// What a line was; `None` is for no line of a built block.
    fn line(&self, at: usize) -> Option<Line> {
        Some(Line {
            product: self.product[at],
            quantity: self.of_lines.quantity.amount(at)?,
            revenue: self.of_lines.revenue.amount(at)?,
            profit: self.of_lines.profit.amount(at),
        })
    }

    pub fn bytes(&self) -> usize {
        const PER_ORDER: usize = 8 + 8 + 2 + 2 + 4 + 4 + 4 + 4;
        const PER_LINE: usize = 4;
        self.len() * PER_ORDER
            + self.product.len() * PER_LINE
            + self.shipping.bytes()
            + self.of_lines.bytes()
            + self.of_orders.bytes()
    }
}

/// Takes orders in the order of their time and makes blocks of them.
#[derive(Debug)]
pub struct Builder {
    orders: Vec<Order>,
    first_line: Vec<u32>,
    product: Vec<u32>,
    quantity: Vec<Option<Amount>>,
    revenue: Vec<Option<Amount>>,
    profit: Vec<Option<Amount>>,
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
            product: Vec::new(),
            quantity: Vec::new(),
            revenue: Vec::new(),
            profit: Vec::new(),
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
        for line in lines {
            self.product.push(line.product);
            self.quantity.push(Some(line.quantity));
            self.revenue.push(Some(line.revenue));
            self.profit.push(line.profit);
        }
        self.first_line.push(row(self.product.len()));
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
        let lines = lines.filter_map(|at| block.line(at));
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
        let of_lines = Numbers {
            quantity: Amounts::new(&std::mem::take(&mut self.quantity))?,
            revenue: Amounts::new(&std::mem::take(&mut self.revenue))?,
            profit: Amounts::new(&std::mem::take(&mut self.profit))?,
        };
        self.built.push(Block {
            id: orders.iter().map(|it| it.id).collect(),
            time: orders.iter().map(|it| it.time).collect(),
            shipping: Amounts::whole(orders.iter().map(|it| it.shipping).collect()),
            status: orders.iter().map(|it| it.status).collect(),
            ship_mode: orders.iter().map(|it| it.ship_mode).collect(),
            customer: orders.iter().map(|it| it.customer).collect(),
            ship_to: orders.iter().map(|it| it.ship_to).collect(),
            ship_from: orders.iter().map(|it| it.ship_from).collect(),
            product: shrunk(std::mem::take(&mut self.product)),
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

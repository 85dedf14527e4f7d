//! What is selected of a block, as columns of its own.
//!
//! Copied together once, when the first pass of a walk asks for them, where they do not lie
//! together already; then every pass reads them one after the other, without a look at what
//! lies between.

use std::{borrow::Cow, cell::OnceCell, ops::Range};

use super::{
    attributes::Base,
    block::{Block, Numbers},
    dictionary::MISSING,
    history::FirstOrders,
    ledger::Scales,
    own_numbers::OwnNumbers,
    picks::Picks,
    selected::{Orders, Selected},
};
use crate::kpi::Dimension;

/// What a line or an order adds to its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addend {
    Revenue,
    Profit,
    /// One for each that has a profit.
    Profits,
    Units,
    /// One for each that has a quantity.
    Quantities,
    Lines,
    Sold,
    SoldUnits,
    Gross,
    Discount,
    /// One for each that has a discount.
    Discounts,
    Cost,
    /// One for each that has a cost.
    Costs,
    CostedRevenue,
    Tax,
    /// One for each that has a tax.
    Taxes,
    Shipping,
    /// One for each that has a charge for shipping.
    Shippings,
    Orders,
    CustomerOrders,
    ShippingTime,
    ShippedOrders,
}

impl Addend {
    pub const COUNT: usize = Self::ShippedOrders as usize + 1;

    /// Whether single lines add it, not whole orders.
    pub fn is_of_lines(self) -> bool {
        !matches!(
            self,
            Self::Orders | Self::CustomerOrders | Self::ShippingTime | Self::ShippedOrders
        )
    }

    /// Whether what an order adds is not what its lines add up to by themselves: it depends
    /// on which of them were sold, or have a cost.
    fn is_of_some_lines(self) -> bool {
        matches!(
            self,
            Self::Sold
                | Self::SoldUnits
                | Self::Gross
                | Self::Discount
                | Self::Discounts
                | Self::CostedRevenue
        )
    }
}

/// What is selected of a block, and whose it is.
#[derive(Debug)]
pub struct Part<'a> {
    pub columns: Columns<'a>,
    /// Whether it is of the period before.
    pub is_before: bool,
    /// Whether its lines and orders count in this share; customers have shares of their own.
    pub is_mine: bool,
}

/// What is known of when else the customers of a block's orders have ordered, where a plan
/// must know.
#[derive(Clone, Copy, Debug, Default)]
pub struct Past<'a> {
    /// When the customer of each of the block's orders ordered before.
    pub earlier: &'a [i64],
    pub first_orders: Option<&'a FirstOrders>,
}

/// The columns of what is selected of a block, each in the order of its rows.
#[derive(Debug)]
pub struct Columns<'a> {
    block: &'a Block,
    past: Past<'a>,
    selected: &'a Selected,
    scales: &'a Scales,
    orders: Picks<'a>,
    lines: OnceCell<Picks<'a>>,
    owners: OnceCell<Vec<u32>>,
    time: OnceCell<Cow<'a, [i64]>>,
    earlier: OnceCell<Cow<'a, [i64]>>,
    codes: Codes<'a>,
    ship_from: OnceCell<Cow<'a, [u32]>>,
    of_orders: [OnceCell<Vec<i64>>; Addend::COUNT],
    of_lines: [OnceCell<Vec<i64>>; Addend::COUNT],
}

/// The codes of each base, once somebody has asked for them.
#[derive(Debug)]
struct Codes<'a> {
    customer: OnceCell<Cow<'a, [u32]>>,
    ship_to: OnceCell<Cow<'a, [u32]>>,
    ship_mode: OnceCell<Cow<'a, [u32]>>,
    status: OnceCell<Cow<'a, [u32]>>,
    kind: OnceCell<Cow<'a, [u32]>>,
    product: OnceCell<Cow<'a, [u32]>>,
    /// Of a shop's own attributes of orders, each in its place.
    of_orders: Vec<OnceCell<Cow<'a, [u32]>>>,
    /// The same of lines.
    of_lines: Vec<OnceCell<Cow<'a, [u32]>>>,
}

impl<'a> Codes<'a> {
    fn of(block: &Block) -> Self {
        let empty = |many| std::iter::repeat_with(OnceCell::new).take(many).collect();
        Self {
            customer: OnceCell::new(),
            ship_to: OnceCell::new(),
            ship_mode: OnceCell::new(),
            status: OnceCell::new(),
            kind: OnceCell::new(),
            product: OnceCell::new(),
            of_orders: empty(block.own_of_orders.len()),
            of_lines: empty(block.own_of_lines.len()),
        }
    }

    fn of_base(&self, base: Base) -> &OnceCell<Cow<'a, [u32]>> {
        let place = |own: Dimension| own.own().unwrap_or_default();
        match base {
            Base::Customer => &self.customer,
            Base::ShipTo => &self.ship_to,
            Base::ShipMode => &self.ship_mode,
            Base::Status => &self.status,
            Base::Kind => &self.kind,
            Base::Product => &self.product,
            Base::OfOrder(own) => &self.of_orders[place(own)],
            Base::OfLine(own) => &self.of_lines[place(own)],
        }
    }
}

impl<'a> Columns<'a> {
    /// Amounts come at these scales.
    pub fn new(
        block: &'a Block,
        past: Past<'a>,
        selected: &'a Selected,
        scales: &'a Scales,
    ) -> Self {
        Self {
            block,
            past,
            selected,
            scales,
            orders: match &selected.orders {
                Orders::These(rows) => Picks::new(rows),
                Orders::Nearly { all, .. } => Picks::all(all.clone()),
            },
            lines: OnceCell::new(),
            owners: OnceCell::new(),
            time: OnceCell::new(),
            earlier: OnceCell::new(),
            codes: Codes::of(block),
            ship_from: OnceCell::new(),
            of_orders: Default::default(),
            of_lines: Default::default(),
        }
    }

    /// How many orders are looked at.
    pub fn len(&self) -> usize {
        self.orders.len()
    }

    /// Which of them are left out nevertheless.
    pub fn left_out(&self) -> &[u32] {
        match &self.selected.orders {
            Orders::These(_) => &[],
            Orders::Nearly { but, .. } => but,
        }
    }

    /// Where the lines of those that are left out lie among the lines.
    pub fn lines_left_out(&self) -> impl Iterator<Item = Range<usize>> {
        let ends = match &self.selected.orders {
            Orders::These(_) => &[][..],
            Orders::Nearly { all, .. } => &self.block.first_line[all.start..=all.end],
        };
        let lines = |order: &u32| {
            let line = |end: u32| (end - ends[0]) as usize;
            line(ends[*order as usize])..line(ends[*order as usize + 1])
        };
        self.left_out().iter().map(lines)
    }

    /// When each order was placed, in milliseconds since 1970.
    pub fn time(&self) -> &[i64] {
        self.time
            .get_or_init(|| self.orders.slice(&self.block.time))
    }

    /// When each order's customer ordered before, as a [history](super::history) has it.
    pub fn earlier(&self) -> &[i64] {
        self.earlier
            .get_or_init(|| self.orders.slice(self.past.earlier))
    }

    /// The codes of each order, or of each line where products are the base.
    pub fn codes(&self, base: Base) -> &[u32] {
        let (block, orders) = (self.block, &self.orders);
        if matches!(base, Base::OfLine(_)) && block.own_of_lines.len() == 0 {
            // None of its orders has lines.
            return &[];
        }
        self.codes.of_base(base).get_or_init(|| match base {
            Base::Customer => orders.slice(&block.customer),
            Base::ShipTo => orders.slice(&block.ship_to),
            Base::ShipMode => orders.of(&block.ship_mode, u32::from).into(),
            Base::Status => orders.of(&block.status, u32::from).into(),
            Base::Kind => self.kinds().into(),
            Base::Product => self.lines().slice(&block.product),
            Base::OfOrder(own) => orders.slice(block.own_of_orders.column(own)),
            Base::OfLine(own) => self.lines().slice(block.own_of_lines.column(own)),
        })
    }

    /// Whether each order is its customer's first.
    fn kinds(&self) -> Vec<u32> {
        let known = self.past.first_orders;
        let first = known.expect("a walk knows first orders where a plan groups by kinds");
        let ids = self.orders.slice(&self.block.id);
        let customers = self.codes(Base::Customer).iter();
        customers
            .zip(&*ids)
            .map(|(customer, id)| first.kind(*customer, *id))
            .collect()
    }

    /// The place that each order ships from.
    pub fn ship_from(&self) -> &[u32] {
        self.ship_from
            .get_or_init(|| self.orders.slice(&self.block.ship_from))
    }

    /// For each line, the place of its order among the orders.
    pub fn owners(&self) -> &[u32] {
        if let Some(some) = &self.selected.lines {
            return &some.owners;
        }
        self.owners
            .get_or_init(|| self.orders.owners_of(&self.block.first_line))
    }

    /// What each order adds.
    pub fn of_orders(&self, addend: Addend) -> &[i64] {
        let (block, orders) = (self.block, &self.orders);
        self.of_orders[addend as usize].get_or_init(|| match addend {
            Addend::Orders => vec![1; self.len()],
            Addend::CustomerOrders => {
                let customers = self.codes(Base::Customer).iter();
                customers.map(|it| i64::from(*it != MISSING)).collect()
            }
            Addend::ShippingTime => orders.units(&block.shipping, 0),
            Addend::ShippedOrders => orders.presence(&block.shipping),
            of_lines if !self.selected.is_whole() || of_lines.is_of_some_lines() => {
                self.sums(of_lines)
            }
            Addend::Lines => orders.line_counts(&block.first_line),
            of_lines => self.numbers(of_lines, orders, &block.of_orders),
        })
    }

    /// What each line adds; orders add nothing here.
    pub fn of_lines(&self, addend: Addend) -> &[i64] {
        self.of_lines[addend as usize].get_or_init(|| match addend {
            Addend::Lines => vec![1; self.owners().len()],
            of_lines => self.numbers(of_lines, self.lines(), &self.block.of_lines),
        })
    }

    /// A number of the shop's own of each order, at this scale, with
    /// [`MISSING_WIDE`] for one that is missing.
    pub fn own_of_orders(&self, place: usize, scale: u32) -> Vec<i64> {
        own(&self.orders, &self.block.numbers_of_orders, place, scale)
    }

    /// The same of each line.
    pub fn own_of_lines(&self, place: usize, scale: u32) -> Vec<i64> {
        own(self.lines(), &self.block.numbers_of_lines, place, scale)
    }

    fn numbers(&self, addend: Addend, rows: &Picks<'_>, numbers: &Numbers) -> Vec<i64> {
        let scales = self.scales;
        match addend {
            Addend::Revenue => rows.units(&numbers.revenue, scales.revenue),
            Addend::Profit => rows.units(&numbers.profit, scales.profit),
            Addend::Profits => rows.presence(&numbers.profit),
            Addend::Units => rows.units(&numbers.quantity, scales.quantity),
            Addend::Quantities => rows.presence(&numbers.quantity),
            Addend::Cost => rows.units(&numbers.cost, scales.cost),
            Addend::Costs => rows.presence(&numbers.cost),
            Addend::Tax => rows.units(&numbers.tax, scales.tax),
            Addend::Taxes => rows.presence(&numbers.tax),
            Addend::Shipping => rows.units(&numbers.shipping, scales.shipping),
            Addend::Shippings => rows.presence(&numbers.shipping),
            Addend::Sold
            | Addend::SoldUnits
            | Addend::Gross
            | Addend::Discount
            | Addend::Discounts
            | Addend::CostedRevenue => self.sold(addend, rows, numbers),
            Addend::Lines
            | Addend::Orders
            | Addend::CustomerOrders
            | Addend::ShippingTime
            | Addend::ShippedOrders => Vec::new(),
        }
    }

    /// What lines add where they are sold: those that are no returns.
    fn sold(&self, addend: Addend, rows: &Picks<'_>, numbers: &Numbers) -> Vec<i64> {
        let revenue = || rows.units(&numbers.revenue, self.scales.revenue);
        let discount = || rows.units(&numbers.discount, self.scales.revenue);
        let mut values = match addend {
            Addend::SoldUnits => rows.units(&numbers.quantity, self.scales.quantity),
            Addend::Gross => sums_of(revenue(), &discount()),
            Addend::Discount => discount(),
            Addend::Discounts => rows.presence(&numbers.discount),
            Addend::CostedRevenue => products_of(revenue(), &rows.presence(&numbers.cost)),
            Addend::Sold => revenue(),
            other => unreachable!("{other:?} is not of sold lines"),
        };
        let quantities = rows.units(&numbers.quantity, self.scales.quantity);
        for (value, quantity) in values.iter_mut().zip(quantities) {
            *value *= i64::from(quantity >= 0);
        }
        values
    }

    /// What the selected lines of each order add up to.
    fn sums(&self, addend: Addend) -> Vec<i64> {
        let mut sums = vec![0; self.len()];
        for (owner, value) in self.owners().iter().zip(self.of_lines(addend)) {
            sums[*owner as usize] += value;
        }
        sums
    }

    fn lines(&self) -> &Picks<'a> {
        self.lines.get_or_init(|| match &self.selected.lines {
            Some(some) => Picks::new(&some.numbers),
            None => self.orders.lines_of(&self.block.first_line),
        })
    }
}

fn own(rows: &Picks<'_>, numbers: &OwnNumbers, place: usize, scale: u32) -> Vec<i64> {
    let column = numbers.column(place);
    column.map_or_else(Vec::new, |it| rows.units_or_missing(it, scale))
}

fn sums_of(mut values: Vec<i64>, more: &[i64]) -> Vec<i64> {
    values
        .iter_mut()
        .zip(more)
        .for_each(|(it, more)| *it += more);
    values
}

fn products_of(mut values: Vec<i64>, by: &[i64]) -> Vec<i64> {
    values.iter_mut().zip(by).for_each(|(it, by)| *it *= by);
    values
}

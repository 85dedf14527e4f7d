//! What is known of a whole order only, shared among its lines.

use rust_decimal::Decimal;

use super::{
    assemble::Assembly,
    draft::{Draft, Line},
    intern::Symbol,
    pricing::share_of,
    report::Named,
    share::share,
};

impl Assembly {
    /// Shares each order's discount and refund among its lines; names the
    /// orders that have more of it than their lines are worth.
    ///
    /// A discount lowers what the lines earned, in proportion to their list
    /// amounts. A refund becomes lines of its own, without units, for how many
    /// came back is not known; each has a part in proportion to the revenue of
    /// the line that it belongs to. Of more than the lines are worth, which may
    /// be shipping or tax, only that much is taken.
    pub fn share_totals(&mut self, decimals: u32) -> Named {
        let mut exceeding = Named::default();
        for index in 0..self.orders.len() {
            let order = Symbol::new(index);
            let draft = &self.orders[index];
            if !draft.is_imported() {
                continue;
            }
            let (discount, refund) = (draft.said.discount, draft.said.refund);
            let sold = self.sold_lines(draft);
            let mut fits = true;
            if let Some(amount) = discount.filter(|amount| !amount.is_zero()) {
                fits &= self.take_discount(&sold, amount, decimals);
            }
            if let Some(amount) = refund.filter(|amount| !amount.is_zero()) {
                fits &= self.give_back(order, &sold, amount, decimals);
            }
            if !fits {
                exceeding.add(self.ids.text(order));
            }
        }
        exceeding
    }

    /// The lines that sold something, as places in `lines`.
    fn sold_lines(&self, draft: &Draft) -> Vec<usize> {
        let is_sold = |line: &Line| line.quantity > Decimal::ZERO && line.revenue > Decimal::ZERO;
        self.lines_of(draft)
            .filter(|&line| is_sold(&self.lines[line]))
            .collect()
    }

    fn revenue_of(&self, lines: &[usize]) -> Vec<Decimal> {
        lines.iter().map(|&line| self.lines[line].revenue).collect()
    }

    /// Lowers the lines' revenue by the discount; whether all of it was to be had.
    fn take_discount(&mut self, sold: &[usize], amount: Decimal, decimals: u32) -> bool {
        let lists = self
            .lists
            .as_ref()
            .expect("kept where orders have discounts");
        let lists: Vec<Decimal> = sold.iter().map(|&line| lists[line]).collect();
        let earned: Decimal = self.revenue_of(sold).iter().sum();
        let Some(parts) = share(amount.min(earned), &lists, decimals) else {
            return false;
        };
        for ((&line, list), part) in sold.iter().zip(lists).zip(parts) {
            let line = &mut self.lines[line];
            line.revenue -= part;
            line.profit = line.profit.map(|profit| profit - part);
            line.discount = share_of(list - line.revenue, list);
        }
        amount <= earned
    }

    /// Adds lines that give the refund back; whether the order had earned so much.
    fn give_back(&mut self, order: Symbol, sold: &[usize], amount: Decimal, decimals: u32) -> bool {
        let revenue = self.revenue_of(sold);
        let earned: Decimal = revenue.iter().sum();
        let Some(parts) = share(amount.min(earned), &revenue, decimals) else {
            return false;
        };
        for (&line, part) in sold.iter().zip(parts).filter(|(_, part)| !part.is_zero()) {
            let line = &self.lines[line];
            let given_back = Line {
                product: line.product,
                next: None,
                quantity: Decimal::ZERO,
                revenue: -part,
                profit: line.profit.map(|_| -part),
                discount: None,
            };
            self.append(order, given_back);
        }
        amount <= earned
    }
}

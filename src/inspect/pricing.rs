//! Which amounts of a line are its price, its total and what is off it: told by their
//! names, and by whether quantity × price ≈ total.

use rust_decimal::Decimal;

use super::{
    inquiry::Inquiry,
    keys::Shop,
    layout::Layout,
    pick::{Pick, is_amount, picks},
    table::Table,
    vocabulary::{LINE_DISCOUNT, LINE_TOTAL, ORDER_TOTAL, QUANTITY, UNIT_PRICE},
};

/// Of so many lines in a hundred it must be so.
const USUALLY: usize = 80;
/// So many lines must tell something.
const ENOUGH: usize = 5;

/// The amounts of a line, in the words of the model, and why they are taken.
#[derive(Debug, Default)]
pub struct Pricing<'t> {
    pub quantity: Option<Pick<'t>>,
    /// `unit_price`, `list_amount` or `revenue`, and its field.
    pub amounts: Vec<(&'static str, Pick<'t>, String)>,
    /// Money off the line.
    pub discount_amount: Option<Pick<'t>>,
    /// The share that is off the line.
    pub discount: Option<Pick<'t>>,
}

/// What was found of a price and a total.
#[derive(Clone, Copy)]
struct Agreement<'t> {
    price: Pick<'t>,
    total: Pick<'t>,
    discount: Option<Pick<'t>>,
    agree: usize,
    of: usize,
}

impl<'t> Pricing<'t> {
    pub fn of(shop: &'t Shop<'t>, layout: &Layout) -> Self {
        let table = layout.line_table(shop);
        let mut found = Self {
            quantity: picks(table, QUANTITY, is_amount).into_iter().next(),
            ..Self::default()
        };
        let Some(quantity) = found.quantity else {
            return found;
        };
        let is_other = |it: &Pick| it.path != quantity.path;
        let other = |meaning| {
            picks(table, meaning, is_amount)
                .into_iter()
                .filter(is_other)
        };
        let prices: Vec<_> = other(UNIT_PRICE).collect();
        let totals: Vec<_> = other(LINE_TOTAL).collect();
        let discounts: Vec<_> = other(LINE_DISCOUNT).collect();
        found.discount = discounts.iter().copied().find(is_share);
        let money_off: Vec<_> = discounts.into_iter().filter(|it| !is_share(it)).collect();
        if let Some(agreement) = agreement(table, quantity, &prices, &totals, &money_off) {
            let before = before_discount(table, &totals);
            found.take(agreement, before, money_off.first().copied());
            return found;
        }
        found.discount_amount = money_off.first().copied();
        match (prices.first(), totals.first()) {
            // One field may be called as both.
            (Some(price), total) if total.is_none_or(|total| total.fit <= price.fit) => {
                found.by_orders(shop, layout, *price);
            }
            (_, Some(total)) => {
                let why = "the amount of the whole line, by its name".to_owned();
                found.amounts.push(("revenue", *total, why));
            }
            _ => {}
        }
        found
    }

    fn take(
        &mut self,
        agreement: Agreement<'t>,
        before: Option<(Pick<'t>, Pick<'t>)>,
        money_off: Option<Pick<'t>>,
    ) {
        let Agreement {
            price,
            total,
            discount,
            agree,
            of,
        } = agreement;
        let (price_path, total_path) = (price.path, total.path);
        let counted = format!("in {agree} of {of} lines");
        if let Some(discount) = discount {
            let off = discount.path;
            let why = format!("quantity × `{price_path}` ≈ `{total_path}` + `{off}` {counted}");
            self.amounts.push(("revenue", total, why));
            self.discount_amount = Some(discount);
            return;
        }
        let why = format!("quantity × `{price_path}` ≈ `{total_path}` {counted}");
        if let Some((before, after)) = before {
            let less = format!("of the whole line: `{}` or less in all lines", before.path);
            self.amounts
                .push(("list_amount", before, format!("of the whole line; {why}")));
            self.amounts.push(("revenue", after, less));
            return;
        }
        if agree * 100 >= of * 98 {
            self.amounts.push(("unit_price", price, why));
            self.discount_amount = money_off;
        } else {
            let less = format!("of the whole line; {why}, else it differs");
            self.amounts.push(("unit_price", price, why));
            self.amounts.push(("revenue", total, less));
        }
    }

    /// What is off a line, where that is known.
    fn off(&self, row: usize) -> Option<Decimal> {
        if let Some(discount) = self.discount_amount {
            return discount.number(row);
        }
        let amount = |wanted: &str| {
            let mut amounts = self.amounts.iter();
            let (_, pick, _) = amounts.find(|(key, ..)| *key == wanted)?;
            pick.number(row)
        };
        let units = || amount("unit_price")?.checked_mul(self.quantity?.number(row)?);
        let list = amount("list_amount").or_else(units)?;
        list.checked_sub(amount("revenue")?)
    }

    /// A price that no total tells of: of one unit, or of the whole line?
    fn by_orders(&mut self, shop: &Shop, layout: &Layout, price: Pick<'t>) {
        let said = sums(shop, layout, self.quantity, price);
        let (name, why) = match said {
            Some(Sums { field, times, .. }) if times.0 * 2 >= times.1 => {
                let why = format!(
                    "quantity × price adds up to the order's `{field}` in {} of {} orders",
                    times.0, times.1
                );
                ("unit_price", why)
            }
            Some(Sums { field, alone, .. }) if alone.0 * 2 >= alone.1 => {
                let why = format!(
                    "of the whole line: they add up to the order's `{field}` in {} of {} orders",
                    alone.0, alone.1
                );
                ("revenue", why)
            }
            _ => (
                "unit_price",
                "the price of one unit, by its name".to_owned(),
            ),
        };
        self.amounts.push((name, price, why));
    }
}

/// Whether a discount is a share of the list amount.
pub fn is_share(discount: &Pick) -> bool {
    let profile = &discount.column.profile;
    profile.negative == 0 && profile.whole < profile.filled && profile.is_at_most(Decimal::ONE)
}

/// The price and the total that agree in most lines, and the discount by which they differ.
fn agreement<'t>(
    table: &Table,
    quantity: Pick<'t>,
    prices: &[Pick<'t>],
    totals: &[Pick<'t>],
    discounts: &[Pick<'t>],
) -> Option<Agreement<'t>> {
    let mut best: Option<Agreement> = None;
    for price in prices {
        for total in totals.iter().filter(|it| it.path != price.path) {
            let without = std::iter::once(None);
            for discount in without.chain(discounts.iter().copied().map(Some)) {
                let (agree, of) = agree(table, quantity, *price, *total, discount);
                let is_usual = of >= ENOUGH && agree * 100 >= of * USUALLY;
                // Those before are called better: another must agree clearly more often.
                let is_better = best
                    .as_ref()
                    .is_none_or(|before| agree * before.of * 100 > before.agree * of * 101);
                if is_usual && is_better {
                    best = Some(Agreement {
                        price: *price,
                        total: *total,
                        discount,
                        agree,
                        of,
                    });
                }
            }
        }
    }
    best
}

/// Two totals of which one is never less than the other and mostly the same: before and
/// after a discount.
fn before_discount<'t>(table: &Table, totals: &[Pick<'t>]) -> Option<(Pick<'t>, Pick<'t>)> {
    let pairs = totals
        .iter()
        .flat_map(|one| totals.iter().map(move |other| (*one, *other)));
    let mut pairs = pairs.filter(|(before, after)| before.path != after.path);
    pairs.find(|(before, after)| {
        let rows = 0..table.rows.len();
        let both = rows.filter_map(|row| Some((before.number(row)?, after.number(row)?)));
        let counts = both.fold(
            (0, 0, 0),
            |(more, same, less), (before, after)| match before.cmp(&after) {
                std::cmp::Ordering::Greater => (more + 1, same, less),
                std::cmp::Ordering::Equal => (more, same + 1, less),
                std::cmp::Ordering::Less => (more, same, less + 1),
            },
        );
        matches!(counts, (more, same, 0) if more > 0 && same >= more)
    })
}

/// In how many lines of those that tell quantity × price is the total and the discount.
fn agree(
    table: &Table,
    quantity: Pick,
    price: Pick,
    total: Pick,
    discount: Option<Pick>,
) -> (usize, usize) {
    let rows = 0..table.rows.len();
    let told = rows.filter_map(|row| {
        let quantity = quantity.number(row)?;
        let (price, total) = (price.number(row)?, total.number(row)?);
        let off = discount.map_or(Some(Decimal::ZERO), |it| it.number(row))?;
        // One unit, or a free one, tells nothing.
        if quantity == Decimal::ONE || price.is_zero() {
            return None;
        }
        Some(is_near(
            price.checked_mul(quantity)?,
            total.checked_add(off)?,
        ))
    });
    told.fold((0, 0), |(agree, of), is| (agree + usize::from(is), of + 1))
}

/// Whether two amounts are the same but for what rounding each unit to its cents makes.
fn is_near(one: Decimal, other: Decimal) -> bool {
    let tolerance = Decimal::new(2, 2).max(one.abs() / Decimal::from(500));
    (one - other).abs() <= tolerance
}

/// How often lines add up to a field of their order: as quantity × price, and as prices
/// alone; each of so many orders.
struct Sums<'t> {
    field: &'t str,
    times: (usize, usize),
    alone: (usize, usize),
}

/// The order's field to which lines add up most often.
fn sums<'t>(
    shop: &'t Shop,
    layout: &Layout,
    quantity: Option<Pick>,
    price: Pick,
) -> Option<Sums<'t>> {
    let lines = layout.line_table(shop);
    let orders = layout.order_table(shop);
    // Lines that stand right in the orders' documents.
    if lines.around != Some(0) {
        return None;
    }
    let mut added = vec![Some((Decimal::ZERO, Decimal::ZERO)); orders.rows.len()];
    for (row, line) in lines.rows.iter().enumerate() {
        let sum = &mut added[line.around];
        *sum = sum.and_then(|(times, alone)| {
            let (quantity, price) = (quantity?.number(row)?, price.number(row)?);
            let times = times.checked_add(quantity.checked_mul(price)?)?;
            Some((times, alone.checked_add(price)?))
        });
    }
    let fields = orders.columns.iter().filter(|(path, column)| {
        is_amount(column) && (ORDER_TOTAL.fit(path) > 0 || LINE_TOTAL.fit(path) > 0)
    });
    let counted = fields.map(|(field, column)| {
        let total = Pick {
            path: field,
            column,
            fit: 0,
        };
        let told = added.iter().enumerate().filter_map(|(row, sum)| {
            let (times, alone) = sum.filter(|(times, alone)| times != alone)?;
            let total = total.number(row)?;
            Some((is_near(times, total), is_near(alone, total)))
        });
        let (times, alone, of) = told.fold((0, 0, 0), |(times, alone, of), is| {
            (times + usize::from(is.0), alone + usize::from(is.1), of + 1)
        });
        Sums {
            field,
            times: (times, of),
            alone: (alone, of),
        }
    });
    counted
        .filter(|it| it.times.1 >= ENOUGH)
        .max_by_key(|it| it.times.0.max(it.alone.0))
}

/// Whether an amount off the order is what is off its lines, added up.
pub fn is_off_lines(inquiry: &Inquiry, of_order: &Pick) -> bool {
    let lines = inquiry.lines();
    if lines.around != Some(0) {
        return false;
    }
    let mut sums = vec![Decimal::ZERO; inquiry.orders().rows.len()];
    for (row, line) in lines.rows.iter().enumerate() {
        let off = inquiry.pricing.off(row).unwrap_or_default();
        let sum = &mut sums[line.around];
        *sum = sum.checked_add(off).unwrap_or_default();
    }
    let told = sums.iter().enumerate().filter_map(|(row, sum)| {
        let total = of_order.number(row).filter(|it| !it.is_zero())?;
        Some(is_near(*sum, total))
    });
    let (agree, of) = told.fold((0, 0), |(agree, of), is| (agree + usize::from(is), of + 1));
    of > 0 && agree * 100 >= of * USUALLY
}

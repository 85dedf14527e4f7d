//! What a line sold, earned and left, from whichever of it the file says.

use rust_decimal::{Decimal, RoundingStrategy};

use super::{
    binder::Binder,
    bound::{Column, Numeric},
    field::ReturnField,
    reader::Cells,
    rejects::{Reject, Why},
    sections::{Discount, LineFields, PricedBy, Profit},
};
use crate::store::OrderLine;

/// Digits after the point of a share that had to be divided out.
const SHARE_DIGITS: u32 = 6;

/// A line's fields, bound.
pub(super) struct Pricing {
    quantity: Numeric,
    price: BoundPrice,
    discount: Option<BoundDiscount>,
    profit: Option<BoundProfit>,
    round: Option<u32>,
    returned: Option<Returned>,
}

enum BoundPrice {
    Revenue(Numeric),
    UnitPrice(Numeric),
    ListAmount(Numeric),
}

enum BoundDiscount {
    Share(Numeric),
    Amount(Numeric),
}

enum BoundProfit {
    Given(Numeric),
    UnitCost(Numeric),
}

struct Returned {
    column: Column,
    values: Vec<String>,
}

/// A line and its amount before any discount.
pub(super) struct Priced {
    pub line: OrderLine,
    pub list: Decimal,
}

/// What a line's price comes to.
struct Sold {
    /// Before any discount.
    list: Decimal,
    revenue: Decimal,
    /// The discount as a share of the list amount.
    share: Option<Decimal>,
}

impl Pricing {
    pub fn bind(fields: &LineFields, binder: &mut Binder<'_, '_, '_>) -> Self {
        Self {
            quantity: binder.number("line.quantity", &fields.quantity),
            price: match &fields.price {
                PricedBy::Revenue(field) => {
                    BoundPrice::Revenue(binder.money("line.revenue", field))
                }
                PricedBy::UnitPrice(field) => {
                    BoundPrice::UnitPrice(binder.money("line.unit_price", field))
                }
                PricedBy::ListAmount(field) => {
                    BoundPrice::ListAmount(binder.money("line.list_amount", field))
                }
            },
            discount: fields.discount.as_ref().map(|discount| match discount {
                Discount::Share(field) => {
                    BoundDiscount::Share(binder.number("line.discount", field))
                }
                Discount::Amount(field) => {
                    BoundDiscount::Amount(binder.money("line.discount_amount", field))
                }
            }),
            profit: fields.profit.as_ref().map(|profit| match profit {
                Profit::Given(field) => BoundProfit::Given(binder.money("line.profit", field)),
                Profit::UnitCost(field) => {
                    BoundProfit::UnitCost(binder.money("line.unit_cost", field))
                }
            }),
            round: fields.round,
            returned: fields
                .returned
                .as_ref()
                .map(|field| Returned::bind(field, binder)),
        }
    }

    /// The line, without its product.
    pub fn read(&self, cells: Cells<'_>) -> Result<Priced, Reject> {
        let returned = match &self.returned {
            Some(returned) => returned.read(cells)?,
            None => false,
        };
        let counted = self.quantity.require(cells)?;
        let quantity = negated_if(returned, counted);
        let (sold, turned) = match &self.price {
            BoundPrice::Revenue(revenue) => {
                let given = revenue.require(cells)?;
                let revenue = negated_if(returned, given);
                (self.of_revenue(revenue, cells)?, revenue != given)
            }
            BoundPrice::UnitPrice(price) => {
                let price = price.require(cells)?;
                let price = if returned { price.abs() } else { price };
                let list = self.product(quantity, price)?;
                (self.of_list(list, cells)?, quantity != counted)
            }
            BoundPrice::ListAmount(list) => {
                let given = list.require(cells)?;
                let list = negated_if(returned, given);
                (self.of_list(list, cells)?, list != given)
            }
        };
        Ok(Priced {
            list: sold.list,
            line: OrderLine {
                product_id: None,
                quantity,
                revenue: sold.revenue,
                profit: self.profit(quantity, sold.revenue, turned, cells)?,
                discount: sold.share,
                ..OrderLine::default()
            },
        })
    }

    /// A line whose revenue is given: the discount is already off.
    fn of_revenue(&self, revenue: Decimal, cells: Cells<'_>) -> Result<Sold, Reject> {
        let (list, share) = match &self.discount {
            None => (revenue, None),
            Some(BoundDiscount::Share(share)) => {
                let share = read_share(share, cells)?;
                (undiscounted(revenue, share), share)
            }
            Some(BoundDiscount::Amount(amount)) => match amount.read(cells)? {
                None => (revenue, None),
                Some(off) => {
                    let list = revenue.abs() + off.abs();
                    let share = share_of(off.abs(), list);
                    (negated_if(revenue.is_sign_negative(), list), share)
                }
            },
        };
        Ok(Sold {
            list,
            revenue,
            share,
        })
    }

    /// A line whose list amount is known, with what is left of it.
    fn of_list(&self, list: Decimal, cells: Cells<'_>) -> Result<Sold, Reject> {
        let (revenue, share) = match &self.discount {
            None => (list, None),
            Some(BoundDiscount::Share(share)) => match read_share(share, cells)? {
                None => (list, None),
                Some(share) => (self.product(list, Decimal::ONE - share)?, Some(share)),
            },
            Some(BoundDiscount::Amount(amount)) => match amount.read(cells)? {
                None => (list, None),
                Some(off) => {
                    let revenue = less_amount(list, off.abs(), amount, cells)?;
                    (
                        revenue,
                        Some(share_of(off.abs(), list.abs()).unwrap_or_default()),
                    )
                }
            },
        };
        Ok(Sold {
            list,
            revenue: self.rounded(revenue),
            share,
        })
    }

    /// An exact product, unless it is rounded anyway.
    fn product(&self, first: Decimal, second: Decimal) -> Result<Decimal, Reject> {
        let digits = first.normalize().scale() + second.normalize().scale();
        first
            .checked_mul(second)
            .filter(|_| self.round.is_some() || digits <= Decimal::MAX_SCALE)
            .ok_or(Reject {
                key: "line",
                why: Why::TooLarge,
                cell: None,
            })
    }

    /// A return whose revenue had to be turned has its profit turned as well.
    fn profit(
        &self,
        quantity: Decimal,
        revenue: Decimal,
        turned: bool,
        cells: Cells<'_>,
    ) -> Result<Option<Decimal>, Reject> {
        match &self.profit {
            None => Ok(None),
            Some(BoundProfit::Given(profit)) => {
                let profit = profit.read(cells)?;
                Ok(profit.map(|profit| if turned { -profit } else { profit }))
            }
            Some(BoundProfit::UnitCost(cost)) => cost
                .read(cells)?
                .map(|cost| Ok(revenue - self.product(quantity, cost)?))
                .transpose(),
        }
    }

    fn rounded(&self, revenue: Decimal) -> Decimal {
        match self.round {
            Some(digits) => {
                revenue.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero)
            }
            None => revenue,
        }
    }
}

impl Returned {
    fn bind(field: &ReturnField, binder: &mut Binder<'_, '_, '_>) -> Self {
        Self {
            column: binder.column("line.returned", &field.column),
            values: field.values.0.clone(),
        }
    }

    fn read(&self, cells: Cells<'_>) -> Result<bool, Reject> {
        let text = self.column.text(cells)?;
        Ok(self.values.iter().any(|value| value == text))
    }
}

/// Files that mark returns write their amounts with a minus or without.
fn negated_if(returned: bool, value: Decimal) -> Decimal {
    if returned { -value.abs() } else { value }
}

/// Above 1 it was a percentage, and would turn sales into losses.
fn read_share(field: &Numeric, cells: Cells<'_>) -> Result<Option<Decimal>, Reject> {
    // Some files write what they take off with a minus.
    match field.read_share(cells)?.map(|share| share.abs()) {
        Some(share) if share > Decimal::ONE => Err(field.reject(Why::MoreThanAll, cells)),
        share => Ok(share),
    }
}

/// The list amount that this share was taken off; nobody knows it where all was.
fn undiscounted(revenue: Decimal, share: Option<Decimal>) -> Decimal {
    let left = Decimal::ONE - share.unwrap_or_default();
    revenue.checked_div(left).unwrap_or(revenue)
}

fn less_amount(
    list: Decimal,
    off: Decimal,
    field: &Numeric,
    cells: Cells<'_>,
) -> Result<Decimal, Reject> {
    if off > list.abs() {
        return Err(field.reject(Why::MoreThanThePrice, cells));
    }
    Ok(if list.is_sign_negative() {
        list + off
    } else {
        list - off
    })
}

/// A part of a whole, as a share that is cut to six digits.
pub(super) fn share_of(part: Decimal, whole: Decimal) -> Option<Decimal> {
    let share = part.checked_div(whole)?;
    Some(share.round_dp(SHARE_DIGITS))
}

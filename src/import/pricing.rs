//! What a line sold, earned and left, from whichever of it the file says.

use rust_decimal::{Decimal, RoundingStrategy};

use super::{
    bound::{Column, Numeric},
    field::ReturnField,
    reader::Cells,
    rejects::{Reject, Why},
    row::Binder,
    sections::{Discount, LineFields, Price, Profit},
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

/// A discount in the two ways that it is needed.
struct LetOff {
    share: Decimal,
    revenue: Decimal,
}

impl Pricing {
    pub fn bind(fields: &LineFields, binder: &mut Binder<'_, '_, '_>) -> Self {
        Self {
            quantity: binder.number("line.quantity", &fields.quantity),
            price: match &fields.price {
                Price::Revenue(field) => BoundPrice::Revenue(binder.number("line.revenue", field)),
                Price::UnitPrice(field) => {
                    BoundPrice::UnitPrice(binder.number("line.unit_price", field))
                }
            },
            discount: fields.discount.as_ref().map(|discount| match discount {
                Discount::Share(field) => {
                    BoundDiscount::Share(binder.number("line.discount", field))
                }
                Discount::Amount(field) => {
                    BoundDiscount::Amount(binder.number("line.discount_amount", field))
                }
            }),
            profit: fields.profit.as_ref().map(|profit| match profit {
                Profit::Given(field) => BoundProfit::Given(binder.number("line.profit", field)),
                Profit::UnitCost(field) => {
                    BoundProfit::UnitCost(binder.number("line.unit_cost", field))
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
    pub fn read(&self, cells: Cells<'_>) -> Result<OrderLine, Reject> {
        let returned = match &self.returned {
            Some(returned) => returned.read(cells)?,
            None => false,
        };
        let counted = self.quantity.require(cells)?;
        let quantity = negated_if(returned, counted);
        match &self.price {
            BoundPrice::Revenue(revenue) => {
                let given = revenue.require(cells)?;
                let revenue = negated_if(returned, given);
                let discount = self.discount_of_revenue(revenue, cells)?;
                let turned = revenue != given;
                self.line(quantity, revenue, discount, turned, cells)
            }
            BoundPrice::UnitPrice(price) => {
                let price = price.require(cells)?;
                let price = if returned { price.abs() } else { price };
                let list = product(quantity, price)?;
                let (revenue, discount) = self.revenue_of_list(list, cells)?;
                let turned = quantity != counted;
                self.line(quantity, self.rounded(revenue), discount, turned, cells)
            }
        }
    }

    fn line(
        &self,
        quantity: Decimal,
        revenue: Decimal,
        discount: Option<Decimal>,
        turned: bool,
        cells: Cells<'_>,
    ) -> Result<OrderLine, Reject> {
        Ok(OrderLine {
            product_id: None,
            quantity,
            revenue,
            profit: self.profit(quantity, revenue, turned, cells)?,
            discount,
        })
    }

    /// The discount's share where the revenue is given: it is already off.
    fn discount_of_revenue(
        &self,
        revenue: Decimal,
        cells: Cells<'_>,
    ) -> Result<Option<Decimal>, Reject> {
        match &self.discount {
            None => Ok(None),
            Some(BoundDiscount::Share(share)) => read_share(share, cells),
            Some(BoundDiscount::Amount(amount)) => {
                let amount = amount.read(cells)?.map(|amount| amount.abs());
                Ok(amount.and_then(|amount| share_of(amount, revenue.abs() + amount)))
            }
        }
    }

    /// What is left of the list price, and the discount's share of it.
    fn revenue_of_list(
        &self,
        list: Decimal,
        cells: Cells<'_>,
    ) -> Result<(Decimal, Option<Decimal>), Reject> {
        let let_off = match &self.discount {
            None => None,
            Some(BoundDiscount::Share(share)) => read_share(share, cells)?
                .map(|share| let_off_share(list, share))
                .transpose()?,
            Some(BoundDiscount::Amount(amount)) => amount
                .read(cells)?
                .map(|off| let_off_amount(list, off.abs(), amount, cells))
                .transpose()?,
        };
        Ok(match let_off {
            None => (list, None),
            Some(let_off) => (let_off.revenue, Some(let_off.share)),
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
                .map(|cost| Ok(revenue - product(quantity, cost)?))
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
        Some(share) if share > Decimal::ONE => Err(field.reject(Why::MoreThanThePrice, cells)),
        share => Ok(share),
    }
}

fn let_off_share(list: Decimal, share: Decimal) -> Result<LetOff, Reject> {
    Ok(LetOff {
        share,
        revenue: product(list, Decimal::ONE - share)?,
    })
}

fn let_off_amount(
    list: Decimal,
    off: Decimal,
    field: &Numeric,
    cells: Cells<'_>,
) -> Result<LetOff, Reject> {
    if off > list.abs() {
        return Err(field.reject(Why::MoreThanThePrice, cells));
    }
    Ok(LetOff {
        share: share_of(off, list.abs()).unwrap_or_default(),
        revenue: if list.is_sign_negative() {
            list + off
        } else {
            list - off
        },
    })
}

fn share_of(part: Decimal, whole: Decimal) -> Option<Decimal> {
    let share = part.checked_div(whole)?;
    Some(share.round_dp(SHARE_DIGITS))
}

fn product(quantity: Decimal, price: Decimal) -> Result<Decimal, Reject> {
    let digits = quantity.normalize().scale() + price.normalize().scale();
    // Beyond, the product would be rounded.
    quantity
        .checked_mul(price)
        .filter(|_| digits <= Decimal::MAX_SCALE)
        .ok_or(Reject {
            key: "line",
            why: Why::TooLarge,
            cell: None,
        })
}

//! The catalogue: every KPI, declared once.
//!
//! [`declare_kpis!`] is given those that every shop has, and makes an entry of each. A
//! shop's own are entries of the same kind, which its [vocabulary](super::Vocabulary) adds.
//! The fields of the GraphQL layer follow from the entries, so that a KPI is added in one
//! place.

use std::{
    borrow::Cow,
    fmt,
    hash::{Hash, Hasher},
};

use rust_decimal::Decimal;

use super::{
    dimension::capitals,
    formula::{Formula, formula},
    measures::{Measures, Values},
    unit::Unit,
    vocabulary::Vocabulary,
};

/// A key performance indicator: an entry of a [vocabulary](super::Vocabulary). Entries live
/// as long as the program, so that a KPI is one word.
#[derive(Clone, Copy)]
pub struct Kpi(pub(super) &'static Entry);

/// A KPI's entry.
#[derive(Debug)]
pub(super) struct Entry {
    /// In camel case.
    pub name: Cow<'static, str>,
    pub definition: Cow<'static, str>,
    pub number: Number,
    pub formula: Formula,
    pub unit: Unit,
    /// `None` of a shop's own.
    pub example: Option<Example>,
}

/// What kind of number a KPI is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// How it is written.
    pub kind: NumberKind,
    /// Whether there may be none.
    pub is_nullable: bool,
}

impl Number {
    /// A value as it is told: what cannot be null is 0 where there is none.
    #[must_use]
    pub fn told(self, value: Option<Decimal>) -> Option<Decimal> {
        if self.is_nullable {
            value
        } else {
            Some(value.unwrap_or_default())
        }
    }
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberKind {
    /// With all of its digits.
    Decimal,
    /// As the double nearest to it.
    Float,
    /// As a whole number.
    Int,
}

/// A KPI worked out by hand.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// The values of the formula's measures, in its order.
    pub measures: &'static [&'static str],
    /// What the KPI is then.
    pub value: &'static str,
}

/// The kind of number that a type of Rust stands for.
macro_rules! number {
    (Option<$kind:ident>) => {
        Number {
            is_nullable: true,
            ..number!($kind)
        }
    };
    (Decimal) => {
        Number {
            kind: NumberKind::Decimal,
            is_nullable: false,
        }
    };
    (f64) => {
        Number {
            kind: NumberKind::Float,
            is_nullable: false,
        }
    };
    (i64) => {
        Number {
            kind: NumberKind::Int,
            is_nullable: false,
        }
    };
}

/// Declares KPIs.
///
/// An entry reads: definition, name, kind of number, formula, unit, and a worked example
/// (the measures' values and what the KPI is then).
macro_rules! declare_kpis {
    ($(
        #[doc = $definition:literal]
        $constant:ident $name:literal: $kind:ident $(<$inner:ident>)? = [$($formula:tt)+], $unit:ident,
        example [$($example:literal),+] => $value:literal;
    )+) => {
        impl Kpi {
            $(
                #[doc = $definition]
                pub const $constant: Self = Self({
                    static ENTRY: Entry = Entry {
                        name: Cow::Borrowed($name),
                        definition: Cow::Borrowed($definition.trim_ascii()),
                        number: number!($kind $(<$inner>)?),
                        formula: formula!($($formula)+),
                        unit: Unit::$unit,
                        example: Some(Example { measures: &[$($example),+], value: $value }),
                    };
                    &ENTRY
                });
            )+
        }

        static BUILT_IN: &[Kpi] = &[$(Kpi::$constant),+];
    };
}

declare_kpis! {
    /// What was sold at list prices, before discounts and returns, without tax and shipping.
    GROSS_SALES "grossSales": Decimal = [Gross], MONEY,
        example ["1250.75"] => "1250.75";
    /// What was taken off the list prices of what was sold; null when no discount in scope is known.
    DISCOUNTS "discounts": Option<Decimal> = [Discount], MONEY,
        example ["200.25"] => "200.25";
    /// Value of what came back: of lines with a negative quantity, and of return records.
    RETURNS "returns": Decimal = [Sold - Revenue], MONEY,
        example ["1050.50", "1000.50"] => "50";
    /// Gross sales less discounts and returns, before shipping and tax.
    TOTAL_SALES "totalSales": Decimal = [Revenue], MONEY,
        example ["1000.50"] => "1000.50";
    /// Tax charged; null when no line in scope has any.
    TAXES "taxes": Option<Decimal> = [Tax], MONEY,
        example ["190.10"] => "190.10";
    /// Shipping charged to customers; null when no line in scope has any.
    SHIPPING_CHARGES "shippingCharges": Option<Decimal> = [Shipping], MONEY,
        example ["12.50"] => "12.50";
    /// Total sales with shipping and tax: what customers pay; null when either is unknown.
    AMOUNT_CHARGED "amountCharged": Option<Decimal> = [Revenue + Shipping + Tax], MONEY,
        example ["1000.50", "12.50", "190.10"] => "1203.10";
    /// Discounts divided by gross sales; null when those are zero or no discount in scope is known.
    DISCOUNT_RATE "discountRate": Option<f64> = [Discount / Gross], RATIO,
        example ["50", "400"] => "0.125";
    /// Cost of the goods that were sold and did not come back; null when no line in scope has one.
    COST_OF_GOODS "costOfGoods": Option<Decimal> = [Cost], MONEY,
        example ["612.40"] => "612.40";
    /// Share of the sales before returns that is on lines with a cost; null when nothing was sold.
    COST_COVERAGE "costCoverage": Option<f64> = [CostedRevenue / Sold], RATIO,
        example ["90", "120"] => "0.75";
    /// Profit of the order lines, less that of what came back; null when no line in scope has one.
    TOTAL_PROFIT "totalProfit": Option<Decimal> = [Profit], MONEY,
        example ["-12.3456"] => "-12.3456";
    /// Total profit divided by total sales; null when sales are zero or profit is unknown.
    PROFIT_MARGIN "profitMargin": Option<f64> = [Profit / Revenue], RATIO,
        example ["25", "200"] => "0.125";
    /// Number of distinct orders, whatever the number of their lines.
    ORDER_COUNT "orderCount": i64 = [Orders], ORDERS,
        example ["4"] => "4";
    /// Total sales divided by the number of orders; null when there is no order.
    AVERAGE_BASKET "averageBasket": Option<Decimal> = [Revenue / Orders], MONEY_PER_ORDER,
        example ["1000", "4"] => "250";
    /// Sum of the quantities; a return lowers it.
    UNITS_SOLD "unitsSold": Decimal = [Units], UNITS,
        example ["37"] => "37";
    /// Units that came back; null when things came back and nothing is known of their units.
    UNITS_RETURNED "unitsReturned": Option<Decimal> = [ReturnedUnits], UNITS,
        example ["3"] => "3";
    /// Units that came back, divided by the units sold before returns; null when either is unknown or nothing was sold.
    RETURN_RATE "returnRate": Option<f64> = [ReturnedUnits / SoldUnits], RATIO,
        example ["3", "40"] => "0.075";
    /// Total sales divided by the units sold; null when those are zero.
    AVERAGE_SELLING_PRICE "averageSellingPrice": Option<Decimal> = [Revenue / Units], MONEY_PER_UNIT,
        example ["999", "37"] => "27";
    /// Number of order lines.
    LINE_COUNT "lineCount": i64 = [Lines], LINES,
        example ["9"] => "9";
    /// Units sold divided by the number of orders; null when there is no order.
    AVERAGE_UNITS_PER_ORDER "averageUnitsPerOrder": Option<f64> = [Units / Orders], UNITS_PER_ORDER,
        example ["10", "4"] => "2.5";
    /// Units sold divided by the number of orders, under the name it has for a product; null when there is no order.
    AVERAGE_QUANTITY_PER_ORDER "averageQuantityPerOrder": Option<f64> = [Units / Orders], UNITS_PER_ORDER,
        example ["9", "6"] => "1.5";
    /// Number of distinct customers with an order in scope; orders without a customer are left out.
    CUSTOMER_COUNT "customerCount": i64 = [Customers], CUSTOMERS,
        example ["3"] => "3";
    /// Of the customers in scope, those whose first order ever, whatever the filter, is in the period.
    NEW_CUSTOMER_COUNT "newCustomerCount": i64 = [NewCustomers], CUSTOMERS,
        example ["1"] => "1";
    /// Of the customers in scope, those whose first order ever, whatever the filter, came before the period: all who are not new.
    RETURNING_CUSTOMER_COUNT "returningCustomerCount": i64 = [Customers - NewCustomers], CUSTOMERS,
        example ["3", "1"] => "2";
    /// Orders that name a customer, divided by the number of customers; null when there is no customer.
    ORDERS_PER_CUSTOMER "ordersPerCustomer": Option<f64> = [CustomerOrders / Customers], ORDERS_PER_CUSTOMER,
        example ["5", "2"] => "2.5";
    /// Mean of the elapsed days over every pair of consecutive orders by one customer; null when nobody ordered twice.
    AVERAGE_DAYS_BETWEEN_ORDERS "averageDaysBetweenOrders": Option<f64> = [days(OrderSpan / OrderPairs)], DAYS,
        example ["259200000", "2"] => "1.5";
    /// Median over the customers with two or more orders in scope of the elapsed days from the first of these to the second; null when nobody ordered twice.
    DAYS_TO_SECOND_ORDER "daysToSecondOrder": Option<f64> = [days(MEDIAN_SECOND_ORDER_TIME)], DAYS,
        example ["129600000"] => "1.5";
    /// Customers active in the period before and in this one, divided by those active in the period before; null without a bounded period or when nobody was active before.
    RETENTION_RATE "retentionRate": Option<f64> = [RetainedCustomers / PreviousCustomers], RATIO,
        example ["3", "12"] => "0.25";
    /// Customers with two or more orders in scope, divided by the number of customers; null when there is no customer.
    REPEAT_CUSTOMER_RATE "repeatCustomerRate": Option<f64> = [RepeatCustomers / Customers], RATIO,
        example ["1", "4"] => "0.25";
    /// Mean of the elapsed days from ordered to shipped, over the orders that have shipped; null when none has.
    AVERAGE_SHIPPING_DAYS "averageShippingDays": Option<f64> = [days(ShippingTime / ShippedOrders)], DAYS,
        example ["432000000", "2"] => "2.5";
}

impl Kpi {
    /// Those that every shop has, in the order in which people read them.
    #[must_use]
    pub fn built_in() -> &'static [Self] {
        BUILT_IN
    }

    /// The name in GraphQL, CSV headers and tables: `totalSales`.
    #[must_use]
    pub fn name(self) -> &'static str {
        &self.0.name
    }

    /// The name among the values of an enum: `TOTAL_SALES`.
    #[must_use]
    pub fn enum_name(self) -> String {
        capitals(self.name())
    }

    /// One sentence that says what the number means.
    #[must_use]
    pub fn definition(self) -> &'static str {
        &self.0.definition
    }

    /// What kind of number it is.
    #[must_use]
    pub fn number(self) -> Number {
        self.0.number
    }

    /// What the number counts.
    #[must_use]
    pub fn unit(self) -> Unit {
        self.0.unit
    }

    /// How the number is finished from measures.
    #[must_use]
    pub fn formula(self) -> &'static Formula {
        &self.0.formula
    }

    /// The number worked out by hand; `None` of a shop's own.
    #[must_use]
    pub fn example(self) -> Option<Example> {
        self.0.example
    }

    /// The measures that it is finished from.
    #[must_use]
    pub fn measures(self) -> Measures {
        self.formula().measures().into_iter().collect()
    }

    /// The KPI's value; `None` is GraphQL's null.
    #[must_use]
    pub fn finish(self, values: &Values) -> Option<Decimal> {
        self.formula().finish(values)
    }
}

impl fmt::Debug for Kpi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl PartialEq for Kpi {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Kpi {}

impl Hash for Kpi {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::ptr::hash(self.0, state);
    }
}

/// A shop's KPIs as a Markdown table, as `salesgraph kpis` and the README show them.
#[must_use]
pub fn table(vocabulary: &Vocabulary) -> String {
    let mut table = String::from("| KPI | unit | definition |\n|---|---|---|\n");
    for kpi in vocabulary.kpis() {
        let row = format!(
            "| `{}` | {} | {} |\n",
            kpi.name(),
            kpi.unit().name(),
            kpi.definition()
        );
        table.push_str(&row);
    }
    table
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_example_holds() {
        for kpi in Kpi::built_in() {
            let example = kpi.example().unwrap();
            let operands = kpi.formula().measures();
            assert_eq!(operands.len(), example.measures.len(), "{kpi:?}");
            let values = Values::new(kpi.measures(), |measure| {
                let at = operands.iter().position(|it| *it == measure).unwrap();
                Some(example.measures[at].parse().unwrap())
            });
            let expected: Decimal = example.value.parse().unwrap();
            assert_eq!(kpi.finish(&values), Some(expected), "{kpi:?}");
        }
    }

    #[test]
    fn names_are_unique_and_camel_case() {
        let names: BTreeSet<_> = Kpi::built_in().iter().map(|kpi| kpi.name()).collect();
        assert_eq!(names.len(), Kpi::built_in().len());
        for name in names {
            assert!(name.starts_with(|c: char| c.is_ascii_lowercase()), "{name}");
            assert!(name.chars().all(|c| c.is_ascii_alphanumeric()), "{name}");
        }
        assert_eq!(
            Kpi::AVERAGE_DAYS_BETWEEN_ORDERS.name(),
            "averageDaysBetweenOrders"
        );
    }

    #[test]
    fn definitions_are_one_sentence() {
        for kpi in Kpi::built_in() {
            let definition = kpi.definition();
            assert!(definition.starts_with(char::is_uppercase), "{kpi:?}");
            assert!(definition.ends_with('.'), "{kpi:?}");
            assert_eq!(definition.matches(". ").count(), 0, "{kpi:?}");
        }
    }

    #[test]
    fn a_missing_or_zero_denominator_gives_null() {
        for kpi in Kpi::built_in() {
            if !matches!(kpi.formula(), Formula::Ratio(..) | Formula::MeanDays(..)) {
                continue;
            }
            let zeros = Values::new(kpi.measures(), |_| Some(Decimal::ZERO));
            assert_eq!(kpi.finish(&zeros), None, "{kpi:?}");
            let nothing = Values::of_nothing(kpi.measures());
            assert_eq!(kpi.finish(&nothing), None, "{kpi:?}");
        }
    }

    #[test]
    fn numbers_beyond_all_digits_are_null_not_a_panic() {
        let values = Values::new(Kpi::AVERAGE_SHIPPING_DAYS.measures(), |_| {
            Some(Decimal::MAX)
        });
        assert_eq!(Kpi::AVERAGE_SHIPPING_DAYS.finish(&values), None);
    }
}

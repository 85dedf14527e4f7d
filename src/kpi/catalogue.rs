//! The catalogue: every KPI, declared once.
//!
//! [`for_each_kpi!`] is the list. This module turns it into [`Kpi`]; the GraphQL
//! layer turns the same list into the fields of its types, so that a KPI is
//! added in this one place.

use std::{collections::HashMap, sync::LazyLock};

use rust_decimal::Decimal;

use super::{
    formula::{Formula, formula},
    measure::{Measures, Values},
    quotient::quotient,
};

/// Hands the list of KPIs to another macro.
///
/// An entry reads: definition, name, GraphQL field and type, formula, unit, and
/// a worked example (the measures' values and what the KPI is then).
macro_rules! for_each_kpi {
    ($then:ident) => {
        $then! {
            /// What was sold at list prices, before discounts and returns, without tax and shipping.
            GrossSales gross_sales: Decimal = [Gross], Money,
                example ["1250.75"] => "1250.75";
            /// What was taken off the list prices of what was sold; null when no discount in scope is known.
            Discounts discounts: Option<Decimal> = [Discount], Money,
                example ["200.25"] => "200.25";
            /// Value of what came back: of lines with a negative quantity, and of return records.
            Returns returns: Decimal = [Sold - Revenue], Money,
                example ["1050.50", "1000.50"] => "50";
            /// Gross sales less discounts and returns, before shipping and tax.
            TotalSales total_sales: Decimal = [Revenue], Money,
                example ["1000.50"] => "1000.50";
            /// Tax charged; null when no line in scope has any.
            Taxes taxes: Option<Decimal> = [Tax], Money,
                example ["190.10"] => "190.10";
            /// Shipping charged to customers; null when no line in scope has any.
            ShippingCharges shipping_charges: Option<Decimal> = [Shipping], Money,
                example ["12.50"] => "12.50";
            /// Total sales with shipping and tax: what customers pay; null when either is unknown.
            AmountCharged amount_charged: Option<Decimal> = [Revenue + Shipping + Tax], Money,
                example ["1000.50", "12.50", "190.10"] => "1203.10";
            /// Discounts divided by gross sales; null when those are zero or no discount in scope is known.
            DiscountRate discount_rate: Option<f64> = [Discount / Gross], Ratio,
                example ["50", "400"] => "0.125";
            /// Cost of the goods that were sold and did not come back; null when no line in scope has one.
            CostOfGoods cost_of_goods: Option<Decimal> = [Cost], Money,
                example ["612.40"] => "612.40";
            /// Share of the sales before returns that is on lines with a cost; null when nothing was sold.
            CostCoverage cost_coverage: Option<f64> = [CostedRevenue / Sold], Ratio,
                example ["90", "120"] => "0.75";
            /// Profit of the order lines, less that of what came back; null when no line in scope has one.
            TotalProfit total_profit: Option<Decimal> = [Profit], Money,
                example ["-12.3456"] => "-12.3456";
            /// Total profit divided by total sales; null when sales are zero or profit is unknown.
            ProfitMargin profit_margin: Option<f64> = [Profit / Revenue], Ratio,
                example ["25", "200"] => "0.125";
            /// Number of distinct orders, whatever the number of their lines.
            OrderCount order_count: i64 = [Orders], Orders,
                example ["4"] => "4";
            /// Total sales divided by the number of orders; null when there is no order.
            AverageBasket average_basket: Option<Decimal> = [Revenue / Orders], MoneyPerOrder,
                example ["1000", "4"] => "250";
            /// Sum of the quantities; a return lowers it.
            UnitsSold units_sold: Decimal = [Units], Units,
                example ["37"] => "37";
            /// Units that came back; null when things came back and nothing is known of their units.
            UnitsReturned units_returned: Option<Decimal> = [ReturnedUnits], Units,
                example ["3"] => "3";
            /// Units that came back, divided by the units sold before returns; null when either is unknown or nothing was sold.
            ReturnRate return_rate: Option<f64> = [ReturnedUnits / SoldUnits], Ratio,
                example ["3", "40"] => "0.075";
            /// Total sales divided by the units sold; null when those are zero.
            AverageSellingPrice average_selling_price: Option<Decimal> = [Revenue / Units], MoneyPerUnit,
                example ["999", "37"] => "27";
            /// Number of order lines.
            LineCount line_count: i64 = [Lines], Lines,
                example ["9"] => "9";
            /// Units sold divided by the number of orders; null when there is no order.
            AverageUnitsPerOrder average_units_per_order: Option<f64> = [Units / Orders], UnitsPerOrder,
                example ["10", "4"] => "2.5";
            /// Units sold divided by the number of orders, under the name it has for a product; null when there is no order.
            AverageQuantityPerOrder average_quantity_per_order: Option<f64> = [Units / Orders], UnitsPerOrder,
                example ["9", "6"] => "1.5";
            /// Number of distinct customers with an order in scope; orders without a customer are left out.
            CustomerCount customer_count: i64 = [Customers], Customers,
                example ["3"] => "3";
            /// Of the customers in scope, those whose first order ever, whatever the filter, is in the period.
            NewCustomerCount new_customer_count: i64 = [NewCustomers], Customers,
                example ["1"] => "1";
            /// Orders that name a customer, divided by the number of customers; null when there is no customer.
            OrdersPerCustomer orders_per_customer: Option<f64> = [CustomerOrders / Customers], OrdersPerCustomer,
                example ["5", "2"] => "2.5";
            /// Mean of the elapsed days over every pair of consecutive orders by one customer; null when nobody ordered twice.
            AverageDaysBetweenOrders average_days_between_orders: Option<f64> = [days(OrderSpan / OrderPairs)], Days,
                example ["259200000", "2"] => "1.5";
            /// Customers active in the period before and in this one, divided by those active in the period before; null without a bounded period or when nobody was active before.
            RetentionRate retention_rate: Option<f64> = [RetainedCustomers / PreviousCustomers], Ratio,
                example ["3", "12"] => "0.25";
            /// Customers with two or more orders in scope, divided by the number of customers; null when there is no customer.
            RepeatCustomerRate repeat_customer_rate: Option<f64> = [RepeatCustomers / Customers], Ratio,
                example ["1", "4"] => "0.25";
            /// Mean of the elapsed days from ordered to shipped, over the orders that have shipped; null when none has.
            AverageShippingDays average_shipping_days: Option<f64> = [days(ShippingTime / ShippedOrders)], Days,
                example ["432000000", "2"] => "2.5";
        }
    };
}
pub(crate) use for_each_kpi;

/// What a KPI's number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// The shop's currency.
    Money,
    /// The shop's currency, for one order.
    MoneyPerOrder,
    /// The shop's currency, for one unit of a product.
    MoneyPerUnit,
    /// A share: 0.25 is 25 %.
    Ratio,
    /// Orders.
    Orders,
    /// Order lines.
    Lines,
    /// Units of a product.
    Units,
    /// Units of a product, for one order.
    UnitsPerOrder,
    /// Customers.
    Customers,
    /// Orders, for one customer.
    OrdersPerCustomer,
    /// Elapsed days of 24 hours.
    Days,
}

impl Unit {
    /// The unit in words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Money => "money",
            Self::MoneyPerOrder => "money per order",
            Self::MoneyPerUnit => "money per unit",
            Self::Ratio => "ratio",
            Self::Orders => "orders",
            Self::Lines => "lines",
            Self::Units => "units",
            Self::UnitsPerOrder => "units per order",
            Self::Customers => "customers",
            Self::OrdersPerCustomer => "orders per customer",
            Self::Days => "days",
        }
    }
}

/// A KPI worked out by hand.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// The values of the formula's measures, in its order.
    pub measures: &'static [&'static str],
    /// What the KPI is then.
    pub value: &'static str,
}

macro_rules! declare_kpis {
    ($(
        #[doc = $definition:literal]
        $kpi:ident $field:ident: $type:ty = [$($formula:tt)+], $unit:ident,
        example [$($example:literal),+] => $value:literal;
    )+) => {
        /// A key performance indicator of the catalogue.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Kpi {
            $(#[doc = $definition] $kpi,)+
        }

        impl Kpi {
            /// The whole catalogue, in the order in which people read it.
            pub const ALL: &'static [Self] = &[$(Self::$kpi),+];

            /// The name in Rust and, in camel case, in GraphQL.
            fn field(self) -> &'static str {
                match self {
                    $(Self::$kpi => stringify!($field),)+
                }
            }

            /// One sentence that says what the number means.
            #[must_use]
            pub fn definition(self) -> &'static str {
                match self {
                    $(Self::$kpi => $definition.trim_ascii(),)+
                }
            }

            /// What the number counts.
            #[must_use]
            pub fn unit(self) -> Unit {
                match self {
                    $(Self::$kpi => Unit::$unit,)+
                }
            }

            /// How the number is finished from measures.
            #[must_use]
            pub fn formula(self) -> Formula {
                match self {
                    $(Self::$kpi => formula!($($formula)+),)+
                }
            }

            /// The number worked out by hand.
            #[must_use]
            pub fn example(self) -> Example {
                match self {
                    $(Self::$kpi => Example { measures: &[$($example),+], value: $value },)+
                }
            }
        }
    };
}
for_each_kpi!(declare_kpis);

impl Kpi {
    /// The name in GraphQL, CSV headers and tables: `totalSales`.
    #[must_use]
    pub fn name(self) -> String {
        let mut words = self.field().split('_');
        let first = words.next().unwrap_or_default().to_owned();
        words.fold(first, |name, word| {
            let (initial, rest) = word.split_at(1);
            name + &initial.to_ascii_uppercase() + rest
        })
    }

    /// The KPI of that GraphQL name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        static BY_NAME: LazyLock<HashMap<String, Kpi>> =
            LazyLock::new(|| Kpi::ALL.iter().map(|kpi| (kpi.name(), *kpi)).collect());
        BY_NAME.get(name).copied()
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

/// The exact sum; `None` where it needs more than the 28 digits there are.
pub fn sum(values: impl IntoIterator<Item = Decimal>) -> Option<Decimal> {
    let mut values = values.into_iter();
    values.try_fold(Decimal::ZERO, Decimal::checked_add)
}

/// How far a number has come from a baseline.
///
/// The difference is exact; the change is relative, `(now − then) / |then|`,
/// and `None` when `then` is 0 or missing.
#[must_use]
pub fn relative_change(now: Option<Decimal>, then: Option<Decimal>) -> Option<Decimal> {
    let then = then?;
    quotient(now?.checked_sub(then)?, then.abs())
}

/// The catalogue as a Markdown table, as `salesgraph kpis` and the README show it.
#[must_use]
pub fn table() -> String {
    let mut table = String::from("| KPI | unit | definition |\n|---|---|---|\n");
    for kpi in Kpi::ALL {
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

    use rust_decimal_macros::dec;

    use super::*;

    #[test]
    fn every_example_holds() {
        for kpi in Kpi::ALL {
            let example = kpi.example();
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
        let names: BTreeSet<_> = Kpi::ALL.iter().map(|kpi| kpi.name()).collect();
        assert_eq!(names.len(), Kpi::ALL.len());
        for name in names {
            assert!(name.starts_with(|c: char| c.is_ascii_lowercase()), "{name}");
            assert!(name.chars().all(|c| c.is_ascii_alphanumeric()), "{name}");
        }
        assert_eq!(
            Kpi::AverageDaysBetweenOrders.name(),
            "averageDaysBetweenOrders"
        );
    }

    #[test]
    fn definitions_are_one_sentence() {
        for kpi in Kpi::ALL {
            let definition = kpi.definition();
            assert!(definition.starts_with(char::is_uppercase), "{kpi:?}");
            assert!(definition.ends_with('.'), "{kpi:?}");
            assert_eq!(definition.matches(". ").count(), 0, "{kpi:?}");
        }
    }

    #[test]
    fn a_missing_or_zero_denominator_gives_null() {
        for kpi in Kpi::ALL {
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
        assert_eq!(sum([Decimal::MAX, dec!(1)]), None);
        assert_eq!(sum([dec!(0.1), dec!(0.2)]), Some(dec!(0.3)));
        let values = Values::new(Kpi::AverageShippingDays.measures(), |_| Some(Decimal::MAX));
        assert_eq!(Kpi::AverageShippingDays.finish(&values), None);
    }

    #[test]
    fn a_change_is_relative_to_the_size_of_the_baseline() {
        assert_eq!(
            relative_change(Some(dec!(-50)), Some(dec!(-100))),
            Some(dec!(0.5))
        );
        assert_eq!(relative_change(Some(dec!(5)), Some(dec!(0))), None);
        assert_eq!(relative_change(None, Some(dec!(1))), None);
    }
}

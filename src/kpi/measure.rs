//! Measures: the numbers that can be accumulated, and nothing else.
//!
//! A line with a negative quantity is a return; every other line is *sold*. What came back
//! later is on [return records](super::Entries::Returns), which lower what lines add up to.

use rust_decimal::Decimal;

use super::{conditional::ConditionalMeasure, own_field::OwnField};

/// Declares the measures that every shop has: what each is, what it counts once, and what it
/// is where nothing is in scope.
macro_rules! declare_measures {
    ($(
        $(#[doc = $meaning:literal])+
        $measure:ident: $level:ident, $of_nothing:ident;
    )+) => {
        /// A number accumulated over the order lines of a scope.
        ///
        /// Every KPI is finished from measures, so that it holds at any scope, grain
        /// and group; a ratio is never accumulated.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Measure {
            $($(#[doc = $meaning])+ $measure,)+
            /// A number of the shop's own.
            Field(OwnField),
            /// What is counted in a pass of its own, which a vocabulary knows: one of these
            /// under a condition, or what is folded from finer groups. Engines never see it.
            Conditional(ConditionalMeasure),
        }

        use Measure::{$($measure,)+ Conditional, Field};

        impl Measure {
            /// Those that every shop has, in the order in which [`Values`](super::Values) keeps
            /// them.
            pub const ALL: [Self; [$(stringify!($measure)),+].len()] = [$($measure),+];

            /// The place of its bit in a set.
            pub(super) fn number(self) -> u32 {
                enum Number { $($measure),+ }
                match self {
                    $($measure => Number::$measure as u32,)+
                    Field(own) => own.number(),
                    Conditional(conditional) => conditional.number(),
                }
            }

            /// What the measure counts once.
            #[must_use]
            pub fn level(self) -> Level {
                match self {
                    $($measure => Level::$level,)+
                    Field(own) => own.level(),
                    Conditional(_) => unreachable!("plans count what it is of"),
                }
            }

            fn is_zero_of_nothing(self) -> bool {
                match self {
                    $($measure => matches!(OfNothing::$of_nothing, OfNothing::Zero),)+
                    Field(own) => own.is_zero_of_nothing(),
                    Conditional(conditional) => conditional.is_zero_of_nothing(),
                }
            }
        }
    };
}

/// What a measure is where nothing is in scope.
enum OfNothing {
    Zero,
    /// Missing: unknown is not 0.
    None,
}

declare_measures! {
    /// Σ line revenue, less what came back.
    Revenue: Line, Zero;
    /// Σ line profit, less that of what came back; missing when no line in scope has one.
    Profit: Line, None;
    /// Σ quantity, less what came back.
    Units: Line, Zero;
    /// Count of lines.
    Lines: Line, Zero;
    /// Σ revenue of the sold lines.
    Sold: Line, Zero;
    /// Σ quantity of the sold lines.
    SoldUnits: Line, Zero;
    /// Σ revenue of the sold lines before discounts.
    Gross: Line, Zero;
    /// Σ discount of the sold lines; missing when no sold line in scope has one.
    Discount: Line, None;
    /// Σ units that came back; missing when that is known of nothing that did.
    ReturnedUnits: Line, Zero;
    /// Σ cost, less that of what came back; missing when no line in scope has one.
    Cost: Line, None;
    /// Σ revenue of the sold lines that have a cost.
    CostedRevenue: Line, Zero;
    /// Σ tax on the lines; missing when no line in scope has one.
    Tax: Line, None;
    /// Σ shipping charged for the lines; missing when no line in scope has one.
    Shipping: Line, None;
    /// Return records.
    Records: Line, Zero;
    /// Distinct orders.
    Orders: Order, Zero;
    /// Distinct orders that name a customer.
    CustomerOrders: Order, Zero;
    /// Distinct customers.
    Customers: Customer, Zero;
    /// Distinct customers whose first order ever is in the period.
    NewCustomers: Customer, Zero;
    /// Distinct customers with two or more orders.
    RepeatCustomers: Customer, Zero;
    /// Σ over the customers of the time from the first order to the last, in milliseconds.
    OrderSpan: Customer, Zero;
    /// Σ over the customers with two or more orders of the time from the first to the second,
    /// in milliseconds.
    SecondOrderTime: Customer, Zero;
    /// Σ over the customers of their orders less one: the pairs of consecutive orders.
    OrderPairs: Customer, Zero;
    /// Distinct customers with an order in the period before; missing without a bounded period.
    PreviousCustomers: Customer, None;
    /// Of those, the ones with an order in this period too; missing without a bounded period.
    RetainedCustomers: Customer, None;
    /// Σ over the shipped orders of the time from ordered to shipped, in milliseconds.
    ShippingTime: Order, Zero;
    /// Distinct orders that have shipped.
    ShippedOrders: Order, Zero;
    /// When the first order was placed or the first return came, in milliseconds since 1970.
    Earliest: Order, None;
    /// When the last order was placed or the last return came, in milliseconds since 1970.
    Latest: Order, None;
    /// When the last order was placed, whatever came back later, in milliseconds since 1970.
    LastOrder: Order, None;
}

/// What a measure counts once, so that an order's number is never multiplied by its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Each line counts.
    Line,
    /// Each order counts once, however many of its lines are in scope.
    Order,
    /// Each customer counts once, however many of their orders are in scope.
    Customer,
}

impl Measure {
    /// The median over the customers with two or more orders of the time from the first to the
    /// second, in milliseconds.
    pub const MEDIAN_SECOND_ORDER_TIME: Self = Conditional(ConditionalMeasure::SECOND_ORDER);

    /// What the measure is where nothing is in scope.
    #[must_use]
    pub fn of_nothing(self) -> Option<Decimal> {
        self.is_zero_of_nothing().then_some(Decimal::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_all_measures_is_in_the_order_of_their_bits() {
        for (position, measure) in Measure::ALL.into_iter().enumerate() {
            assert_eq!(measure.number() as usize, position);
        }
    }
}

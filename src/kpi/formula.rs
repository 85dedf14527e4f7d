//! Formulas: how a KPI is finished from measures.

use rust_decimal::Decimal;

use super::{
    catalogue::sum,
    measure::{Measure, Values},
    quotient::quotient,
};

const MILLISECONDS_A_DAY: i64 = 86_400_000;

/// An expression over measures; null where any part of it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Formula {
    /// The measure itself.
    Measure(Measure),
    /// All of them together.
    Sum(&'static [Self]),
    /// The first less the second.
    Difference(&'static Self, &'static Self),
    /// The first divided by the second; null when that is 0.
    Ratio(&'static Self, &'static Self),
    /// As a ratio, from milliseconds to days.
    MeanDays(&'static Self, &'static Self),
}

/// A formula as it is written: `A`, `A + B + C`, `A - B`, `A / B` or `days(A / B)`.
macro_rules! formula {
    ($measure:ident) => {
        $crate::kpi::Formula::Measure($crate::kpi::Measure::$measure)
    };
    ($from:ident - $less:ident) => {
        $crate::kpi::Formula::Difference(&formula!($from), &formula!($less))
    };
    ($over:ident / $under:ident) => {
        $crate::kpi::Formula::Ratio(&formula!($over), &formula!($under))
    };
    (days($over:ident / $under:ident)) => {
        $crate::kpi::Formula::MeanDays(&formula!($over), &formula!($under))
    };
    ($first:ident $(+ $more:ident)+) => {
        $crate::kpi::Formula::Sum(&[formula!($first), $(formula!($more)),+])
    };
}
pub(super) use formula;

impl Formula {
    /// The measures in it, in the order in which they are written.
    #[must_use]
    pub fn measures(&self) -> Vec<Measure> {
        match self {
            Self::Measure(measure) => vec![*measure],
            Self::Sum(terms) => terms.iter().flat_map(Self::measures).collect(),
            Self::Difference(one, other) | Self::Ratio(one, other) | Self::MeanDays(one, other) => {
                [one.measures(), other.measures()].concat()
            }
        }
    }

    /// The formula's value; sums and differences are exact, and a quotient is rounded half
    /// even to 15 significant digits.
    #[must_use]
    pub fn finish(&self, values: &Values) -> Option<Decimal> {
        match self {
            Self::Measure(measure) => values.value(*measure),
            Self::Sum(terms) => {
                let terms = terms.iter().map(|term| term.finish(values));
                sum(terms.collect::<Option<Vec<_>>>()?)
            }
            Self::Difference(from, less) => {
                let less = less.finish(values)?;
                Some(from.finish(values)?.checked_sub(less)?.normalize())
            }
            Self::Ratio(over, under) => quotient(over.finish(values)?, under.finish(values)?),
            Self::MeanDays(over, under) => {
                let under = under.finish(values)?;
                let under = under.checked_mul(MILLISECONDS_A_DAY.into())?;
                quotient(over.finish(values)?, under)
            }
        }
    }
}

//! Formulas: how a KPI is finished from measures.

use rust_decimal::Decimal;

use super::{
    measure::Measure,
    measures::Values,
    quotient::{quotient, sum},
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
    /// From milliseconds to days.
    Days(&'static Self),
    /// The number itself.
    Number(Decimal),
    /// One times the other.
    Product(&'static Self, &'static Self),
    /// The first, or the second where that is null.
    Coalesce(&'static Self, &'static Self),
}

/// A formula as it is written: `A`, `A + B + C`, `A - B`, `A / B`, `days(A / B)` or `days(A)`.
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
    (days($of:ident)) => {
        $crate::kpi::Formula::Days(&formula!($of))
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
            Self::Number(_) => Vec::new(),
            Self::Days(of) => of.measures(),
            Self::Difference(one, other)
            | Self::Ratio(one, other)
            | Self::MeanDays(one, other)
            | Self::Product(one, other)
            | Self::Coalesce(one, other) => [one.measures(), other.measures()].concat(),
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
            Self::Days(of) => quotient(of.finish(values)?, MILLISECONDS_A_DAY.into()),
            Self::Number(number) => Some(*number),
            Self::Product(one, other) => {
                let product = one.finish(values)?.checked_mul(other.finish(values)?)?;
                Some(product.normalize())
            }
            Self::Coalesce(first, otherwise) => {
                first.finish(values).or_else(|| otherwise.finish(values))
            }
        }
    }

    /// The same with other measures in place of these.
    #[must_use]
    pub fn with(&self, of: &mut impl FnMut(Measure) -> Measure) -> Self {
        let mut inner = |formula: &Self| -> &'static Self { kept(formula.with(of)) };
        match self {
            Self::Measure(measure) => Self::Measure(of(*measure)),
            Self::Number(number) => Self::Number(*number),
            Self::Sum(terms) => {
                let terms: Vec<Self> = terms.iter().map(|term| term.with(of)).collect();
                Self::Sum(terms.leak())
            }
            Self::Difference(one, other) => Self::Difference(inner(one), inner(other)),
            Self::Ratio(one, other) => Self::Ratio(inner(one), inner(other)),
            Self::MeanDays(one, other) => Self::MeanDays(inner(one), inner(other)),
            Self::Days(of) => Self::Days(inner(of)),
            Self::Product(one, other) => Self::Product(inner(one), inner(other)),
            Self::Coalesce(one, other) => Self::Coalesce(inner(one), inner(other)),
        }
    }

    /// Whether it is a whole number wherever its measures are.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        match self {
            Self::Measure(_) => true,
            Self::Number(number) => number.fract().is_zero(),
            Self::Sum(terms) => terms.iter().all(Self::is_whole),
            Self::Difference(one, other)
            | Self::Product(one, other)
            | Self::Coalesce(one, other) => one.is_whole() && other.is_whole(),
            Self::Ratio(..) | Self::MeanDays(..) | Self::Days(_) => false,
        }
    }
}

/// A formula for as long as the program runs, as the catalogue's entries are kept.
pub(super) fn kept(formula: Formula) -> &'static Formula {
    Box::leak(Box::new(formula))
}

//! Exact amounts as scaled integers, in the narrowest column that holds them.

use std::{num::NonZeroI64, ops::Range};

use bson::{Decimal128, RawBsonRef};
use rust_decimal::Decimal;

use super::Unheld;
use crate::store::{decimal_from_double, decimal_parts};

/// An exact decimal, `units / 10^scale`, in eight bytes: 59 bits of units, 5 of scale, all of
/// them turned over, which leaves zero for an amount that is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount(NonZeroI64);

const SCALE_BITS: u32 = 5;
const SCALES: i64 = (1 << SCALE_BITS) - 1;
/// One more would make −1 of a packed amount, and zero when it is turned over.
const LARGEST_SCALE: u32 = (1 << SCALE_BITS) - 2;

impl Default for Amount {
    fn default() -> Self {
        Self(NonZeroI64::new(!0).expect("its bits are all set"))
    }
}

impl Amount {
    /// `None` where it does not fit: beyond 2.8·10¹⁷ units or 30 decimals.
    fn new(units: i64, scale: u32) -> Option<Self> {
        let packed = units.checked_mul(1 << SCALE_BITS)? | i64::from(scale);
        let turned = NonZeroI64::new(!packed).filter(|_| scale <= LARGEST_SCALE);
        turned.map(Self)
    }

    fn packed(self) -> i64 {
        !self.0.get()
    }

    /// The amount below 0 that is as large.
    pub fn negated(self) -> Option<Self> {
        let units = self.packed() >> SCALE_BITS;
        Self::new(units.checked_neg()?, self.scale())
    }

    /// The amount that a BSON value holds.
    pub fn from_bson(value: RawBsonRef<'_>) -> Option<Self> {
        match value {
            RawBsonRef::Int32(whole) => Self::new(whole.into(), 0),
            RawBsonRef::Int64(whole) => Self::new(whole, 0),
            RawBsonRef::Decimal128(decimal) => Self::from_decimal128(decimal),
            RawBsonRef::Double(double) => Self::from_double(double),
            _ => None,
        }
    }

    fn from_decimal128(value: Decimal128) -> Option<Self> {
        let parts = decimal_parts(value)?;
        let coefficient = i64::try_from(parts.coefficient).ok()?;
        let units = if parts.is_negative {
            -coefficient
        } else {
            coefficient
        };
        match u32::try_from(-parts.exponent) {
            _ if units == 0 => Self::new(0, 0),
            Ok(scale) => Self::new(units, scale),
            Err(_) => {
                let factor = 10_i64.checked_pow(u32::try_from(parts.exponent).ok()?)?;
                Self::new(units.checked_mul(factor)?, 0)
            }
        }
    }

    /// To the 15 digits that count elsewhere, too.
    fn from_double(value: f64) -> Option<Self> {
        let value = decimal_from_double(value)?;
        Self::new(i64::try_from(value.mantissa()).ok()?, value.scale())
    }

    fn scale(self) -> u32 {
        // The lowest bits of a packed amount are its scale, whatever its sign.
        u32::try_from(self.packed() & SCALES).unwrap_or(LARGEST_SCALE)
    }

    /// The units at a scale that is no smaller than the amount's own.
    fn units_at(self, scale: u32) -> Option<i64> {
        let factor = 10_i64.checked_pow(scale - self.scale())?;
        (self.packed() >> SCALE_BITS).checked_mul(factor)
    }
}

/// Whole numbers, as narrow as they all are.
#[derive(Clone, Debug)]
pub enum Integers {
    /// Every number is missing.
    Missing,
    Narrow(Vec<i32>),
    Wide(Vec<i64>),
}

/// What stands for a missing number in a narrow and in a wide column.
pub const MISSING_NARROW: i32 = i32::MIN;
pub const MISSING_WIDE: i64 = i64::MIN;

/// A number of a column.
pub trait Integer: Copy {
    /// Its value; that of a missing number has no meaning.
    fn value(self) -> i64;
    fn is_missing(self) -> bool;

    /// Its value; zero where it is missing.
    fn or_zero(self) -> i64 {
        if self.is_missing() { 0 } else { self.value() }
    }
}

impl Integer for i32 {
    fn value(self) -> i64 {
        self.into()
    }

    fn is_missing(self) -> bool {
        self == MISSING_NARROW
    }
}

impl Integer for i64 {
    fn value(self) -> i64 {
        self
    }

    fn is_missing(self) -> bool {
        self == MISSING_WIDE
    }
}

impl Integers {
    pub fn new(values: Vec<Option<i64>>) -> Self {
        if values.iter().all(Option::is_none) {
            return Self::Missing;
        }
        let is_narrow = |value: &Option<i64>| {
            value.is_none_or(|it| i32::try_from(it).is_ok_and(|it| it != MISSING_NARROW))
        };
        if values.iter().all(is_narrow) {
            let narrow = |value: Option<i64>| {
                let narrow = value.and_then(|it| i32::try_from(it).ok());
                narrow.unwrap_or(MISSING_NARROW)
            };
            return Self::Narrow(values.into_iter().map(narrow).collect());
        }
        let wide = |value: Option<i64>| value.unwrap_or(MISSING_WIDE);
        Self::Wide(values.into_iter().map(wide).collect())
    }

    pub fn value(&self, at: usize) -> Option<i64> {
        match self {
            Self::Missing => None,
            Self::Narrow(values) => {
                Some(values[at]).and_then(|it| (!it.is_missing()).then(|| it.value()))
            }
            Self::Wide(values) => {
                Some(values[at]).and_then(|it| (!it.is_missing()).then(|| it.value()))
            }
        }
    }

    /// Those that are not missing.
    pub fn present(&self) -> impl Iterator<Item = i64> {
        let (narrow, wide): (&[i32], &[i64]) = match self {
            Self::Missing => (&[], &[]),
            Self::Narrow(values) => (values, &[]),
            Self::Wide(values) => (&[], values),
        };
        let narrow = narrow.iter().filter(|it| !it.is_missing());
        let wide = wide.iter().filter(|it| !it.is_missing());
        narrow.map(|it| it.value()).chain(wide.map(|it| it.value()))
    }

    pub fn bytes(&self) -> usize {
        match self {
            Self::Missing => 0,
            Self::Narrow(values) => size_of_val(values.as_slice()),
            Self::Wide(values) => size_of_val(values.as_slice()),
        }
    }
}

/// A column of amounts at one scale.
#[derive(Clone, Debug)]
pub struct Amounts {
    pub values: Integers,
    /// Every value is so many decimals' worth of units.
    pub scale: u32,
    /// Σ of the values without their signs: no sum over any of them is greater.
    magnitude: u128,
    /// Whether none is missing.
    pub is_complete: bool,
}

impl Amounts {
    /// # Errors
    /// When the amounts have no scale in common at which they fit 63 bits.
    pub fn new(amounts: &[Option<Amount>]) -> Result<Self, Unheld> {
        let present = amounts.iter().flatten();
        let scale = present.map(|it| it.scale()).max().unwrap_or_default();
        let units = |amount: &Option<Amount>| match amount {
            None => Ok(None),
            Some(amount) => match amount.units_at(scale) {
                None | Some(MISSING_WIDE) => Err(Unheld::TooLarge),
                units => Ok(units),
            },
        };
        let values: Vec<Option<i64>> = amounts.iter().map(units).collect::<Result<_, _>>()?;
        Ok(Self {
            scale,
            ..Self::whole(values)
        })
    }

    /// Amounts without decimals.
    pub fn whole(values: Vec<Option<i64>>) -> Self {
        let magnitudes = values.iter().flatten().map(|it| it.unsigned_abs());
        Self {
            magnitude: magnitudes.map(u128::from).sum(),
            is_complete: values.iter().all(Option::is_some),
            values: Integers::new(values),
            scale: 0,
        }
    }

    pub fn amount(&self, at: usize) -> Option<Amount> {
        // A value that was an amount at a smaller scale may no longer fit at this one.
        let units = self.values.value(at)?;
        let (mut units, mut scale) = (units, self.scale);
        while scale > 0 && units % 10 == 0 {
            (units, scale) = (units / 10, scale - 1);
        }
        Amount::new(units, scale)
    }

    /// The sums of consecutive values, at the same scale; `ends` has the first row of each
    /// sum and the end of the last. A sum of missing values is missing.
    ///
    /// # Errors
    /// When one does not fit 63 bits.
    pub fn sums(&self, ends: &[u32]) -> Result<Self, Unheld> {
        if i64::try_from(self.magnitude).is_err() {
            return Err(Unheld::TooLarge);
        }
        let sum = |ends: &[u32]| {
            let present = (ends[0]..ends[1]).filter_map(|at| self.values.value(at as usize));
            present.reduce(|sum, value| sum + value)
        };
        Ok(Self {
            magnitude: self.magnitude,
            scale: self.scale,
            ..Self::whole(ends.windows(2).map(sum).collect())
        })
    }

    pub fn bytes(&self) -> usize {
        self.values.bytes()
    }
}

/// The scale that several columns are summed at.
///
/// # Errors
/// When a sum over them could leave 63 bits at that scale.
pub fn common_scale<'a>(columns: impl Iterator<Item = &'a Amounts> + Clone) -> Result<u32, Unheld> {
    let scale = columns.clone().map(|it| it.scale).max().unwrap_or_default();
    let mut magnitudes = columns.map(|it| {
        let factor = 10_u128.checked_pow(scale - it.scale)?;
        it.magnitude.checked_mul(factor)
    });
    let magnitude = magnitudes.try_fold(0_u128, |all, one| all.checked_add(one?));
    match magnitude {
        Some(all) if i64::try_from(all).is_ok() => Ok(scale),
        _ => Err(Unheld::TooLarge),
    }
}

/// What brings a column's units to a greater scale.
pub fn factor(from: u32, to: u32) -> i64 {
    10_i64.pow(to - from)
}

/// A sum as a decimal without trailing zeros.
pub fn decimal(units: i64, scale: u32) -> Option<Decimal> {
    let value = Decimal::try_from_i128_with_scale(units.into(), scale).ok()?;
    Some(value.normalize())
}

/// A range of row numbers, which columns count in 32 bits.
pub fn rows(range: Range<usize>) -> Range<u32> {
    row(range.start)..row(range.end)
}

/// A code or a group's number that is known to fit.
pub fn fitting(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A row's number within its block, which holds far fewer than 2³².
pub fn row(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use rust_decimal_macros::dec;

    use super::*;
    use crate::store::decimal_to_bson;

    fn amount(value: Decimal) -> Amount {
        let document =
            bson::rawdoc! { "a": bson::RawBson::try_from(decimal_to_bson(value)).unwrap() };
        Amount::from_bson(document.get("a").unwrap().unwrap()).unwrap()
    }

    #[test]
    fn amounts_of_several_scales_are_one_exact_column() {
        let values = [dec!(19.90), dec!(-957.5775), dec!(3), dec!(0)];
        let amounts = values.map(|it| Some(amount(it)));
        let column = Amounts::new(&amounts).unwrap();
        assert_eq!(column.scale, 4);
        let units: Vec<_> = (0..4).map(|at| column.values.value(at)).collect();
        assert_eq!(
            units,
            [Some(199_000), Some(-9_575_775), Some(30_000), Some(0)]
        );
        assert!(matches!(column.values, Integers::Narrow(_)));
    }

    #[test]
    fn a_missing_amount_is_not_zero() {
        let column = Amounts::new(&[None, Some(amount(dec!(-0.5)))]).unwrap();
        assert_eq!(column.values.value(0), None);
        assert_eq!(column.values.value(1), Some(-5));
    }

    #[test]
    fn one_large_amount_makes_a_wide_column() {
        let column = Amounts::new(&[Some(amount(dec!(30000000.01))), None]).unwrap();
        assert!(matches!(column.values, Integers::Wide(_)));
        assert_eq!(column.values.value(0), Some(3_000_000_001));
        assert_eq!(column.values.value(1), None);
    }

    #[test]
    fn sums_are_exact_and_missing_where_nothing_is_known() {
        let amounts = [
            Some(dec!(0.5)),
            None,
            None,
            Some(dec!(2)),
            Some(dec!(-3.25)),
        ];
        let column = Amounts::new(&amounts.map(|it| it.map(amount))).unwrap();
        let sums = column.sums(&[0, 2, 3, 3, 5]).unwrap();
        assert_eq!(sums.scale, 2);
        let units: Vec<_> = (0..4).map(|at| sums.values.value(at)).collect();
        assert_eq!(units, [Some(50), None, None, Some(-125)]);
    }

    #[test]
    fn sums_that_could_overflow_are_refused() {
        let large = Amounts::new(&[Some(amount(dec!(100000000000000000)))]).unwrap();
        let fine = Amounts::new(&[Some(amount(dec!(0.001)))]).unwrap();
        assert_eq!(common_scale([&large].into_iter()), Ok(0));
        assert_eq!(
            common_scale([&large, &fine].into_iter()),
            Err(Unheld::TooLarge)
        );
    }

    #[test]
    fn what_is_no_number_is_no_amount() {
        let document = bson::rawdoc! {
            "double": 0.1 + 0.2, "text": "1", "nan": "NaN".parse::<Decimal128>().unwrap(),
            "million": "1E+6".parse::<Decimal128>().unwrap(),
        };
        let read = |name| Amount::from_bson(document.get(name).unwrap().unwrap());
        assert_eq!(read("double"), Some(amount(dec!(0.3))));
        assert_eq!(read("text"), None);
        assert_eq!(read("nan"), None);
        assert_eq!(read("million"), Some(amount(dec!(1000000))));
    }
}

//! Division, as every KPI divides; exact sums, and changes from one number to another.

use rust_decimal::Decimal;

/// Significant digits of a quotient: what every JSON reader's double keeps.
const DIGITS: u32 = 15;

/// One number divided by another, half even to 15 significant digits; `None` by zero.
#[must_use]
pub fn quotient(over: Decimal, under: Decimal) -> Option<Decimal> {
    quotient_of_counts(over, under).or_else(|| {
        let exact = over.checked_div(under)?;
        exact.round_sf(DIGITS).map(|it| it.normalize())
    })
}

/// The quotient of two counts, divided as integers, in a third of the time: a table of
/// cohorts has thousands. `None` for other numbers, and where it may not be the same.
///
/// A decimal has 28 digits after the point at most. Rounded to these first, a quotient
/// is never taken for a tie at its 15th digit: of numbers below a billion, with up to
/// 18 digits after the point, it is a tie or 5 · 10⁻²⁸ away from the next one.
fn quotient_of_counts(over: Decimal, under: Decimal) -> Option<Decimal> {
    const LONGEST: u32 = 18;
    let (over, under) = (count(over)?, count(under)?);
    let at_scale = |scale: u32| over * 10_u128.pow(scale);
    let least = under * 10_u128.pow(DIGITS - 1);
    let scale = DIGITS - 1 + under.ilog10() - over.ilog10();
    let scale = if at_scale(scale) < least {
        scale + 1
    } else {
        scale
    };
    if scale > LONGEST {
        return None;
    }
    let (digits, rest) = (at_scale(scale) / under, at_scale(scale) % under);
    let is_up = 2 * rest > under || (2 * rest == under && digits % 2 == 1);
    let rounded = i64::try_from(digits).ok()? + i64::from(is_up);
    Some(Decimal::new(rounded, scale).normalize())
}

/// A whole number above zero and below a billion.
fn count(value: Decimal) -> Option<u128> {
    let is_count = value.scale() == 0 && (1..1_000_000_000).contains(&value.mantissa());
    is_count.then(|| value.mantissa().unsigned_abs())
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

#[cfg(test)]
mod tests {
    use rust_decimal_macros::dec;

    use super::*;

    #[test]
    fn quotients_keep_fifteen_digits() {
        assert_eq!(quotient(dec!(2), dec!(3)), Some(dec!(0.666666666666667)));
        assert_eq!(quotient(dec!(-2), dec!(0.3)), Some(dec!(-6.66666666666667)));
        assert_eq!(quotient(dec!(1), dec!(0)), None);
        assert_eq!(quotient(dec!(0), dec!(7)), Some(dec!(0)));
    }

    #[test]
    fn counts_are_divided_as_decimals_are() {
        let mut dice: u64 = 1;
        let mut roll = || {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let digits = dice >> 61;
            Decimal::from(1 + (dice >> 32) % 10_u64.pow(2 + u32::try_from(digits).unwrap()))
        };
        // Ties at the 15th digit: powers of two below odd numbers.
        let ties = (30..60).flat_map(|shift| {
            let under = Decimal::from(1_u64 << (shift / 2));
            [1_u64, 3, 999_999_999].map(|over| (Decimal::from(over), under))
        });
        let random = std::iter::repeat_with(|| (roll(), roll())).take(20_000);
        for (over, under) in ties.chain(random) {
            let exact = over.checked_div(under).unwrap();
            let expected = exact.round_sf(DIGITS).unwrap().normalize();
            if let Some(quotient) = quotient_of_counts(over, under) {
                assert_eq!(
                    quotient.to_string(),
                    expected.to_string(),
                    "{over} / {under}"
                );
            }
        }
        assert!(quotient_of_counts(dec!(3), dec!(7)).is_some());
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

    #[test]
    fn a_sum_beyond_all_digits_is_none() {
        assert_eq!(sum([Decimal::MAX, dec!(1)]), None);
        assert_eq!(sum([dec!(0.1), dec!(0.2)]), Some(dec!(0.3)));
    }
}

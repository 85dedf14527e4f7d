//! An amount that is known of a whole only, shared among its parts.

use std::cmp::Reverse;

use rust_decimal::Decimal;

/// Digits that a weight keeps: a product of two such numbers is exact in 128 bits.
const DIGITS: u32 = 18;

/// Shares an amount in proportion to the weights, by the largest remainder.
///
/// Each part is a multiple of 10 to the power of −`digits` (or of the amount's
/// own last digit, where it has more), and the parts add up to the amount. What
/// is left after cutting goes, one unit each, to the parts that were cut most;
/// to the earlier one where two were cut alike.
///
/// `None` where there is nothing to share by, since no weight is above 0 (then
/// choose others), or where a number has more digits than can be shared
/// exactly. A weight below 0 counts as 0.
pub(crate) fn share(amount: Decimal, weights: &[Decimal], digits: u32) -> Option<Vec<Decimal>> {
    let weights = whole_weights(weights)?;
    let total: u128 = weights.iter().sum();
    let scale = digits.max(amount.normalize().scale());
    let units = units(amount.abs(), scale)?;
    if total == 0 || units >= 10_u128.pow(DIGITS) {
        return None;
    }
    let mut parts: Vec<u128> = weights
        .iter()
        .map(|weight| units * weight / total)
        .collect();
    let left = units - parts.iter().sum::<u128>();
    let mut by_cut: Vec<usize> = (0..parts.len()).collect();
    by_cut.sort_by_key(|&index| Reverse(units * weights[index] % total));
    for &index in by_cut.iter().take(usize::try_from(left).ok()?) {
        parts[index] += 1;
    }
    parts
        .into_iter()
        .map(|part| {
            let mut part =
                Decimal::try_from_i128_with_scale(i128::try_from(part).ok()?, scale).ok()?;
            part.set_sign_negative(amount.is_sign_negative() && !part.is_zero());
            Some(part.normalize())
        })
        .collect()
}

/// The weights as whole numbers of at most 18 digits, in the same proportion.
fn whole_weights(weights: &[Decimal]) -> Option<Vec<u128>> {
    let positive = weights.iter().map(|weight| weight.max(&Decimal::ZERO));
    let total = positive
        .clone()
        .try_fold(Decimal::ZERO, |sum, weight| sum.checked_add(*weight))?;
    let whole_digits = total.trunc().to_string().len();
    let room = DIGITS.checked_sub(u32::try_from(whole_digits).ok()?)?;
    let finest = positive
        .clone()
        .map(|weight| weight.normalize().scale())
        .max();
    let scale = finest.unwrap_or(0).min(room);
    positive
        .map(|weight| units(weight.round_dp(scale), scale))
        .collect()
}

/// How many of 10 to the power of −`scale` a number is, which has no finer digits.
fn units(number: Decimal, scale: u32) -> Option<u128> {
    let number = number.normalize();
    let factor = 10_i128.checked_pow(scale.checked_sub(number.scale())?)?;
    u128::try_from(number.mantissa().checked_mul(factor)?).ok()
}

#[cfg(test)]
mod tests {
    use rust_decimal_macros::dec;

    use super::*;

    #[test]
    fn parts_add_up_to_the_cent() {
        // 3.333…, 3.333…, 3.333…: the cent that is left goes to the first of equals.
        let thirds = share(dec!(10), &[dec!(1), dec!(1), dec!(1)], 2);
        assert_eq!(thirds.unwrap(), [dec!(3.34), dec!(3.33), dec!(3.33)]);
        // 0.7142…, 1.4285…, 2.8571…: two cents are left, for .857… and .714….
        let parts = share(dec!(5), &[dec!(10), dec!(20), dec!(40)], 2);
        assert_eq!(parts.unwrap(), [dec!(0.71), dec!(1.43), dec!(2.86)]);
    }

    #[test]
    fn a_negative_amount_has_the_same_parts_below_zero() {
        let parts = share(dec!(-0.03), &[dec!(5.5), dec!(0), dec!(5.5)], 2);
        assert_eq!(parts.unwrap(), [dec!(-0.02), dec!(0), dec!(-0.01)]);
    }

    #[test]
    fn the_unit_is_the_currencys_or_the_amounts_own() {
        let yen = share(dec!(100), &[dec!(1), dec!(2)], 0);
        assert_eq!(yen.unwrap(), [dec!(33), dec!(67)]);
        let finer = share(dec!(0.001), &[dec!(1), dec!(1)], 2);
        assert_eq!(finer.unwrap(), [dec!(0.001), dec!(0)]);
    }

    #[test]
    fn without_weights_nothing_is_shared() {
        assert_eq!(share(dec!(1), &[], 2), None);
        assert_eq!(share(dec!(1), &[dec!(0), dec!(-3)], 2), None);
        assert_eq!(
            share(dec!(1), &[dec!(2), dec!(-3)], 2),
            Some(vec![dec!(1), dec!(0)])
        );
    }

    #[test]
    fn weights_of_many_digits_keep_their_proportion() {
        let fine = dec!(0.3333333333333333333333333333);
        let parts = share(dec!(9), &[fine, fine, fine], 2);
        assert_eq!(parts.unwrap(), [dec!(3), dec!(3), dec!(3)]);
        assert_eq!(share(dec!(12345678901234567890), &[dec!(1)], 2), None);
    }
}

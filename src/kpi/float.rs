//! Decimals as doubles.

use rust_decimal::Decimal;

/// The largest power of ten that a double holds exactly: 10²².
const EXACT_POWER: u32 = 22;

/// The double nearest to a decimal.
#[must_use]
pub fn float(value: Decimal) -> f64 {
    let size = exact_size(value).unwrap_or_else(|| {
        let digits = value.abs().to_string();
        digits.parse().unwrap_or(f64::NAN)
    });
    if value.is_sign_negative() {
        -size
    } else {
        size
    }
}

/// The size of a decimal whose digits and power of ten are doubles without loss: their
/// quotient is rounded once, and so to the nearest.
#[expect(
    clippy::cast_precision_loss,
    reason = "what would lose some is turned away"
)]
fn exact_size(value: Decimal) -> Option<f64> {
    let digits = value.mantissa().unsigned_abs();
    let is_exact = digits < 1 << f64::MANTISSA_DIGITS && value.scale() <= EXACT_POWER;
    is_exact.then(|| digits as f64 / 10_u128.pow(value.scale()) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(value: Decimal) -> u64 {
        float(value).to_bits()
    }

    fn as_read(text: &str) -> u64 {
        text.parse::<f64>().unwrap().to_bits()
    }

    #[test]
    fn a_decimal_is_the_double_that_its_digits_are_read_as() {
        let edges = [
            "0",
            "0.1",
            "-0.3",
            "1234567.89",
            "9007199254740991",
            "9007199254740993",
            "9007199254740993.1",
            "0.0000000000000000000001",
            "0.00000000000000000000001",
            "79228162514264337593543950335",
            "-7.9228162514264337593543950335",
            "0.123456789012345",
        ];
        for text in edges {
            assert_eq!(bits(text.parse().unwrap()), as_read(text), "{text}");
        }
    }

    #[test]
    fn so_is_every_number_of_fifteen_digits() {
        let mut digits: i64 = 1;
        for scale in (0..=28).cycle().take(10_000) {
            digits = digits
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let value = Decimal::new(digits % 1_000_000_000_000_000, scale);
            assert_eq!(bits(value), as_read(&value.to_string()), "{value}");
        }
    }

    #[test]
    fn zero_keeps_its_sign() {
        assert!(float(-Decimal::ZERO).is_sign_negative());
        assert!(float(Decimal::ZERO).is_sign_positive());
    }
}

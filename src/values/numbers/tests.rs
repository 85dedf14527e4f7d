use rust_decimal_macros::dec;

use super::*;

fn value(format: &NumberFormat, cell: &str) -> Option<Decimal> {
    format.parse(cell).ok().map(|number| number.value)
}

fn format(decimal: char, thousands: Option<char>, symbols: &[&str]) -> NumberFormat {
    NumberFormat {
        decimal,
        thousands,
        symbols: symbols.iter().map(|&symbol| symbol.into()).collect(),
    }
}

#[test]
fn every_digit_is_kept() {
    let plain = NumberFormat::default();
    assert_eq!(value(&plain, "261.9600"), Some(dec!(261.9600)));
    assert_eq!(value(&plain, "0.1"), Some(dec!(0.1)));
    assert_eq!(
        value(&plain, "12345678901234567890.12345678"),
        Some(dec!(12345678901234567890.12345678))
    );
}

#[test]
fn an_amount_with_more_digits_than_can_be_kept_is_said_to_be_one() {
    let plain = NumberFormat::default();
    for cell in [
        "0.1000000000000000055511151231257827",
        "12345678901234567890123456789012",
        "1e-29",
        "1.2345678901234567890123456789012E3",
    ] {
        assert_eq!(plain.parse(cell), Err(NoNumber::TooManyDigits), "{cell}");
    }
    assert_eq!(plain.parse("1.2.3"), Err(NoNumber::Malformed));
    let zeros = "12.50000000000000000000000000000000";
    assert_eq!(value(&plain, zeros), Some(dec!(12.5)));
}

#[test]
fn a_dash_behind_the_separator_stands_for_the_cents() {
    let german = format(',', Some('.'), &["kr"]);
    for (cell, expected) in [
        ("7,-", dec!(7)),
        ("7,--", dec!(7)),
        ("7,\u{2013}", dec!(7)),
        ("7,\u{2014}", dec!(7)),
        ("€ 3.400,-", dec!(3400)),
        ("3.400,- kr", dec!(3400)),
        ("-7,-", dec!(-7)),
        ("(7,-)", dec!(-7)),
        ("7,50-", dec!(-7.5)),
        ("7-", dec!(-7)),
    ] {
        assert_eq!(value(&german, cell), Some(expected), "{cell}");
    }
    let swiss = format('.', Some('\''), &["CHF"]);
    assert_eq!(value(&swiss, "CHF 3'400.-"), Some(dec!(3400)));
    assert_eq!(value(&swiss, "7.-"), Some(dec!(7)));
    assert_eq!(value(&swiss, ".-"), None);
}

#[test]
fn marks_that_cannot_be_seen_and_dashes_for_a_minus_are_read() {
    let german = format(',', Some('.'), &[]);
    for cell in [
        "\u{200e}-7,25",
        "\u{2013}7,25",
        "\u{2212}7,25\0",
        "-7\u{200e},25",
    ] {
        assert_eq!(value(&german, cell), Some(dec!(-7.25)), "{cell:?}");
    }
}

#[test]
fn a_currency_sign_is_told_unless_it_is_to_be_ignored() {
    let sign = |format: &NumberFormat, cell| format.parse(cell).unwrap().currency;
    let plain = NumberFormat::default();
    assert_eq!(sign(&plain, "$-5.00"), Some('$'));
    assert_eq!(sign(&plain, "5.00 €"), Some('€'));
    assert_eq!(sign(&plain, "5.00"), None);
    assert_eq!(sign(&format('.', None, &["$"]), "$5.00"), None);
}

#[test]
fn signs_and_currencies_stand_where_people_put_them() {
    let english = format('.', Some(','), &["USD"]);
    for cell in [
        "-1,234.50",
        "-$1,234.50",
        "$-1,234.50",
        "(1,234.50)",
        "($1,234.50)",
        "1,234.50-",
        "\u{2212} 1,234.50 USD",
    ] {
        assert_eq!(value(&english, cell), Some(dec!(-1234.50)), "{cell}");
    }
}

#[test]
fn other_countries_separate_otherwise() {
    let french = format(',', Some(' '), &[]);
    assert_eq!(value(&french, "1\u{202f}234,5\u{a0}€"), Some(dec!(1234.5)));
    assert_eq!(value(&french, "1 234 567,00"), Some(dec!(1234567)));
    let swiss = format('.', Some('\''), &["CHF"]);
    assert_eq!(value(&swiss, "CHF 12'345.60"), Some(dec!(12345.6)));
    let indian = format('.', Some(','), &[]);
    assert_eq!(value(&indian, "₹1,00,000.5"), Some(dec!(100000.5)));
}

#[test]
fn a_separator_that_was_not_announced_is_not_guessed() {
    let plain = NumberFormat::default();
    assert_eq!(value(&plain, "1,5"), None);
    assert_eq!(value(&plain, "1_000"), None);
    let english = format('.', Some(','), &[]);
    assert_eq!(value(&english, "1,5"), None);
    assert_eq!(value(&english, "12,34,56"), None);
}

#[test]
fn spreadsheets_write_exponents() {
    let plain = NumberFormat::default();
    assert_eq!(value(&plain, "1.5E+05"), Some(dec!(150000)));
    assert_eq!(value(&plain, "-2e-3"), Some(dec!(-0.002)));
}

#[test]
fn a_percent_sign_is_told() {
    let french = format(',', None, &[]);
    let number = french.parse("12,5 %").unwrap();
    assert_eq!((number.value, number.percent), (dec!(12.5), true));
}

#[test]
fn what_is_no_number_is_none() {
    let plain = NumberFormat::default();
    for cell in [
        "", "-", ".", "abc", "1.2.3", "--5", "-(5)", "12 34", "1e", "$", "5 -3",
    ] {
        assert_eq!(value(&plain, cell), None, "{cell}");
    }
    assert_eq!(value(&plain, ".5"), Some(dec!(0.5)));
    assert_eq!(value(&plain, "5."), Some(dec!(5)));
}

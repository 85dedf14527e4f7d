//! What is known of currencies: their decimals and their signs.

/// Currencies that have other than two decimals in ISO 4217.
const DECIMALS: &[(u32, &[&str])] = &[
    (
        0,
        &[
            "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
            "VND", "VUV", "XAF", "XOF", "XPF",
        ],
    ),
    (3, &["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]),
    (4, &["CLF", "UYW"]),
];

/// Signs that stand for one currency alone.
const OWN: &[(char, &str)] = &[
    ('€', "EUR"),
    ('₩', "KRW"),
    ('₹', "INR"),
    ('₽', "RUB"),
    ('₺', "TRY"),
    ('₴', "UAH"),
    ('₫', "VND"),
    ('₪', "ILS"),
    ('₱', "PHP"),
    ('₦', "NGN"),
];

/// Currencies whose sign others have, too.
const SHARED: &[(char, &str)] = &[('$', "USD"), ('£', "GBP"), ('¥', "JPY"), ('¥', "CNY")];

/// Whether a text has the form of an ISO 4217 code.
pub(crate) fn is_code(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Digits after the point of the currency's smallest unit.
pub(crate) fn decimals(code: &str) -> u32 {
    let other = DECIMALS.iter().find(|(_, codes)| codes.contains(&code));
    other.map_or(2, |(decimals, _)| *decimals)
}

/// Whether an amount with this sign is surely not in the currency.
///
/// Many currencies are written with a dollar sign: `$` beside the amounts of a
/// shop in Canadian dollars is right, in euros it is not.
pub(crate) fn contradicts(sign: char, code: &str) -> bool {
    let mut all = OWN.iter().chain(SHARED);
    let known = all.clone().any(|(known, _)| *known == sign);
    let own = all.find(|(_, owner)| *owner == code);
    match own {
        Some((own, _)) => known && *own != sign,
        None => OWN.iter().any(|(owned, _)| *owned == sign),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_unit_is_the_currencys() {
        assert_eq!(["EUR", "JPY", "KWD"].map(decimals), [2, 0, 3]);
    }

    #[test]
    fn a_sign_that_belongs_to_others_contradicts() {
        for (sign, code, expected) in [
            ('€', "EUR", false),
            ('$', "EUR", true),
            ('€', "USD", true),
            ('$', "CAD", false),
            ('€', "CAD", true),
            ('¥', "CNY", false),
            ('¤', "EUR", false),
        ] {
            assert_eq!(contradicts(sign, code), expected, "{sign} {code}");
        }
    }
}

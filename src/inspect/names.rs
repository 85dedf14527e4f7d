//! What fields and collections are called, in English, French, German and Spanish.

use unicode_normalization::UnicodeNormalization;

/// Names of one meaning, the likeliest first, and words that mean something else beside
/// them, such as the `cancelled` of a cancelled quantity.
#[derive(Clone, Copy, Debug)]
pub struct Meaning {
    names: &'static str,
    unlike: &'static str,
}

/// How well a name fits at most.
pub const EXACT: u32 = 1000;

impl Meaning {
    pub const fn new(names: &'static str, unlike: &'static str) -> Self {
        Self { names, unlike }
    }

    /// How well a path fits: 0 where it does not, up to [`EXACT`].
    ///
    /// The last name counts, alone or with the one around it: `price.amount` is a price.
    pub fn fit(self, path: &str) -> u32 {
        let names: Vec<Vec<String>> = path
            .split('.')
            .filter(|step| step.parse::<usize>().is_err())
            .map(|step| without_tax(words(step)))
            .collect();
        let Some((leaf, around)) = names.split_last() else {
            return 0;
        };
        let parent = around.last().map(Vec::as_slice).unwrap_or_default();
        let has_other = |words: &[String]| {
            let mut words = words.iter();
            words.any(|word| listed(self.unlike).any(|other| alike(word, other)))
        };
        if has_other(leaf) || has_other(parent) {
            return 0;
        }
        let both = [parent, leaf].concat();
        let best = [
            self.best(leaf),
            self.best(&both),
            if is_general(leaf) {
                self.best(parent)
            } else {
                0
            },
        ];
        // Deeper is less likely.
        let depth = u32::try_from(around.len()).unwrap_or(u32::MAX);
        let best = best.into_iter().max().unwrap_or_default();
        best.saturating_sub(depth.min(5))
    }

    fn best(self, words: &[String]) -> u32 {
        let fits = listed(self.names).zip(0..).map(|(name, number)| {
            let fit = fit(words, name);
            // Of two equally good the likelier name.
            if fit == 0 {
                0
            } else {
                fit - 5 * u32::min(number, 18)
            }
        });
        fits.max().unwrap_or_default()
    }
}

/// An amount without tax is called as it would be in a shop that knows no tax.
fn without_tax(mut words: Vec<String>) -> Vec<String> {
    const TAXES: [&str; 3] = ["tax", "taxe", "vat"];
    let is_excluded = |pair: &[String]| {
        matches!(pair[0].as_str(), "excl" | "excluding" | "hors" | "without")
            && TAXES.contains(&pair[1].as_str())
    };
    while let Some(at) = words.windows(2).position(is_excluded) {
        words.drain(at..at + 2);
    }
    words
}

/// Names that say what kind of value stands there, and not what it is of.
fn is_general(words: &[String]) -> bool {
    const GENERAL: [&str; 9] = [
        "id", "amount", "value", "name", "key", "oid", "total", "valeur", "wert",
    ];
    matches!(words, [word] if GENERAL.contains(&word.as_str()))
}

/// How well words fit a name of one word or several.
fn fit(words: &[String], name: &str) -> u32 {
    let wanted: Vec<&str> = name.split(' ').collect();
    let same = |part: &[String]| {
        part.iter()
            .zip(&wanted)
            .all(|(one, other)| alike(one, other))
    };
    if words.len() < wanted.len() {
        return compound(words, &wanted);
    }
    let (before, end) = words.split_at(words.len() - wanted.len());
    if before.is_empty() && same(end) {
        EXACT
    } else if same(end) {
        700
    } else if same(words) {
        500
    } else if words.windows(wanted.len()).any(same) {
        300
    } else {
        compound(words, &wanted)
    }
}

/// German writes several words as one, and others leave the blank out: `Bestellmenge`,
/// `orderdate`.
fn compound(words: &[String], wanted: &[&str]) -> u32 {
    let ([word], joined) = (words, wanted.concat()) else {
        return 0;
    };
    if word.len() > joined.len() && joined.len() >= 5 && word.ends_with(&joined) {
        400
    } else if alike(word, &joined) {
        EXACT - 50
    } else {
        0
    }
}

/// Whether two words are the same but for a plural's `s`.
fn alike(one: &str, other: &str) -> bool {
    fn singular(word: &str) -> &str {
        match word.strip_suffix('s') {
            Some(stem) if stem.len() > 2 => stem,
            _ => word,
        }
    }
    singular(one) == singular(other)
}

/// The words of a name, in small letters without accents: `shippingAddress_Città` has
/// `shipping`, `address` and `citta`.
pub fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut before = None;
    let letters: Vec<char> = name.replace('ß', "ss").nfd().collect();
    for (at, letter) in letters.iter().enumerate() {
        if !letter.is_alphanumeric() {
            // An accent, taken apart from its letter, parts no words.
            let is_accent = ('\u{300}'..='\u{36f}').contains(letter);
            if !is_accent {
                words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
                before = None;
            }
            continue;
        }
        let next_is_small = letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        let begins = match before {
            // `orderId`, and the `Guid` of `HTTPGuid`.
            Some(previous) if letter.is_uppercase() => {
                char::is_lowercase(previous) || char::is_uppercase(previous) && next_is_small
            }
            _ => false,
        };
        if begins {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        }
        word.extend(letter.to_lowercase());
        before = Some(*letter);
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

/// Whether one of a text's words begins with one of these.
pub fn says(text: &str, beginnings: &str) -> bool {
    words(text)
        .iter()
        .any(|word| listed(beginnings).any(|it| word.starts_with(it)))
}

/// The parts of a list that is written with commas.
fn listed(list: &str) -> impl Iterator<Item = &str> {
    list.split(", ").filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{
        super::vocabulary::{LINE_TOTAL, ORDERED_AT, PRODUCT_KEY, QUANTITY, UNIT_PRICE},
        *,
    };

    #[test]
    fn a_name_falls_into_words() {
        for (name, expected) in [
            ("shippingAddress", "shipping address"),
            ("Order ID", "order id"),
            ("OrderGUIDText", "order guid text"),
            ("line_items", "line items"),
            ("Stückpreis", "stuckpreis"),
            ("Größe", "grosse"),
            ("créé-le", "cree le"),
            ("unitPrice2", "unit price2"),
        ] {
            assert_eq!(words(name).join(" "), expected, "{name}");
        }
    }

    #[test]
    fn names_of_four_languages_fit_what_they_mean() {
        for (meaning, path) in [
            (QUANTITY, "qty"),
            (QUANTITY, "Bestellmenge"),
            (QUANTITY, "quantité"),
            (QUANTITY, "cantidad"),
            (UNIT_PRICE, "price.amount"),
            (UNIT_PRICE, "Einzelpreis"),
            (UNIT_PRICE, "prix_unitaire"),
            (UNIT_PRICE, "precioUnitario"),
            (ORDERED_AT, "dateCommande"),
            (ORDERED_AT, "Bestelldatum"),
            (ORDERED_AT, "fecha_pedido"),
            (LINE_TOTAL, "zeilensumme"),
            (PRODUCT_KEY, "artikelnummer"),
        ] {
            assert!(meaning.fit(path) > 0, "{path}");
        }
        for (meaning, path) in [
            (QUANTITY, "CancelQty"),
            (UNIT_PRICE, "taxPrice"),
            (ORDERED_AT, "updatedAt"),
            (PRODUCT_KEY, "customerId"),
        ] {
            assert_eq!(meaning.fit(path), 0, "{path}");
        }
    }

    #[test]
    fn the_likelier_of_two_names_fits_better() {
        assert!(ORDERED_AT.fit("orderDate") > ORDERED_AT.fit("createdAt"));
        assert!(PRODUCT_KEY.fit("productId") > PRODUCT_KEY.fit("variantId"));
        assert!(QUANTITY.fit("quantity") > QUANTITY.fit("orderedQuantityTotal"));
    }
}

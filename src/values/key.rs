//! Keys of several parts as one text.

/// Adds the part of this number to the key.
///
/// Parts are joined by `|`; a `|` or a `\` inside a part is preceded by `\`, so that no
/// two keys read the same.
pub(crate) fn push_part(key: &mut String, number: usize, part: &str) {
    if number > 0 {
        key.push('|');
    }
    for letter in part.chars() {
        if matches!(letter, '|' | '\\') {
            key.push('\\');
        }
        key.push(letter);
    }
}

/// What tells one place from another where it has no id of its own: its country, state, city
/// and postal code, as far as they are given.
///
/// A region is not part of it as long as anything narrower is known: sales regions are
/// redrawn, towns stay where they are.
pub(crate) fn address<T: Clone>(narrow: [&Option<T>; 4], region: &Option<T>) -> Vec<T> {
    let address: Vec<T> = narrow.into_iter().flatten().cloned().collect();
    if address.is_empty() {
        return region.iter().cloned().collect();
    }
    address
}

/// The first part of a key of several.
pub(crate) fn first_part(key: &str) -> String {
    let mut part = String::new();
    let mut letters = key.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '|' => break,
            '\\' => part.extend(letters.next()),
            letter => part.push(letter),
        }
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_hold_the_separator_stay_apart() {
        let key = |parts: [&str; 2]| {
            let mut key = String::new();
            for (number, part) in parts.into_iter().enumerate() {
                push_part(&mut key, number, part);
            }
            key
        };
        assert_eq!(key(["a", "b"]), "a|b");
        assert_ne!(key(["a|", "b"]), key(["a", "|b"]));
        assert_eq!(first_part(&key(["a|\\", "b"])), "a|\\");
        assert_eq!(first_part("alone"), "alone");
    }
}

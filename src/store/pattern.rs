//! Text as a pattern.

/// The pattern that matches a text to the letter, whatever stands in it.
#[must_use]
pub fn literal_pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for character in text.chars() {
        if character == '\0' {
            // The database takes no pattern with a null character as it is.
            pattern.push_str(r"\x00");
            continue;
        }
        if character.is_ascii_punctuation() || character.is_ascii_whitespace() {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_is_escaped() {
        assert_eq!(literal_pattern("a.b*"), r"a\.b\*");
        assert_eq!(literal_pattern("été\0"), r"été\x00");
    }
}

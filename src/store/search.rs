//! Search by words, whatever their capitals and accents.
//!
//! A text is found by one pattern for each word of what is searched for. What each
//! letter may be written as stands in the pattern itself: MongoDB looks for it as it
//! is, and so does memory, so that both find the same, whatever version of Unicode
//! either knows.
//!
//! Letters are alike that differ in capitals, in accents, or as variants of one letter
//! (ﾃ and テ, ² and 2, ø and o, ł and l). `ß` is found by `ss` and by `s`, `æ` by `ae`
//! and by `a`, and so on. Vowel signs are no accents: without them, words of India or
//! Thailand would be others.

use std::{collections::HashMap, iter::once, ops::RangeInclusive, sync::LazyLock};

use bson::{Bson, Document, doc, raw::cstr};
use regex::Regex;
use unicode_normalization::UnicodeNormalization;

/// MongoDB takes patterns of 32 kB; a longer word is searched for in pieces.
const PIECE: usize = 50;

/// Marks that do not tell letters apart: of Latin, Greek and Cyrillic, points of Hebrew and
/// Arabic, the dots below letters of India, the voicing of kana.
const MARKS: [RangeInclusive<char>; 15] = [
    '\u{300}'..='\u{36F}',
    '\u{483}'..='\u{487}',
    '\u{591}'..='\u{5BD}',
    '\u{5C1}'..='\u{5C2}',
    '\u{610}'..='\u{61A}',
    '\u{64B}'..='\u{65F}',
    '\u{670}'..='\u{670}',
    '\u{93C}'..='\u{93C}',
    '\u{9BC}'..='\u{9BC}',
    '\u{A3C}'..='\u{A3C}',
    '\u{1AB0}'..='\u{1AFF}',
    '\u{1DC0}'..='\u{1DFF}',
    '\u{20D0}'..='\u{20FF}',
    '\u{3099}'..='\u{309A}',
    '\u{FE20}'..='\u{FE2F}',
];

/// Letters that are also written as two.
const LIGATURES: [(char, [char; 2]); 6] = [
    ('ß', ['s', 's']),
    ('æ', ['a', 'e']),
    ('œ', ['o', 'e']),
    ('þ', ['t', 'h']),
    ('ﬁ', ['f', 'i']),
    ('ﬂ', ['f', 'l']),
];

/// Any number of marks, as a pattern.
static ANY_MARKS: LazyLock<String> = LazyLock::new(|| {
    let range = |marks: &RangeInclusive<char>| format!("{}-{}", marks.start(), marks.end());
    format!("[{}]*", MARKS.iter().map(range).collect::<String>())
});

/// What each letter may be written as, itself included, where that is more than one character.
static FORMS: LazyLock<HashMap<char, Vec<char>>> = LazyLock::new(|| {
    // Nothing that is written in two ways lies beyond.
    let characters = '\0'..'\u{30000}';
    let mut forms: HashMap<char, Vec<char>> = HashMap::new();
    for form in characters {
        let Some(letter) = letter(form) else {
            continue;
        };
        if letter != form {
            forms
                .entry(letter)
                .or_insert_with(|| vec![letter])
                .push(form);
        }
        if let Some([first, _]) = written_as_two(letter) {
            forms.entry(first).or_insert_with(|| vec![first]).push(form);
        }
    }
    forms
});

/// The patterns that a text must all hold to be found.
#[must_use]
pub fn search_patterns(text: &str) -> Vec<String> {
    let text: String = text.nfc().collect();
    let words = text.split_whitespace().map(letters);
    let pieces = words.flat_map(|word| word.chunks(PIECE).map(pattern).collect::<Vec<_>>());
    let patterns: Vec<String> = pieces.collect();
    if patterns.is_empty() {
        // Nothing to search for is found in every text.
        return vec![String::new()];
    }
    patterns
}

/// What finds a text in a field, as operators of a query document.
///
/// # Panics
/// Never: null characters are escaped.
#[must_use]
pub fn search_operators(text: &str) -> Document {
    let regex = |pattern: String| {
        Bson::RegularExpression(bson::Regex {
            pattern: pattern.try_into().expect("no null character in it"),
            options: cstr!("").into(),
        })
    };
    let patterns = search_patterns(text).into_iter().map(regex);
    doc! { "$all": patterns.collect::<Vec<_>>() }
}

/// What tells whether a text is found.
///
/// # Panics
/// Never: a pattern is made of characters, classes of them, alternatives and repetition.
pub fn searcher(text: &str) -> impl Fn(&str) -> bool + use<> {
    let regex = |pattern: String| Regex::new(&pattern).expect("a pattern is well formed");
    let all: Vec<Regex> = search_patterns(text).into_iter().map(regex).collect();
    move |value| all.iter().all(|it| it.is_match(value))
}

fn is_mark(character: char) -> bool {
    MARKS.iter().any(|it| it.contains(&character))
}

/// The letter that a character is a form of; none for a mark.
fn letter(form: char) -> Option<char> {
    if is_mark(form) {
        return None;
    }
    let bare = once(form).nfkd().filter(|it| !is_mark(*it));
    let small = small(only(bare).unwrap_or(form));
    Some(match small {
        'ø' => 'o',
        'ł' => 'l',
        'đ' | 'ð' => 'd',
        'ħ' => 'h',
        'ŧ' => 't',
        '‘' | '’' | 'ʼ' | '′' => '\'',
        '\u{2010}' | '\u{2012}'..='\u{2015}' | '\u{2212}' => '-',
        other => other,
    })
}

/// Small, as capitals are read: `ſ` is an `s`, `ς` a `σ`.
fn small(letter: char) -> char {
    let capital = only(letter.to_uppercase()).unwrap_or(letter);
    only(capital.to_lowercase()).unwrap_or(capital)
}

fn only(mut characters: impl Iterator<Item = char>) -> Option<char> {
    characters.next().filter(|_| characters.next().is_none())
}

fn written_as_two(letter: char) -> Option<[char; 2]> {
    let found = LIGATURES.iter().find(|(one, _)| *one == letter)?;
    Some(found.1)
}

fn letters(word: &str) -> Vec<char> {
    let letters = word.chars().filter_map(letter);
    let spelled = letters.flat_map(|it| match written_as_two(it) {
        Some(two) => two.to_vec(),
        None => vec![it],
    });
    spelled.collect()
}

/// The pattern of a word, with any marks between its letters.
fn pattern(word: &[char]) -> String {
    let mut parts = Vec::new();
    let mut rest = word;
    while let [first, others @ ..] = rest {
        let ligature = LIGATURES.iter().find(|(_, two)| rest.starts_with(two));
        if let Some((one, two)) = ligature {
            let two = two.map(forms).join(&ANY_MARKS);
            parts.push(format!("(?:{two}|{})", forms(*one)));
            rest = &rest[2..];
        } else {
            parts.push(forms(*first));
            rest = others;
        }
    }
    parts.join(&ANY_MARKS)
}

/// The pattern of one letter.
fn forms(letter: char) -> String {
    let composed = match FORMS.get(&letter) {
        Some(forms) => format!(
            "[{}]",
            forms.iter().copied().map(escaped).collect::<String>()
        ),
        None => escaped(letter),
    };
    // A syllable of Hangul, say, may also be written as its parts.
    let parts: Vec<char> = once(letter).nfd().collect();
    if parts.len() == 1 {
        return composed;
    }
    let parts: String = parts.into_iter().map(escaped).collect();
    format!("(?:{composed}|{parts})")
}

/// The character as it stands in a pattern, in a class or outside of one.
fn escaped(character: char) -> String {
    if character.is_ascii() && !character.is_ascii_alphanumeric() {
        format!(r"\x{:02X}", u32::from(character))
    } else {
        character.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_however_they_are_typed() {
        for (search, name) in [
            ("citroen", "CITROËN"),
            ("CITROËN", "citroe\u{308}n"),
            ("oreal l'", "L’Oréal"),
            ("cote d'ivoire", "Côte d’Ivoire"),
            ("strasse", "Hauptstraße"),
            ("stras", "Hauptstraße"),
            ("STRAẞE", "Hauptstrasse"),
            ("coeur", "Sacré-Cœur"),
            ("œuf", "OEUFS"),
            ("malmo", "Malmö"),
            ("lodz", "Łódź"),
            ("københavn", "KOBENHAVN"),
            ("istanbul", "İSTANBUL"),
            ("DIŞ", "dıs"),
            ("οδοσ", "ὉΔΌΣ"),
            ("елка", "Ёлка"),
            ("テレヒ", "ﾃﾚﾋﾞ"),
            ("テレビ", "テレヒ\u{3099}"),
            ("서울", "\u{1109}\u{1165}\u{110B}\u{116E}\u{11AF}"),
            ("أحمد", "احمد"),
            ("h2o m2", "H₂O, 3 m²"),
            ("fine", "ﬁne"),
            ("a.b (c)", "(C) A.B"),
            ("  ", "anything"),
        ] {
            assert!(searcher(search)(name), "{search} in {name}");
        }
    }

    #[test]
    fn what_is_another_word_is_not_found() {
        for (search, name) in [
            ("oak chair", "Oak desk"),
            ("a.b", "aXb"),
            ("strase", "Hauptstrasse"),
            ("कि", "की"),
            ("서울", "서우"),
            ("é\u{301}x", "e"),
        ] {
            assert!(!searcher(search)(name), "{search} in {name}");
        }
    }

    #[test]
    fn each_character_is_found_by_itself_and_is_a_form_of_one_letter() {
        for character in ('!'..'\u{30000}').filter(|it| !it.is_whitespace()) {
            let Some(it) = letter(character) else {
                continue;
            };
            assert_eq!(letter(it), Some(it), "{character:?}");
            assert!(it == character || FORMS[&it].contains(&character));
        }
    }

    #[test]
    fn patterns_are_as_long_as_the_database_takes() {
        let longest = FORMS.keys().max_by_key(|it| forms(**it).len()).unwrap();
        let text = longest.to_string().repeat(1_000);
        let patterns = search_patterns(&text);
        assert_eq!(patterns.len(), 1_000 / PIECE);
        assert!(
            patterns.iter().all(|it| it.len() < 32_000),
            "{longest}: {}",
            patterns[0].len()
        );
        assert!(searcher(&text)(&text));
    }
}

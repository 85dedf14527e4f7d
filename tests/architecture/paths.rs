//! The paths that a source mentions.

use std::collections::BTreeSet;

/// The forbidden paths that a source mentions.
pub fn offences(source: &str, forbidden: &[impl AsRef<str>]) -> BTreeSet<String> {
    let paths = paths(source);
    let covers = |rule: &str, path: &str| {
        path.strip_prefix(rule)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    paths
        .into_iter()
        .filter(|path| forbidden.iter().any(|rule| covers(rule.as_ref(), path)))
        .collect()
}

/// Every `a::b` in a source, with the groups of `use a::{b, c::d};` written out.
fn paths(source: &str) -> BTreeSet<String> {
    let code = without_comments_and_strings(source);
    let mut found = BTreeSet::new();
    let mut prefixes: Vec<String> = Vec::new();
    let mut path = String::new();
    let mut rest = code.as_str();
    while let Some(first) = rest.chars().next() {
        let word: String = rest
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        let step = if !word.is_empty() {
            if !path.ends_with("::") {
                path = prefixes.last().cloned().unwrap_or_default();
            }
            path.push_str(&word);
            found.insert(path.clone());
            word.len()
        } else if rest.starts_with("::") {
            path.push_str("::");
            2
        } else {
            match first {
                // A block of code is no group: nothing ends with `::` before it.
                '{' if path.ends_with("::") => prefixes.push(std::mem::take(&mut path)),
                '{' => prefixes.push(String::new()),
                '}' => drop(prefixes.pop()),
                _ => {}
            }
            if !first.is_whitespace() {
                path.clear();
            }
            first.len_utf8()
        };
        rest = &rest[step..];
    }
    found
        .iter()
        .map(|path| path.trim_start_matches("::").to_owned())
        .collect()
}

fn without_comments_and_strings(source: &str) -> String {
    let mut code = String::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if rest.starts_with("'\"'") {
            3
        } else if first == '"' {
            end_of_string(rest)
        } else {
            code.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        code.push(' ');
        rest = &rest[skipped..];
    }
    code
}

fn end_of_string(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_rule_is_found_however_it_is_written() {
        let rules = &["crate::store", "mongodb"];
        for source in [
            "use crate::store::Store;",
            "use crate::store;",
            "use crate::{graphql, store::Store};",
            "use crate::{\n    graphql::{self, Schema},\n    store,\n};",
            "pub use mongodb as database;",
            "use {mongodb::Client};",
            "fn f() { crate::store::connect() }",
            "fn f(client: &mongodb::Client) {}",
            "mod m { fn f() { let _ = [mongodb::bson::doc!{}]; } }",
            "const Q: char = '\"'; use mongodb::X; const S: &str = \"\";",
        ] {
            assert!(!offences(source, rules).is_empty(), "{source}");
        }
    }

    #[test]
    fn what_only_looks_like_a_path_is_none() {
        let rules = &["crate::store", "mongodb", "tokio"];
        for source in [
            "// use crate::store::Store;",
            "/* mongodb::Client */",
            "//! See [`mongodb`].",
            "const A: &str = \"mongodb://127.0.0.1 \\\" mongodb\";",
            "use crate::{graphql::store, storage};",
            "use crate::store_of_things;",
            "struct S { mongodb_uri: String }",
        ] {
            assert!(offences(source, rules).is_empty(), "{source}");
        }
    }
}

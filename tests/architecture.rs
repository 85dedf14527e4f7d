//! The arrows between modules, as the table in `src/lib.rs` draws them, may not turn round.
//!
//! Every path in the sources counts, not only the `use` lines: a call of
//! `crate::store::…` in the middle of a function is an import too.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// A folder or file under `src` and the crates and own modules that it must not know.
const RULES: &[(&str, &[&str])] = &[
    (
        "kpi",
        &[
            "crate::auth",
            "crate::cli",
            "crate::demo",
            "crate::engine",
            "crate::graphql",
            "crate::guard",
            "crate::http",
            "crate::import",
            "crate::mongod",
            "crate::sql",
            "crate::store",
            "async_graphql",
            "async_graphql_value",
            "axum",
            "bson",
            "mongodb",
            "tokio",
        ],
    ),
    (
        "asking",
        &[
            "crate::bridge",
            "crate::cli",
            "crate::demo",
            "crate::graphql",
            "crate::http",
            "crate::import",
            "crate::mongod",
            "crate::sql",
            "crate::tables",
            "async_graphql",
            "axum",
            "bson",
            "mongodb",
        ],
    ),
    (
        "tables",
        &[
            "crate::bridge",
            "crate::cli",
            "crate::demo",
            "crate::engine",
            "crate::graphql",
            "crate::http",
            "crate::import",
            "crate::mongod",
            "crate::sql",
            "crate::store",
            "async_graphql",
            "axum",
            "bson",
            "mongodb",
            "tokio",
        ],
    ),
    (
        "auth",
        &[
            "crate::bridge",
            "crate::cli",
            "crate::demo",
            "crate::engine",
            "crate::graphql",
            "crate::guard",
            "crate::http",
            "crate::import",
            "crate::mongod",
            "crate::sql",
            "async_graphql",
            "axum",
        ],
    ),
    (
        "engine",
        &[
            "crate::auth",
            "crate::cli",
            "crate::graphql",
            "crate::guard",
            "crate::http",
            "crate::sql",
            "async_graphql",
            "axum",
        ],
    ),
    (
        "store",
        &[
            "crate::auth",
            "crate::cli",
            "crate::engine",
            "crate::graphql",
            "crate::guard",
            "crate::http",
            "crate::kpi",
            "crate::sql",
            "async_graphql",
            "axum",
        ],
    ),
    (
        "graphql",
        &[
            "crate::cli",
            "crate::http",
            "crate::sql",
            "async_graphql_axum",
            "axum",
            "tower_http",
        ],
    ),
    (
        "guard",
        &[
            "crate::auth",
            "crate::cli",
            "crate::engine",
            "crate::graphql",
            "crate::http",
            "crate::kpi",
            "crate::sql",
            "crate::store",
            "axum",
            "bson",
            "mongodb",
            "tokio",
        ],
    ),
    (
        "http",
        &[
            "crate::cli",
            "crate::demo",
            "crate::engine",
            "crate::import",
            "crate::kpi",
            "crate::mongod",
            "crate::sql",
            "crate::store",
            "bson",
            "mongodb",
        ],
    ),
    (
        "sql",
        &[
            "crate::bridge",
            "crate::cli",
            "crate::demo",
            "crate::graphql",
            "crate::guard",
            "crate::http",
            "crate::import",
            "crate::mongod",
            "async_graphql",
            "axum",
            "mongodb",
        ],
    ),
    (
        "files",
        &[
            "crate::bridge",
            "crate::cli",
            "crate::demo",
            "crate::engine",
            "crate::graphql",
            "crate::guard",
            "crate::http",
            "crate::import",
            "crate::kpi",
            "crate::model",
            "crate::mongod",
            "crate::sql",
            "crate::store",
            "async_graphql",
            "axum",
            "mongodb",
            "tokio",
        ],
    ),
    (
        "import",
        &[
            "crate::auth",
            "crate::cli",
            "crate::engine",
            "crate::graphql",
            "crate::guard",
            "crate::http",
            "crate::kpi",
            "crate::sql",
            "async_graphql",
            "axum",
        ],
    ),
    (
        "model",
        &[
            "crate::auth",
            "crate::bridge",
            "crate::cli",
            "crate::demo",
            "crate::engine",
            "crate::graphql",
            "crate::guard",
            "crate::http",
            "crate::import",
            "crate::mongod",
            "crate::sql",
            "async_graphql",
            "axum",
            "mongodb",
            "tokio",
        ],
    ),
    (
        "inspect",
        &[
            "crate::bridge",
            "crate::cli",
            "crate::demo",
            "crate::engine",
            "crate::files",
            "crate::graphql",
            "crate::guard",
            "crate::http",
            "crate::import",
            "crate::kpi",
            "crate::mongod",
            "crate::sql",
            "crate::store",
            "async_graphql",
            "axum",
            "mongodb",
            "tokio",
        ],
    ),
    (
        "bridge",
        &[
            "crate::auth",
            "crate::cli",
            "crate::demo",
            "crate::engine",
            "crate::graphql",
            "crate::guard",
            "crate::http",
            "crate::import",
            "crate::kpi",
            "crate::mongod",
            "crate::sql",
            "async_graphql",
            "axum",
        ],
    ),
    (
        "demo",
        &[
            "crate::cli",
            "crate::engine",
            "crate::graphql",
            "crate::guard",
            "crate::http",
            "crate::kpi",
            "crate::sql",
            "async_graphql",
            "axum",
        ],
    ),
    (
        "mongod",
        &[
            "crate::cli",
            "crate::engine",
            "crate::graphql",
            "crate::guard",
            "crate::http",
            "crate::kpi",
            "crate::sql",
            "async_graphql",
            "axum",
        ],
    ),
];

#[test]
fn no_module_imports_what_it_must_not_know() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut broken = Vec::new();
    for (module, forbidden) in RULES {
        for file in files_of(&source, module) {
            let text = fs::read_to_string(&file).unwrap();
            let shown = file.strip_prefix(&source).unwrap().display().to_string();
            let found = offences(&text, forbidden);
            broken.extend(
                found
                    .into_iter()
                    .map(|path| format!("{shown} imports {path}")),
            );
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_module_has_a_rule() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let text = fs::read_to_string(source.join("lib.rs")).unwrap();
    let modules = text
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    // The command line puts everything together, so it may know everything.
    for module in modules.filter(|module| *module != "cli") {
        assert!(
            RULES.iter().any(|(ruled, _)| ruled == &module),
            "`{module}` has no rule"
        );
    }
}

/// The Rust files of a module, in `module.rs` and below `module/`.
fn files_of(source: &Path, module: &str) -> Vec<PathBuf> {
    let mut files = vec![source.join(format!("{module}.rs"))];
    let mut folders = vec![source.join(module)];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        for path in entries.map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.retain(|file| {
        file.extension().is_some_and(|extension| extension == "rs") && file.exists()
    });
    files
}

/// The forbidden paths that a source mentions.
fn offences(source: &str, forbidden: &[&str]) -> BTreeSet<String> {
    let paths = paths(source);
    let covers = |rule: &str, path: &str| {
        path.strip_prefix(rule)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    paths
        .into_iter()
        .filter(|path| forbidden.iter().any(|rule| covers(rule, path)))
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

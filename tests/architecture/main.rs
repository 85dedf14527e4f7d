//! The arrows between modules, as the table in `src/lib.rs` draws them, may not turn round.
//!
//! Every path in the sources counts, not only the `use` lines: a call of
//! `crate::store::…` in the middle of a function is an import too.

mod paths;
mod rules;

use std::{
    fs,
    path::{Path, PathBuf},
};

use paths::offences;
use rules::RULES;

#[test]
fn no_module_imports_what_it_must_not_know() {
    let source = source();
    let modules = modules();
    let mut broken = Vec::new();
    for rule in RULES {
        let others = modules.iter().filter(|it| *it != rule.module);
        let unknown = others.filter(|it| !rule.knows.contains(&it.as_str()));
        let crates = rule.never.iter().copied().flatten();
        let forbidden: Vec<String> = unknown
            .map(|it| format!("crate::{it}"))
            .chain(crates.map(|it| (*it).to_owned()))
            .collect();
        for file in files_of(&source, rule.module) {
            let text = fs::read_to_string(&file).unwrap();
            let shown = file.strip_prefix(&source).unwrap().display().to_string();
            let found = offences(&text, &forbidden);
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
    // The command line puts everything together, so it may know everything.
    for module in modules().iter().filter(|it| *it != "cli") {
        assert!(
            RULES.iter().any(|rule| rule.module == module),
            "`{module}` has no rule"
        );
    }
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The modules that the crate is made of.
fn modules() -> Vec<String> {
    let text = fs::read_to_string(source().join("lib.rs")).expect("the crate has a root");
    let names = text.lines().filter_map(|line| {
        let line = line.strip_prefix("pub ").unwrap_or(line);
        line.strip_prefix("mod ")?.strip_suffix(';')
    });
    names.map(str::to_owned).collect()
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

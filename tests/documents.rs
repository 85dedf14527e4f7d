//! What is generated from the code and kept in the repository is kept in step.
//!
//! `UPDATE_EXPECT=1 cargo test` writes it.

use std::{fs, path::Path};

use salesgraph::guard::Code;

/// The file's text must be this, or is made so.
fn assert_in_step(file: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(path, expected).expect("the file can be written");
        return;
    }
    let text = fs::read_to_string(path).unwrap_or_default();
    assert!(
        text == expected,
        "{file} is out of step; run UPDATE_EXPECT=1 cargo test to write it"
    );
}

/// The part of the README between two marks must be this, or is made so.
fn assert_region_in_step(name: &str, expected: &str) {
    let begin = format!("<!-- {name}: generated -->\n");
    let end = format!("<!-- end of {name} -->\n");
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(readme).expect("there is a README");
    let (before, rest) = readme.split_once(&begin).expect("the region begins");
    let (_, after) = rest.split_once(&end).expect("the region ends");
    let whole = [before, &begin, expected, &end, after].concat();
    assert_in_step("README.md", &whole);
}

#[test]
fn the_schema_is_printed() {
    assert_in_step(
        "schema.graphql",
        &salesgraph::graphql::sdl(salesgraph::kpi::Vocabulary::built_in()),
    );
}

#[test]
fn the_readme_lists_every_kpi_option_and_code() {
    // One after the other, for they are written to one file.
    assert_region_in_step(
        "kpis",
        &salesgraph::kpi::table(salesgraph::kpi::Vocabulary::built_in()),
    );
    assert_region_in_step("options", &salesgraph::cli::options_table());
    assert_region_in_step("codes", &Code::table());
}

/// The dashboard has words for each of them, or is not built.
#[test]
fn the_codes_of_errors_are_listed() {
    let names: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
    let json = serde_json::to_string_pretty(&names).expect("names are JSON");
    assert_in_step("web/error-codes.json", &(json + "\n"));
}

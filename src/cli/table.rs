//! The README's table of options, from their declaration.

use std::{collections::BTreeMap, fmt::Write as _};

use clap::Arg;

use super::command;

/// Every option as a row of a Markdown table.
///
/// Each stands once, with the subcommands that take it.
#[must_use]
pub fn options_table() -> String {
    let command = command::declared();
    let mut rows: Vec<(&Arg, Vec<&str>)> = command
        .get_arguments()
        .filter(|option| is_listed(option))
        .map(|option| (option, vec!["all"]))
        .collect();
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for subcommand in command.get_subcommands() {
        for option in subcommand
            .get_arguments()
            .filter(|option| is_listed(option))
        {
            let row = *known.entry(option.get_id().as_str()).or_insert(rows.len());
            if row == rows.len() {
                rows.push((option, Vec::new()));
            }
            rows[row].1.push(subcommand.get_name());
        }
    }
    let mut table = String::from(
        "| option | environment variable | default | for | meaning |\n|---|---|---|---|---|\n",
    );
    for (option, subcommands) in rows {
        let _ = writeln!(table, "{}", row(option, &subcommands));
    }
    table
}

fn is_listed(option: &Arg) -> bool {
    option.get_env().is_some()
}

fn row(option: &Arg, subcommands: &[&str]) -> String {
    let name = option.get_long().unwrap_or_default();
    let value = option.get_value_names().and_then(|names| names.first());
    let value = value.filter(|value| *value != "BOOL");
    let spelled = value.map_or_else(
        || format!("`--{name}`"),
        |value| format!("`--{name} {value}`"),
    );
    let defaults = option
        .get_default_values()
        .iter()
        .map(|value| format!("`{}`", value.display()));
    let default = defaults.collect::<Vec<_>>().join(", ");
    let help = option
        .get_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    let variable = command::variable(name);
    format!(
        "| {spelled} | `{variable}` | {default} | {} | {help} |",
        subcommands.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_of_several_subcommands_stands_once() {
        let table = options_table();
        let rows: Vec<&str> = table
            .lines()
            .filter(|row| row.contains("`--database NAME`"))
            .collect();
        let expected = "| `--database NAME` | `SALESGRAPH_DATABASE` | `salesgraph` | demo, serve, import, keys | Name of the shop's database |";
        assert_eq!(rows, [expected]);
    }
}

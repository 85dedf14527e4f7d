//! The configuration file: any option's name as a key.

use std::{collections::BTreeMap, fs, path::Path};

use clap::{Arg, Command};
use toml::{Table, Value};

use super::{Failure, command};

/// The file's values by option, as the command line would spell them.
#[derive(Debug, Default)]
pub(super) struct Settings(BTreeMap<String, Vec<String>>);

/// Reads the file and checks every key and value in it.
pub(super) fn read(path: &Path) -> Result<Settings, Failure> {
    let named = |message: String| Failure::usage(format!("{}: {message}", path.display()));
    let text = fs::read_to_string(path)
        .map_err(|error| named(format!("the configuration file cannot be read ({error})")))?;
    parse(&text).map_err(named)
}

pub(super) fn parse(text: &str) -> Result<Settings, String> {
    let table: Table = text
        .parse()
        .map_err(|error: toml::de::Error| syntax(text, &error))?;
    let options = options();
    let settings = table.into_iter().map(|(key, value)| {
        let option = options.get(&key).ok_or_else(|| {
            format!("there is no option `{key}`; see `salesgraph serve --help` for their names")
        })?;
        let values = spelled(&key, option, &value)?;
        check(&key, option, &values)?;
        Ok((key, values))
    });
    settings.collect::<Result<_, _>>().map(Settings)
}

impl Settings {
    /// The command with these values for defaults.
    pub(super) fn apply(&self, command: Command) -> Command {
        command
            .mut_subcommands(|subcommand| subcommand.mut_args(|option| self.with_default(option)))
    }

    fn with_default(&self, option: Arg) -> Arg {
        let values = option.get_long().and_then(|name| self.0.get(name));
        match values {
            Some(values) => {
                let secret = option.get_id().as_str().ends_with("_uri");
                option
                    .default_values(values.clone())
                    .required(false)
                    .hide_default_value(secret)
            }
            None => option,
        }
    }
}

/// Every option that a file may set, by name. One name means the same everywhere.
fn options() -> BTreeMap<String, Arg> {
    let command = command::declared();
    let options = command.get_subcommands().flat_map(Command::get_arguments);
    options
        .filter_map(|option| Some((option.get_long()?.to_owned(), option.clone())))
        .collect()
}

/// A value as the command line would have it.
fn spelled(key: &str, option: &Arg, value: &Value) -> Result<Vec<String>, String> {
    match value {
        Value::Array(items) if option.get_value_delimiter().is_some() => {
            let items: Result<Vec<String>, String> =
                items.iter().map(|item| scalar(key, item)).collect();
            // No value at all would leave the option out; an empty one empties the list.
            items.map(|items| {
                if items.is_empty() {
                    vec![String::new()]
                } else {
                    items
                }
            })
        }
        value => {
            let text = scalar(key, value)?;
            Ok(match option.get_value_delimiter() {
                Some(delimiter) => text.split(delimiter).map(str::to_owned).collect(),
                None => vec![text],
            })
        }
    }
}

fn scalar(key: &str, value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Integer(number) => Ok(number.to_string()),
        Value::Boolean(flag) => Ok(flag.to_string()),
        Value::Datetime(date) => Ok(date.to_string()),
        other => Err(format!(
            "`{key}` must be a single value, not of type {}",
            other.type_str()
        )),
    }
}

/// Has the option itself judge the value, alone on a command line of its own.
fn check(key: &str, option: &Arg, values: &[String]) -> Result<(), String> {
    let alone = Arg::new("value")
        .long(key.to_owned())
        .action(option.get_action().clone())
        .value_parser(option.get_value_parser().clone());
    let arguments = values.iter().map(|value| format!("--{key}={value}"));
    let arguments = std::iter::once("salesgraph".to_owned()).chain(arguments.take(1));
    match Command::new("salesgraph")
        .arg(alone)
        .try_get_matches_from(arguments)
    {
        Ok(_) => Ok(()),
        Err(error) => {
            let reason = command::reason(&error).replace(&format!(" for '--{key} <value>'"), "");
            Err(format!("`{key}`: {reason}"))
        }
    }
}

fn syntax(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().map_or("", |span| &text[..span.start]);
    let line = before.split('\n').count();
    let message = error
        .message()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    format!("line {line} is no TOML ({message})")
}

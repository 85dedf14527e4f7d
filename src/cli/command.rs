//! From the declared options to one parsed command line.
//!
//! The environment variables and the values of the configuration file are put
//! into the declaration before anything is parsed: `--help` shows them, and the
//! parser settles what counts more.

use std::{ffi::OsString, path::Path};

use clap::{Arg, ArgMatches, Command, CommandFactory, FromArgMatches, error::ErrorKind};

use super::{Failure, file, options::Cli};

/// The file that is read when none is named and it is there.
const DEFAULT_FILE: &str = "salesgraph.toml";

/// The options given, or `None` when only help was asked for and is printed.
pub(super) fn parse(arguments: &[OsString]) -> Result<Option<Cli>, Failure> {
    let settings = settings(arguments)?;
    let command = settings.apply(declared());
    match command.try_get_matches_from(arguments) {
        Ok(matches) => Cli::from_arg_matches(&matches)
            .map(Some)
            .map_err(|error| refusal(&error)),
        Err(error) if is_help(&error) => {
            // A reader that has seen enough, such as `head`, is no error.
            let _ = error.print();
            Ok(None)
        }
        Err(error) => Err(refusal(&error)),
    }
}

/// The command with an environment variable for every option.
pub(super) fn declared() -> Command {
    let command = Cli::command().mut_args(with_variable);
    let command = command.mut_subcommands(|subcommand| subcommand.mut_args(with_variable));
    // `keys add NAME --database …`: where the keys are may stand behind what to do with them.
    command.mut_subcommand("keys", |keys| keys.mut_args(|option| option.global(true)))
}

/// The environment variable of an option, by its name.
pub(super) fn variable(option: &str) -> String {
    format!("SALESGRAPH_{}", option.to_uppercase().replace('-', "_"))
}

fn with_variable(option: Arg) -> Arg {
    match option.get_long() {
        Some(name) if name != "help" && name != "version" => {
            let variable = variable(name);
            // The help names the variable; its value may be a password.
            option.env(variable).hide_env_values(true)
        }
        _ => option,
    }
}

fn settings(arguments: &[OsString]) -> Result<file::Settings, Failure> {
    // Only to find the file: what is wrong with the rest is said by the real parse.
    let matches = declared()
        .ignore_errors(true)
        .try_get_matches_from(arguments);
    let named = matches.ok().as_ref().and_then(config);
    match named {
        Some(path) => file::read(Path::new(&path)),
        None if Path::new(DEFAULT_FILE).exists() => file::read(Path::new(DEFAULT_FILE)),
        None => Ok(file::Settings::default()),
    }
}

fn config(matches: &ArgMatches) -> Option<OsString> {
    let inner = matches.subcommand().map(|(_, matches)| matches);
    let all = [inner, Some(matches)];
    all.into_iter()
        .flatten()
        .find_map(|matches| matches.get_raw("config")?.next().map(Into::into))
}

fn is_help(error: &clap::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    )
}

/// What clap has to say, without the usage that it repeats below.
fn refusal(error: &clap::Error) -> Failure {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return Failure::usage("say what to do, such as `salesgraph demo`; see --help");
    }
    Failure::usage(format!("{}; see --help", reason(error)))
}

pub(super) fn reason(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let said = text.split("\n\nUsage:").next().unwrap_or(&text);
    let said = said
        .split("\n\nFor more information")
        .next()
        .unwrap_or(said);
    let words: Vec<&str> = said.split_whitespace().collect();
    let line = words.join(" ");
    line.strip_prefix("error: ").unwrap_or(&line).to_owned()
}

use clap::{Command, builder::Resettable};

use super::{command, file};

/// Every option of every subcommand, with the command that has it.
fn options() -> Vec<(String, clap::Arg)> {
    let command = command::declared();
    let subcommands = command.get_subcommands();
    let all = subcommands.flat_map(|subcommand| {
        let name = subcommand.get_name().to_owned();
        subcommand
            .get_arguments()
            .map(move |option| (name.clone(), option.clone()))
    });
    all.collect()
}

/// A value that an option takes: its default, one of its choices, or one by kind.
fn sample(option: &clap::Arg) -> String {
    let default = option.get_default_values().first();
    let choices = option.get_possible_values();
    let by_kind = || match option.get_value_names().unwrap()[0].as_str() {
        "N" => "7",
        "ADDRESS" => "127.0.0.1:5432",
        "ORIGIN" => "https://intranet.example",
        "CODE" => "EUR",
        "ZONE" => "Europe/Paris",
        "YYYY-MM-DD" => "2024-02-29",
        "NAME" if option.get_id() == "source_database" => "shop",
        _ => "some text",
    };
    default
        .map(|value| value.display().to_string())
        .or_else(|| choices.first().map(|choice| choice.get_name().to_owned()))
        .unwrap_or_else(|| by_kind().to_owned())
}

fn parsed(settings: &str, arguments: &[&str]) -> clap::ArgMatches {
    let command = file::parse(settings).unwrap().apply(command::declared());
    // What is set around the tests must not matter to them.
    let command = command
        .mut_subcommands(|subcommand| subcommand.mut_args(|option| option.env(Resettable::Reset)));
    let arguments = std::iter::once(&"salesgraph").chain(arguments);
    let matches = command.try_get_matches_from(arguments).unwrap();
    matches.subcommand().unwrap().1.clone()
}

#[test]
fn the_declaration_is_sound() {
    command::declared().debug_assert();
    assert!(options().len() > 30);
}

#[test]
fn every_option_has_a_variable_and_a_sentence() {
    for (subcommand, option) in options() {
        let name = option
            .get_long()
            .unwrap_or_else(|| panic!("{subcommand}: {option:?} has no name"));
        let variable = format!("SALESGRAPH_{}", name.replace('-', "_").to_uppercase());
        assert_eq!(option.get_env().unwrap().to_str(), Some(variable.as_str()));
        let help = option
            .get_help()
            .unwrap_or_else(|| panic!("{name} has no help"))
            .to_string();
        assert!(
            help.chars().next().unwrap().is_uppercase() && help.len() > 15,
            "{name}: {help}"
        );
        assert!(
            option.get_help_heading().is_some(),
            "{name} stands under no heading"
        );
    }
}

#[test]
fn every_option_can_be_set_by_the_file() {
    for (subcommand, option) in options() {
        let (name, value) = (option.get_long().unwrap(), sample(&option));
        let quoted = if value.parse::<u64>().is_ok() || value == "false" {
            value.clone()
        } else {
            format!("{value:?}")
        };
        // What is required stands beside the option.
        let others: &[&str] = match subcommand.as_str() {
            "import" if name != "mapping" => &["--mapping", "m.toml"],
            "keys" => &["list"],
            _ => &[],
        };
        let arguments = [&[subcommand.as_str()], others].concat();
        let matches = parsed(&format!("{name} = {quoted}"), &arguments);
        let given = matches.get_raw(option.get_id().as_str()).unwrap();
        let given: Vec<&str> = given.map(|it| it.to_str().unwrap()).collect();
        assert_eq!(given.join(","), value, "{subcommand} {name}");
    }
}

#[test]
fn one_name_means_the_same_everywhere() {
    for (_, one) in options() {
        for (_, other) in options()
            .iter()
            .filter(|(_, other)| other.get_long() == one.get_long())
        {
            assert_eq!(
                one.get_help().unwrap().to_string(),
                other.get_help().unwrap().to_string()
            );
            assert_eq!(one.get_default_values(), other.get_default_values());
        }
    }
}

#[test]
fn the_command_line_counts_more_than_the_file() {
    let database = |arguments: &[&str]| {
        let matches = parsed("database = \"file\"", arguments);
        matches.get_one::<String>("database").unwrap().clone()
    };
    assert_eq!(database(&["serve"]), "file");
    assert_eq!(database(&["serve", "--database", "line"]), "line");
    let creates = |arguments: &[&str]| {
        *parsed("no-create-indexes = true", arguments)
            .get_one::<bool>("no_create_indexes")
            .unwrap()
    };
    assert!(creates(&["serve"]));
    assert!(!creates(&["serve", "--no-create-indexes=false"]));
}

#[test]
fn a_list_in_the_file_is_a_list() {
    let statuses = |settings: &str| -> Vec<String> {
        let matches = parsed(settings, &["serve"]);
        matches
            .get_many("uncounted_status")
            .unwrap()
            .cloned()
            .collect()
    };
    assert_eq!(
        statuses("uncounted-status = [\"lost\", \"fraud\"]"),
        ["lost", "fraud"]
    );
    assert_eq!(
        statuses("uncounted-status = \"lost,fraud\""),
        ["lost", "fraud"]
    );
    assert_eq!(statuses("uncounted-status = []"), [""]);
}

#[test]
fn what_is_wrong_in_the_file_is_said_in_one_line() {
    for (settings, expected) in [
        ("listn = \"a\"", "there is no option `listn`"),
        ("help = true", "there is no option `help`"),
        ("listen = 8080", "`listen`: invalid value '8080'"),
        (
            "max-aliases = \"many\"",
            "`max-aliases`: invalid value 'many'",
        ),
        (
            "max-query-depth = 1000",
            "`max-query-depth`: invalid value '1000': 1000 is not in 1..=60",
        ),
        (
            "time-zone = \"Mars\"",
            "give an IANA name, such as Europe/Paris",
        ),
        ("query-timeout = 7", "`query-timeout`: invalid value '7'"),
        (
            "database = [\"a\"]",
            "`database` must be a single value, not of type array",
        ),
        (
            "uncounted-status = [[1]]",
            "`uncounted-status` must be a single value",
        ),
        ("[server]\nlisten = \"a\"", "there is no option `server`"),
        ("a = 1\nb = = 2", "line 2 is no TOML"),
    ] {
        let message = file::parse(settings).unwrap_err();
        assert!(
            message.contains(expected) && !message.contains('\n'),
            "{settings}: {message}"
        );
    }
}

#[test]
fn the_help_of_every_subcommand_is_laid_out() {
    let mut command: Command = command::declared();
    command.build();
    for subcommand in command.get_subcommands_mut() {
        let help = subcommand.render_long_help().to_string();
        assert!(help.lines().all(|line| line.len() <= 102), "{help}");
    }
}

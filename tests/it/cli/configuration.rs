//! Where options come from, and what is said when they are wrong.

use std::{fs, net::TcpListener};

use super::{folder, run, salesgraph};

#[test]
fn what_is_wrong_is_said_in_one_line_and_ends_with_2() {
    let folder = folder();
    fs::write(folder.path().join("uri"), "mysql://ada:hunter2@db\n").unwrap();
    for (arguments, expected) in [
        (&[][..], "say what to do"),
        (&["frobnicate"], "unrecognized subcommand 'frobnicate'"),
        (&["serve", "--bogus"], "unexpected argument '--bogus'"),
        (
            &["serve", "--listen", "here"],
            "invalid value 'here' for '--listen",
        ),
        (
            &["serve", "--listen", "0.0.0.0:0"],
            "give --auth keys to ask for a key, --listen 127.0.0.1:0 to serve this machine alone, or --insecure",
        ),
        (
            &["demo", "--listen", "[::]:0", "--fill-only=false"],
            "whoever reaches [::]:0 could read the whole shop",
        ),
        (
            &["serve", "--query-timeout", "7"],
            "invalid value '7' for '--query-timeout",
        ),
        (
            &["serve", "--query-timeout", "0s"],
            "give at least a millisecond",
        ),
        (
            &["serve", "--database", ""],
            "give a name of 1 to 63 letters",
        ),
        (&["import", "--database", "a.b"], "give a name of 1 to 63"),
        (&["serve", "--log", "a=b=c"], "is no filter"),
        (
            &["serve", "--mongo-uri", "mysql://ada:hunter2@db"],
            "unsupported connection string scheme",
        ),
        (
            &["serve", "--persisted-only"],
            "give --persisted-documents, too",
        ),
        (
            &["serve", "--persisted-documents", "none"],
            "none: the persisted documents cannot be read",
        ),
        (
            &["serve", "--persisted-documents", "uri"],
            "uri: it is no JSON object of ids and documents",
        ),
        (
            &["serve", "--mongo-uri-file", "none"],
            "none: the connection string cannot be read",
        ),
        (
            &[
                "serve",
                "--mongo-uri-file",
                "uri",
                "--mongo-uri",
                "mongodb://db",
            ],
            "'--mongo-uri-file <FILE>' cannot be used with '--mongo-uri <URI>'",
        ),
        (
            // What stands in the file is what is wrong, without its password.
            &["serve", "--mongo-uri-file", "uri"],
            "unsupported connection string scheme",
        ),
        (
            &["serve", "--config", "none.toml"],
            "none.toml: the configuration file cannot be read",
        ),
        (&["demo", "--orders", "0"], "0 is not in 1..=10000000"),
        (
            &["serve", "--tls-certificate", "none.pem"],
            "not provided: --tls-key <FILE>",
        ),
        (
            &[
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--tls-certificate",
                "uri",
                "--tls-key",
                "uri",
            ],
            "uri holds no certificate as PEM",
        ),
        (&["import"], "not provided: --mapping <FILE>"),
    ] {
        let output = run(salesgraph(&folder).args(arguments));
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(
            said.starts_with("salesgraph: ") && said.contains(expected),
            "{said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}

/// A shop of millions is not read in vain.
#[test]
fn an_address_that_is_taken_is_found_before_anything_is_started() {
    let folder = folder();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for (addresses, expected) in [
        (&["--listen", &taken][..], "give another --listen"),
        (
            &["--listen", "127.0.0.1:0", "--sql-listen", &taken],
            "give another --sql-listen",
        ),
    ] {
        let mut command = salesgraph(&folder);
        let output = run(command.args(["demo", "--data-dir", "data"]).args(addresses));
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(expected), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(!folder.path().join("data").exists());
    }
}

/// Whatever would let in more where it is left out is asked for.
#[test]
fn tokens_are_accepted_only_as_far_as_is_said() {
    let folder = folder();
    let complete = |keys| {
        let whom = [
            "--jwt-issuer",
            "i",
            "--jwt-audience",
            "a",
            "--jwt-claim",
            "roles",
        ];
        [&["--auth", "jwt", "--jwt-keys", keys][..], &whom].concat()
    };
    let with_scopes = [complete("keys"), vec!["--jwt-scopes", "none.toml"]].concat();
    for (arguments, expected) in [
        (
            vec!["--auth", "keys,off"],
            "--auth off lets anybody ask; leave it out beside others",
        ),
        (
            vec!["--auth", "jwt", "--jwt-issuer", "https://login.example"],
            "--auth jwt needs --jwt-keys, --jwt-issuer, --jwt-audience and --jwt-claim",
        ),
        (
            vec!["--auth", "keys", "--jwt-keys", "keys"],
            "no token is asked for; give --auth jwt, too",
        ),
        (
            vec!["--jwt-algorithms", "RS256,HS256"],
            "give one of RS256, RS384",
        ),
        (vec!["--jwt-algorithms", "none"], "can be forged"),
        (vec!["--jwt-leeway", "1h"], "give at most 5m"),
        (
            complete("https://ada:hunter2@login.example"),
            "--jwt-keys is a file, or an address such as https://login.example/keys",
        ),
        (with_scopes, "none.toml: the scopes of roles cannot be read"),
        (complete("none"), "the keys of tokens cannot be read"),
    ] {
        let output = run(salesgraph(&folder)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(&arguments));
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(expected), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}

/// Shown by what is said about a wrong value, which names it.
#[test]
fn the_line_beats_the_environment_and_the_environment_the_file() {
    let folder = folder();
    fs::write(
        folder.path().join("salesgraph.toml"),
        "listen = \"from-file\"",
    )
    .unwrap();
    let said = |variable: Option<&str>, arguments: &[&str]| {
        let mut command = salesgraph(&folder);
        command.arg("serve").args(arguments);
        if let Some(value) = variable {
            command.env("SALESGRAPH_LISTEN", value);
        }
        String::from_utf8(run(&mut command).stderr).unwrap()
    };
    assert!(said(None, &[]).contains("salesgraph.toml: `listen`: invalid value 'from-file'"));
    fs::write(
        folder.path().join("salesgraph.toml"),
        "listen = \"127.0.0.1:1\"\nlog = \"[\"",
    )
    .unwrap();
    assert!(said(None, &[]).contains("--log `[` is no filter"));
    assert!(said(Some("from-environment"), &[]).contains("'from-environment'"));
    assert!(said(Some("from-environment"), &["--listen", "from-line"]).contains("'from-line'"));
}

#[test]
fn a_file_can_be_named_on_the_line_or_in_the_environment() {
    let folder = folder();
    fs::write(folder.path().join("other.toml"), "no-such-key = 1").unwrap();
    let by_line = [
        &["--config", "other.toml", "schema"][..],
        &["serve", "--config", "other.toml"],
    ];
    for arguments in by_line {
        let output = run(salesgraph(&folder).args(arguments));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            said.contains("other.toml: there is no option `no-such-key`"),
            "{said}"
        );
    }
    let output = run(salesgraph(&folder)
        .arg("kpis")
        .env("SALESGRAPH_CONFIG", "other.toml"));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn help_shows_what_the_file_says_but_no_password() {
    let folder = folder();
    let settings = "mongo-uri = \"mongodb://ada:hunter2@db\"\ndatabase = \"from-file\"";
    fs::write(folder.path().join("salesgraph.toml"), settings).unwrap();
    let mut command = salesgraph(&folder);
    command
        .args(["serve", "--help"])
        .env("SALESGRAPH_MONGO_URI", "mongodb://ada:hunter2@db");
    let output = run(&mut command);
    let help = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(
        help.contains("[default: from-file]") && !help.contains("hunter2"),
        "{help}"
    );
}

#[test]
fn the_schema_and_the_catalogue_are_printed() {
    let folder = folder();
    let schema = run(salesgraph(&folder).arg("schema"));
    assert!(
        String::from_utf8(schema.stdout)
            .unwrap()
            .contains("type Query")
    );
    let kpis = run(salesgraph(&folder).arg("kpis"));
    assert!(
        String::from_utf8(kpis.stdout)
            .unwrap()
            .contains("averageBasket")
    );
}

#[test]
fn an_import_whose_files_are_wrong_says_so_in_one_line_and_ends_with_2() {
    let folder = folder();
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    put(
        "shop.toml",
        "[shop]\ncurrency = \"EUR\"\n[order]\nid = \"Order\"\nordered_at = \"Date\"\n\
         [line]\nquantity = \"Qty\"\nrevenue = \"Total\"\n",
    );
    put("empty.csv", "");
    put("other.csv", "Order,Day,Qty,Total\n1,2024-01-01,1,1\n");
    put(
        "good.csv",
        "Order,Date,Qty,Total\n1,2024-01-01,1,1\n2,2024-01-01,1,x\n",
    );
    for (mapping, input, rejects, expected) in [
        (
            "none.toml",
            "good.csv",
            "r.csv",
            "cannot read the mapping `none.toml`",
        ),
        ("shop.toml", "none.csv", "r.csv", "cannot read `none.csv`"),
        ("shop.toml", ".", "r.csv", "cannot read `.`"),
        (
            "shop.toml",
            "empty.csv",
            "r.csv",
            "the input `empty.csv` is empty",
        ),
        ("shop.toml", "other.csv", "r.csv", "no such column: `Date`"),
        (
            "shop.toml",
            "good.csv",
            "shop.toml",
            "`shop.toml` exists and is no rejects file",
        ),
        (
            "shop.toml",
            "good.csv",
            "good.csv",
            "`good.csv` is the input",
        ),
    ] {
        let mut import = importing(&folder, "cli_import_refused");
        import.args(["--mapping", mapping, "--input", input, "--rejects", rejects]);
        let output = run(&mut import);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{input}: {said}");
        assert!(
            said.starts_with("salesgraph: ") && said.contains(expected),
            "{said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    let mut import = importing(&folder, "cli_import_rejected");
    let output = run(import.args(["--mapping", "shop.toml", "--input", "good.csv", "--replace"]));
    assert_eq!(output.status.code(), Some(3));
}

fn importing(folder: &tempfile::TempDir, database: &str) -> std::process::Command {
    let mut command = salesgraph(folder);
    command.args([
        "import",
        "--database",
        database,
        "--mongo-uri",
        crate::support::server_uri(),
    ]);
    command
}

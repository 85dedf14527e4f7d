//! A shop from a folder of files, by the command.

use std::{fs, process::Command};

use reqwest::StatusCode;
use serde_json::Value;
use tempfile::TempDir;

use super::{Process, folder, free_port, run, salesgraph, status_of};
use crate::support::server_uri;

const MODEL: &str = "[shop]\ncurrency = \"EUR\"\n[order]\nfrom = \"sales\"\ndocument = \"line\"\n\
                     id = \"Order\"\nordered_at = \"Date\"\n[line]\nquantity = \"Qty\"\n\
                     revenue = \"Total\"\n";

/// A folder with a model, and a shop of files in it.
fn shop(sales: &str) -> TempDir {
    let folder = folder();
    fs::create_dir(folder.path().join("shop")).unwrap();
    fs::write(folder.path().join("shop/sales.csv"), sales).unwrap();
    fs::write(folder.path().join("shop.toml"), MODEL).unwrap();
    folder
}

fn over_files(folder: &TempDir, subcommand: &str, files: &str) -> Command {
    let mut command = salesgraph(folder);
    command.args([subcommand, "--model", "shop.toml", "--source-files", files]);
    command
}

#[test]
fn a_check_says_by_its_exit_code_what_became_of_it() {
    for (sales, code, said) in [
        (
            "Order,Date,Qty,Total\n1,2024-01-01,1,9.50\n",
            0,
            "nothing that is meant was left out",
        ),
        (
            "Order,Date,Qty,Total\n1,2024-01-01,x,9.50\n",
            3,
            "of orders 1 (sales.csv:2)",
        ),
    ] {
        let output = run(&mut over_files(&shop(sales), "check", "shop"));
        assert_eq!(output.status.code(), Some(code));
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains(said), "{text}");
    }
    let folder = shop("Order,Day,Qty,Total\n");
    for (files, said) in [
        (
            "shop",
            "shop.toml:4: `shop/sales.csv` has no column `Date`; it has `Order`, `Day`, `Qty`, `Total`",
        ),
        (
            ".",
            "shop.toml:4: there is no file `sales` in `.`; it has `shop.toml`",
        ),
        (
            "nowhere",
            "`nowhere` is no folder: --source-files names the one that the files are in",
        ),
    ] {
        let output = run(&mut over_files(&folder, "check", files));
        assert_eq!(output.status.code(), Some(2));
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(text, format!("salesgraph: {said}\n"));
    }
    let both = ["--source-database", "shop"];
    let output = run(over_files(&folder, "check", "shop").args(both));
    assert_eq!(output.status.code(), Some(2));
}

#[tokio::test]
async fn files_are_served() {
    let folder = shop("Order,Date,Qty,Total\n1,2024-01-01,1,9.50\n1,2024-01-01,2,0.45\n");
    let port = free_port();
    let mut command = over_files(&folder, "serve", "shop");
    let listen = format!("127.0.0.1:{port}");
    command.args([
        "--mongo-uri",
        server_uri(),
        "--database",
        "cli_files",
        "--listen",
        &listen,
    ]);
    let _serving = Process::quiet(&mut command);
    let ready = format!("http://{listen}/health/ready");
    assert_eq!(
        status_of(&ready, StatusCode::OK).await,
        Some(StatusCode::OK)
    );
    let asked = reqwest::Client::new()
        .post(format!("http://{listen}/graphql"))
        .header("content-type", "application/json")
        .body("{\"query\": \"{ kpis { totalSales orderCount } }\"}");
    let answer = asked.send().await.unwrap().text().await.unwrap();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer["data"]["kpis"]["totalSales"].to_string(), "9.95");
    assert_eq!(answer["data"]["kpis"]["orderCount"], 1);
}

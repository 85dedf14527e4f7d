//! The one line of a `mongod` log that says why it ended.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
};

use serde::Deserialize;
use serde_json::Value;

/// How much of the log's end is read: enough for any backtrace.
const TAIL: u64 = 256 * 1024;

/// One line of the structured log; everything else a line may hold is ignored.
#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "s")]
    severity: String,
    msg: String,
    #[serde(default)]
    attr: Value,
}

/// The last error in the log, else its last plain line, else its last message.
///
/// Plain lines come from the loader (a missing library) and from the parser of
/// the command line; both write before the structured log begins.
pub(super) fn last_useful_line(log: &Path) -> String {
    let text = tail(log).unwrap_or_default();
    useful(&text).unwrap_or_else(|| "it left no message".into())
}

fn tail(log: &Path) -> std::io::Result<String> {
    let mut file = File::open(log)?;
    let start = file.metadata()?.len().saturating_sub(TAIL);
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn useful(text: &str) -> Option<String> {
    let lines = || text.lines().rev().filter(|line| !line.trim().is_empty());
    let entries = || lines().filter_map(|line| serde_json::from_str::<Entry>(line).ok());
    let error = entries().find(|entry| matches!(entry.severity.as_str(), "E" | "F"));
    // The parser ends with a hint to read the manual; the reason stands above.
    let plain = lines().find(|line| !line.starts_with(['{', ' ']) && !line.starts_with("try '"));
    error
        .map(|entry| entry.sentence())
        .or_else(|| plain.map(ToOwned::to_owned))
        .or_else(|| entries().next().map(|entry| entry.sentence()))
}

impl Entry {
    fn sentence(&self) -> String {
        match self.detail() {
            Some(detail) => format!("{}: {detail}", self.msg),
            None => self.msg.clone(),
        }
    }

    fn detail(&self) -> Option<&str> {
        let error = &self.attr["error"];
        error["errmsg"].as_str().or(error.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_error_is_told_with_its_detail() {
        let log = r#"
{"s":"I","msg":"Starting"}
{"s":"E","msg":"Error setting up listener","attr":{"error":{"errmsg":"Address already in use"}}}
{"s":"I","msg":"Now exiting"}"#;
        assert_eq!(
            useful(log).unwrap(),
            "Error setting up listener: Address already in use"
        );
    }

    #[test]
    fn a_wrong_option_is_told_without_the_hint() {
        let log = "Error parsing command line: unrecognised option '--bogus'\ntry 'mongod --help' for more information\n";
        assert_eq!(
            useful(log).unwrap(),
            "Error parsing command line: unrecognised option '--bogus'"
        );
    }

    #[test]
    fn without_an_error_the_last_message_stands() {
        let log = "{\"s\":\"I\",\"msg\":\"Starting\"}\n{\"s\":\"I\",\"msg\":\"Recovering\"}\n";
        assert_eq!(useful(log).unwrap(), "Recovering");
        assert_eq!(useful(""), None);
    }
}

//! `salesgraph mcp`: a running server for agents' programs that start a command and speak with
//! it over its standard input and output.
//!
//! Each line is a message, which goes to the server's `/mcp`; what comes back is a line. So
//! scopes and limits are the server's own, and no second copy of the shop is held.

use std::{
    io::{BufRead, Write, stdin, stdout},
    process::ExitCode,
    time::Duration,
};

use serde_json::{Value, json};
use ureq::{Agent, http::Response};

use super::{Failure, options::Mcp};

/// How long one answer may take; the server has a limit of its own.
const DEADLINE: Duration = Duration::from_secs(120);
/// The most bytes of an answer: 200 rows with every KPI are some hundred kilobytes.
const MOST_BYTES: u64 = 16 << 20;
/// JSON-RPC's code for what went wrong within whoever answers.
const INTERNAL_ERROR: i32 = -32603;
/// JSON-RPC's code for what is no JSON.
const PARSE_ERROR: i32 = -32700;

pub(super) fn run(options: &Mcp) -> Result<ExitCode, Failure> {
    let mut server = Server {
        url: options.url()?,
        key: options.key()?,
        version: None,
        agent: Agent::config_builder()
            .timeout_global(Some(DEADLINE))
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .new_agent(),
    };
    let mut out = stdout().lock();
    for line in stdin().lock().lines() {
        let line = line.map_err(Failure::runtime)?;
        if line.trim().is_empty() {
            continue;
        }
        let Some(answer) = server.answer(&line) else {
            continue;
        };
        let written = writeln!(out, "{answer}").and_then(|()| out.flush());
        if written.is_err() {
            // Nobody listens any more.
            break;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The server that messages go to.
struct Server {
    url: String,
    key: Option<String>,
    /// Which version of the protocol both sides have agreed on.
    version: Option<String>,
    agent: Agent,
}

impl Server {
    /// The server's answer to a message; none to what wants none.
    fn answer(&mut self, line: &str) -> Option<Value> {
        let message: Value = match serde_json::from_str(line) {
            Ok(message) => message,
            Err(error) => return Some(failed(&Value::Null, PARSE_ERROR, &error.to_string())),
        };
        let told = self.send(line);
        // A message without an id wants no answer, not even that it failed.
        let id = message.get("id")?;
        Some(match told {
            Ok(answer) => {
                if let Some(version) = answer["result"]["protocolVersion"].as_str() {
                    self.version = Some(version.to_owned());
                }
                answer
            }
            Err(problem) => failed(id, INTERNAL_ERROR, &problem),
        })
    }

    fn send(&self, message: &str) -> Result<Value, String> {
        let mut request = self
            .agent
            .post(&self.url)
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream");
        if let Some(key) = &self.key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        if let Some(version) = &self.version {
            request = request.header("mcp-protocol-version", version);
        }
        let answer = request.send(message);
        let answer = answer.map_err(|error| self.unreached(&error.to_string()))?;
        self.read(answer)
    }

    fn read(&self, answer: Response<ureq::Body>) -> Result<Value, String> {
        let status = answer.status().as_u16();
        let text = answer.into_body().into_with_config();
        let text = text.limit(MOST_BYTES).read_to_string();
        let text = text.map_err(|error| self.unreached(&error.to_string()))?;
        match status {
            200..300 if text.is_empty() => Ok(Value::Null),
            200..300 => serde_json::from_str(&text)
                .map_err(|_| format!("{} does not speak the protocol", self.url)),
            401 => Err(
                "the server wants a key: name a file that holds one by --key-file, or set SALESGRAPH_KEY"
                    .to_owned(),
            ),
            _ => Err(format!("{} answers with status {status}", self.url)),
        }
    }

    fn unreached(&self, problem: &str) -> String {
        format!(
            "{} does not answer ({problem}); start it by `salesgraph serve`, or name another by --server-url",
            self.url
        )
    }
}

fn failed(id: &Value, code: i32, message: &str) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message } })
}

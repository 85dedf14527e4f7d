//! How it is served: addresses, connections, limits.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::{ArgAction, Args, builder::BoolishValueParser};

use crate::{
    cli::parsers::{at_least_one, depth, duration, frame_ancestor, size},
    engine::COUNTING_BYTES,
    graphql::AnswerLimits,
    guard::Limits,
    http::{Connections, Sockets},
};

#[derive(Debug, Args)]
#[command(next_help_heading = "Server")]
pub(in crate::cli) struct Http {
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(in crate::cli) listen: SocketAddr,
    /// Name that the server answers to beside localhost and addresses in digits; repeat it or separate by commas. Any name, unless it listens on loopback
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(in crate::cli) allowed_host: Vec<String>,
    /// Site whose pages may show the dashboard in a frame, such as <https://intranet.example>, or self; repeat it or separate by commas. None unless given
    #[arg(long, value_name = "ORIGIN", value_delimiter = ',', value_parser = frame_ancestor)]
    pub(in crate::cli) frame_ancestors: Vec<String>,
    /// Longest that one request may take; then what is counted for it stops.
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = duration)]
    pub(in crate::cli) request_timeout: Duration,
    /// Most connections at the same time; those that ask nothing make room first.
    #[arg(long, value_name = "N", default_value_t = Connections::DEFAULT.most, value_parser = at_least_one())]
    pub(in crate::cli) max_connections: usize,
    /// Most WebSocket connections at the same time.
    #[arg(long, value_name = "N", default_value_t = Sockets::DEFAULT.most, value_parser = at_least_one())]
    max_sockets: usize,
    /// Most operations at the same time over WebSocket and as server-sent events.
    #[arg(long, value_name = "N", default_value_t = Sockets::DEFAULT.operations, value_parser = at_least_one())]
    max_subscriptions: usize,
    /// Most operations at the same time over one WebSocket connection.
    #[arg(long, value_name = "N", default_value_t = Sockets::DEFAULT.operations_each, value_parser = at_least_one())]
    max_socket_subscriptions: usize,
    /// Documents that clients may ask by their ids, a JSON file of ids and documents, as Relay's compiler and GraphQL Code Generator write it.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) persisted_documents: Option<PathBuf>,
    /// Answer no other documents: the dashboard and `GraphiQL` are not served then.
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, require_equals = true,
        default_value_t = false, default_missing_value = "true", value_parser = BoolishValueParser::new(),
        value_name = "BOOL", hide_possible_values = true)]
    pub(in crate::cli) persisted_only: bool,
    #[command(flatten)]
    limits: RequestLimits,
}

impl Http {
    pub(in crate::cli) fn limits(&self) -> Limits {
        Limits {
            bytes: self.limits.max_request_bytes,
            tokens: self.limits.max_query_tokens,
            depth: self.limits.max_query_depth,
            selections: self.limits.max_query_selections,
            aliases: self.limits.max_aliases,
        }
    }

    pub(in crate::cli) fn sockets(&self) -> Sockets {
        Sockets {
            most: self.max_sockets,
            operations: self.max_subscriptions,
            operations_each: self.max_socket_subscriptions,
            ..Sockets::DEFAULT
        }
    }

    pub(in crate::cli) fn counting_bytes(&self) -> usize {
        self.limits.max_counting_bytes
    }

    pub(in crate::cli) fn answer_limits(&self) -> AnswerLimits {
        AnswerLimits {
            fields: self.limits.max_answer_fields,
            passes: self.limits.max_passes,
            bytes: self.limits.max_answer_bytes,
        }
    }
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Limits of one request")]
#[expect(clippy::struct_field_names, reason = "a field is named as its option")]
struct RequestLimits {
    /// Most bytes in a request's body.
    #[arg(long, value_name = "N", default_value_t = Limits::DEFAULT.bytes, value_parser = at_least_one())]
    max_request_bytes: usize,
    /// Most tokens in a query: names, punctuation, numbers and strings.
    #[arg(long, value_name = "N", default_value_t = Limits::DEFAULT.tokens, value_parser = at_least_one())]
    max_query_tokens: usize,
    /// Most levels of fields and fragments inside one another, up to 60.
    #[arg(long, value_name = "N", default_value_t = Limits::DEFAULT.depth, value_parser = depth())]
    max_query_depth: usize,
    /// Most fields, fragments, directives and argument values, counted where a fragment is used.
    #[arg(long, value_name = "N", default_value_t = Limits::DEFAULT.selections, value_parser = at_least_one())]
    max_query_selections: usize,
    /// Most fields with an alias, counted where a fragment is used.
    #[arg(long, value_name = "N", default_value_t = Limits::DEFAULT.aliases, value_parser = at_least_one())]
    max_aliases: usize,
    /// Most fields in the lists of an answer; those of a list within a list count for each item of the outer one, too.
    #[arg(long, value_name = "N", default_value_t = AnswerLimits::DEFAULT.fields, value_parser = at_least_one())]
    max_answer_fields: usize,
    /// Most passes over the orders; periods within periods take one each, and so do semi-joins and conditions of a shop's own KPIs.
    #[arg(long, value_name = "N", default_value_t = AnswerLimits::DEFAULT.passes, value_parser = at_least_one())]
    max_passes: usize,
    /// Most bytes of an answer.
    #[arg(long, value_name = "N", default_value_t = AnswerLimits::DEFAULT.bytes, value_parser = at_least_one())]
    max_answer_bytes: usize,
    /// Most bytes that one request may hold while it is counted; all together may hold four times as many.
    #[arg(long, value_name = "N", default_value_t = COUNTING_BYTES, value_parser = size())]
    max_counting_bytes: usize,
}

//! The request guard: what a client may ask before anything of it is run.
//!
//! A query is text from a stranger, and three things about it can cost far more
//! than its size: brackets nested so deep that a recursive parser overflows its
//! stack, fragments that spread each other so that a few lines stand for
//! millions of fields, and introspection that walks in circles. The [`Guard`] looks
//! at them in the order of what each look costs:
//!
//! 1. the number of bytes;
//! 2. tokens and brackets, by a small lexer that never recurses (`lexer`);
//! 3. fields, fragments, aliases and values, counted where each fragment is
//!    used, without ever expanding one (`weight`).
//!
//! Only then is the document handed on, already parsed, so that nothing parses
//! it twice; lately asked ones are not even parsed again. Everything that is allowed stands in
//! [`Limits`]. A document may go by an id (`persisted`); it is looked at like any other.

mod code;
mod documents;
mod lexer;
mod persisted;
mod rejection;
mod variables;
mod weight;

use std::sync::Arc;

use async_graphql::{
    Request,
    parser::types::{DocumentOperations, ExecutableDocument, OperationType},
};
use serde_json::Map;

pub use code::Code;
use documents::Documents;
use persisted::Shown;
pub use persisted::{BadManifest, Persisted};
pub use rejection::Rejection;
use variables::Weights;

/// The most that one request may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the request's body, and of the query in a URL.
    pub bytes: usize,
    /// Lexical tokens of the document: names, punctuation, numbers and strings.
    pub tokens: usize,
    /// Selection sets inside one another, fragments counted where they are used.
    pub depth: usize,
    /// Fields, fragments, directives and argument values, counted where each
    /// fragment is used; a variable counts as the values that it holds.
    pub selections: usize,
    /// Fields with an alias, counted where each fragment is used.
    pub aliases: usize,
}

impl Limits {
    /// What a server allows unless told otherwise: ten times the largest
    /// dashboard and the introspection queries of the usual tools.
    pub const DEFAULT: Self = Self {
        bytes: 256 * 1024,
        tokens: 10_000,
        depth: 32,
        selections: 10_000,
        aliases: 200,
    };

    /// The deepest that `depth` may be set: `async_graphql`'s parser stops at 64.
    pub const DEEPEST: usize = 60;

    /// How deep lists and objects may be nested in one argument or variable.
    /// The deepest input type of the schema needs less than half of it.
    pub const INPUT_NESTING: usize = 16;

    /// Brackets of any kind inside one another: selection sets, and within the
    /// innermost the parentheses and values of an argument.
    const fn nesting(&self) -> usize {
        self.depth + Self::INPUT_NESTING
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// A request as it came, taken apart and not yet believed.
#[derive(Clone, Debug, Default)]
pub struct Incoming {
    /// The document.
    pub query: Option<String>,
    /// The id of a document that is known, in its place.
    pub document_id: Option<String>,
    /// Which of the document's operations to run.
    pub operation_name: Option<String>,
    /// The variables, as JSON: numbers keep all their digits.
    pub variables: Map<String, serde_json::Value>,
    /// Whatever else the client wants to say.
    pub extensions: Map<String, serde_json::Value>,
}

/// A request that is within the limits.
#[derive(Debug)]
pub struct Admitted {
    /// The request, with its document parsed.
    pub request: Request,
    /// The kind of the operation that it names, where it names one.
    pub operation: Option<OperationType>,
    /// What that operation is called.
    pub name: Option<String>,
}

/// Lets requests pass that are within the limits.
#[derive(Debug)]
pub struct Guard {
    limits: Limits,
    documents: Documents,
    persisted: Persisted,
    shown: Shown,
}

impl Guard {
    /// A guard that allows so much.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self::with(limits, Persisted::default())
    }

    /// The same, that knows documents by ids.
    #[must_use]
    pub fn with(limits: Limits, persisted: Persisted) -> Self {
        Self {
            limits,
            documents: Documents::new(),
            persisted,
            shown: Shown::new(),
        }
    }

    /// Checks a request against the limits and makes it ready to run.
    ///
    /// # Errors
    /// The first [`Rejection`] that applies.
    pub fn admit(&self, mut incoming: Incoming) -> Result<Admitted, Rejection> {
        let asked = self.asked(&mut incoming)?;
        let weights = variables::weigh(&incoming.variables)?;
        let document = self.weighed(&asked.document, &weights)?;
        let operation = operation(&document, incoming.operation_name.as_deref());
        let (name, operation) = operation.unzip();

        let variables = variables::from_json(incoming.variables);
        let mut request = Request::new(&*asked.document).variables(variables);
        self.keep(asked);
        request.operation_name = incoming.operation_name;
        for (name, value) in incoming.extensions {
            request.extensions.insert(name, variables::graphql(value));
        }
        request.set_parsed_query(ExecutableDocument::clone(&document));
        Ok(Admitted {
            request,
            operation,
            name: name.flatten(),
        })
    }

    /// The document of a query that is within the limits, with variables of these weights.
    fn weighed(
        &self,
        query: &str,
        weights: &Weights,
    ) -> Result<Arc<ExecutableDocument>, Rejection> {
        let document = self.parsed(query)?;
        weight::check(&document, weights, &self.limits)?;
        Ok(document)
    }

    fn parsed(&self, query: &str) -> Result<Arc<ExecutableDocument>, Rejection> {
        let limits = &self.limits;
        if query.len() > limits.bytes {
            return Err(Rejection::Bytes(limits.bytes));
        }
        lexer::check(query, limits.tokens, limits.nesting())?;
        self.documents.parsed(query)
    }
}

/// The operation that is asked for: what it is called, and its kind.
fn operation(
    document: &ExecutableDocument,
    name: Option<&str>,
) -> Option<(Option<String>, OperationType)> {
    let (name, operation) = match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => (None, operation),
        (DocumentOperations::Multiple(operations), Some(name)) => {
            let (name, operation) = operations.get_key_value(name)?;
            (Some(name.to_string()), operation)
        }
        (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => {
            let (name, operation) = operations.iter().next()?;
            (Some(name.to_string()), operation)
        }
        _ => return None,
    };
    Some((name, operation.node.ty))
}

#[cfg(test)]
mod tests;

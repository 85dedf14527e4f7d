//! Why a request is turned away, in words for the one who sent it.

use async_graphql::{Pos, ServerError, parser};

use super::Code;

/// Why a request is not run.
#[derive(Debug, thiserror::Error)]
pub enum Rejection {
    /// The query has too many bytes.
    #[error("the query is too long: at most {0} bytes are allowed")]
    Bytes(usize),
    /// The query has too many tokens.
    #[error("the query is too long: at most {0} tokens are allowed; move lists into variables")]
    Tokens(usize),
    /// Brackets are nested too deep in the query.
    #[error(
        "the query is nested too deep: at most {limit} brackets inside one another are allowed"
    )]
    Nesting {
        /// How deep they may be.
        limit: usize,
        /// The bracket that is one too many.
        at: Pos,
    },
    /// Selection sets are nested too deep, fragments included.
    #[error("the query is nested too deep: at most {0} levels of fields and fragments are allowed")]
    Depth(usize),
    /// Introspection goes round in circles.
    #[error(
        "the introspection query is nested too deep: at most {0} lists of fields or types inside one another are allowed"
    )]
    Introspection(usize),
    /// Lists and objects are nested too deep in a variable.
    #[error("the variable `{name}` is nested too deep: at most {limit} levels are allowed")]
    Variable {
        /// The variable's name.
        name: String,
        /// How deep it may be.
        limit: usize,
    },
    /// The query stands for too much, fragments included.
    #[error(
        "the query asks too much at once: at most {0} fields, fragments, directives and argument values are allowed"
    )]
    Selections(usize),
    /// The query has too many aliases, fragments included.
    #[error("the query asks too much at once: at most {0} aliases are allowed")]
    Aliases(usize),
    /// A fragment spreads itself.
    #[error("the fragment `{0}` contains itself: take the spread out")]
    Cycle(String),
    /// A directive that the server does not know would be left out without a word.
    #[error("there is no directive `@{0}`: the server knows @include and @skip")]
    UnknownDirective(String),
    /// A key stands twice in one input object or list of arguments, and one of the two would not count.
    #[error("`{name}` is given twice in one place: take one of the two out")]
    RepeatedKey {
        /// The key.
        name: String,
        /// Where it stands the second time.
        at: Pos,
    },
    /// A string has no end.
    #[error("the string that begins here is not closed")]
    OpenString(Pos),
    /// There is neither a document nor the id of one.
    #[error("there is no `query`; send one, such as `{{ __typename }}`")]
    NoDocument,
    /// There are both.
    #[error("send the `query` or the `documentId` of one that is known here, not both")]
    TwoDocuments,
    /// `extensions.persistedQuery` is not as Apollo's clients send it.
    #[error("`extensions.persistedQuery` has a `version`, which is 1, and a `sha256Hash`")]
    Extension,
    /// A document is shown with the hash of another.
    #[error("the `sha256Hash` is not that of the `query`")]
    OtherHash,
    /// No document is known by this id.
    #[error("no document is known by this id; send the document itself")]
    UnknownId,
    /// The document is none of those that are known, and no other is taken.
    #[error(
        "only persisted documents are answered here; add this one to the manifest of whoever runs the server"
    )]
    NotPersisted,
    /// The query is no GraphQL.
    #[error("the query cannot be read: {}", reason(.0))]
    Syntax(parser::Error),
}

impl Rejection {
    /// The error's code, for programs.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Bytes(_) | Self::Tokens(_) => Code::QueryTooLarge,
            Self::Nesting { .. }
            | Self::Depth(_)
            | Self::Introspection(_)
            | Self::Variable { .. } => Code::QueryTooDeep,
            Self::Selections(_) | Self::Aliases(_) => Code::QueryTooComplex,
            Self::Cycle(_) | Self::UnknownDirective(_) | Self::RepeatedKey { .. } => {
                Code::ValidationFailed
            }
            Self::OpenString(_) | Self::Syntax(_) => Code::ParseFailed,
            Self::NoDocument | Self::TwoDocuments | Self::Extension | Self::OtherHash => {
                Code::BadRequest
            }
            Self::UnknownId => Code::PersistedQueryNotFound,
            Self::NotPersisted => Code::PersistedDocumentsOnly,
        }
    }

    fn locations(&self) -> Vec<Pos> {
        match self {
            Self::Nesting { at, .. } | Self::OpenString(at) | Self::RepeatedKey { at, .. } => {
                vec![*at]
            }
            Self::Syntax(error) => error.positions().collect(),
            _ => Vec::new(),
        }
    }
}

/// The parser draws the line of the query with an arrow below it, however long
/// it is; the location says the same.
fn reason(error: &parser::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once("\n  = ") {
        Some((_, reason)) => reason.to_owned(),
        None => text,
    }
}

impl From<Rejection> for ServerError {
    fn from(rejection: Rejection) -> Self {
        let mut error = rejection.code().of_request(rejection.to_string());
        error.locations = rejection.locations();
        error
    }
}

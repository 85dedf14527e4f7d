//! The codes of errors: what a program does about one, whatever its words.

use async_graphql::{Error, ErrorExtensions, ServerError, Value};

/// Declares every code once: its name and its meaning.
macro_rules! codes {
    ($($variant:ident $name:literal $meaning:literal)+) => {
        /// Why a question was not answered, as `extensions.code`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $(#[doc = $meaning] $variant,)+
        }

        impl Code {
            /// Every code, by what the reader of an error can do about it.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The code as it is written.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// What has happened, and what to do.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Self::$variant => $meaning,)+
                }
            }
        }
    };
}

codes! {
    BadUserInput "BAD_USER_INPUT" "A value that cannot be: mend the query's arguments."
    ParseFailed "GRAPHQL_PARSE_FAILED" "The query is no GraphQL."
    ValidationFailed "GRAPHQL_VALIDATION_FAILED" "The query does not fit the schema."
    BadRequest "BAD_REQUEST" "The request's parameters or its body are not what GraphQL over HTTP asks for."
    PersistedQueryNotFound "PERSISTED_QUERY_NOT_FOUND" "No document is known by this id: send the document itself, with its hash to have it kept."
    PersistedDocumentsOnly "PERSISTED_DOCUMENTS_ONLY" "Only the documents of a manifest are answered here: see `--persisted-only`."
    Unauthenticated "UNAUTHENTICATED" "Whoever asks has shown no key or token that is accepted here: see `--auth`."
    Forbidden "FORBIDDEN" "A KPI or a dimension that whoever asks may not use: leave it out."
    UnsupportedMediaType "UNSUPPORTED_MEDIA_TYPE" "The body is not labelled `application/json`."
    NotAcceptable "NOT_ACCEPTABLE" "The client accepts no media type that the server can answer in."
    MethodNotAllowed "METHOD_NOT_ALLOWED" "Neither a `GET` nor a `POST`, or a mutation by `GET`."
    QueryTooLarge "QUERY_TOO_LARGE" "The query has too many bytes or tokens."
    QueryTooDeep "QUERY_TOO_DEEP" "The query is nested too deep."
    QueryTooComplex "QUERY_TOO_COMPLEX" "Too much to count at once: ask for less."
    AnswerTooLarge "ANSWER_TOO_LARGE" "Ask for fewer rows, or for a coarser grain."
    QueryTimeout "QUERY_TIMEOUT" "The database did not answer in time: ask for less, or for a shorter period."
    RequestTimeout "REQUEST_TIMEOUT" "The whole request took too long: ask for less, or for a shorter period."
    ServerBusy "SERVER_BUSY" "Too much is counted for others: ask again in a few seconds."
    TooManySubscriptions "TOO_MANY_SUBSCRIPTIONS" "As many operations run over sockets or as events as may: end some of them."
    TooManyRequests "TOO_MANY_REQUESTS" "Whoever asks has asked more than they may, of late or at once: wait for as long as `Retry-After` says."
    DatabaseUnavailable "DATABASE_UNAVAILABLE" "The database is away: ask again once it is back."
    SigningKeysUnavailable "SIGNING_KEYS_UNAVAILABLE" "The keys that tokens are signed with have not been read yet: ask again in a moment."
    EngineNotReady "ENGINE_NOT_READY" "The shop is not read yet, or not in memory: ask again once it is."
    HostNotAllowed "HOST_NOT_ALLOWED" "The server does not answer to this name: see `--allowed-host`."
    CrossSiteRequest "CROSS_SITE_REQUEST" "A page of another site may not send queries."
    InternalServerError "INTERNAL_SERVER_ERROR" "Something is wrong with the server: tell whoever runs it, its log says more."
}

impl Code {
    /// The code of an error, where it has one of these.
    pub(crate) fn of(error: &ServerError) -> Option<Self> {
        let Value::String(name) = error.extensions.as_ref()?.get("code")? else {
            return None;
        };
        Self::ALL.iter().copied().find(|it| it.name() == name)
    }

    /// An error with this code.
    pub(crate) fn error(self, message: impl Into<String>) -> Error {
        Error::new(message).extend_with(|_, extensions| extensions.set("code", self.name()))
    }

    /// An error of a request as a whole, at no field, with this code.
    pub(crate) fn of_request(self, message: impl Into<String>) -> ServerError {
        let mut error = ServerError::new(message, None);
        self.set_unless_coded(&mut error);
        error
    }

    /// Gives the code to an error that has none.
    pub(crate) fn set_unless_coded(self, error: &mut ServerError) {
        let extensions = error.extensions.get_or_insert_default();
        if extensions.get("code").is_none() {
            extensions.set("code", self.name());
        }
    }

    /// The codes as a Markdown table, as the README shows it.
    #[must_use]
    pub fn table() -> String {
        let mut table = String::from("| code | meaning |\n|---|---|\n");
        for code in Self::ALL {
            let row = format!("| `{}` | {} |\n", code.name(), code.meaning());
            table.push_str(&row);
        }
        table
    }
}

//! Refusals as clients see them: an SQLSTATE to act on, a message to read, no internals.

use datafusion::{error::DataFusionError, logical_expr::Expr, sql::unparser::expr_to_sql};
use datafusion_postgres::pgwire::error::{ErrorInfo, PgWireError};

use crate::{
    asking::Refused,
    auth::{Denied, Forbidden, OverQuota},
    guard::Code,
};

/// Why a statement is not answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// The SQLSTATE.
    state: &'static str,
    message: String,
}

/// An expression as SQL has it.
pub fn as_sql(expression: &Expr) -> String {
    let sql = expr_to_sql(expression).map(|it| it.to_string());
    sql.unwrap_or_else(|_| expression.to_string())
}

/// Something is wrong on our side.
const INTERNAL: &str = "XX000";

impl Refusal {
    pub fn new(state: &'static str, message: impl Into<String>) -> Self {
        Self {
            state,
            message: message.into(),
        }
    }

    /// What is asked for is nothing that can be counted so.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new("0A000", message)
    }

    /// A value that is none.
    pub fn bad_value(message: impl Into<String>) -> Self {
        Self::new("22023", message)
    }

    /// Nothing is written here.
    pub fn read_only(what: &str) -> Self {
        Self::new(
            "25006",
            format!("cannot execute {what}: this database is read-only"),
        )
    }

    /// It took too long.
    pub fn out_of_time() -> Self {
        Self::new(
            "57014",
            "the statement took too long; ask for a shorter period or for less",
        )
    }

    /// The SQLSTATE and the message.
    pub fn parts(self) -> (String, String) {
        (self.state.to_owned(), self.message)
    }

    fn internal() -> Self {
        Refused::internal().into()
    }

    /// What a client is told of an error, whatever layer it is from; internals are logged.
    pub fn of(error: &PgWireError) -> Self {
        match error {
            PgWireError::ApiError(error) => match error.downcast_ref::<DataFusionError>() {
                Some(error) => error.into(),
                None => match error.downcast_ref::<Self>() {
                    Some(refusal) => refusal.clone(),
                    None => Self::new("42601", error.to_string()),
                },
            },
            PgWireError::QueryCanceled => Self::new("57014", "the statement was cancelled"),
            other => {
                tracing::warn!(error = %other, "statement failed");
                Self::internal()
            }
        }
    }
}

impl From<&DataFusionError> for Refusal {
    fn from(error: &DataFusionError) -> Self {
        let root = error.find_root();
        match root {
            DataFusionError::External(error) => match error.downcast_ref::<Self>() {
                Some(refusal) => refusal.clone(),
                None => Self::internal(),
            },
            DataFusionError::SQL(..) => Self::new("42601", root.strip_backtrace()),
            DataFusionError::Plan(message) if message.contains("not found") => {
                Self::new("42P01", message.clone())
            }
            DataFusionError::Plan(message) if message.contains("Invalid function") => {
                Self::new("42883", message.clone())
            }
            DataFusionError::SchemaError(error, _) => Self::new("42703", error.to_string()),
            DataFusionError::Plan(message) => Self::new("42601", message.clone()),
            DataFusionError::NotImplemented(message) => Self::new("0A000", message.clone()),
            DataFusionError::ResourcesExhausted(_) => Self::new(
                "53200",
                "the statement takes more memory than it may; ask for fewer rows or groups",
            ),
            DataFusionError::ArrowError(..) | DataFusionError::Execution(_) => {
                Self::new("22000", root.strip_backtrace())
            }
            other => {
                tracing::error!(error = %other, "statement failed");
                Self::internal()
            }
        }
    }
}

impl From<Refusal> for DataFusionError {
    fn from(refusal: Refusal) -> Self {
        Self::External(Box::new(refusal))
    }
}

impl From<Refusal> for PgWireError {
    fn from(refusal: Refusal) -> Self {
        Self::UserError(Box::new(ErrorInfo::new(
            "ERROR".to_owned(),
            refusal.state.to_owned(),
            refusal.message,
        )))
    }
}

impl From<Forbidden> for Refusal {
    fn from(forbidden: Forbidden) -> Self {
        Self::new("42501", forbidden.to_string())
    }
}

impl From<OverQuota> for Refusal {
    fn from(over: OverQuota) -> Self {
        Self::new("53400", over.to_string())
    }
}

impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Unknown => Self::new(
                "28P01",
                "the password is no API key that is known here: `salesgraph keys add` makes one",
            ),
            Denied::Missing(wanted) => Self::new("28P01", format!("give {wanted} as the password")),
            Denied::Expired | Denied::BadToken | Denied::TokenExpired | Denied::BadScope => {
                Self::new("28P01", denied.to_string())
            }
            Denied::NotReady | Denied::NoSigningKeys => Self::new("57P03", denied.to_string()),
        }
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal.state {
            "42501" => Code::Forbidden,
            "57014" => Code::QueryTimeout,
            "54000" => Code::QueryTooComplex,
            "53200" => Code::AnswerTooLarge,
            "53300" => Code::ServerBusy,
            "57P03" => Code::DatabaseUnavailable,
            INTERNAL => Code::InternalServerError,
            _ => Code::BadUserInput,
        };
        Self::new(code, refusal.message)
    }
}

impl From<DataFusionError> for Refused {
    fn from(error: DataFusionError) -> Self {
        Refusal::from(&error).into()
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        let state = match refused.code {
            Code::BadUserInput => "22023",
            Code::Forbidden => "42501",
            Code::QueryTimeout => "57014",
            Code::QueryTooComplex => "54000",
            Code::AnswerTooLarge => "53200",
            Code::ServerBusy => "53300",
            Code::DatabaseUnavailable | Code::EngineNotReady => "57P03",
            _ => INTERNAL,
        };
        Self::new(state, refused.message)
    }
}

//! KPIs and rows as tables, for spreadsheets and scripts: a URL's parameters become a question,
//! its answer a file.
//!
//! | module | does |
//! |---|---|
//! | `parameters` | what a URL asks for |
//! | `period` | periods as a URL writes them |
//! | `usable` | the words that whoever asks may use |
//! | `question` | has it counted, and makes rows of the groups |
//! | `csv`, `json`, `xlsx`, `parquet`, `arrow` | rows to bytes, the last two by `typed` columns |
//! | `rows` | tables of rows: what is asked of them, and what gives them |
//! | `stream` | rows to bytes while they are read |
//! | `openapi` | what can be asked, for programs that write clients |
//!
//! Groups, filters and KPIs are those of the catalogue and of the shop's own model, and go
//! through the same plan, engines and scopes as a query in GraphQL.

#[cfg(feature = "sql")]
mod arrow;
mod csv;
mod form;
mod json;
mod openapi;
mod parameters;
mod parquet;
mod period;
mod question;
mod rows;
mod stream;
mod typed;
mod usable;
mod xlsx;

use std::sync::Arc;

pub use form::{Cell, Column, Form, Holds, Kind};
pub use openapi::description;
pub use parameters::{CYCLES, GRAINS};
pub use period::Period;
pub use question::Question;
pub use rows::{AskedRows, Condition, Described, RowTables, Sheet, Test};
pub use stream::file;
pub use usable::Usable;

use crate::{
    asking::{Asking, Refused, Shop},
    auth::Scope,
};
use parameters::Parameters;

/// What tables are made of.
#[derive(Clone, Debug)]
pub struct Tables {
    /// The shop that is asked about.
    pub shop: Shop,
    /// The most passes over the orders for one of them.
    pub passes: usize,
    /// The most bytes of one file of groups, and of one workbook.
    pub bytes: usize,
    /// What gives tables of rows, where this build has it.
    pub rows: Option<Arc<dyn RowTables>>,
}

impl Tables {
    /// The question that a URL asks, of who may see so much.
    ///
    /// # Errors
    /// When it asks for what there is none of.
    pub fn question(
        &self,
        scope: Arc<Scope>,
        parameters: &[(String, String)],
    ) -> Result<Question, Refused> {
        let usable = Usable::new(self.shop.vocabulary, &scope);
        let parameters = Parameters::of(parameters, usable)?;
        // By name: what it is made of may be allowed for the sake of another.
        for kpi in &parameters.kpis {
            scope.permit_kpi(self.shop.vocabulary, *kpi)?;
        }
        let asking = Asking::new(self.shop.clone(), scope, self.passes)?;
        Ok(Question::new(asking, parameters, self.bytes))
    }
}

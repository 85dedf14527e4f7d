//! `kpis` as clients see it, and the answers that take its place in plans.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use datafusion::{
    arrow::datatypes::SchemaRef,
    catalog::{Session, TableProvider},
    datasource::TableType,
    error::Result,
    execution::{SendableRecordBatchStream, TaskContext},
    logical_expr::Expr,
    physical_plan::{
        ExecutionPlan,
        stream::RecordBatchStreamAdapter,
        streaming::{PartitionStream, StreamingTableExec},
    },
};
use futures::stream;

use super::{
    connection::{Connection, Statement},
    question::Question,
    refusal::Refusal,
};

/// The semantic table: it has no rows of its own.
#[derive(Debug)]
pub struct Kpis(pub Arc<Connection>);

#[async_trait]
impl TableProvider for Kpis {
    fn schema(&self) -> SchemaRef {
        self.0.columns().schema(self.0.zone())
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    async fn scan(
        &self,
        _: &dyn Session,
        _: Option<&Vec<usize>>,
        _: &[Expr],
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Err(no_rows().into())
    }
}

/// Figures are of groups, not of rows.
pub fn no_rows() -> Refusal {
    Refusal::unsupported(
        "kpis has figures of groups, and no rows: SELECT region, MEASURE(total_sales) FROM kpis \
         GROUP BY region; join, window and union what that gives, from a subquery or a WITH",
    )
}

/// What a question is answered by.
#[derive(Debug)]
pub struct Answered {
    pub connection: Arc<Connection>,
    pub question: Arc<Question>,
    pub schema: SchemaRef,
}

#[async_trait]
impl TableProvider for Answered {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Temporary
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let rows = Rows {
            statement: self.connection.reading()?,
            question: Arc::clone(&self.question),
            schema: self.schema(),
        };
        let plan = StreamingTableExec::try_new(
            self.schema(),
            vec![Arc::new(rows)],
            projection,
            [],
            false,
            None,
        )?;
        Ok(Arc::new(plan))
    }
}

/// The rows of an answer, counted when they are read.
struct Rows {
    statement: Arc<Statement>,
    question: Arc<Question>,
    schema: SchemaRef,
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rows").field(&self.question).finish()
    }
}

impl PartitionStream for Rows {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (statement, question) = (Arc::clone(&self.statement), Arc::clone(&self.question));
        let schema = Arc::clone(&self.schema);
        let rows = async move { question.rows(&statement, schema).await };
        Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(&self.schema),
            stream::once(rows),
        ))
    }
}

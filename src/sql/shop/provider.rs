//! Tables as the library sees them.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use datafusion::{
    arrow::datatypes::{Schema, SchemaRef},
    catalog::{Session, TableProvider},
    datasource::TableType,
    error::Result,
    logical_expr::{Expr, TableProviderFilterPushDown},
    physical_plan::{ExecutionPlan, streaming::StreamingTableExec},
};

use super::{
    super::{connection::Connection, refusal::Refusal},
    declared::{RowsOf, Table},
    filter::Filters,
    scan::{Partition, Scan},
};
use crate::{
    asking::{Asking, Refused},
    store::Condition,
};

/// A table, as one client sees it.
#[derive(Debug)]
pub struct Rows {
    pub connection: Arc<Connection>,
    pub table: Arc<Table>,
}

#[async_trait]
impl TableProvider for Rows {
    fn schema(&self) -> SchemaRef {
        let zone = self.connection.zone();
        let fields = self.table.columns.iter().map(|it| it.field(zone));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let statement = self.connection.reading()?;
        let every = || (0..self.table.columns.len()).collect();
        let columns = projection.cloned().unwrap_or_else(every);
        self.permit(&statement, &columns, filters)?;
        let condition = self.condition(&statement, filters).await;
        let schema = Arc::new(self.schema().project(&columns)?);
        let scan = Scan {
            table: Arc::clone(&self.table),
            columns,
            schema: Arc::clone(&schema),
            zone: self.connection.zone(),
            condition: condition.map_err(Refusal::from)?,
            limit,
        };
        let partition = Partition {
            statement,
            scan: Arc::new(scan),
        };
        let partitions: Vec<_> = vec![Arc::new(partition) as _];
        let plan = StreamingTableExec::try_new(schema, partitions, None, [], false, limit)?;
        Ok(Arc::new(plan))
    }
}

impl Rows {
    /// Whether the columns may be used.
    fn permit(
        &self,
        statement: &Asking,
        columns: &[usize],
        filters: &[Expr],
    ) -> Result<(), Refusal> {
        let scope = statement.scope();
        self.table.permit(scope)?;
        let tested = filters.iter().flat_map(|it| it.column_refs());
        let tested: BTreeSet<&str> = tested.map(|it| it.name.as_str()).collect();
        for (at, column) in self.table.columns.iter().enumerate() {
            if columns.contains(&at) || tested.contains(column.name.as_str()) {
                column.permit(scope, statement.vocabulary())?;
            }
        }
        Ok(())
    }

    /// What documents are like that may have rows.
    async fn condition(&self, statement: &Asking, filters: &[Expr]) -> Result<Condition, Refused> {
        let has_returns = match self.table.rows {
            RowsOf::Entries => {
                let (store, _) = statement.records().await?;
                let has_returns = store.has_returns().await;
                has_returns.map_err(|error| Refused::from(&error))?
            }
            _ => false,
        };
        let settings = statement.settings().await?;
        let filters_of = Filters {
            table: &self.table,
            uncounted: &settings.uncounted,
            has_returns,
        };
        Ok(filters_of.condition(filters))
    }
}

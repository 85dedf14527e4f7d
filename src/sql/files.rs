//! Tables of rows for who asks otherwise than by SQL: the same tables, scopes and limits.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use datafusion::{
    common::{Column as Name, ScalarValue},
    execution::SendableRecordBatchStream,
    logical_expr::{Expr, SortExpr, lit},
    prelude::DataFrame,
};
use futures::{FutureExt as _, StreamExt as _, future::BoxFuture, stream};
use tokio::time::timeout;

use super::{
    Sql,
    cells::{constant, holds, rows},
    columns::ORDERED_AT,
    connection::Connection,
    context,
    refusal::Refusal,
    shop::{Column, Table},
};
use crate::{
    asking::Refused,
    auth::{Identity, Scope},
    kpi::Vocabulary,
    tables::{self, AskedRows, Condition, Described, Period, RowTables, Sheet, Test},
};

impl RowTables for Sql {
    fn described(&self, scope: &Scope) -> Vec<Described> {
        let vocabulary = self.setup.shop.vocabulary;
        let tables = super::shop::tables(vocabulary).into_iter();
        let described = tables.map(|table| Described {
            name: table.name,
            description: table.description,
            columns: seen(&table, scope, vocabulary)
                .map(|it| (it.name.clone(), it.description.clone()))
                .collect(),
        });
        described.filter(|it| !it.columns.is_empty()).collect()
    }

    fn open<'a>(
        &'a self,
        table: &'a str,
        asked: AskedRows,
        identity: Option<Identity>,
    ) -> BoxFuture<'a, Result<Option<Sheet>, Refused>> {
        self.sheet(table, asked, identity).boxed()
    }
}

impl Sql {
    async fn sheet(
        &self,
        name: &str,
        asked: AskedRows,
        identity: Option<Identity>,
    ) -> Result<Option<Sheet>, Refused> {
        let shared = self.shared().await?;
        let Some(table) = shared.rows.iter().find(|it| it.name == name) else {
            return Ok(None);
        };
        let (setup, columns) = (Arc::clone(&self.setup), Arc::clone(&shared.columns));
        let connection = Arc::new(Connection::of_guest(setup, columns, identity));
        connection.begin_statement()?;
        let statement = connection.statement()?;
        let shops = statement.settings().await?.calendar.zone;
        let question = Question {
            table,
            zone: asked.zone.unwrap_or(shops),
            scope: statement.scope(),
            vocabulary: statement.vocabulary(),
        };
        let (context, _) = context::service(&connection, shared)?;
        context::set_zone(&connection, &context, question.zone).await?;
        let all = context.table(name).await?;
        let asked = question.of(all, &asked)?;
        let read = timeout(self.setup.deadline, asked.execute_stream()).await;
        let read = read.map_err(|_| Refusal::out_of_time())??;
        let Sheet { columns, mut rows } = self.handed_out(read, question.zone);
        // What fails at once is told before anything is sent.
        let first = rows.next().await.transpose()?;
        let rows = stream::iter(first.map(Ok)).chain(rows).boxed();
        Ok(Some(Sheet { columns, rows }))
    }

    /// Rows as they are read, each batch in the time that a statement has.
    fn handed_out(&self, read: SendableRecordBatchStream, zone: Tz) -> Sheet {
        let schema = read.schema();
        let columns = schema.fields().iter().map(|it| tables::Column {
            name: it.name().clone(),
            holds: holds(it.data_type()),
        });
        let deadline = self.setup.deadline;
        let batches = stream::try_unfold(read, move |mut read| async move {
            let next = timeout(deadline, read.next()).await;
            let batch = next.map_err(|_| Refusal::out_of_time())?.transpose();
            let batch = batch?;
            Ok(batch.map(|it| (rows(&it, zone), read)))
        });
        Sheet {
            columns: columns.collect(),
            rows: batches.boxed(),
        }
    }
}

/// The columns of a table that may be seen.
fn seen<'t>(
    table: &'t Table,
    scope: &Scope,
    vocabulary: &'static Vocabulary,
) -> impl Iterator<Item = &'t Column> {
    let is_seen = table.permit(scope).is_ok();
    let columns = table.columns.iter().filter(move |_| is_seen);
    columns.filter(move |it| it.permit(scope, vocabulary).is_ok())
}

/// What is asked of a table.
struct Question<'a> {
    table: &'a Table,
    zone: Tz,
    scope: &'a Scope,
    vocabulary: &'static Vocabulary,
}

impl Question<'_> {
    /// The rows that are asked for, of all that there are.
    fn of(&self, all: DataFrame, asked: &AskedRows) -> Result<DataFrame, Refused> {
        let mut rows = all;
        for condition in &asked.conditions {
            rows = rows.filter(self.condition(condition)?)?;
        }
        if let Some(period) = asked.period {
            for condition in self.within(period)? {
                rows = rows.filter(condition)?;
            }
        }
        let order = asked.order_by.iter();
        let order = order.map(|(name, is_descending)| {
            self.column(name)?;
            // What is missing comes last, as in tables of KPIs.
            Ok(SortExpr::new(named(name), !is_descending, false))
        });
        let order = order.collect::<Result<Vec<_>, Refused>>()?;
        if !order.is_empty() {
            rows = rows.sort(order)?;
        }
        if let Some(limit) = asked.limit {
            rows = rows.limit(0, Some(limit))?;
        }
        Ok(rows.select(self.columns(&asked.columns)?)?)
    }

    /// The columns that are asked for; all that may be seen where none is named.
    fn columns(&self, asked: &[String]) -> Result<Vec<Expr>, Refused> {
        if asked.is_empty() {
            self.table.permit(self.scope)?;
            let seen = seen(self.table, self.scope, self.vocabulary);
            return Ok(seen.map(|it| named(&it.name)).collect());
        }
        let columns = asked.iter().enumerate().map(|(at, name)| {
            if asked[..at].contains(name) {
                return Err(Refused::input(format!("`{name}` is asked for twice")));
            }
            self.column(name).map(|it| named(&it.name))
        });
        columns.collect()
    }

    fn column(&self, name: &str) -> Result<&Column, Refused> {
        let column = self.table.columns.iter().find(|it| it.name == name);
        column.ok_or_else(|| {
            let seen = seen(self.table, self.scope, self.vocabulary);
            let names: Vec<&str> = seen.map(|it| it.name.as_str()).collect();
            Refused::input(format!(
                "{} has no column `{name}`: there are {}",
                self.table.name,
                names.join(", ")
            ))
        })
    }

    fn condition(&self, condition: &Condition) -> Result<Expr, Refused> {
        let column = self.column(&condition.column)?;
        let (of, it) = (column.data_type(self.zone), named(&column.name));
        let constant = |text: &String| {
            let constant = constant(text, &of, self.zone);
            let constant =
                constant.map_err(|why| Refused::input(format!("`{}` {why}", column.name)));
            constant.map(lit)
        };
        let (missing, there): (Vec<_>, Vec<_>) =
            condition.values.iter().partition(|it| it.is_empty());
        let there = there
            .into_iter()
            .map(constant)
            .collect::<Result<Vec<Expr>, _>>()?;
        let one_of = |values: Vec<Expr>| {
            let is_missing = (!missing.is_empty()).then(|| it.clone().is_null());
            let is_there = (!values.is_empty()).then(|| it.clone().in_list(values, false));
            let either = is_missing.into_iter().chain(is_there).reduce(Expr::or);
            either.unwrap_or_else(|| lit(false))
        };
        let compared = |with: fn(Expr, Expr) -> Expr, values: Vec<Expr>| {
            let value = values.into_iter().next();
            value.map_or_else(|| lit(false), |value| with(it.clone(), value))
        };
        Ok(match condition.test {
            Test::Is => one_of(there),
            // Of what is missing, it is not known to be one.
            Test::IsNot => one_of(there).is_not_true(),
            Test::Less => compared(Expr::lt, there),
            Test::AtMost => compared(Expr::lt_eq, there),
            Test::More => compared(Expr::gt, there),
            Test::AtLeast => compared(Expr::gt_eq, there),
        })
    }

    /// That rows are of these days.
    fn within(&self, period: Period) -> Result<Vec<Expr>, Refused> {
        if self.table.columns.iter().all(|it| it.name != ORDERED_AT) {
            let message = format!(
                "{} has no {ORDERED_AT}, and so no `period`",
                self.table.name
            );
            return Err(Refused::input(message));
        }
        let interval = period.interval(self.zone);
        let instant = |at: DateTime<Utc>| {
            let (micros, zone) = (at.timestamp_micros(), self.zone.name().into());
            lit(ScalarValue::TimestampMicrosecond(Some(micros), Some(zone)))
        };
        let from = interval.from.map(|at| named(ORDERED_AT).gt_eq(instant(at)));
        let to = interval.to.map(|at| named(ORDERED_AT).lt(instant(at)));
        Ok(from.into_iter().chain(to).collect())
    }
}

/// A column by its name as it is written.
fn named(name: &str) -> Expr {
    Expr::Column(Name::from_name(name))
}

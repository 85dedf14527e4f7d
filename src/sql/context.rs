//! What a connection's statements are planned and run in.

use std::{fmt, sync::Arc};

use chrono_tz::Tz;
use datafusion::{
    catalog::{
        CatalogProvider, CatalogProviderList, MemoryCatalogProvider, MemoryCatalogProviderList,
        MemorySchemaProvider, SchemaProvider,
    },
    error::{DataFusionError, Result},
    execution::{
        SessionState, SessionStateBuilder,
        disk_manager::{DiskManagerBuilder, DiskManagerMode},
        memory_pool::GreedyMemoryPool,
        runtime_env::RuntimeEnvBuilder,
    },
    logical_expr::planner::ExprPlanner,
    optimizer::{
        AnalyzerRule,
        analyzer::{
            resolve_grouping_function::ResolveGroupingFunction, type_coercion::TypeCoercion,
        },
    },
    prelude::{SessionConfig, SessionContext},
};
use datafusion_pg_catalog::pg_catalog::{context::EmptyContextProvider, setup_pg_catalog};
use datafusion_postgres::{
    DfSessionService, QueryHook,
    hooks::{
        cursor::CursorStatementHook, set_show::SetShowHook, transactions::TransactionStatementHook,
    },
};

use super::{
    Setup,
    catalogue::{Description, Procedures, described},
    columns::Columns,
    connection::Connection,
    escapes::Escapes,
    measure::measure,
    numbers::Numbers,
    refusal::Refusal,
    rewrite::Rewrite,
    shop,
    statements::Statements,
    tables::Kpis,
    zoned::Zoned,
};

/// The one database there is.
pub const DATABASE: &str = "salesgraph";
/// The schema of its tables, which clients look into unless told otherwise.
const SCHEMA: &str = "public";
/// The schema of what there is.
const CATALOGUE: &str = "pg_catalog";
/// The semantic table.
const KPIS: &str = "kpis";

/// What all connections share.
pub struct Shared {
    pub columns: Arc<Columns>,
    /// The tables of rows.
    pub rows: Vec<Arc<shop::Table>>,
    /// What a connection begins with: functions, the catalogue, and a bound on what all
    /// statements together may hold; nothing is spilled to disk.
    template: SessionState,
    catalogue: Arc<dyn SchemaProvider>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

/// Functions that make gigabytes of a few letters, while a statement is planned, where no
/// pool and no deadline knows of them.
const GREEDY: [&str; 7] = [
    "array_repeat",
    "array_resize",
    "generate_series",
    "lpad",
    "range",
    "repeat",
    "rpad",
];

impl Shared {
    /// # Errors
    /// When the catalogue cannot be set up.
    pub async fn new(setup: &Arc<Setup>) -> Result<Self> {
        let columns = Arc::new(Columns::of(setup.shop.vocabulary));
        let disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled);
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(GreedyMemoryPool::new(setup.memory)))
            .with_disk_manager_builder(disk)
            .build_arc()?;
        let config = SessionConfig::new()
            .with_default_catalog_and_schema(DATABASE, SCHEMA)
            .with_information_schema(true)
            .with_target_partitions(1);
        let state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(runtime)
            .with_default_features()
            .build();
        // The first one that can plan something does.
        let mut planners = state.expr_planners().to_vec();
        planners.splice(
            0..0,
            [
                Arc::new(Numbers) as Arc<dyn ExprPlanner>,
                Arc::new(Procedures),
            ],
        );
        let state = SessionStateBuilder::new_from_existing(state)
            .with_expr_planners(planners)
            .build();
        let context = SessionContext::new_with_state(state);
        context.register_udaf(measure());
        for name in GREEDY {
            context.deregister_udf(name);
        }
        let nobody = Connection::new(Arc::clone(setup), Arc::clone(&columns));
        let rows = shop::tables(setup.shop.vocabulary);
        let rows: Vec<Arc<shop::Table>> = rows.into_iter().map(Arc::new).collect();
        let schema = tables(&Arc::new(nobody), &rows)?;
        let catalog = context.catalog(DATABASE).ok_or_else(no_catalogue)?;
        catalog.register_schema(SCHEMA, schema)?;
        setup_pg_catalog(&context, DATABASE, EmptyContextProvider).map_err(|error| *error)?;
        let catalogue = catalog.schema(CATALOGUE).ok_or_else(no_catalogue)?;
        let catalogue =
            described(&context, catalogue, &descriptions(&columns, &rows), &rows).await?;
        Ok(Self {
            columns,
            rows,
            template: context.state(),
            catalogue,
        })
    }
}

/// What runs a connection's statements.
///
/// # Errors
/// When the catalogue cannot be set up.
pub fn service(
    connection: &Arc<Connection>,
    shared: &Shared,
) -> Result<(Arc<SessionContext>, DfSessionService)> {
    let rules: Vec<Arc<dyn AnalyzerRule + Send + Sync>> = vec![
        Arc::new(ResolveGroupingFunction::new()),
        Arc::new(Rewrite(Arc::clone(connection))),
        Arc::new(Zoned(Arc::clone(connection))),
        Arc::new(Escapes(Arc::clone(connection))),
        Arc::new(TypeCoercion::new()),
    ];
    let catalog = MemoryCatalogProvider::new();
    catalog.register_schema(SCHEMA, tables(connection, &shared.rows)?)?;
    catalog.register_schema(CATALOGUE, Arc::clone(&shared.catalogue))?;
    let catalogs = MemoryCatalogProviderList::new();
    catalogs.register_catalog(DATABASE.to_owned(), Arc::new(catalog));
    let state = SessionStateBuilder::new_from_existing(shared.template.clone())
        .with_catalog_list(Arc::new(catalogs))
        .with_analyzer_rules(rules)
        .build();
    let context = Arc::new(SessionContext::new_with_state(state));
    let hooks: Vec<Arc<dyn QueryHook>> = vec![
        Arc::new(Statements(Arc::clone(connection))),
        Arc::new(CursorStatementHook),
        Arc::new(SetShowHook),
        Arc::new(TransactionStatementHook),
    ];
    let service = DfSessionService::new_with_hooks(Arc::clone(&context), hooks);
    Ok((context, service))
}

fn tables(
    connection: &Arc<Connection>,
    rows: &[Arc<shop::Table>],
) -> Result<Arc<dyn SchemaProvider>> {
    let tables = MemorySchemaProvider::new();
    let kpis = Kpis(Arc::clone(connection));
    tables.register_table(KPIS.to_owned(), Arc::new(kpis))?;
    for table in rows {
        let rows = shop::Rows {
            connection: Arc::clone(connection),
            table: Arc::clone(table),
        };
        tables.register_table(table.name.to_owned(), Arc::new(rows))?;
    }
    Ok(Arc::new(tables))
}

/// What tables and their columns are.
fn descriptions(columns: &Columns, rows: &[Arc<shop::Table>]) -> Vec<Description> {
    let kpis = Description {
        table: KPIS,
        text: "KPIs by dimensions and time: SELECT region, MEASURE(total_sales) FROM kpis GROUP BY region.".to_owned(),
        columns: columns.iter().map(|(_, meaning)| meaning.description()).collect(),
    };
    let of_rows = rows.iter().map(|table| Description {
        table: table.name,
        text: table.description.to_owned(),
        columns: table
            .columns
            .iter()
            .map(|it| it.description.clone())
            .collect(),
    });
    std::iter::once(kpis).chain(of_rows).collect()
}

fn no_catalogue() -> DataFusionError {
    DataFusionError::Internal("there is no catalogue".to_owned())
}

/// Cuts days in this zone from now on, and has the library show and cut times in it, too.
///
/// # Errors
/// When the library does not know the zone.
pub async fn set_zone(
    connection: &Connection,
    context: &SessionContext,
    zone: Tz,
) -> std::result::Result<(), Refusal> {
    // By a statement, which renews the functions that go by the zone, such as `now`.
    let set = format!("SET datafusion.execution.time_zone = '{}'", zone.name());
    let set = context.sql(&set).await;
    set.map_err(|error| Refusal::from(&error))?;
    connection.set_zone(zone);
    Ok(())
}

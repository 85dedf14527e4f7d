//! Statements by which tools ask the catalogue, spelled so that the library plans them.
//!
//! It rewrites much of what `PostgreSQL` alone understands; this is what is left: subqueries of
//! one value that speak of the row around them, and places of an array's elements.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::{
    ast::{
        AccessExpr, CaseWhen, DataType, Expr, Function, FunctionArg, FunctionArgExpr,
        FunctionArgumentList, FunctionArguments, GroupByExpr, Ident, ObjectName, ObjectNamePart,
        Query, Select, SelectItem, SetExpr, TableFactor, TableWithJoins, Value, VisitMut,
        VisitorMut, helpers::attached_token::AttachedToken,
    },
    dialect::PostgreSqlDialect,
    parser::Parser,
};

use super::{json, subscripts};

/// The catalogue's schema.
const CATALOGUE: &str = "pg_catalog";
/// What one of these statements has somewhere.
const SIGNS: [&str; 4] = [CATALOGUE, "regclass", "REGCLASS", "regproc"];
/// Its tables that have no rows here: nothing has defaults, and nothing counts by itself.
const EMPTY: [&str; 2] = ["pg_attrdef", "pg_sequence"];

/// Functions that make one value of many.
const AGGREGATES: [&str; 9] = [
    "array_agg",
    "avg",
    "bool_and",
    "bool_or",
    "count",
    "max",
    "min",
    "string_agg",
    "sum",
];

/// The statement as the library reads it; `None` where that is as it is.
pub fn spelled(sql: &str) -> Option<String> {
    if !SIGNS.iter().any(|it| sql.contains(it)) {
        return None;
    }
    let mut statements = Parser::parse_sql(&PostgreSqlDialect {}, sql).ok()?;
    let mut rules = Speller { has_changed: false };
    let _ = statements.visit(&mut rules);
    let written = || {
        let statements: Vec<String> = statements.iter().map(ToString::to_string).collect();
        statements.join("; ")
    };
    rules.has_changed.then(written)
}

struct Speller {
    has_changed: bool,
}

impl VisitorMut for Speller {
    type Break = ();

    /// Columns that are nothing have names of their own, as all columns must.
    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let SetExpr::Select(select) = &mut *query.body else {
            return ControlFlow::Continue(());
        };
        for (at, item) in select.projection.iter_mut().enumerate() {
            let SelectItem::UnnamedExpr(Expr::Subquery(query)) = item else {
                continue;
            };
            if of_catalogue(query).is_some_and(|it| is_empty(it)) {
                *item = SelectItem::ExprWithAlias {
                    expr: nothing(query),
                    alias: Ident::new(format!("column_{at}")),
                };
                self.has_changed = true;
            }
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        match expression {
            Expr::Subquery(query) => {
                let Some(select) = of_catalogue(query) else {
                    return ControlFlow::Continue(());
                };
                if is_empty(select) {
                    *expression = nothing(query);
                    self.has_changed = true;
                } else {
                    self.has_changed |= take_first(select);
                }
            }
            Expr::Function(function) if is_named(&function.name, "generate_subscripts") => {
                self.has_changed |= count_elements(function);
            }
            Expr::Function(function) if is_named(&function.name, "_pg_expandarray") => {
                self.has_changed |= expand(function);
            }
            other => {
                if let Some(spelled) = field(other).or_else(|| named(other)) {
                    *other = spelled;
                    self.has_changed = true;
                }
            }
        }
        ControlFlow::Continue(())
    }
}

/// A field of a row, `(keys).n`.
fn field(expression: &Expr) -> Option<Expr> {
    let Expr::CompoundFieldAccess { root, access_chain } = expression else {
        return None;
    };
    let (Expr::Nested(row), [AccessExpr::Dot(Expr::Identifier(name))]) =
        (&**root, access_chain.as_slice())
    else {
        return None;
    };
    let arguments = vec![of((**row).clone()), of(text(&name.value))];
    Some(Expr::Function(call("get_field", arguments)))
}

/// A name that stands for a number: a function's, `'array_in'::regproc`, is the name here, and a
/// table's, `'pg_class'::regclass`, is looked for in the catalogue, too.
fn named(expression: &mut Expr) -> Option<Expr> {
    let Expr::Cast {
        expr, data_type, ..
    } = expression
    else {
        return None;
    };
    let Expr::Value(value) = &mut **expr else {
        return None;
    };
    let Value::SingleQuotedString(name) = &mut value.value else {
        return None;
    };
    match data_type {
        DataType::Custom(of, _) if is_named(of, "regproc") => name.rsplit('.').next().map(text),
        DataType::Regclass if name.starts_with("pg_") && !name.contains('.') => {
            *name = format!("{CATALOGUE}.{name}");
            Some(expression.clone())
        }
        _ => None,
    }
}

fn text(value: &str) -> Expr {
    Expr::value(Value::SingleQuotedString(value.to_owned()))
}

/// What a subquery selects, where that is one value of rows of the catalogue.
fn of_catalogue(query: &mut Query) -> Option<&mut Select> {
    let SetExpr::Select(select) = &mut *query.body else {
        return None;
    };
    let is_plain = matches!(&select.group_by, GroupByExpr::Expressions(by, _) if by.is_empty());
    let from = select.from.first()?;
    let is_of_catalogue = tables(from).any(|name| part(name, 0) == Some(CATALOGUE));
    let is_one = select.projection.len() == 1;
    (is_plain && is_one && is_of_catalogue && select.selection.is_some()).then_some(select)
}

fn tables(from: &TableWithJoins) -> impl Iterator<Item = &ObjectName> {
    let joined = from.joins.iter().map(|it| &it.relation);
    let all = std::iter::once(&from.relation).chain(joined);
    all.filter_map(|it| match it {
        TableFactor::Table { name, .. } => Some(name),
        _ => None,
    })
}

fn is_empty(select: &Select) -> bool {
    let mut names = select.from.iter().flat_map(tables);
    names.any(|name| part(name, 1).is_some_and(|it| EMPTY.contains(&it)))
}

/// There is one row at most, which the library has to be told.
fn take_first(select: &mut Select) -> bool {
    let Some(item) = select.projection.first_mut() else {
        return false;
    };
    let (SelectItem::UnnamedExpr(value) | SelectItem::ExprWithAlias { expr: value, .. }) = item
    else {
        return false;
    };
    let mut aggregates = Aggregates { is_one: false };
    let _ = value.visit(&mut aggregates);
    if aggregates.is_one {
        return false;
    }
    let first = call("first_value", vec![of(value.clone())]);
    *item = SelectItem::UnnamedExpr(Expr::Function(first));
    true
}

/// Looks for what makes one value of many already.
struct Aggregates {
    is_one: bool,
}

impl VisitorMut for Aggregates {
    type Break = ();

    fn pre_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        if let Expr::Function(function) = expression {
            let mut names = AGGREGATES.iter();
            self.is_one |= names.any(|it| is_named(&function.name, it));
        }
        ControlFlow::Continue(())
    }
}

/// `generate_subscripts(array, 1)` as places that are unnested.
fn count_elements(function: &mut Function) -> bool {
    let FunctionArguments::List(arguments) = &function.args else {
        return false;
    };
    let places = call(subscripts::NAME, arguments.args.clone());
    *function = call("unnest", vec![of(Expr::Function(places))]);
    true
}

/// `_pg_expandarray(array)`: rows of an element, `x`, and its place, `n`.
fn expand(function: &mut Function) -> bool {
    let FunctionArguments::List(arguments) = &function.args else {
        return false;
    };
    let [array] = arguments.args.as_slice() else {
        return false;
    };
    let unnested = |it: FunctionArg| of(Expr::Function(call("unnest", vec![it])));
    let first = of(Expr::value(Value::Number("1".into(), false)));
    let places = call(subscripts::NAME, vec![array.clone(), first]);
    *function = call(
        "named_struct",
        vec![
            of(text("x")),
            unnested(array.clone()),
            of(text("n")),
            unnested(of(Expr::Function(places))),
        ],
    );
    true
}

/// Nothing, for which the client's values are still taken: they are counted.
fn nothing(query: &mut Query) -> Expr {
    let mut values = Values(Vec::new());
    let _ = query.visit(&mut values);
    let Values(values) = values;
    if values.is_empty() {
        return Expr::value(Value::Null);
    }
    let mut pairs = Vec::new();
    for value in values {
        pairs.extend([of(text("")), of(value)]);
    }
    let taken = Expr::IsNull(Box::new(Expr::Function(call(json::NAME, pairs))));
    Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: vec![CaseWhen {
            condition: taken,
            result: Expr::value(Value::Null),
        }],
        else_result: None,
    }
}

/// The client's values that an expression speaks of, with their types.
struct Values(Vec<Expr>);

impl VisitorMut for Values {
    type Break = ();

    fn pre_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        if let Expr::Cast { expr, .. } = expression
            && is_value(expr)
        {
            self.0.push(expression.clone());
        }
        ControlFlow::Continue(())
    }
}

fn is_value(expression: &Expr) -> bool {
    matches!(expression, Expr::Value(value) if matches!(value.value, Value::Placeholder(_)))
}

fn of(expression: Expr) -> FunctionArg {
    FunctionArg::Unnamed(FunctionArgExpr::Expr(expression))
}

fn call(name: &str, args: Vec<FunctionArg>) -> Function {
    Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args,
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    }
}

fn is_named(name: &ObjectName, wanted: &str) -> bool {
    let last = name.0.last().and_then(ObjectNamePart::as_ident);
    last.is_some_and(|it| it.value.eq_ignore_ascii_case(wanted))
}

fn part(name: &ObjectName, at: usize) -> Option<&str> {
    Some(&name.0.get(at)?.as_ident()?.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_library_reads_is_left_as_it_is() {
        for sql in [
            "SELECT generate_subscripts(a, 1) FROM sales",
            "SELECT relname FROM pg_catalog.pg_class WHERE oid IN (SELECT 1)",
            "SELECT (SELECT count(*) FROM orders WHERE id = 'a') FROM pg_catalog.pg_class",
            "SELECT (SELECT string_agg(a.n, ', ') FROM pg_catalog.pg_attribute a WHERE a.t = c.t) FROM pg_catalog.pg_class c",
            "no SQL of pg_catalog",
        ] {
            assert_eq!(spelled(sql), None, "{sql}");
        }
    }

    #[test]
    fn subqueries_of_one_value_and_places_are_spelled_anew() {
        for (sql, expected) in [
            (
                "SELECT CASE WHEN a.d THEN (SELECT d.x FROM pg_catalog.pg_attrdef AS d WHERE d.n = a.n) ELSE NULL END FROM pg_catalog.pg_attribute AS a",
                "SELECT CASE WHEN a.d THEN NULL ELSE NULL END FROM pg_catalog.pg_attribute AS a",
            ),
            (
                "SELECT (SELECT d.x FROM pg_catalog.pg_attrdef d WHERE d.n = 1), (SELECT d.y FROM pg_catalog.pg_attrdef d WHERE d.n = 1)",
                "SELECT NULL AS column_0, NULL AS column_1",
            ),
            (
                "SELECT (SELECT s.x + $2::INTEGER FROM pg_catalog.pg_sequence AS s WHERE s.n = $1::VARCHAR) AS x",
                "SELECT CASE WHEN json_build_object('', $2::INTEGER, '', $1::VARCHAR) IS NULL THEN NULL END AS x",
            ),
            (
                "SELECT (SELECT t.c AS x FROM pg_catalog.pg_type AS t WHERE t.oid = a.t) FROM pg_catalog.pg_attribute AS a",
                "SELECT (SELECT first_value(t.c) FROM pg_catalog.pg_type AS t WHERE t.oid = a.t) FROM pg_catalog.pg_attribute AS a",
            ),
            (
                "SELECT unnest(i.indkey), pg_catalog.generate_subscripts(i.indkey, 1) AS ord FROM pg_catalog.pg_index AS i",
                "SELECT unnest(i.indkey), unnest(subscripts(i.indkey, 1)) AS ord FROM pg_catalog.pg_index AS i",
            ),
            (
                "SELECT (information_schema._pg_expandarray(i.indkey)).n, (r.keys).x FROM pg_catalog.pg_index AS i",
                "SELECT get_field(named_struct('x', unnest(i.indkey), 'n', unnest(subscripts(i.indkey, 1))), 'n'), get_field(r.keys, 'x') FROM pg_catalog.pg_index AS i",
            ),
            (
                "SELECT typinput = 'pg_catalog.array_in'::regproc FROM pg_catalog.pg_type",
                "SELECT typinput = 'array_in' FROM pg_catalog.pg_type",
            ),
            (
                "SELECT 'pg_class'::regclass::oid, 'sales'::regclass, 'pg_catalog.pg_type'::regclass",
                "SELECT 'pg_catalog.pg_class'::REGCLASS::oid, 'sales'::REGCLASS, 'pg_catalog.pg_type'::REGCLASS",
            ),
        ] {
            assert_eq!(spelled(sql).as_deref(), Some(expected), "{sql}");
        }
    }
}

//! `COPY … TO STDOUT`: rows as the lines of a file, which `\copy` of `psql` writes and drivers
//! of data frames read faster than rows. What `PostgreSQL`'s manual says of each form holds.

mod lines;

use bytes::{BufMut, BytesMut};
use datafusion::sql::sqlparser::{
    ast::{CopyLegacyOption, CopyOption, CopySource, CopyTarget, Statement},
    dialect::PostgreSqlDialect,
    parser::Parser,
};
use datafusion_postgres::pgwire::{
    api::{
        portal::Format,
        results::{CopyResponse, QueryResponse, Response},
    },
    messages::{copy::CopyData, data::DataRow},
};
use futures::{StreamExt, future, stream};

use self::lines::Lines;
use super::refusal::Refusal;

/// What a file in binary begins with: its signature, and that it has no flags and no more head.
const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// Rows that are asked for as a file.
#[derive(Debug)]
pub struct Copy {
    /// The query whose rows these are.
    pub query: String,
    form: Form,
}

/// How rows are written.
#[derive(Clone, Debug, PartialEq)]
enum Form {
    Lines(Lines),
    Binary,
}

impl Copy {
    /// What a text of SQL asks for, where it is such a statement alone; what is wrong with it,
    /// the parser says that all statements go through.
    pub fn in_sql(sql: &str) -> Option<Result<Self, Refusal>> {
        let is_copy = sql.trim_start().get(..4)?.eq_ignore_ascii_case("copy");
        let statements = is_copy.then(|| Parser::parse_sql(&PostgreSqlDialect {}, sql).ok())??;
        match statements.as_slice() {
            [statement] => Self::of(statement),
            _ => None,
        }
    }

    /// What a statement asks for, where it is one.
    pub fn of(statement: &Statement) -> Option<Result<Self, Refusal>> {
        let Statement::Copy {
            source,
            to: true,
            target: CopyTarget::Stdout,
            options,
            legacy_options,
            ..
        } = statement
        else {
            return None;
        };
        let query = match source {
            CopySource::Query(query) => query.to_string(),
            CopySource::Table {
                table_name,
                columns,
            } => {
                let columns: Vec<String> = columns.iter().map(ToString::to_string).collect();
                let columns = match columns.as_slice() {
                    [] => "*".to_owned(),
                    some => some.join(", "),
                };
                format!("SELECT {columns} FROM {table_name}")
            }
        };
        let form = form(options, legacy_options);
        Some(form.map(|form| Self { query, form }))
    }

    /// How the query's values are to come.
    pub fn values(&self) -> Format {
        match self.form {
            Form::Lines(_) => Format::UnifiedText,
            Form::Binary => Format::UnifiedBinary,
        }
    }

    /// The rows of the query's answer, as the file.
    pub fn file(self, response: Response) -> Response {
        let Response::Query(QueryResponse {
            row_schema,
            data_rows,
            ..
        }) = response
        else {
            return response;
        };
        let columns = row_schema.len();
        let names = row_schema.iter().map(|it| Some(it.name().as_bytes()));
        let (format, mut head) = match &self.form {
            Form::Binary => (1, BytesMut::from(SIGNATURE)),
            Form::Lines(lines) if lines.has_header => (0, lines.line(names)),
            Form::Lines(_) => (0, BytesMut::new()),
        };
        // In front of the first row: each piece counts as one where the client is told how
        // many there were.
        let end = stream::once(future::ready(None));
        let rows = data_rows.map(Some).chain(end);
        let pieces = rows.filter_map(move |row| {
            let before = std::mem::take(&mut head);
            future::ready(match row {
                Some(row) => Some(row.map(|row| self.piece(before, &row))),
                None => (!before.is_empty()).then(|| Ok(CopyData::new(before.freeze()))),
            })
        });
        Response::CopyOut(CopyResponse::new(format, columns, pieces))
    }

    fn piece(&self, mut before: BytesMut, row: &DataRow) -> CopyData {
        match &self.form {
            // The values stand in the row as they stand in the file.
            Form::Binary => {
                before.put_i16(row.field_count);
                before.extend_from_slice(&row.data);
            }
            Form::Lines(lines) => before.unsplit(lines.line(values(row))),
        }
        CopyData::new(before.freeze())
    }
}

/// The values of a row, each behind its length.
fn values(row: &DataRow) -> impl Iterator<Item = Option<&[u8]>> {
    let mut rest = &row.data[..];
    std::iter::from_fn(move || {
        let (length, after) = rest.split_first_chunk::<4>()?;
        // A missing value has the length -1.
        let value = usize::try_from(i32::from_be_bytes(*length)).ok();
        let (value, after) = match value {
            None => (None, after),
            Some(size) => {
                let (value, after) = after.split_at_checked(size)?;
                (Some(value), after)
            }
        };
        rest = after;
        Some(value)
    })
}

/// What the options say, the newer ones in brackets or those from before `PostgreSQL` 9.
fn form(options: &[CopyOption], legacy: &[CopyLegacyOption]) -> Result<Form, Refusal> {
    let named = options.iter().find_map(|it| match it {
        CopyOption::Format(name) => Some(name.value.to_ascii_lowercase()),
        _ => None,
    });
    let of_legacy = legacy.iter().find_map(|it| match it {
        CopyLegacyOption::Binary => Some("binary"),
        CopyLegacyOption::Csv(_) => Some("csv"),
        _ => None,
    });
    let usual = match named.as_deref().or(of_legacy) {
        Some("csv") => Lines::csv(),
        Some("text" | "binary") | None => Lines::text(),
        Some(other) => {
            let message = format!("COPY writes text, csv or binary, not {other}");
            return Err(Refusal::unsupported(message));
        }
    };
    let mut lines = usual.clone();
    options.iter().try_for_each(|it| lines.take(it))?;
    legacy.iter().try_for_each(|it| lines.take_legacy(it))?;
    if named.as_deref().or(of_legacy) != Some("binary") {
        return Ok(Form::Lines(lines));
    }
    if lines != usual {
        return Err(Refusal::unsupported("COPY in binary takes no other option"));
    }
    Ok(Form::Binary)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(sql: &str) -> Copy {
        Copy::in_sql(sql)
            .expect("it is one")
            .expect("it is allowed")
    }

    fn lines(sql: &str) -> Lines {
        match copy(sql).form {
            Form::Lines(lines) => lines,
            Form::Binary => panic!("{sql} is binary"),
        }
    }

    #[test]
    fn a_statement_names_its_rows_and_their_form() {
        let asked = copy("copy sales (revenue, city) to stdout");
        assert_eq!(asked.query, "SELECT revenue, city FROM sales");
        assert_eq!(asked.form, Form::Lines(Lines::text()));
        // As psql sends `\copy (…) to 'file' csv header`.
        let asked = copy("COPY  ( SELECT 1 ) TO STDOUT csv header");
        assert_eq!(asked.query, "SELECT 1");
        let with_header = Lines {
            has_header: true,
            ..Lines::csv()
        };
        assert_eq!(asked.form, Form::Lines(with_header.clone()));
        let newer = "COPY (SELECT 1) TO STDOUT WITH (FORMAT CSV, HEADER)";
        assert_eq!(lines(newer), with_header);
        // As ADBC and connectorx do.
        for binary in [
            "COPY (SELECT 1) TO STDOUT (FORMAT binary)",
            "COPY (SELECT 1) TO STDOUT WITH BINARY",
        ] {
            assert_eq!(copy(binary).form, Form::Binary, "{binary}");
        }
        assert!(Copy::in_sql("COPY sales FROM STDIN").is_none());
        assert!(Copy::in_sql("COPY sales TO '/tmp/sales'").is_none());
        assert!(Copy::in_sql("SELECT 1").is_none());
        assert!(Copy::in_sql("co").is_none());
        for (options, reason) in [
            ("(FORMAT csv, FORCE_QUOTE (city))", "FORCE_QUOTE"),
            ("(FORMAT binary, HEADER)", "no other option"),
            ("CSV FORCE QUOTE city", "FORCE QUOTE"),
        ] {
            let refused = Copy::in_sql(&format!("COPY sales TO STDOUT {options}"));
            let refused = refused.unwrap().unwrap_err().to_string();
            assert!(refused.contains(reason), "{refused}");
        }
    }

    fn line(lines: &Lines, values: &[Option<&str>]) -> String {
        let values = values.iter().map(|it| it.map(str::as_bytes));
        String::from_utf8(lines.line(values).to_vec()).unwrap()
    }

    /// Worked out by `PostgreSQL`'s manual.
    #[test]
    fn lines_are_those_that_postgresql_writes() {
        let values = [
            Some("a"),
            None,
            Some(""),
            Some("tab\there"),
            Some("say \"ah\", he said\n"),
            Some("back\\slash"),
        ];
        assert_eq!(
            line(&Lines::text(), &values),
            "a\t\\N\t\ttab\\there\tsay \"ah\", he said\\n\tback\\\\slash\n"
        );
        assert_eq!(
            line(&Lines::csv(), &values),
            "a,,\"\",tab\there,\"say \"\"ah\"\", he said\n\",back\\slash\n"
        );
        let german = lines("COPY sales TO STDOUT (FORMAT csv, DELIMITER ';', NULL 'null')");
        assert_eq!(
            line(&german, &[Some("1,5"), None, Some("a;b"), Some("null")]),
            "1,5;null;\"a;b\";\"null\"\n"
        );
    }
}

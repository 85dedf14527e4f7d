//! Rows on their way to the client: within the time they have, and without zeros that say
//! nothing.

use std::time::Duration;

use datafusion_postgres::pgwire::{
    api::{
        Type,
        results::{FieldFormat, FieldInfo, QueryResponse, Response},
    },
    error::{PgWireError, PgWireResult},
    messages::data::DataRow,
};
use futures::{StreamExt, stream};
use tokio::time::{Instant, timeout_at};

use super::refusal::Refusal;

/// Reads up to the first row, so that what fails before it fails as a whole, and can be
/// cancelled; then sends the rest as it comes.
pub async fn sent(response: Response, until: Instant, most_bytes: usize) -> PgWireResult<Response> {
    let Response::Query(QueryResponse {
        command_tag,
        row_schema,
        mut data_rows,
        ..
    }) = response
    else {
        return Ok(response);
    };
    let numerics = numerics(&row_schema);
    let first = match timeout_at(until, data_rows.next()).await {
        Ok(first) => first.transpose()?,
        Err(_) => return Err(Refusal::out_of_time().into()),
    };
    let rest = stream::unfold(Some(data_rows), move |rows| async move {
        let mut rows = rows?;
        // A row that is always there already would go before the time.
        if Instant::now() >= until {
            return Some((Err(Refusal::out_of_time().into()), None));
        }
        match timeout_at(until, rows.next()).await {
            Ok(None) => None,
            Ok(Some(row)) => Some((row, Some(rows))),
            Err(_) => Some((Err(Refusal::out_of_time().into()), None)),
        }
    });
    let rows = stream::iter(first.map(Ok)).chain(rest);
    // A driver that asks for all rows has all of them gathered before the first is sent.
    let mut left = most_bytes;
    let rows = rows.map(move |row| {
        let row = trimmed(row?, &numerics);
        let left_over = left.checked_sub(row.data.len() + size_of::<DataRow>());
        left = left_over.ok_or_else(|| {
            let message = "the answer has too many bytes; ask for fewer rows";
            PgWireError::from(Refusal::new("53200", message))
        })?;
        Ok(row)
    });
    let mut sent = QueryResponse::new(row_schema, rows);
    sent.command_tag = command_tag;
    Ok(Response::Query(sent))
}

/// When a statement must have ended: after the server's time, or the client's where that is shorter.
pub fn deadline(longest: Duration, asked: Option<&String>) -> Instant {
    let asked = asked
        .and_then(|it| it.parse().ok())
        .map(Duration::from_millis);
    Instant::now() + asked.map_or(longest, |it| it.min(longest))
}

/// The columns of numbers with all their digits, and how each is written.
fn numerics(columns: &[FieldInfo]) -> Vec<Option<FieldFormat>> {
    let format =
        |column: &FieldInfo| (*column.datatype() == Type::NUMERIC).then(|| column.format());
    columns.iter().map(format).collect()
}

/// A row whose numbers have no more decimals than they need: a column has one scale for all,
/// and its rows would end in zeros.
fn trimmed(row: DataRow, numerics: &[Option<FieldFormat>]) -> DataRow {
    if numerics.iter().all(Option::is_none) {
        return row;
    }
    let mut data = bytes::BytesMut::with_capacity(row.data.len());
    let mut rest = &row.data[..];
    for numeric in numerics {
        let Some((length, after)) = rest.split_first_chunk::<4>() else {
            break;
        };
        let size = usize::try_from(i32::from_be_bytes(*length)).unwrap_or_default();
        let Some((value, after)) = after.split_at_checked(size) else {
            break;
        };
        rest = after;
        let written = match numeric {
            Some(FieldFormat::Text) if value.contains(&b'.') => without_zeros(value).to_vec(),
            Some(FieldFormat::Binary) if size >= 8 => with_least_scale(value),
            _ => {
                data.extend_from_slice(length);
                data.extend_from_slice(value);
                continue;
            }
        };
        let length = i32::try_from(written.len()).unwrap_or_default();
        data.extend_from_slice(&length.to_be_bytes());
        data.extend_from_slice(&written);
    }
    DataRow::new(data, row.field_count)
}

fn without_zeros(text: &[u8]) -> &[u8] {
    let zeros = text.iter().rev().take_while(|it| **it == b'0').count();
    let text = &text[..text.len() - zeros];
    text.strip_suffix(b".").unwrap_or(text)
}

/// A number in binary: how many groups of four digits, the first one's weight, sign, scale,
/// and the groups.
fn with_least_scale(value: &[u8]) -> Vec<u8> {
    let mut written = value.to_vec();
    let number = |at: usize| i16::from_be_bytes([value[at], value[at + 1]]);
    let (groups, weight) = (number(0), number(2));
    let last = value.rchunks_exact(2).next().filter(|_| groups > 0);
    let zeros = match last.map(|it| i16::from_be_bytes([it[0], it[1]])) {
        Some(group) if group % 1000 == 0 => 3,
        Some(group) if group % 100 == 0 => 2,
        Some(group) if group % 10 == 0 => 1,
        _ => 0,
    };
    let after_point = groups.saturating_sub(weight).saturating_sub(1);
    let scale = after_point.saturating_mul(4).saturating_sub(zeros).max(0);
    let scale = if groups == 0 { 0 } else { scale.min(number(6)) };
    written[6..8].copy_from_slice(&scale.to_be_bytes());
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_end_with_a_digit_that_says_something() {
        for (text, expected) in [
            ("2297200.860300000000000", "2297200.8603"),
            ("-0.500000", "-0.5"),
            ("100.000", "100"),
            ("0.000", "0"),
        ] {
            assert_eq!(without_zeros(text.as_bytes()), expected.as_bytes());
        }
    }

    #[test]
    fn so_they_do_in_binary() {
        let number = |groups: &[i16], weight: i16, scale: i16| {
            let count = i16::try_from(groups.len()).unwrap();
            let head = [count, weight, 0, scale];
            let all = head.iter().chain(groups);
            all.flat_map(|it| it.to_be_bytes()).collect::<Vec<u8>>()
        };
        let scale = |value: &[u8]| i16::from_be_bytes([value[6], value[7]]);
        // 229 7200.8603
        assert_eq!(
            scale(&with_least_scale(&number(&[229, 7200, 8603], 1, 15))),
            4
        );
        // 0.5
        assert_eq!(scale(&with_least_scale(&number(&[5000], -1, 15))), 1);
        // 1 0000, whose last group is not written
        assert_eq!(scale(&with_least_scale(&number(&[1], 1, 15))), 0);
        assert_eq!(scale(&with_least_scale(&number(&[], 0, 15))), 0);
    }
}

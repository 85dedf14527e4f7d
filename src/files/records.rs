//! Text split into records of cells, as a person would read it.
//!
//! A quote opens a cell only where it is closed again before a delimiter or the
//! end of a line. An inch mark at the start of a cell is a letter like others:
//! taken for a quote, it would swallow the rows up to the next one.

use std::{
    io::{self, Read},
    ops::Range,
};

use csv::ByteRecord;

/// Larger than any order line: nothing longer is looked through for the end of a quote.
pub(super) const LONGEST_RECORD: usize = 64 * 1024;
/// How much is read at once.
const CHUNK: usize = 64 * 1024;

/// The characters that mean something; quotes mean nothing where there is none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dialect {
    pub delimiter: u8,
    pub quote: Option<u8>,
    pub escape: Option<u8>,
}

/// Splits what it reads.
pub(super) struct Splitter<R> {
    input: R,
    dialect: Dialect,
    /// What has been read and not been split, from `position` on.
    buffer: Vec<u8>,
    position: usize,
    ended: bool,
    /// Whether lines end with a carriage return alone.
    carriage_returns: bool,
    /// The line of `position`, the first being 1.
    line: u64,
    /// The cell being read, without its quotes.
    cell: Vec<u8>,
    stray_quotes: u64,
    first_stray_quote: Option<u64>,
}

impl<R: Read> Splitter<R> {
    /// Looks at the first line to see how lines end.
    pub fn new(input: R, dialect: Dialect) -> io::Result<Self> {
        let mut splitter = Self {
            input,
            dialect,
            buffer: Vec::new(),
            position: 0,
            ended: false,
            carriage_returns: false,
            line: 1,
            cell: Vec::new(),
            stray_quotes: 0,
            first_stray_quote: None,
        };
        splitter.carriage_returns = splitter.first_line_ends_with_carriage_return()?;
        if splitter.carriage_returns {
            end_lines(&mut splitter.buffer);
        }
        Ok(splitter)
    }

    pub fn has_carriage_returns(&self) -> bool {
        self.carriage_returns
    }

    /// How many quotes were read as letters, and the line of the first.
    pub fn stray_quotes(&self) -> Option<(u64, u64)> {
        self.first_stray_quote.map(|line| (self.stray_quotes, line))
    }

    /// Takes the delimiter from a first line such as `sep=;`, which spreadsheets write.
    pub fn take_delimiter_line(&mut self) -> io::Result<Option<u8>> {
        let line = self.current_line()?;
        let text = self.buffer[line.clone()].trim_ascii();
        let named = match text {
            [b'"', inner @ .., b'"'] => inner,
            text => text,
        };
        let delimiter = match named {
            [s, e, p, b'=', delimiter] if [*s, *e, *p].eq_ignore_ascii_case(b"sep") => *delimiter,
            // A tab was trimmed with the line's end.
            [s, e, p, b'='] if [*s, *e, *p].eq_ignore_ascii_case(b"sep") => b'\t',
            _ => return Ok(None),
        };
        self.dialect.delimiter = delimiter;
        self.finish(line.end);
        Ok(Some(delimiter))
    }

    /// Passes over a line, whatever stands in it.
    pub fn skip_line(&mut self) -> io::Result<()> {
        let line = self.current_line()?;
        self.finish(line.end);
        Ok(())
    }

    /// Reads the next record; the line where it starts, or `None` at the end.
    pub fn next(&mut self, record: &mut ByteRecord) -> io::Result<Option<u64>> {
        if self.position >= CHUNK {
            self.buffer.drain(..self.position);
            self.position = 0;
        }
        record.clear();
        if self.byte(self.position)?.is_none() {
            return Ok(None);
        }
        let line = self.line;
        while !self.read_cell(record)? {}
        Ok(Some(line))
    }

    /// Reads one cell; whether it was the last of its record.
    fn read_cell(&mut self, record: &mut ByteRecord) -> io::Result<bool> {
        if self.dialect.quote.is_some() && self.byte(self.position)? == self.dialect.quote {
            if let Some(end) = self.quoted()? {
                record.push_field(&self.cell);
                let lines = self.cell.split(|byte| *byte == b'\n').count();
                self.line += lines as u64 - 1;
                return Ok(self.finish(end));
            }
            self.stray_quotes += 1;
            self.first_stray_quote.get_or_insert(self.line);
        }
        let cell = self.bare()?;
        let text = &self.buffer[cell.clone()];
        let ends = self.buffer.get(cell.end) != Some(&self.dialect.delimiter);
        let bare = text.strip_suffix(b"\r").filter(|_| ends).unwrap_or(text);
        record.push_field(bare);
        Ok(self.finish(cell.end))
    }

    /// Goes past a delimiter or the end of a line; whether it was the latter.
    fn finish(&mut self, end: usize) -> bool {
        let at = self.buffer.get(end).copied();
        self.position = end + usize::from(at.is_some());
        self.line += u64::from(at == Some(b'\n'));
        at != Some(self.dialect.delimiter)
    }

    /// Reads a quoted cell into `cell`; its end, or `None` where it is not closed properly.
    fn quoted(&mut self) -> io::Result<Option<usize>> {
        self.cell.clear();
        let mut at = self.position + 1;
        while at - self.position < LONGEST_RECORD {
            let Some(byte) = self.byte(at)? else {
                return Ok(None);
            };
            if Some(byte) == self.dialect.escape {
                let escaped = self.byte(at + 1)?;
                self.cell.extend(escaped);
                at += 2;
            } else if Some(byte) != self.dialect.quote {
                self.cell.push(byte);
                at += 1;
            } else if self.byte(at + 1)? == self.dialect.quote {
                self.cell.push(byte);
                at += 2;
            } else {
                return self.closed(at + 1);
            }
        }
        Ok(None)
    }

    /// Where a cell ends whose quote was closed just before; nothing but blanks may follow.
    fn closed(&mut self, mut at: usize) -> io::Result<Option<usize>> {
        loop {
            match self.byte(at)? {
                None | Some(b'\n') => return Ok(Some(at)),
                Some(byte) if byte == self.dialect.delimiter => return Ok(Some(at)),
                Some(b' ' | b'\t' | b'\r') => at += 1,
                Some(_) => return Ok(None),
            }
        }
    }

    fn bare(&mut self) -> io::Result<Range<usize>> {
        let delimiter = self.dialect.delimiter;
        self.until(|byte| byte == delimiter || byte == b'\n')
    }

    fn current_line(&mut self) -> io::Result<Range<usize>> {
        self.until(|byte| byte == b'\n')
    }

    /// What stands before the first byte of that kind, or before the end.
    fn until(&mut self, ends: impl Fn(u8) -> bool) -> io::Result<Range<usize>> {
        let mut from = self.position;
        loop {
            let found = self.buffer[from..].iter().position(|&byte| ends(byte));
            if let Some(found) = found {
                return Ok(self.position..from + found);
            }
            from = self.buffer.len();
            if !self.fill()? {
                return Ok(self.position..from);
            }
        }
    }

    fn byte(&mut self, at: usize) -> io::Result<Option<u8>> {
        while at >= self.buffer.len() {
            if !self.fill()? {
                return Ok(None);
            }
        }
        Ok(Some(self.buffer[at]))
    }

    /// Reads some more; whether there was any.
    fn fill(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        let held = self.buffer.len();
        self.buffer.resize(held + CHUNK, 0);
        let count = loop {
            match self.input.read(&mut self.buffer[held..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.buffer.truncate(held + count);
        self.ended = count == 0;
        if self.carriage_returns {
            end_lines(&mut self.buffer[held..]);
        }
        Ok(count > 0)
    }

    fn first_line_ends_with_carriage_return(&mut self) -> io::Result<bool> {
        let mut quoted = false;
        for at in 0..LONGEST_RECORD {
            match self.byte(at)? {
                byte if byte.is_some() && byte == self.dialect.quote => quoted = !quoted,
                Some(b'\r') if !quoted => return Ok(self.byte(at + 1)? != Some(b'\n')),
                None | Some(b'\n') if !quoted => return Ok(false),
                None => return Ok(false),
                Some(_) => {}
            }
        }
        Ok(false)
    }
}

fn end_lines(bytes: &mut [u8]) {
    for byte in bytes.iter_mut().filter(|byte| **byte == b'\r') {
        *byte = b'\n';
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMAS: Dialect = Dialect {
        delimiter: b',',
        quote: Some(b'"'),
        escape: None,
    };

    /// Each record's line and cells.
    fn split(text: &str, dialect: Dialect) -> Vec<(u64, Vec<String>)> {
        let mut splitter = Splitter::new(text.as_bytes(), dialect).unwrap();
        let mut record = ByteRecord::new();
        let mut all = Vec::new();
        while let Some(line) = splitter.next(&mut record).unwrap() {
            let cells = record
                .iter()
                .map(|cell| String::from_utf8(cell.into()).unwrap());
            all.push((line, cells.collect()));
        }
        all
    }

    fn rows(expected: &[(u64, &[&str])]) -> Vec<(u64, Vec<String>)> {
        let texts = |cells: &[&str]| cells.iter().map(|&cell| cell.into()).collect();
        expected
            .iter()
            .map(|(line, cells)| (*line, texts(cells)))
            .collect()
    }

    #[test]
    fn quotes_hold_delimiters_line_ends_and_quotes() {
        let text = "a,\"b, \"\"c\"\"\",\n\"d\ne\" ,\"\",f\r\n";
        let expected = rows(&[(1, &["a", "b, \"c\"", ""]), (2, &["d\ne", "", "f"])]);
        assert_eq!(split(text, COMMAS), expected);
        let escaping = Dialect {
            escape: Some(b'\\'),
            ..COMMAS
        };
        assert_eq!(
            split("\"a \\\"b\\\", c\",d", escaping),
            rows(&[(1, &["a \"b\", c", "d"])])
        );
        let without = Dialect {
            quote: None,
            ..COMMAS
        };
        assert_eq!(split("\"a,b\"\n", without), rows(&[(1, &["\"a", "b\""])]));
    }

    #[test]
    fn a_quote_that_is_not_closed_is_a_letter() {
        let text = "1,\"7in tube\n2,plain\n3,12\" disc\n4,\"good\"\n5,\"open\n6,last";
        let expected = rows(&[
            (1, &["1", "\"7in tube"]),
            (2, &["2", "plain"]),
            (3, &["3", "12\" disc"]),
            (4, &["4", "good"]),
            (5, &["5", "\"open"]),
            (6, &["6", "last"]),
        ]);
        assert_eq!(split(text, COMMAS), expected);
        let mut splitter = Splitter::new(text.as_bytes(), COMMAS).unwrap();
        while splitter.next(&mut ByteRecord::new()).unwrap().is_some() {}
        assert_eq!(splitter.stray_quotes(), Some((2, 1)));
    }

    #[test]
    fn lines_may_end_as_old_macs_ended_them() {
        let expected = rows(&[(1, &["a", "b"]), (2, &["1", "x\ny"]), (4, &["2", ""])]);
        for text in ["a,b\r1,\"x\ry\"\r2,\r", "a,b\n1,\"x\ny\"\n2,"] {
            assert_eq!(split(text, COMMAS), expected, "{text:?}");
        }
        assert_eq!(split("a,b\r\n1,x\ry\r\n", COMMAS)[1].1, ["1", "x\ry"]);
    }

    #[test]
    fn a_line_may_name_the_delimiter() {
        for (first, delimiter) in [("sep=;", b';'), ("\"SEP=|\"\r", b'|'), ("sep=\t", b'\t')] {
            let text = format!("{first}\na{0}b\n", char::from(delimiter));
            let mut splitter = Splitter::new(text.as_bytes(), COMMAS).unwrap();
            assert_eq!(splitter.take_delimiter_line().unwrap(), Some(delimiter));
            let mut record = ByteRecord::new();
            assert_eq!(splitter.next(&mut record).unwrap(), Some(2));
            assert_eq!(record, ByteRecord::from(vec!["a", "b"]));
        }
        let mut splitter = Splitter::new("separator,b\n".as_bytes(), COMMAS).unwrap();
        assert_eq!(splitter.take_delimiter_line().unwrap(), None);
    }

    #[test]
    fn records_are_split_wherever_reading_stops() {
        let long = "x".repeat(CHUNK - 3);
        let text = format!("{long},\"a\"\"b\"\n1,2\n");
        let record = split(&text, COMMAS);
        assert_eq!(record[0].1[1], "a\"b");
        assert_eq!(record[1], (2, vec!["1".into(), "2".into()]));
    }

    #[test]
    fn whatever_is_quoted_well_comes_back() {
        let mut state = 7_u64;
        let mut letter = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            char::from(b"ab,\"\n\r; "[(state >> 60) as usize / 2])
        };
        for _ in 0..500 {
            let mut writer = csv::Writer::from_writer(Vec::new());
            let mut row = || -> Vec<String> {
                let mut cell = || (0..3).map(|_| letter()).collect();
                vec!["x".into(), cell(), cell(), "z".into()]
            };
            let written: Vec<Vec<String>> = (0..3).map(|_| row()).collect();
            for row in &written {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let read = split(&text, COMMAS).into_iter().map(|(_, cells)| cells);
            assert_eq!(read.collect::<Vec<_>>(), written, "{text:?}");
        }
    }
}

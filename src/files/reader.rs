//! The input as decoded records, each with the line where it starts.

use std::{
    cell::Cell,
    io::{self, BufRead, BufReader, Read},
    path::Path,
    rc::Rc,
};

use csv::ByteRecord;
use encoding_rs::{Encoding, UTF_8};
use encoding_rs_io::DecodeReaderBytesBuilder;

use super::{
    Error, packed,
    records::{Dialect, LONGEST_RECORD, Splitter},
};
use crate::values::{
    format::TextFormat,
    text::{is_empty_letter, trimmed},
};

/// How files begin that are no text, and what they are.
const OTHER_FILES: &[(&[u8], &str)] = &[
    (b"PK\x03\x04", "an Excel workbook or another zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"\x1f\x8b", "a gzip file"),
    (b"PAR1", "a Parquet file"),
    (b"%PDF", "a PDF file"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"<html", "an HTML page"),
    (b"<!DOCTYPE", "an HTML page"),
    (b"<?xml", "an XML file"),
];

/// Columns of a file that is too narrow to tell rows from prose.
const NARROW: usize = 3;

/// The records of the input.
pub(crate) struct Records {
    splitter: Splitter<Box<dyn Read>>,
    record: ByteRecord,
    /// The line where the record starts.
    line: u64,
    /// Records so far that are not blank, after the header.
    row: u64,
    bytes_read: Rc<Cell<u64>>,
    /// The file's length where the system knows it.
    pub total_bytes: Option<u64>,
    transcoded: bool,
    /// Records that held nothing but delimiters.
    pub blank_rows: u64,
    /// The delimiter that the file itself names in its first line.
    pub named_delimiter: Option<u8>,
    pub delimiter: u8,
}

/// One record, on loan from [`Records`].
#[derive(Clone, Copy)]
pub(crate) struct Cells<'r> {
    pub record: &'r ByteRecord,
    /// The line of the file where it starts, the first being 1.
    pub line: u64,
    /// Its number among the rows that are not blank, the first being 1.
    pub row: u64,
    transcoded: bool,
}

/// Why a record is no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    Endless,
    HoldsRows,
    TooManyCells { expected: usize, found: usize },
}

/// The bytes of a cell are no text in the input's encoding.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Undecodable;

impl Records {
    /// Opens the input; a byte order mark beats the encoding that the mapping
    /// names, and a first line `sep=;` its delimiter.
    pub fn open(path: &Path, format: &TextFormat) -> Result<Self, Error> {
        let unreadable = |source| Error::Read {
            path: path.into(),
            source,
        };
        let bytes_read = Rc::new(Cell::new(0));
        let (file, length) = packed::open(path, Rc::clone(&bytes_read)).map_err(unreadable)?;
        let mut input = BufReader::new(file);
        let start = input.fill_buf().map_err(unreadable)?;
        if let Some((_, what)) = OTHER_FILES
            .iter()
            .find(|(magic, _)| start.starts_with(magic))
        {
            return Err(Error::NotText {
                path: path.into(),
                what,
            });
        }
        let named = format.encoding.unwrap_or(UTF_8);
        let (encoding, mark) = Encoding::for_bom(start).unwrap_or((named, 0));
        input.consume(mark);
        let mut records = Self {
            splitter: Splitter::new(decoded(input, encoding), dialect(format))
                .map_err(unreadable)?,
            record: ByteRecord::new(),
            line: 0,
            row: 0,
            bytes_read,
            total_bytes: length,
            transcoded: encoding != UTF_8,
            blank_rows: 0,
            named_delimiter: None,
            delimiter: format.delimiter,
        };
        records.begin(format.skip_lines).map_err(unreadable)?;
        Ok(records)
    }

    /// The next record that is not blank, or `None` at the end.
    pub fn next(&mut self) -> io::Result<Option<Cells<'_>>> {
        loop {
            let Some(line) = self.splitter.next(&mut self.record)? else {
                return Ok(None);
            };
            if !self.record.iter().all(is_blank) {
                self.line = line;
                break;
            }
            // A line without any letter is no row to anybody.
            self.blank_rows += u64::from(self.record.len() > 1);
        }
        self.row += 1;
        Ok(Some(Cells {
            line: self.line,
            row: self.row,
            record: &self.record,
            transcoded: self.transcoded,
        }))
    }

    /// What follows are rows: the records so far were the header and what stood above it.
    pub fn begin_rows(&mut self) {
        self.row = 0;
        self.blank_rows = 0;
    }

    /// How far into the file the reader is.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read.get()
    }

    /// Whether lines end with a carriage return alone.
    pub fn has_carriage_returns(&self) -> bool {
        self.splitter.has_carriage_returns()
    }

    /// How many quotes were read as letters, and the line of the first.
    pub fn stray_quotes(&self) -> Option<(u64, u64)> {
        self.splitter.stray_quotes()
    }

    fn begin(&mut self, skip_lines: u64) -> io::Result<()> {
        self.named_delimiter = self.splitter.take_delimiter_line()?;
        self.delimiter = self.named_delimiter.unwrap_or(self.delimiter);
        (0..skip_lines).try_for_each(|_| self.splitter.skip_line())
    }
}

impl<'r> Cells<'r> {
    /// A cell's text, trimmed; blank where the row ends before it.
    pub fn text(&self, column: usize) -> Result<&'r str, Undecodable> {
        let cell = self.record.get(column).unwrap_or_default();
        let text = std::str::from_utf8(cell).map_err(|_| Undecodable)?;
        // What a decoder could not read it has replaced; in UTF-8 it is a character like others.
        if self.transcoded && text.contains(char::REPLACEMENT_CHARACTER) {
            return Err(Undecodable);
        }
        Ok(trimmed(text))
    }

    /// What is wrong with the record, where the rows have `width` cells.
    pub fn broken(&self, width: usize, delimiter: u8) -> Option<Broken> {
        let found = self.record.len();
        if self.is_endless() {
            Some(Broken::Endless)
        } else if self.holds_rows(width, delimiter) {
            Some(Broken::HoldsRows)
        } else if found > width && self.has_more(width) {
            let expected = width;
            Some(Broken::TooManyCells { expected, found })
        } else {
            None
        }
    }

    /// Whether the record is longer than any order line.
    fn is_endless(&self) -> bool {
        self.record.as_slice().len() > LONGEST_RECORD
    }

    /// Whether a cell of several lines has as many delimiters in each as the
    /// rows have that a quote would swallow which opens in one and closes in another.
    fn holds_rows(&self, width: usize, delimiter: u8) -> bool {
        // Prose in narrow files would look like rows.
        if width <= NARROW || !self.record.as_slice().contains(&b'\n') {
            return false;
        }
        let mut cells = self.record.iter().take(width).enumerate();
        cells.any(|(column, cell)| {
            let lines: Vec<usize> = cell
                .split(|byte| *byte == b'\n')
                .map(|line| line.split(|byte| *byte == delimiter).count() - 1)
                .collect();
            let [first, between @ .., last] = lines.as_slice() else {
                return false;
            };
            *first == width - 1 - column
                && between.iter().all(|delimiters| *delimiters == width - 1)
                && *last == column
        })
    }

    /// Whether any cell from this one on holds something.
    fn has_more(&self, width: usize) -> bool {
        self.record.iter().skip(width).any(|cell| !is_blank(cell))
    }
}

fn dialect(format: &TextFormat) -> Dialect {
    Dialect {
        delimiter: format.delimiter,
        quote: format.quote,
        escape: format.escape,
    }
}

/// UTF-8 passes as it is, so that a bad byte is known from a replaced one.
fn decoded(input: impl Read + 'static, encoding: &'static Encoding) -> Box<dyn Read> {
    if encoding == UTF_8 {
        return Box::new(input);
    }
    let decoder = DecodeReaderBytesBuilder::new()
        .encoding(Some(encoding))
        .bom_sniffing(false)
        .build(input);
    Box::new(decoder)
}

fn is_blank(cell: &[u8]) -> bool {
    cell.is_empty() || str::from_utf8(cell).is_ok_and(|text| text.chars().all(is_empty_letter))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// Each record's line and cells, an undecodable cell as `?`.
    fn records(bytes: &[u8], format: &TextFormat) -> Vec<(u64, Vec<String>)> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let mut records = Records::open(file.path(), format).unwrap();
        let mut all = Vec::new();
        while let Some(cells) = records.next().unwrap() {
            let texts = (0..cells.record.len()).map(|column| cells.text(column).unwrap_or("?"));
            all.push((cells.line, texts.map(str::to_owned).collect()));
        }
        all
    }

    fn owned(expected: &[(u64, &[&str])]) -> Vec<(u64, Vec<String>)> {
        let texts = |cells: &[&str]| cells.iter().map(|&cell| cell.into()).collect();
        expected
            .iter()
            .map(|(line, cells)| (*line, texts(cells)))
            .collect()
    }

    fn encoded(label: &str) -> TextFormat {
        TextFormat {
            encoding: Encoding::for_label(label.as_bytes()),
            ..TextFormat::default()
        }
    }

    #[test]
    fn lines_are_those_of_the_file_whatever_stands_between() {
        for end in ["\n", "\r\n"] {
            let text = ["a,b", "", "\"x\ny\",1", "  ", ",\u{a0}", "z,2", "", "w,3"].join(end);
            let expected = owned(&[
                (1, &["a", "b"]),
                (3, &["x\ny", "1"]),
                (7, &["z", "2"]),
                (9, &["w", "3"]),
            ]);
            let format = TextFormat::default();
            assert_eq!(records(text.as_bytes(), &format), expected);
            assert_eq!(
                records(format!("{text}{end}").as_bytes(), &format),
                expected
            );
        }
    }

    #[test]
    fn lines_above_can_be_skipped() {
        let format = TextFormat {
            skip_lines: 2,
            ..TextFormat::default()
        };
        let read = records(b"\"Sales, all\nof 2024\na,b\n", &format);
        assert_eq!(read, owned(&[(3, &["a", "b"])]));
    }

    #[test]
    fn a_cell_that_swallowed_rows_is_told_from_one_of_several_lines() {
        let holds_rows = |text: &str| {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(text.as_bytes()).unwrap();
            let mut records = Records::open(file.path(), &TextFormat::default()).unwrap();
            records.next().unwrap().unwrap().holds_rows(4, b',')
        };
        for (text, expected) in [
            ("1,5,9,\"7in\n2,5,9,8\"\n", true),
            ("1,\"7in,5,9\n2,8\",5,9\n", true),
            ("1,\"7in,5,9\n2,x,5,9\n3,8\",5,9\n", true),
            ("\"7in,1,5,9\n8\",2,5,9\n", true),
            ("1,5,9,\"dear all,\nbest, me\"\n", false),
            ("1,\"Some Street, 5\nSome Town, XY\",5,9\n", false),
            ("1,5,9,8\n", false),
        ] {
            assert_eq!(holds_rows(text), expected, "{text}");
        }
    }

    #[test]
    fn a_byte_that_is_no_utf8_spoils_its_cell_alone() {
        let read = records(b"a,\xff,\xef\xbf\xbd\n", &TextFormat::default());
        assert_eq!(read, owned(&[(1, &["a", "?", "\u{fffd}"])]));
    }

    #[test]
    fn other_encodings_are_decoded() {
        let read = records(b"Fran\xe7ois,5 \x80\n", &encoded("latin1"));
        assert_eq!(read, owned(&[(1, &["François", "5 €"])]));
        let broken = records(b"\x83\x65\x83,a\n", &encoded("shift_jis"));
        assert_eq!(broken, owned(&[(1, &["?", "a"])]));
    }

    #[test]
    fn a_byte_order_mark_is_believed_and_not_read() {
        let format = encoded("latin1");
        assert_eq!(
            records("\u{feff}é\n".as_bytes(), &format),
            owned(&[(1, &["é"])])
        );
        let utf16: Vec<u8> = "\u{feff}é,b\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(records(&utf16, &format), owned(&[(1, &["é", "b"])]));
    }
}

//! The input as decoded records, each with the line where it starts.

use std::{
    cell::Cell,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
    rc::Rc,
};

use csv::{ByteRecord, Reader, ReaderBuilder, Terminator};
use encoding_rs::{Encoding, UTF_8};
use encoding_rs_io::DecodeReaderBytesBuilder;

use super::mapping::FileFormat;

/// Larger than any order line: a quote that was left open swallows the rest of
/// the file, and should not become a name.
const LONGEST_RECORD: usize = 64 * 1024;

/// The records of the input.
pub(super) struct Records {
    reader: Reader<Terminated>,
    record: ByteRecord,
    bytes_read: Rc<Cell<u64>>,
    /// Whether a record ran into the end of the file.
    ended: Rc<Cell<bool>>,
    /// The file's length where the system knows it.
    pub total_bytes: Option<u64>,
    transcoded: bool,
}

/// One record, on loan from [`Records`].
#[derive(Clone, Copy)]
pub(super) struct Cells<'r> {
    pub record: &'r ByteRecord,
    /// The line of the file where it starts, the first being 1.
    pub line: u64,
    transcoded: bool,
}

/// The bytes of a cell are no text in the input's encoding.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Undecodable;

impl Records {
    /// Opens the input; a byte order mark beats the encoding that the mapping names.
    pub fn open(path: &Path, format: &FileFormat) -> io::Result<Self> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        let bytes_read = Rc::new(Cell::new(0));
        let mut input = BufReader::new(Counted {
            file,
            bytes_read: Rc::clone(&bytes_read),
        });
        let named = format.encoding.map_or(UTF_8, |label| label.0);
        let (encoding, mark) = Encoding::for_bom(input.fill_buf()?).unwrap_or((named, 0));
        input.consume(mark);
        let ended = Rc::new(Cell::new(false));
        let text = Terminated {
            input: decoded(input, encoding).chain(b"\n"),
            ended: Rc::clone(&ended),
        };
        Ok(Self {
            reader: csv_reader(format, text),
            record: ByteRecord::new(),
            bytes_read,
            ended,
            total_bytes: (length > 0).then_some(length),
            transcoded: encoding != UTF_8,
        })
    }

    /// The next record that is not blank, or `None` at the end.
    pub fn next(&mut self) -> io::Result<Option<Cells<'_>>> {
        loop {
            if !self.reader.read_byte_record(&mut self.record)? {
                return Ok(None);
            }
            if !is_blank(&self.record) {
                break;
            }
        }
        Ok(Some(Cells {
            line: self.line(),
            record: &self.record,
            transcoded: self.transcoded,
        }))
    }

    /// How far into the file the reader is.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read.get()
    }

    /// Counted back from the record's end: the reader's own start is that of
    /// the blank lines before the record.
    fn line(&self) -> u64 {
        let within = self.record.as_slice().iter().filter(|&&b| b == b'\n');
        let terminator = u64::from(!self.ended.get());
        self.reader.position().line() - terminator - within.count() as u64
    }
}

impl<'r> Cells<'r> {
    /// A cell's text, trimmed.
    pub fn text(&self, column: usize) -> Result<&'r str, Undecodable> {
        let text = std::str::from_utf8(&self.record[column]).map_err(|_| Undecodable)?;
        // What a decoder could not read it has replaced; in UTF-8 it is a character like others.
        if self.transcoded && text.contains(char::REPLACEMENT_CHARACTER) {
            return Err(Undecodable);
        }
        Ok(text.trim())
    }

    /// Whether the record must have swallowed others.
    pub fn is_endless(&self) -> bool {
        self.record.as_slice().len() > LONGEST_RECORD
    }
}

fn csv_reader(format: &FileFormat, input: Terminated) -> Reader<Terminated> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        // The carriage return before it is trimmed with the last cell.
        .terminator(Terminator::Any(b'\n'))
        .delimiter(format.delimiter.0)
        .quoting(format.quote.0.is_some())
        .quote(format.quote.0.unwrap_or(b'"'))
        .escape(format.escape.map(|escape| escape.0))
        .from_reader(input)
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

fn is_blank(record: &ByteRecord) -> bool {
    record.len() == 1 && record[0].iter().all(u8::is_ascii_whitespace)
}

struct Counted {
    file: File,
    bytes_read: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.bytes_read.set(self.bytes_read.get() + count as u64);
        Ok(count)
    }
}

/// Text whose every record ends with a line feed, the last one too: then lines
/// can be counted, and only a quote left open makes a record ask for more.
struct Terminated {
    input: io::Chain<Box<dyn Read>, &'static [u8]>,
    ended: Rc<Cell<bool>>,
}

impl Read for Terminated {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.ended.set(count == 0);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// Each record's line and cells, an undecodable cell as `?`.
    fn records(bytes: &[u8], format: &FileFormat) -> Vec<(u64, Vec<String>)> {
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

    fn encoded(label: &str) -> FileFormat {
        let label = super::super::mapping::Label::try_from(label.to_owned()).unwrap();
        FileFormat {
            encoding: Some(label),
            ..FileFormat::default()
        }
    }

    #[test]
    fn lines_are_those_of_the_file_whatever_stands_between() {
        for end in ["\n", "\r\n"] {
            let text = ["a,b", "", "\"x\ny\",1", "  ", "z,2", "", "w,3"].join(end);
            let expected = owned(&[
                (1, &["a", "b"]),
                (3, &["x\ny", "1"]),
                (6, &["z", "2"]),
                (8, &["w", "3"]),
            ]);
            let format = FileFormat::default();
            assert_eq!(records(text.as_bytes(), &format), expected);
            assert_eq!(
                records(format!("{text}{end}").as_bytes(), &format),
                expected
            );
        }
    }

    #[test]
    fn a_quote_left_open_is_found_where_it_opens() {
        let read = records(b"a\n\nb,\"c\nd\ne", &FileFormat::default());
        assert_eq!(read, owned(&[(1, &["a"]), (3, &["b", "c\nd\ne"])]));
    }

    #[test]
    fn a_byte_that_is_no_utf8_spoils_its_cell_alone() {
        let read = records(b"a,\xff,\xef\xbf\xbd\n", &FileFormat::default());
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

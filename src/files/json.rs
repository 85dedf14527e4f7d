//! JSON as documents: one object a line, or an array of them.
//!
//! What MongoDB's tools write for types that JSON lacks, such as `{"$date": …}`, is read
//! as what it means.

use std::{
    cell::Cell,
    fmt,
    io::{self, BufRead, BufReader},
    rc::Rc,
};

use bson::{Bson, Document};
use serde::{
    Deserializer as _,
    de::{SeqAccess, Visitor},
};
use serde_json::Value;

use super::{Error, Input, Item, Result, Take, packed};

const NO_OBJECT: &str = "no JSON object that stands in one line";

pub(super) fn read(input: &Input<'_>, take: &mut Take<'_>) -> Result<()> {
    let opened = packed::open(&input.path, Rc::new(Cell::new(0)));
    let (file, _) = opened.map_err(|source| input.unreadable(source))?;
    let mut file = BufReader::with_capacity(64 * 1024, file);
    let begin = begin(&mut file).map_err(|source| input.unreadable(source))?;
    match begin {
        Some((_, b'[')) => array(input, file, take),
        Some((blank_lines, _)) => lines(input, file, blank_lines, take),
        None => Ok(()),
    }
}

/// Goes to the first byte that says something, and tells how many lines are over by then.
fn begin(file: &mut impl BufRead) -> io::Result<Option<(u64, u8)>> {
    let mut lines = 0;
    loop {
        let Some(first) = file.fill_buf()?.first().copied() else {
            return Ok(None);
        };
        // The last three are a byte order mark.
        if !first.is_ascii_whitespace() && !matches!(first, 0xef | 0xbb | 0xbf) {
            return Ok(Some((lines, first)));
        }
        lines += u64::from(first == b'\n');
        file.consume(1);
    }
}

fn lines(
    input: &Input<'_>,
    mut file: impl BufRead,
    blank_lines: u64,
    take: &mut Take<'_>,
) -> Result<()> {
    let mut line = Vec::new();
    for number in blank_lines + 1.. {
        line.clear();
        let read = file.read_until(b'\n', &mut line);
        if read.map_err(|source| input.unreadable(source))? == 0 {
            break;
        }
        if !line.trim_ascii().is_empty() {
            let value = serde_json::from_slice(&line);
            let item = value.map_or_else(|_| Item::Broken(NO_OBJECT.into()), |it| item(input, it));
            take(number, item)?;
        }
    }
    Ok(())
}

fn array(input: &Input<'_>, file: impl BufRead, take: &mut Take<'_>) -> Result<()> {
    let mut failed = None;
    let elements = Elements {
        input,
        take,
        failed: &mut failed,
    };
    let mut json = serde_json::Deserializer::from_reader(file);
    let read = json.deserialize_seq(elements);
    // What follows the array is no part of it, and would be left out in silence.
    let read = read.and_then(|()| json.end());
    match failed {
        Some(error) => Err(error),
        None => read.map_err(|error| input.unreadable(error.into())),
    }
}

/// Takes the elements of an array as they come.
struct Elements<'e, 'i, 't> {
    input: &'e Input<'i>,
    take: &'e mut Take<'t>,
    /// What they were not taken for.
    failed: &'e mut Option<Error>,
}

impl<'de> Visitor<'de> for Elements<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        let mut number = 0;
        while let Some(value) = elements.next_element::<Value>()? {
            number += 1;
            if let Err(error) = (self.take)(number, item(self.input, value)) {
                *self.failed = Some(error);
                return Err(serde::de::Error::custom("not taken"));
            }
        }
        Ok(())
    }
}

/// The wanted fields of an object.
fn item(input: &Input<'_>, value: Value) -> Item {
    let Value::Object(mut object) = value else {
        return Item::Broken(NO_OBJECT.into());
    };
    object.retain(|name, value| !value.is_null() && input.wants(name));
    let fields = object.into_iter().map(|(name, value)| {
        let value = Bson::try_from(value).map_err(|_| name.clone())?;
        Ok((name, value))
    });
    match fields.collect::<Result<Document, String>>() {
        Ok(document) => Item::Row(document),
        Err(name) => Item::Broken(format!("`{name}` is no value of MongoDB's extended JSON")),
    }
}

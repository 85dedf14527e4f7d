//! Documents kept in a temporary file, found by their numbers and by keys.
//!
//! A shop of files is read once, then asked for its documents in another order than it
//! has them, and by what stands in them. On the disk it may be larger than memory, which
//! holds 8 bytes for each document and 16 for each of its keys.

use std::{
    fs::File,
    hash::BuildHasher as _,
    io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write as _},
    sync::{Mutex, PoisonError},
};

use bson::Document;
use rustc_hash::FxBuildHasher;

/// Documents that are being written.
pub(crate) struct Spooling {
    file: BufWriter<File>,
    ends: Vec<u64>,
}

impl Spooling {
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            file: BufWriter::with_capacity(1 << 20, tempfile::tempfile()?),
            ends: vec![0],
        })
    }

    /// How many there are, which is the number of the next.
    pub fn count(&self) -> usize {
        self.ends.len() - 1
    }

    /// Takes the bytes of the next document.
    pub fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        let end = self.ends.last().copied().unwrap_or_default() + bytes.len() as u64;
        self.ends.push(end);
        Ok(())
    }

    pub fn finish(self) -> io::Result<Spool> {
        let file = self
            .file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        Ok(Spool {
            file: Mutex::new(file),
            ends: self.ends,
        })
    }
}

/// Documents that are there.
#[derive(Debug)]
pub(crate) struct Spool {
    file: Mutex<File>,
    /// Where each ends in the file, after a 0.
    ends: Vec<u64>,
}

impl Spool {
    pub fn count(&self) -> usize {
        self.ends.len() - 1
    }

    /// The documents of these numbers, in their order; those that follow one another are
    /// read at once.
    pub fn get(&self, numbers: &[usize]) -> io::Result<Vec<Document>> {
        let mut documents = Vec::with_capacity(numbers.len());
        let mut bytes = Vec::new();
        for run in numbers.chunk_by(|one, next| one + 1 == *next) {
            let (Some(first), Some(last)) = (run.first(), run.last()) else {
                continue;
            };
            let (from, to) = (self.ends[*first], self.ends[last + 1]);
            bytes.resize(usize::try_from(to - from).map_err(io::Error::other)?, 0);
            {
                let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
                file.seek(SeekFrom::Start(from))?;
                file.read_exact(&mut bytes)?;
            }
            let mut rest = bytes.as_slice();
            for _ in run {
                documents.push(Document::from_reader(&mut rest).map_err(io::Error::other)?);
            }
        }
        Ok(documents)
    }
}

/// Numbers of documents by a key.
#[derive(Debug, Default)]
pub(crate) struct Index(Vec<(u64, usize)>);

impl Index {
    pub fn push(&mut self, key: &str, number: usize) {
        self.0.push((hash(key), number));
    }

    /// After the last key has been pushed.
    pub fn sort(&mut self) {
        self.0.sort_unstable();
    }

    /// The numbers of the documents with this key, and perhaps of others.
    pub fn numbers(&self, key: &str) -> impl Iterator<Item = usize> {
        let hash = hash(key);
        let first = self.0.partition_point(|(it, _)| *it < hash);
        let same = self.0[first..]
            .iter()
            .take_while(move |(it, _)| *it == hash);
        same.map(|(_, number)| *number)
    }

    /// The numbers below `count`, those of one key one after the other, where its first is.
    pub fn grouped(&self, count: usize) -> Vec<usize> {
        let mut first_of: Vec<usize> = (0..count).collect();
        for same in self.0.chunk_by(|one, next| one.0 == next.0) {
            for (_, number) in same {
                first_of[*number] = same[0].1;
            }
        }
        let mut numbers: Vec<usize> = (0..count).collect();
        numbers.sort_by_key(|number| first_of[*number]);
        numbers
    }
}

fn hash(key: &str) -> u64 {
    FxBuildHasher.hash_one(key)
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    #[test]
    fn documents_come_back_by_number_and_by_key() {
        let mut spooling = Spooling::new().unwrap();
        let mut index = Index::default();
        for (number, key) in ["b", "a", "b", "c", "a"].into_iter().enumerate() {
            let document = doc! { "key": key, "n": i64::try_from(number).unwrap() };
            spooling.push(&document.to_vec().unwrap()).unwrap();
            index.push(key, number);
        }
        let spool = spooling.finish().unwrap();
        index.sort();
        assert_eq!(index.numbers("a").collect::<Vec<_>>(), [1, 4]);
        assert_eq!(index.numbers("z").count(), 0);
        let grouped = index.grouped(spool.count());
        assert_eq!(grouped, [0, 2, 1, 4, 3]);
        let read = spool.get(&grouped).unwrap();
        let keys: Vec<&str> = read.iter().map(|it| it.get_str("key").unwrap()).collect();
        assert_eq!(keys, ["b", "b", "a", "a", "c"]);
    }
}

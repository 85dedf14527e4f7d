//! Files as they are, or packed by gzip or zstd, told by their ending.

use std::{
    cell::Cell,
    fs::File,
    io::{self, BufReader, Read},
    path::Path,
    rc::Rc,
};

use flate2::read::MultiGzDecoder;

/// Endings of packed files.
pub(super) const ENDINGS: [&str; 2] = ["gz", "zst"];

/// Opens a file, unpacked; the number of bytes that it has on the disk, where the system
/// knows, and `bytes_read` of them are read.
pub(super) fn open(
    path: &Path,
    bytes_read: Rc<Cell<u64>>,
) -> io::Result<(Box<dyn Read>, Option<u64>)> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    let file = Counted { file, bytes_read };
    let ending = path.extension().and_then(|it| it.to_str());
    let ending = ending.map(str::to_ascii_lowercase);
    let unpacked: Box<dyn Read> = match ending.as_deref() {
        Some("gz") => Box::new(MultiGzDecoder::new(BufReader::new(file))),
        Some("zst") => Box::new(zstd::Decoder::new(file)?),
        _ => Box::new(file),
    };
    Ok((unpacked, (length > 0).then_some(length)))
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

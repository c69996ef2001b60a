//! Apple Mail's `.emlx`: a line with a byte count, the message, a property list with the flags.

use omm_core::model::{Flags, SystemFlag};
use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
};

/// Property lists longer than this are not looked into.
const PLIST_LIMIT: u64 = 256 * 1024;

/// Where the message is in the file, and its flags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Emlx {
    /// Its first byte.
    pub(crate) offset: u64,
    /// Its length.
    pub(crate) len: u64,
    /// Its flags.
    pub(crate) flags: Flags,
}

impl Emlx {
    /// Looks into a file; nothing if it does not begin with a byte count that fits.
    pub(crate) fn of_file(file: &File) -> io::Result<Option<Self>> {
        let size = file.metadata()?.len();
        let mut reader = BufReader::new(file);
        let mut first = Vec::new();
        reader.by_ref().take(32).read_until(b'\n', &mut first)?;
        let count = std::str::from_utf8(&first).ok().and_then(|line| line.trim().parse::<u64>().ok());
        let offset = first.len() as u64;
        let Some(len) = count.filter(|len| first.ends_with(b"\n") && offset + len <= size) else {
            return Ok(None);
        };
        let mut plist = Vec::new();
        reader.seek(SeekFrom::Start(offset + len))?;
        reader.take(PLIST_LIMIT).read_to_end(&mut plist)?;
        let flags = flags_of_plist(&String::from_utf8_lossy(&plist));
        Ok(Some(Self { offset, len, flags }))
    }
}

/// The bits of the integer under the key `flags`: read, deleted, answered, (encrypted,) flagged, (recent,) draft …
/// and forwarded.
fn flags_of_plist(plist: &str) -> Flags {
    let number = plist
        .split_once("<key>flags</key>")
        .and_then(|(_, after)| after.split_once("<integer>"))
        .and_then(|(_, after)| after.split_once("</integer>"))
        .and_then(|(number, _)| number.trim().parse::<u64>().ok())
        .unwrap_or(0);
    let mut flags = Flags::none();
    use SystemFlag::{Answered, Deleted, Draft, Flagged, Seen};
    for (bit, flag) in [(0, Seen), (1, Deleted), (2, Answered), (4, Flagged), (6, Draft)] {
        if number & (1 << bit) != 0 {
            flags.insert(flag);
        }
    }
    if number & (1 << 8) != 0 {
        flags.insert_keyword("$Forwarded");
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn look(text: &str) -> Option<Emlx> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file.rewind().unwrap();
        Emlx::of_file(&file).unwrap()
    }

    #[test]
    fn the_message_is_what_the_count_says() {
        let plist = "<plist><dict><key>flags</key><integer>8623750161</integer></dict></plist>";
        let found = look(&format!("7      \nA: b\n\nx{plist}")).unwrap();
        assert_eq!((found.offset, found.len), (8, 7));
        assert_eq!(found.flags, Flags::parse("\\Seen \\Flagged"));
    }

    #[test]
    fn without_a_count_that_fits_it_is_none() {
        for text in ["", "A: b\n\nx", "99\nA: b\n", "5", "-3\nabc"] {
            assert_eq!(look(text), None, "{text:?}");
        }
    }
}

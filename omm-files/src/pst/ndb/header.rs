//! The header: what kind of file it is and where its trees begin.

use super::{Encoding, Format, bytes::*, checksum::crc};
use crate::pst::damage::Remarks;
use omm_mapi::{Error, Result};

/// How much is read of a header: that of Unicode files, the longer one.
const BYTES: usize = 564;

/// Where something lies: BREF ([MS-PST] §2.2.2.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) bid: u64,
    pub(crate) offset: u64,
}

/// HEADER ([MS-PST] §2.2.2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) format: Format,
    pub(crate) encoding: Encoding,
    /// The root of the tree of nodes.
    pub(crate) nodes: Reference,
    /// The root of the tree of blocks.
    pub(crate) blocks: Reference,
    /// How long the file should be.
    pub(crate) file_bytes: u64,
    /// Whether it is an OST: the copy of a mailbox that lies on a server.
    pub(crate) is_ost: bool,
}

impl Header {
    /// How many bytes of a file [`Header::parse`] wants.
    pub(crate) const BYTES: usize = BYTES;

    /// Reads it. Wrong checksums are remarked, no more.
    ///
    /// # Errors
    /// If it is not a PST, or of a kind that nobody can read.
    pub(crate) fn parse(bytes: &[u8], remarks: &Remarks) -> Result<Self> {
        if bytes.is_empty() {
            return Err(Error::malformed("the file is empty"));
        }
        if bytes.get(..4) != Some(b"!BDN") {
            return Err(Error::malformed("this is not a PST or OST file"));
        }
        let cut = || Error::malformed("the file ends within its header");
        let format = format(word(bytes, 10).ok_or_else(cut)?)?;
        let is_ost = client(bytes.get(8..10).ok_or_else(cut)?, remarks)?;
        check(bytes, format, remarks);
        Self::read(bytes, format, is_ost).ok_or_else(cut)?
    }

    /// [MS-PST] §2.2.2.6: where each form has its fields; ROOT (§2.2.2.5) stands at 164 in the ANSI form, at 180 in the
    /// Unicode form. Nothing if the bytes end before.
    fn read(bytes: &[u8], format: Format, is_ost: bool) -> Option<Result<Self>> {
        let at = |place| match format {
            Format::Ansi => dword(bytes, place).map(u64::from),
            Format::Unicode | Format::Unicode4k => qword(bytes, place),
        };
        let (end, nodes, blocks, crypt) = match format {
            Format::Ansi => (168, (184, 188), (192, 196), 461),
            Format::Unicode | Format::Unicode4k => (184, (216, 224), (232, 240), 513),
        };
        let reference = |(bid, offset)| Some(Reference { bid: at(bid)?, offset: at(offset)? });
        let (nodes, blocks, file_bytes) = (reference(nodes)?, reference(blocks)?, at(end)?);
        let encoding = self::encoding(byte(bytes, crypt)?);
        Some(encoding.map(|encoding| Self { format, encoding, nodes, blocks, file_bytes, is_ost }))
    }
}

fn format(version: u16) -> Result<Format> {
    match version {
        14 | 15 => Ok(Format::Ansi),
        // 21 is what a recovery tool writes (libpff's description); 37 is of Outlooks that know Windows Information
        // Protection, which bCryptMethod tells ([MS-PST] §2.2.2.6); 36 is the OST of Outlook 2013.
        21 | 23 | 37 => Ok(Format::Unicode),
        36 => Ok(Format::Unicode4k),
        other => Err(Error::malformed(format!("PST version {other} is not one of 14, 15, 23, 36 and 37"))),
    }
}

/// wMagicClient; whether it is an OST.
fn client(magic: &[u8], remarks: &Remarks) -> Result<bool> {
    match magic {
        b"SM" => Ok(false),
        b"SO" => Ok(true),
        b"AB" => Err(Error::malformed("this is a personal address book (PAB), not a PST or OST file")),
        _ => {
            remarks.add("header: wMagicClient is unknown");
            Ok(false)
        }
    }
}

fn encoding(method: u8) -> Result<Encoding> {
    match method {
        0 => Ok(Encoding::None),
        1 => Ok(Encoding::Permute),
        2 => Ok(Encoding::Cyclic),
        // NDB_CRYPT_EDPCRYPTED: a key of the company's is needed.
        0x10 => Err(Error::malformed("the file is encrypted by Windows Information Protection")),
        other => Err(Error::malformed(format!("the file is encoded by the unknown method {other:#x}"))),
    }
}

/// dwCRCPartial over 471 bytes, dwCRCFull over 516, both from wMagicClient on.
fn check(bytes: &[u8], format: Format, remarks: &Remarks) {
    let sum = |len: usize| bytes.get(8..8 + len).map(crc);
    if sum(471) != dword(bytes, 4) {
        remarks.add("header: checksum differs (dwCRCPartial)");
    }
    if format.is_wide() && sum(516) != dword(bytes, 524) {
        remarks.add("header: checksum differs (dwCRCFull)");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(version: u16, method: u8) -> Vec<u8> {
        let mut bytes = vec![0; BYTES];
        bytes[..4].copy_from_slice(b"!BDN");
        bytes[8..10].copy_from_slice(b"SM");
        bytes[10..12].copy_from_slice(&version.to_le_bytes());
        bytes[224] = 7;
        bytes[240] = 9;
        bytes[513] = method;
        let partial = crc(&bytes[8..479]);
        bytes[4..8].copy_from_slice(&partial.to_le_bytes());
        let full = crc(&bytes[8..524]);
        bytes[524..528].copy_from_slice(&full.to_le_bytes());
        bytes
    }

    #[test]
    fn kinds() {
        for (bytes, expected) in [
            (wide(23, 1), Ok(Format::Unicode)),
            (wide(36, 0), Ok(Format::Unicode4k)),
            (wide(37, 1), Ok(Format::Unicode)),
            (wide(23, 3), Err("the file is encoded by the unknown method 0x3")),
            (wide(99, 0), Err("PST version 99 is not one of 14, 15, 23, 36 and 37")),
            (wide(23, 0)[..100].to_vec(), Err("the file ends within its header")),
            (Vec::new(), Err("the file is empty")),
            (b"From me".to_vec(), Err("this is not a PST or OST file")),
        ] {
            let found = Header::parse(&bytes, &Remarks::default());
            let found = found.map(|header| header.format).map_err(|error| error.to_string());
            assert_eq!(found, expected.map_err(str::to_owned));
        }
    }

    #[test]
    fn a_wrong_checksum_is_remarked_only() {
        let mut bytes = wide(23, 2);
        let remarks = Remarks::default();
        let header = Header::parse(&bytes, &remarks).unwrap();
        assert_eq!((header.nodes.offset, header.blocks.offset, header.encoding), (7, 9, Encoding::Cyclic));
        assert!(remarks.all().lines.is_empty());
        bytes[4] ^= 1;
        assert_eq!(Header::parse(&bytes, &remarks).unwrap(), header);
        assert_eq!(remarks.all().lines, ["header: checksum differs (dwCRCPartial)"]);
    }
}

//! Compressed RTF ([MS-OXRTFCP]): how PidTagRtfCompressed is packed.

use crate::error::{Error, Result};

/// The largest RTF that is unpacked. Pictures in it are text in hexadecimal, so that real ones reach some megabytes.
const LARGEST: usize = 64 << 20;
/// [MS-OXRTFCP] §2.1.3.1.1: COMPSIZE, RAWSIZE, COMPTYPE, CRC.
const HEADER: usize = 16;
/// [MS-OXRTFCP] §2.1.3.1.1: "LZFu" and "MELA".
const LZFU: u32 = 0x7546_5A4C;
const MELA: u32 = 0x414C_454D;
/// [MS-OXRTFCP] §2.1.3.2: the dictionary is a ring of 4096 bytes, which begins with these 207.
const RING: usize = 4096;
const START: &[u8; 207] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor \
MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

/// RTF, and whether it came out whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpacked {
    /// The RTF.
    pub rtf: Vec<u8>,
    /// Whether the stream ended where it says and its check sum is right. What could be read is there either way.
    pub whole: bool,
}

/// Unpacks compressed RTF. What is cut off or has a wrong check sum is unpacked as far as it goes.
///
/// # Errors
/// If it is not compressed RTF at all, or larger than 64 MiB.
pub fn unpack(bytes: &[u8]) -> Result<Unpacked> {
    let (header, contents) =
        bytes.split_at_checked(HEADER).ok_or_else(|| Error::malformed("compressed RTF is too short"))?;
    let field = |at: usize| {
        header.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_le_bytes)
    };
    let [compressed, raw, kind, crc] = [field(0), field(4), field(8), field(12)];
    // [MS-OXRTFCP] §2.1.3.1.1: COMPSIZE counts from RAWSIZE on. Bytes behind it are not of the stream.
    let says = (compressed as usize).saturating_sub(HEADER - 4);
    let cut = contents.len() < says;
    let contents = contents.get(..says).filter(|it| !it.is_empty()).unwrap_or(contents);
    match kind {
        MELA => {
            let rtf = contents.get(..raw as usize).unwrap_or(contents).to_vec();
            if rtf.len() > LARGEST {
                return Err(too_large(rtf.len()));
            }
            Ok(Unpacked { whole: !cut && rtf.len() == raw as usize, rtf })
        }
        LZFU => {
            let (rtf, ended) = expand(contents, raw as usize)?;
            Ok(Unpacked { rtf, whole: ended && !cut && checksum(contents) == crc })
        }
        _ => Err(Error::malformed("compressed RTF has an unknown compression")),
    }
}

/// [MS-OXRTFCP] §3.1.3.2: runs of eight tokens, each a byte or a reference into the ring. The end is a reference to the place
/// that is written next.
fn expand(contents: &[u8], raw: usize) -> Result<(Vec<u8>, bool)> {
    let mut ring = [b' '; RING];
    ring[..START.len()].copy_from_slice(START);
    let mut next = START.len();
    let mut rtf = Vec::with_capacity(raw.min(contents.len().saturating_mul(4)).min(LARGEST));
    let mut input = contents.iter().copied();
    while let Some(control) = input.next() {
        for bit in 0..8 {
            if control >> bit & 1 == 0 {
                let Some(byte) = input.next() else { return Ok((rtf, false)) };
                rtf.push(byte);
                ring[next] = byte;
                next = (next + 1) % RING;
                continue;
            }
            let (Some(high), Some(low)) = (input.next(), input.next()) else { return Ok((rtf, false)) };
            let reference = u16::from_be_bytes([high, low]);
            let (offset, length) = (usize::from(reference >> 4), usize::from(reference & 0xF) + 2);
            if offset == next {
                return Ok((rtf, true));
            }
            // Byte by byte: what is copied may be what was just written.
            for at in offset..offset + length {
                let byte = ring[at % RING];
                rtf.push(byte);
                ring[next] = byte;
                next = (next + 1) % RING;
            }
        }
        if rtf.len() > LARGEST {
            return Err(too_large(rtf.len()));
        }
    }
    // Seen: writers that leave the end out; the size says whether anything is missing.
    let whole = rtf.len() == raw;
    Ok((rtf, whole))
}

fn too_large(bytes: usize) -> Error {
    Error::TooLarge { what: "the RTF of a body".into(), bytes: bytes as u64 }
}

/// [MS-OXRTFCP] §2.1.3.1.1, CRC: CRC-32 without the inversions at its ends.
fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc: u32, _| crc >> 1 ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// [MS-OXRTFCP] §4.1.1 and §4.1.2: the examples of the specification.
    const SIMPLE: &[u8] = b"\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a\0rcpg125B2\x0a\xf3 hel\x09\0 bw\x05\xb0ld}\x0a\x80\x0f\xa0";
    const CROSSING: &[u8] = b"\x1a\0\0\0\x1c\0\0\0LZFu\xe2\xd4\x4b\x51\x41\0\x04\x20WXYZ\x0dn}\x01\x0e\xb0";

    #[test]
    fn examples_of_the_specification() {
        for (packed, rtf) in [
            (SIMPLE, &b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"[..]),
            (CROSSING, b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"),
        ] {
            assert_eq!(unpack(packed).unwrap(), Unpacked { rtf: rtf.to_vec(), whole: true });
        }
    }

    #[test]
    fn what_is_damaged_is_read_as_far_as_it_goes() {
        let mut wrong = SIMPLE.to_vec();
        wrong[12] ^= 1;
        assert!(!unpack(&wrong).unwrap().whole);
        for end in HEADER..SIMPLE.len() {
            let Unpacked { rtf, whole } = unpack(&SIMPLE[..end]).unwrap();
            assert!(!whole && unpack(SIMPLE).unwrap().rtf.starts_with(&rtf), "{end}");
        }
        for end in 0..HEADER {
            assert!(unpack(&SIMPLE[..end]).is_err(), "{end}");
        }
        assert!(unpack(&[b'x'; 40]).is_err());
        assert_eq!(unpack(b"\x12\0\0\0\x02\0\0\0MELA\0\0\0\0hello").unwrap().rtf, b"he");
    }
}

//! Checksums and signatures of pages and blocks.

/// The CRC-32 of [MS-PST] §5.3: that of everybody, without the two complements.
pub(crate) fn crc(bytes: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new_with_initial(u32::MAX);
    hasher.update(bytes);
    !hasher.finalize()
}

/// The signature of a page or block, of its place and its id ([MS-PST] §5.5).
pub(crate) fn signature(offset: u64, bid: u64) -> u16 {
    let mixed = (offset ^ bid) as u32;
    (mixed >> 16) as u16 ^ mixed as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same, a bit at a time.
    fn slow(bytes: &[u8]) -> u32 {
        bytes.iter().fold(0, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc: u32, _| (crc >> 1) ^ (0xEDB8_8320 * (crc & 1)))
        })
    }

    #[test]
    fn checksums() {
        for bytes in [&b""[..], b"a", b"123456789", &[0; 100], &[0xFF; 1000]] {
            assert_eq!(crc(bytes), slow(bytes), "{} bytes", bytes.len());
        }
    }

    #[test]
    fn signatures() {
        for (offset, bid, expected) in [(0, 0, 0), (0x25_0000, 0x4AA4, 0x4A81), (0x1_0000, 1, 0)] {
            assert_eq!(signature(offset, bid), expected, "{offset:#x} {bid:#x}");
        }
    }
}

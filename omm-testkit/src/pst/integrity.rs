//! The checksum and the signature that blocks and pages carry.

/// The CRC-32 of the format: the usual polynomial, started at 0 and not inverted at the end ([MS-PST] §5.3).
pub(super) fn crc(data: &[u8]) -> u32 {
    // `crc32fast` inverts at both ends; from the inverted start this is undone.
    let mut hasher = crc32fast::Hasher::new_with_initial(u32::MAX);
    hasher.update(data);
    !hasher.finalize()
}

/// The signature: where a thing lies, folded with what it is ([MS-PST] §5.5).
pub(super) fn signature(offset: u64, bid: u64) -> u16 {
    let folded = (offset ^ bid) & 0xffff_ffff;
    ((folded >> 16) as u16) ^ (folded as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The CRC as [MS-PST] §5.3 has it, bit by bit.
    fn slow(data: &[u8]) -> u32 {
        data.iter().fold(0, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc: u32, _| {
                (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 }
            })
        })
    }

    #[test]
    fn the_checksum_is_that_of_the_format() {
        for data in [&b""[..], b"a", b"test", &[0; 100], b"The quick brown fox"] {
            assert_eq!(crc(data), slow(data), "{data:?}");
        }
    }

    #[test]
    fn the_signature_folds_both_halves() {
        assert_eq!(signature(0x0001_0002, 0x0300), 0x0001 ^ 0x0302);
        assert_eq!(signature(0x1_0000_0000, 4), 4);
    }
}

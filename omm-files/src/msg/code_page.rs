//! Which code page the 8-bit text of a message is in.

use omm_mapi::property::{Properties, tag};

/// PidTagMessageLocaleId ([MS-OXCMSG] §2.2.1.5).
const MESSAGE_LOCALE_ID: u16 = 0x3FF1;

/// The code page of the 8-bit text of a message: what it says, else what its language is written in, else what it was
/// sent in.
pub(super) fn of(properties: &Properties) -> Option<u32> {
    let number =
        |id| properties.number(id).and_then(|page| u32::try_from(page).ok()).filter(|page| *page != 0);
    number(tag::MESSAGE_CODEPAGE)
        .or_else(|| number(MESSAGE_LOCALE_ID).map(of_language))
        .or_else(|| number(tag::INTERNET_CODEPAGE))
}

/// The ANSI code page of a language ([MS-LCID] §2.2): its low ten bits are the language, the rest its region.
fn of_language(locale: u32) -> u32 {
    match (locale & 0x3FF, locale & 0xFFFF) {
        (_, 0x0404 | 0x0C04 | 0x1404) => 950,
        (0x04, _) => 936,
        (_, 0x0C1A | 0x1C1A | 0x201A | 0x281A | 0x301A) => 1251,
        (0x05 | 0x0E | 0x15 | 0x18 | 0x1A | 0x1B | 0x1C | 0x24, _) => 1250,
        (0x02 | 0x19 | 0x22 | 0x23 | 0x2F, _) => 1251,
        (0x08, _) => 1253,
        (0x1F | 0x2C, _) => 1254,
        (0x0D, _) => 1255,
        (0x01 | 0x20 | 0x29, _) => 1256,
        (0x25..=0x27, _) => 1257,
        (0x2A, _) => 1258,
        (0x11, _) => 932,
        (0x12, _) => 949,
        (0x1E, _) => 874,
        _ => 1252,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use omm_mapi::property::Value;

    #[test]
    fn the_first_that_says_so() {
        for (told, expected) in [
            (&[][..], None),
            (&[(tag::INTERNET_CODEPAGE, 65001)][..], Some(65001)),
            (&[(tag::INTERNET_CODEPAGE, 65001), (MESSAGE_LOCALE_ID, 1031)], Some(1252)),
            (&[(MESSAGE_LOCALE_ID, 1049)], Some(1251)),
            (&[(MESSAGE_LOCALE_ID, 0x0411)], Some(932)),
            (&[(MESSAGE_LOCALE_ID, 0x0404)], Some(950)),
            (&[(tag::MESSAGE_CODEPAGE, 1250), (MESSAGE_LOCALE_ID, 1031)], Some(1250)),
            (&[(tag::MESSAGE_CODEPAGE, 0), (MESSAGE_LOCALE_ID, 1045)], Some(1250)),
        ] {
            let mut properties = Properties::default();
            told.iter().for_each(|(id, page)| properties.insert(*id, Value::Integer32(*page)));
            assert_eq!(of(&properties), expected, "{told:?}");
        }
    }
}

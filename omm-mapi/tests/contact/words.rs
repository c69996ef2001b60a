//! Fields whose words say more than one thing.

use super::{
    card,
    fields::{Field, Set, What},
    message,
};

fn tagged(id: u32, value: What) -> Field {
    Field { set: Set::Tag, id, value, line_4: &[], line_3: &[] }
}

/// 2000-01-15T00:00Z as a FILETIME, and a minute.
const DAY: i64 = 125_923_680_000_000_000;
const MINUTE: i64 = 600_000_000;

/// PidTagBirthday is midnight somewhere, or 11:59 UTC ([MS-OXOCNTC] §2.2.1.5.1).
#[test]
fn a_birthday_of_which_only_the_instant_is_known() {
    for (minutes, expected) in [
        // Honolulu, UTC, Berlin.
        (10 * 60, "BDAY:20000115"),
        (0, "BDAY:20000115"),
        (-60, "BDAY:20000115"),
        // Auckland in summer, UTC+13.
        (11 * 60 - 24 * 60, "BDAY:20000115"),
        (11 * 60 + 59, "BDAY:20000115"),
        (12 * 60 - 24 * 60, "BDAY:20000115"),
    ] {
        let (text, _) = card(&message(&[tagged(0x3A42, What::Time(DAY + minutes * MINUTE))]), false);
        assert!(text.contains(expected), "{minutes}: {text}");
    }
}

#[test]
fn lang_is_a_tag_and_other_words_are_kept_elsewhere() {
    for (language, expected) in [
        ("de", "LANG:de\r\n"),
        ("de-CH-1996", "LANG:de-CH-1996\r\n"),
        ("German", "X-LANGUAGE:German\r\n"),
        ("de, fr", "X-LANGUAGE:de\\, fr\r\n"),
        ("de-", "X-LANGUAGE:de-\r\n"),
    ] {
        let (text, _) = card(&message(&[tagged(0x3A0C, What::Text(language))]), false);
        assert!(text.contains(&format!("\r\n{expected}")), "{language}: {text}");
    }
}

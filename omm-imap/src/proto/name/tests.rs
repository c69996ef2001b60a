use super::*;

#[test]
fn names_in_modified_utf_7() {
    for (wire, clear) in [
        ("Archive", "Archive"),
        ("Gesendete Objekte", "Gesendete Objekte"),
        ("Entw&APw-rfe", "Entwürfe"),
        ("&ZeVnLIqe-", "日本語"),
        ("&U,BTFw-", "台北"),
        ("~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"),
        ("Q&-A", "Q&A"),
        ("&-", "&"),
        ("&2D3eAA-", "😀"),
        ("&AAo-", "\n"),
        ("&AKA-", "\u{a0}"),
    ] {
        assert_eq!(decode(wire.as_bytes(), Spelling::Utf7), clear);
        assert_eq!(encode(clear, Spelling::Utf7).expect("a name"), wire.as_bytes());
    }
}

#[test]
fn what_is_not_spelt_right_stays_as_it_is() {
    for wire in ["R&D", "a&b-c", "&2D0-", "&AGE-", "&APw-&AOQ-", "&", "&APw", "&APx-", "&A-", "Entwürfe&-"] {
        assert_eq!(decode(wire.as_bytes(), Spelling::Utf7), wire);
    }
    assert_eq!(decode(b"Entw\xfcrfe", Spelling::Utf7), "Entwürfe");
    assert_eq!(decode(b"Entw\xfcrfe", Spelling::Utf8), "Entwürfe");
}

#[test]
fn names_in_utf_8() {
    assert_eq!(decode("Entwürfe & Q&-A".as_bytes(), Spelling::Utf8), "Entwürfe & Q&-A");
    assert_eq!(encode("Entwürfe & A", Spelling::Utf8).expect("a name"), "Entwürfe & A".as_bytes());
    assert_eq!(encode("a\nb", Spelling::Utf8), None);
}

#[test]
fn no_name_at_all() {
    for spelling in [Spelling::Utf7, Spelling::Utf8] {
        assert_eq!(encode("", spelling), None);
        assert_eq!(encode("a\0b", spelling), None);
    }
}

#[test]
fn inbox_in_any_case() {
    for wire in ["INBOX", "inbox", "Inbox"] {
        assert_eq!(decode(wire.as_bytes(), Spelling::Utf7), "INBOX");
    }
    assert_eq!(decode(b"inbox/a", Spelling::Utf7), "inbox/a");
    assert_eq!(decode(b"Inboxes", Spelling::Utf7), "Inboxes");
}

#[test]
fn shown_names_have_no_odd_bytes() {
    assert_eq!(shown(b"a\r\n\xfc"), "a\\x0d\\x0a\\xfc");
}

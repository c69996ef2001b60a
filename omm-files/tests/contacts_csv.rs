//! Real exports of address books: every row becomes a card or says why not.

use omm_content::card::Version;
use omm_files::csv::{self, NotContacts};
use std::path::{Path, PathBuf};

fn samples() -> Option<PathBuf> {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent()?.parent()?.join("shared/data/files/contacts-csv");
    root.is_dir().then_some(root)
}

/// How many rows, how many of them become cards, and lines that the cards must have.
type Row = (&'static str, usize, usize, &'static [&'static str]);

const FILES: &[Row] = &[
    (
        "roundcube+roundcubemail/all.csv",
        1,
        1,
        &[
            "FN:Display Name",
            "N:Last Name;First Name;Middle Name;Prefix;Suffix",
            "ORG:Company;Department",
            "BDAY:19910120",
            "ANNIVERSARY:19920220",
            "GENDER:F",
            "X-MAIDENNAME:Maiden Name",
            "IMPP;X-SERVICE-TYPE=Jabber:xmpp:jabber",
            "ADR;TYPE=home:;;Home Street;Home City;Home State;Home Zip;Home Country",
            "CATEGORIES:test",
        ],
    ),
    (
        "roundcube+roundcubemail/gmail.csv",
        1,
        1,
        &["N:Lastname;Firstname;Middle;Prefix;Suffix", "BDAY:19751212", "NICKNAME:nick", "NOTE:note\"note"],
    ),
    (
        "Zimbra+zm-soap-harness/gmail-2contact.csv",
        2,
        2,
        &["FN:First Last", "FN:SecondFirstName SecondLastName"],
    ),
    ("Zimbra+zm-soap-harness/outlook-to-comma4369.csv", 1, 1, &["N:Last;First;Middle;Mr.;", "ORG:initech"]),
    ("Zimbra+zm-soap-harness/yahoo-to-outlook.csv", 1, 1, &["EMAIL:email@sina.com"]),
    (
        "Zimbra+zm-soap-harness/yahoo-to-yahoo.csv",
        1,
        1,
        &[
            "TITLE:jobtitleYahoo",
            "ADR;TYPE=work:;;streeWork;cityWork;stateWork;postalCodeWork;countryWork",
            "ADR;TYPE=home:;;streetHome;cityHome;stateHome;postalCodeHome;countryHome",
            "TEL;TYPE=cell,voice:9923600359",
            "NOTE:notesYahoo",
        ],
    ),
    (
        "Zimbra+zm-soap-harness/contacts-displayname.csv",
        1,
        1,
        &["EMAIL;X-DISPLAY-NAME=Display Name:email@foo.com"],
    ),
    ("Zimbra+zm-soap-harness/sampleimport1.csv", 3, 3, &["N:Laprte;René;;;", "EMAIL:rl@uoguelph.ca"]),
    (
        "Zimbra+zm-soap-harness/zcontact2.csv",
        2,
        2,
        &["KIND:group", "MEMBER;X-CN=AFML Tech List:mailto:afml-tech@amicus.com"],
    ),
    (
        "Zimbra+zm-soap-harness/bug-77914.csv",
        1,
        1,
        &[
            "N:テスト苗字;テスト名前;;;",
            "X-PHONETIC-FIRST-NAME:テストナマエ",
            "BDAY:19900212",
            "ANNIVERSARY:20000913",
            "EMAIL;PREF=1;X-DISPLAY-NAME=テスト表示名1:test-mail1@test.com",
        ],
    ),
    ("thunderbird+thunderbird-desktop/basic_addressbook.csv", 1, 1, &["EMAIL:johndoe@host.invalid"]),
    ("thunderbird+thunderbird-desktop/basic_csv_addressbook.csv", 2, 2, &["FN:Jane Doe"]),
    ("thunderbird+thunderbird-desktop/csv_semicolon.csv", 2, 2, &["FN:John Doe", "FN:Jane Doe"]),
    (
        "thunderbird+thunderbird-desktop/export.csv",
        2,
        2,
        &[
            "TITLE:\"worker\"",
            "X-CUSTOM1:custom\\, 1",
            "X-CUSTOM4:custom\\n4",
            "NOTE:here's some unicode text…",
        ],
    ),
    ("thunderbird+thunderbird-desktop/import.csv", 1, 1, &["FN:contact number one"]),
    (
        "thunderbird+thunderbird-desktop/quote.csv",
        1,
        1,
        &["FN:Acer America", "TEL;TYPE=work,voice:(800) 000-0000"],
    ),
    ("thunderbird+thunderbird-desktop/shiftjis_addressbook.csv", 1, 1, &["FN:名無しの権兵衛"]),
    ("thunderbird+thunderbird-desktop/utf16_addressbook.csv", 1, 1, &["EMAIL:johndoe@host.invalid"]),
];

#[test]
fn every_sample_is_read() {
    let Some(root) = samples() else { return println!("skipped: no shared data") };
    let mut wrong = Vec::new();
    for (name, rows, cards, lines) in FILES {
        let bytes = std::fs::read(root.join(name)).unwrap();
        let head = &bytes[..bytes.len().min(4096)];
        assert!(csv::looks_like_contacts(head), "{name}");
        let items = csv::read(&bytes, Version::V4).unwrap().items;
        let text: String = items
            .iter()
            .filter_map(|item| item.result.as_ref().ok())
            .map(|card| String::from_utf8(card.vcard.clone()).unwrap().replace("\r\n ", ""))
            .collect();
        let good = items.iter().filter(|item| item.result.is_ok()).count();
        if (items.len(), good) != (*rows, *cards) {
            wrong.push(format!("{name}: {} rows, {good} cards: {items:?}", items.len()));
        }
        for line in *lines {
            if !text.lines().any(|found| found == *line) {
                wrong.push(format!("{name}: {line} is not in\n{text}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_no_table_of_contacts_says_so() {
    let Some(root) = samples() else { return println!("skipped: no shared data") };
    for (name, expected) in [
        ("Zimbra+zm-soap-harness/contacts-blank.csv", NotContacts::Empty),
        ("Zimbra+zm-soap-harness/contacts-garbled.csv", NotContacts::UnknownHeader),
        ("thunderbird+thunderbird-desktop/export.ldif", NotContacts::UnknownHeader),
    ] {
        let bytes = std::fs::read(root.join(name)).unwrap();
        assert_eq!(csv::read(&bytes, Version::V4).err(), Some(expected), "{name}");
    }
}

//! Contacts and distribution lists.

use super::super::item::{Attachment, Item};
use super::super::message::one_off;
use super::super::property::{Key, Properties, Set, Value};
use super::others::categories;
use super::{at, noise};

/// Texts that are properties with an id ([MS-OXOCNTC] §2.2.1, [MS-OXPROPS] §2).
const TEXTS: &[(u16, &str)] = &[
    (0x1000, "Met in Lisbon.\r\nLikes fado; speaks português.\r\n"),
    (0x3001, "Dr. Ana Maria Sample Jr."),
    (0x3a00, "asample"),
    (0x3a02, "+351 21 555 0100"),
    (0x3a05, "Jr."),
    (0x3a06, "Ana"),
    (0x3a07, "GOV-1"),
    (0x3a08, "+351 21 555 0101"),
    (0x3a09, "+351 21 555 0102"),
    (0x3a0a, "AMS"),
    (0x3a0b, "keyword"),
    (0x3a0c, "Portuguese"),
    (0x3a0d, "Lisbon"),
    (0x3a10, "ORG-7"),
    (0x3a11, "Sample"),
    (0x3a15, "Rua Augusta 1\r\n1100-048 Lisboa"),
    (0x3a16, "Example, Lda."),
    (0x3a17, "Head of Research; Europe"),
    (0x3a18, "R&D"),
    (0x3a19, "B-204"),
    (0x3a1a, "+351 21 555 0103"),
    (0x3a1b, "+351 21 555 0104"),
    (0x3a1c, "+351 91 555 0105"),
    (0x3a1d, "+351 91 555 0106"),
    (0x3a1e, "+351 91 555 0107"),
    (0x3a1f, "+351 21 555 0108"),
    (0x3a21, "+351 91 555 0109"),
    (0x3a23, "+351 21 555 0110"),
    (0x3a24, "+351 21 555 0111"),
    (0x3a25, "+351 21 555 0112"),
    (0x3a26, "Portugal"),
    (0x3a27, "Lisboa"),
    (0x3a28, "Lisboa"),
    (0x3a29, "Rua Augusta 1"),
    (0x3a2a, "1100-048"),
    (0x3a2b, "PO 12"),
    (0x3a2c, "12345 tlx"),
    (0x3a2d, "+351 21 555 0113"),
    (0x3a2e, "+351 21 555 0114"),
    (0x3a2f, "+351 21 555 0115"),
    (0x3a30, "Bruno Assistant"),
    (0x3a43, "Chess; sailing, running"),
    (0x3a44, "Maria"),
    (0x3a45, "Dr."),
    (0x3a46, "Chemist"),
    (0x3a47, "Carla Referrer"),
    (0x3a48, "Duarte Sample"),
    (0x3a49, "PC-ANA"),
    (0x3a4a, "C-1000"),
    (0x3a4b, "+351 21 555 0116"),
    (0x3a4c, "ftp://ftp.example.org/"),
    (0x3a4e, "Eva Manager"),
    (0x3a4f, "Anita"),
    (0x3a50, "https://ana.example.org/"),
    (0x3a51, "https://www.example.org/"),
    (0x3a57, "+351 21 555 0117"),
    (0x3a59, "Porto"),
    (0x3a5a, "Portugal"),
    (0x3a5b, "4000-001"),
    (0x3a5c, "Norte"),
    (0x3a5d, "Rua das Flores 2\r\n3.º Esq."),
    (0x3a5e, "PO 13"),
    (0x3a5f, "Faro"),
    (0x3a60, "Portugal"),
    (0x3a61, "8000-001"),
    (0x3a62, "Algarve"),
    (0x3a63, "Avenida do Mar 3"),
    (0x3a64, "PO 14"),
];

/// Texts of `PSETID_Address`.
const ADDRESS_TEXTS: &[(u32, &str)] = &[
    (0x8005, "Sample, Ana Maria"),
    (0x801a, "Rua das Flores 2\r\n3.º Esq.\r\n4000-001 Porto\r\nNorte\r\nPortugal"),
    (0x801b, "Rua Augusta 1\r\n1100-048 Lisboa\r\nPortugal"),
    (0x801c, "Avenida do Mar 3\r\n8000-001 Faro\r\nPortugal"),
    (0x802b, "https://ana.example.org/web"),
    (0x802c, "アナ"),
    (0x802d, "サンプル"),
    (0x802e, "エグザンプル"),
    (0x8045, "Rua Augusta 1"),
    (0x8046, "Lisboa"),
    (0x8047, "Lisboa"),
    (0x8048, "1100-048"),
    (0x8049, "Portugal"),
    (0x804a, "PO 12"),
    (0x804f, "User field one"),
    (0x8050, "User field two"),
    (0x8051, "User field three"),
    (0x8052, "User field four"),
    (0x8062, "xmpp:ana@im.example.org"),
    (0x80d8, "https://www.example.org/ana.ifb"),
    (0x80da, "pt"),
    (0x80db, "pt"),
    (0x80dc, "pt"),
];

/// Three addresses, the last one in an Exchange organisation: base of the ids, type, address, what is shown.
const EMAILS: &[(u32, &str, &str, &str)] = &[
    (0x8080, "SMTP", "ana@example.org", "Ana Sample (ana@example.org)"),
    (0x8090, "SMTP", "ana.home@example.net", "Ana at home"),
    (0x80a0, "EX", "/o=Example/ou=Exchange Administrative Group/cn=Recipients/cn=ana", "Ana Sample"),
];

/// A contact with every field of [MS-OXOCNTC], a photo among them.
pub fn contact() -> Item {
    let mut item = Item::new("IPM.Contact", "Dr. Ana Maria Sample Jr.");
    item.properties.extend(TEXTS.iter().map(|(id, text)| (Key::Id(*id), Value::from(*text))));
    item.properties.extend(ADDRESS_TEXTS.iter().map(|(lid, text)| (address(*lid), Value::from(*text))));
    item.properties.extend(emails());
    item.with_all(numbers()).attach(
        Attachment::file("ContactPicture.jpg", "image/jpeg", photo()).with(0x7fff, true).with(0x7ffe, true),
    )
}

/// A distribution list ([MS-OXOCNTC] §2.2.2): `known` are the entry ids of contacts, others are named by their address.
pub fn group(name: &str, known: &[Vec<u8>], others: &[(&str, &str)]) -> Item {
    let wrapped = known.iter().map(|entry| {
        // [MS-OXOCNTC] §2.2.2.2.4.1: a wrapped entry id, here of a contact's first address.
        let mut id = vec![0; 4];
        id.extend_from_slice(&[
            0xc0, 0x91, 0xad, 0xd3, 0x51, 0x9d, 0xcf, 0x11, 0xa4, 0xa9, 0x00, 0xaa, 0x00, 0x47, 0xfa, 0xa4,
        ]);
        id.push(0xc3);
        id.extend_from_slice(entry);
        id
    });
    let one_offs: Vec<Vec<u8>> = others.iter().map(|(name, email)| one_off(name, "SMTP", email)).collect();
    let members: Vec<Vec<u8>> = wrapped.chain(one_offs.iter().cloned()).collect();
    let mut shown = vec![one_off("Known contact", "SMTP", "ana@example.org"); known.len()];
    shown.extend(one_offs);
    Item::new("IPM.DistList", name)
        .with(0x3001, name)
        .with(0x1000, "Who gets the minutes.\r\n")
        .with(address(0x8005), name)
        .with(address(0x8053), name)
        .with(address(0x8054), Value::ManyBinaries(shown))
        .with(address(0x8055), Value::ManyBinaries(members))
        .with(categories(), Value::ManyTexts(vec!["Lists".to_owned()]))
}

fn numbers() -> Properties {
    let birthday = at(1970, 5, 17, 0, 0);
    let anniversary = at(1999, 9, 9, 0, 0);
    vec![
        (Key::Id(0x3a40), Value::Bool(true)),
        (Key::Id(0x3a41), anniversary.clone()),
        (Key::Id(0x3a42), birthday.clone()),
        (Key::Id(0x3a4d), Value::I16(1)),
        (Key::Id(0x3a58), Value::ManyTexts(vec!["Filipa".to_owned(), "Gonçalo".to_owned()])),
        (Key::Id(0x3a70), Value::ManyBinaries(vec![noise(70, 900)])),
        (Key::Id(0x0036), Value::I32(2)),
        (Key::Id(0x1080), Value::I32(0x200)),
        (address(0x8006), Value::I32(0x8017)),
        (address(0x8015), Value::Bool(true)),
        (address(0x8022), Value::I32(2)),
        (address(0x8028), Value::ManyI32(vec![0, 1, 2])),
        (address(0x8029), Value::I32(7)),
        (address(0x80de), birthday),
        (address(0x80df), anniversary),
        (Key::Number(Set::COMMON, 0x8506), Value::Bool(true)),
        (Key::Number(Set::COMMON, 0x853a), Value::ManyTexts(vec!["Bruno Assistant".to_owned()])),
        (categories(), Value::ManyTexts(vec!["Friends".to_owned(), "Größere Kunden".to_owned()])),
    ]
}

fn emails() -> Properties {
    let mut all = Properties::new();
    for (base, kind, email, shown) in EMAILS {
        let texts = [(0, *shown), (2, *kind), (3, *email), (4, *shown)];
        all.extend(texts.map(|(more, text)| (address(base + more), Value::from(text))));
        all.push((address(base + 5), Value::Binary(one_off(shown, kind, email))));
    }
    for (base, number) in [(0x80b0, "0111"), (0x80c0, "0112"), (0x80d0, "0110")] {
        let fax = format!("+351 21 555 {number}");
        all.push((address(base + 2), Value::from("FAX")));
        all.push((address(base + 3), Value::Text(format!("Ana@{fax}"))));
        all.push((address(base + 4), Value::from("Ana Sample")));
        all.push((address(base + 5), Value::Binary(one_off("Ana Sample", "FAX", &fax))));
    }
    all
}

/// A smallest JPEG's first and last bytes, and noise between: readers carry it, none looks into it.
fn photo() -> Vec<u8> {
    let mut photo = vec![0xff, 0xd8, 0xff, 0xe0, 0, 16];
    photo.extend_from_slice(b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    photo.extend(noise(7, 5_000));
    photo.extend_from_slice(&[0xff, 0xd9]);
    photo
}

fn address(lid: u32) -> Key {
    Key::Number(Set::ADDRESS, lid)
}

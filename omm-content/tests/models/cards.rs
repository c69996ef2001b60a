//! Contacts and groups, in both versions of vCard.

use crate::random::Lots;
use omm_content::{
    card::{
        Address, CardDate, Class, Contact, Email, Extra, Gender, Group, Im, Inline, Member, MemberAddress,
        Name, Phone, PhoneKind, Place, Version, Web,
        read::{Card, File, read},
    },
    data::Data,
    line::Line,
};
use std::io::Cursor;

const SEEDS: u64 = 400;

#[test]
fn contacts() {
    for seed in 0..SEEDS {
        for version in [Version::V3, Version::V4] {
            let lots = &mut Lots::new(seed);
            let contact = contact(lots, version);
            let photo = lots.maybe(|lots| [&b"\xFF\xD8\xFF"[..], &lots.bytes()].concat());
            let files = lots.several(|lots| File {
                // In 3.0 nothing says what a file is.
                media_type: if version == Version::V4 { "text/plain".to_owned() } else { String::new() },
                name: lots.old_param(),
                data: Data::bytes(lots.bytes()),
            });
            let inline = photo.clone().map(|photo| Inline::image(Box::new(Cursor::new(photo))).unwrap());
            let text = contact.write(version, inline, files.iter().map(File::inline).collect());
            let text = text.into_bytes().unwrap();
            let back = read(text.clone()).unwrap();
            let shown = String::from_utf8_lossy(&text);
            assert_eq!(back.losses, [], "seed {seed}\n{shown}");
            assert_eq!(back.card, Card::Contact(Box::new(contact)), "seed {seed}\n{shown}");
            let photo = photo.map(|photo| File {
                media_type: "image/jpeg".to_owned(),
                name: String::new(),
                data: Data::bytes(photo),
            });
            assert_eq!((back.photo, back.files), (photo, files), "seed {seed}\n{shown}");
        }
    }
}

#[test]
fn organisations() {
    for version in [Version::V3, Version::V4] {
        let contact = Contact {
            display_name: "Example".into(),
            organisation: "Example".into(),
            department: "Sales".into(),
            ..Contact::default()
        };
        let text = contact.write(version, None, Vec::new()).into_bytes().unwrap();
        assert_eq!(read(text).unwrap().card, Card::Contact(Box::new(contact)));
    }
}

#[test]
fn groups() {
    for seed in 0..SEEDS {
        for version in [Version::V3, Version::V4] {
            let lots = &mut Lots::new(seed);
            let group = Group {
                uid: lots.word(),
                revised: lots.maybe(Lots::instant),
                name: lots.text(),
                members: lots.several(|lots| member(lots, version)),
                categories: lots.several(Lots::text),
                notes: lots.word(),
                class: lots.one(&[Class::Public, Class::Private, Class::Confidential]),
                lines: lots.several(|lots| Line::new("X-OTHER").param("X-A", "b,c").text(&lots.text())),
            };
            let text = group.write(version);
            let back = read(text.clone()).unwrap();
            assert_eq!(back.losses, [], "seed {seed}\n{text}");
            assert_eq!(back.card, Card::Group(group), "seed {seed}\n{text}");
        }
    }
}

fn param(lots: &mut Lots, version: Version) -> String {
    if version == Version::V4 { lots.param() } else { lots.old_param() }
}

fn member(lots: &mut Lots, version: Version) -> Member {
    match lots.below(3) {
        0 => Member { name: param(lots, version), address: MemberAddress::Mail(lots.address()) },
        1 => Member { name: String::new(), address: MemberAddress::Card("urn:uuid:1-2".into()) },
        _ => Member { name: lots.text(), address: MemberAddress::Unknown },
    }
}

fn place(lots: &mut Lots) -> Place {
    lots.one(&[Place::Other, Place::Home, Place::Work])
}

fn date(lots: &mut Lots) -> CardDate {
    match lots.below(3) {
        0 => CardDate::Day(lots.day()),
        1 => CardDate::Yearless { month: 2, day: 29 },
        _ => CardDate::Text("in; spring, 1970?\nperhaps".into()),
    }
}

fn contact(lots: &mut Lots, version: Version) -> Contact {
    let mut contact = Contact {
        uid: lots.word(),
        revised: lots.maybe(Lots::instant),
        // Blanks at its ends are none of a name that is shown.
        display_name: lots.param(),
        // The writer says it only where it is another one than the name that is shown.
        file_as: lots.one(&["", "Under; this, name"]).to_owned(),
        nicknames: lots.several(Lots::text),
        categories: lots.several(Lots::text),
        notes: lots.word(),
        class: lots.one(&[Class::Public, Class::Private, Class::Confidential]),
        addresses: lots.several(|lots| address(lots, version)),
        phones: lots.several(|lots| Phone { kind: lots.one(&KINDS), number: lots.text() }),
        emails: lots.several(|lots| Email {
            address: lots.address(),
            display_name: if lots.often() { param(lots, version) } else { String::new() },
            place: place(lots),
        }),
        ims: lots.several(|lots| Im {
            address: lots.one(&["jane miller", "jane@example.org", "Zoë"]).to_owned(),
            service: lots.one(&["", "Skype", "jabber", "MSN", "Matrix"]).to_owned(),
            place: place(lots),
        }),
        webs: lots.several(|lots| Web { url: lots.uri(), place: place(lots) }),
        free_busy: lots.uri(),
        certificates: lots.several(|lots| [&[0x30][..], &lots.bytes()].concat()),
        pgp_keys: lots.several(|lots| [&b"-----BEGIN PGP"[..], &lots.bytes()].concat()),
        user_fields: lots.several(Lots::text),
        ..Contact::default()
    };
    work(lots, &mut contact);
    person(lots, &mut contact);
    contact.extras = lots.several(|lots| Extra {
        name: lots.one(&["X-KEYWORD", "X-Mixed-Case", "X-OMM-CSV"]).to_owned(),
        parameter: lots.maybe(|lots| ("X-COLUMN".to_owned(), param(lots, version))),
        value: lots.word(),
    });
    contact.lines = lots.several(|lots| match lots.below(3) {
        0 => Line::new("LOGO").param("VALUE", "uri").plain("https://example.org/a;b,c"),
        1 => Line::unfolded_from("item7.X-THING;A=1;B=\"2,3\":4;5,6"),
        _ => Line::new("X-LIST").text(&lots.text()).text("a"),
    });
    contact
}

const KINDS: [PhoneKind; 18] = [
    PhoneKind::Work,
    PhoneKind::Home,
    PhoneKind::Mobile,
    PhoneKind::WorkFax,
    PhoneKind::HomeFax,
    PhoneKind::OtherFax,
    PhoneKind::Pager,
    PhoneKind::Car,
    PhoneKind::Callback,
    PhoneKind::Radio,
    PhoneKind::Telex,
    PhoneKind::Tty,
    PhoneKind::Isdn,
    PhoneKind::Assistant,
    PhoneKind::CompanyMain,
    PhoneKind::Primary,
    PhoneKind::Video,
    PhoneKind::Other,
];

fn address(lots: &mut Lots, version: Version) -> Address {
    Address {
        place: place(lots),
        post_box: lots.word(),
        extended: lots.word(),
        street: lots.text(),
        city: lots.word(),
        region: lots.word(),
        code: lots.word(),
        country: lots.word(),
        // 3.0 has no place for it.
        country_code: if version == Version::V4 { "DE".to_owned() } else { String::new() },
        label: match version {
            Version::V4 => param(lots, version),
            Version::V3 => lots.text(),
        },
        preferred: lots.often(),
    }
}

fn work(lots: &mut Lots, contact: &mut Contact) {
    contact.name = Name {
        prefix: lots.word(),
        given: lots.word(),
        middle: lots.word(),
        family: lots.word(),
        suffix: lots.word(),
        phonetic_given: lots.word(),
        phonetic_middle: lots.word(),
        phonetic_family: lots.word(),
    };
    contact.initials = lots.word();
    contact.maiden_name = lots.word();
    contact.organisation = lots.word();
    contact.department = lots.word();
    contact.phonetic_organisation = lots.word();
    contact.job_title = lots.word();
    contact.role = lots.word();
    contact.office = lots.word();
    contact.location = lots.word();
    contact.government_id = lots.word();
    contact.customer_id = lots.word();
    contact.organisational_id = lots.word();
    contact.account = lots.word();
    contact.billing = lots.word();
    contact.mileage = lots.word();
    contact.referred_by = lots.word();
    contact.ftp_site = lots.word();
    contact.computer_network = lots.word();
}

fn person(lots: &mut Lots, contact: &mut Contact) {
    contact.birthday = lots.maybe(date);
    contact.anniversary = lots.maybe(date);
    contact.gender =
        lots.maybe(|lots| lots.one(&[Gender::Female, Gender::Male, Gender::Text("as; it, is".into())]));
    contact.language = lots.one(&["", "de-CH", "English, mostly"]).to_owned();
    contact.position = lots.maybe(|_| (-33.8688, 151.209_300_1));
    contact.spouse = lots.word();
    contact.manager = lots.word();
    contact.assistant = lots.word();
    contact.children = lots.several(Lots::text);
    contact.relations =
        lots.several(|lots| (lots.one(&["", "friend", "ski-buddy", "parent"]).to_owned(), lots.text()));
    contact.hobbies = lots.several(Lots::text);
    contact.interests = lots.several(Lots::text);
}

//! Distribution lists, notes and journal entries, from properties to lines.

use omm_core::model::ItemKind;
use omm_mapi::{
    Attachment, Error, Message, Options, StoredMessage, convert,
    property::{Guid, NameMap, Named, Properties, Value, named, tag},
};
use std::sync::Arc;

fn message(class: &str, tags: Vec<(u16, Value)>, lids: Vec<(Guid, u32, Value)>) -> StoredMessage {
    let mut names = NameMap::new();
    lids.iter()
        .enumerate()
        .for_each(|(at, (set, id, _))| names.insert(Named::Id(*set, *id), 0x8001 + at as u16));
    let mut properties = Properties::new(Arc::new(names));
    properties.insert(tag::MESSAGE_CLASS, text(class));
    properties.insert(tag::SEARCH_KEY, Value::Binary(class.into()));
    tags.into_iter().for_each(|(id, value)| properties.insert(id, value));
    lids.into_iter().enumerate().for_each(|(at, (_, _, value))| properties.insert(0x8001 + at as u16, value));
    StoredMessage { properties, ..StoredMessage::default() }
}

fn text(text: &str) -> Value {
    Value::String(text.into())
}

fn lines(message: &StoredMessage, options: &Options) -> (ItemKind, Vec<String>, Vec<String>) {
    let converted = convert(message, options).expect("an item that converts");
    let text = String::from_utf8(converted.body.into_bytes().expect("all of it is in memory"))
        .expect("a card is text")
        .replace("\r\n ", "");
    (converted.kind, text.lines().map(str::to_owned).collect(), converted.losses)
}

/// [MS-OXCDATA] §2.2.5.1, in UTF-16.
fn one_off(name: &str, kind: &str, address: &str) -> Vec<u8> {
    let mut id = vec![0; 4];
    id.extend([
        0x81, 0x2B, 0x1F, 0xA4, 0xBE, 0xA3, 0x10, 0x19, 0x9D, 0x6E, 0x00, 0xDD, 0x01, 0x0F, 0x54, 0x02,
    ]);
    id.extend([0, 0, 0x01, 0x90]);
    for text in [name, kind, address] {
        id.extend(text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes));
    }
    id
}

/// [MS-OXOCNTC] §2.2.2.2.4.1.1: a contact in some store.
fn contact_id() -> Vec<u8> {
    let mut id = vec![0; 4];
    id.extend([
        0xC0, 0x91, 0xAD, 0xD3, 0x51, 0x9D, 0xCF, 0x11, 0xA4, 0xA9, 0x00, 0xAA, 0x00, 0x47, 0xFA, 0xA4,
    ]);
    id.push(0xC3);
    id.extend([9; 24]);
    id
}

fn binaries(values: Vec<Vec<u8>>) -> Value {
    Value::Multiple(values.into_iter().map(Value::Binary).collect())
}

fn group() -> StoredMessage {
    let jane = one_off("Jane", "SMTP", "j@x.org");
    message(
        "IPM.DistList",
        vec![(tag::DISPLAY_NAME, text("Friends, all")), (tag::BODY, text("a note"))],
        vec![
            (named::PSETID_ADDRESS, 0x8053, text("Friends, all")),
            (
                named::PSETID_ADDRESS,
                0x8055,
                binaries(vec![contact_id(), jane.clone(), contact_id(), contact_id(), vec![1, 2]]),
            ),
            (
                named::PSETID_ADDRESS,
                0x8054,
                binaries(vec![
                    one_off("Bob; the builder", "SMTP", "bob?x@x.org"),
                    jane,
                    one_off("Clare", "EX", "/o=X/cn=clare"),
                    one_off("Clare (c@x.org)", "EX", "/o=X/cn=clare"),
                ]),
            ),
        ],
    )
}

#[test]
fn a_group_has_all_its_members() {
    for (vcard_3, expected) in [
        (
            false,
            [
                "KIND:group",
                "FN:Friends\\, all",
                "NOTE:a note",
                "MEMBER;X-CN=\"Bob; the builder\":mailto:bob%3Fx@x.org",
                "MEMBER;X-CN=Jane:mailto:j@x.org",
                "X-MEMBER:Clare",
                "MEMBER;X-CN=Clare (c@x.org):mailto:c@x.org",
                "X-MEMBER:(a member without a name)",
            ],
        ),
        (
            true,
            [
                "X-ADDRESSBOOKSERVER-KIND:group",
                "N:Friends\\, all;;;;",
                "NOTE:a note",
                "X-ADDRESSBOOKSERVER-MEMBER;X-CN=\"Bob; the builder\":mailto:bob%3Fx@x.org",
                "X-ADDRESSBOOKSERVER-MEMBER;X-CN=Jane:mailto:j@x.org",
                "X-MEMBER:Clare",
                "X-ADDRESSBOOKSERVER-MEMBER;X-CN=Clare (c@x.org):mailto:c@x.org",
                "X-MEMBER:(a member without a name)",
            ],
        ),
    ] {
        let mut options = Options::default();
        options.vcard_3 = vcard_3;
        let (kind, found, losses) = lines(&group(), &options);
        assert_eq!((kind, losses.len()), (ItemKind::Contact, 2), "{losses:?}");
        for line in expected {
            assert!(found.iter().any(|found| found == line), "{line} in {found:#?}");
        }
        assert_eq!(found.iter().filter(|line| line.contains("MEMBER")).count(), 5);
    }
}

#[test]
fn notes_and_journal_entries_are_journals() {
    let note = message(
        "IPM.StickyNote",
        vec![
            (tag::SUBJECT, text("Milk")),
            (tag::BODY, text("Milk\r\nEggs")),
            (tag::CREATION_TIME, Value::Time(133_500_000_000_000_000)),
            (tag::LAST_MODIFICATION_TIME, Value::Time(133_500_000_600_000_000)),
        ],
        vec![
            (named::PSETID_NOTE, 0x8B00, Value::Integer32(3)),
            (named::PSETID_NOTE, 0x8B02, Value::Integer32(200)),
            (named::PSETID_NOTE, 0x8B03, Value::Integer32(166)),
        ],
    );
    let entry = message(
        "IPM.Activity",
        vec![(tag::SUBJECT, text("Called Jane"))],
        vec![
            (named::PSETID_LOG, 0x8700, text("Phone call")),
            (named::PSETID_LOG, 0x8706, Value::Time(133_500_000_000_000_000)),
            (named::PSETID_LOG, 0x8708, Value::Time(133_500_018_000_000_000)),
            (named::PSETID_COMMON, 0x853A, Value::Multiple(vec![text("Jane"), text("Bob")])),
            (named::PSETID_COMMON, 0x8539, Value::Multiple(vec![text("Firm")])),
            (named::PSETID_COMMON, 0x8506, Value::Boolean(true)),
        ],
    );
    for (message, expected) in [
        (
            note,
            &[
                "SUMMARY:Milk",
                "DESCRIPTION:Milk\\nEggs",
                "COLOR:yellow",
                "X-NOTE-WIDTH:200",
                "X-NOTE-HEIGHT:166",
                "CREATED:20240117T212000Z",
                "DTSTAMP:20240117T212100Z",
                "LAST-MODIFIED:20240117T212100Z",
            ][..],
        ),
        (
            entry,
            &[
                "SUMMARY:Called Jane",
                "DTSTART:20240117T212000Z",
                "X-DURATION:PT30M",
                "X-ENTRY-TYPE:Phone call",
                "CONTACT:Jane",
                "CONTACT:Bob",
                "X-COMPANY:Firm",
                "CLASS:PRIVATE",
                "DTSTAMP:19700101T000000Z",
            ],
        ),
    ] {
        let (kind, found, losses) = lines(&message, &Options::default());
        assert_eq!((kind, losses), (ItemKind::Note, Vec::new()));
        for line in expected {
            assert!(found.iter().any(|found| found == line), "{line} in {found:#?}");
        }
        assert!(found.iter().any(|line| line.starts_with("UID:urn:uuid:")));
    }
}

/// A message whose table of attachments cannot be read.
struct Damaged(StoredMessage);

impl Message for Damaged {
    fn properties(&self) -> &Properties {
        &self.0.properties
    }

    fn recipients(&self) -> omm_mapi::Result<Vec<Properties>> {
        self.0.recipients()
    }

    fn attachments(&self) -> omm_mapi::Result<Vec<Box<dyn Attachment>>> {
        Err(Error::malformed("a block that is not there"))
    }
}

#[test]
fn what_has_damaged_attachments_is_kept_on_the_second_try() {
    for class in ["IPM.Contact", "IPM.DistList", "IPM.StickyNote", "IPM.Activity"] {
        let damaged = Damaged(message(class, vec![(tag::SUBJECT, text("Milk"))], Vec::new()));
        assert!(convert(&damaged, &Options::default()).is_err(), "{class}");
        let mut options = Options::default();
        options.without_damaged = true;
        let converted = convert(&damaged, &options).expect(class);
        let [loss] = &converted.losses[..] else { panic!("{class}: {:?}", converted.losses) };
        assert!(loss.contains("a block that is not there"), "{class}: {loss}");
        let body = String::from_utf8(converted.body.into_bytes().expect("it is in memory")).expect("text");
        assert!(body.contains("Milk"), "{class}: {body}");
    }
}

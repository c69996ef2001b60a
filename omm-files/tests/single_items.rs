//! `.msg` files and TNEF streams, written here: what each says comes out, and what is damaged is told.

// A test that cannot be set up fails.
#![allow(clippy::unwrap_used)]

mod support;

use omm_mapi::{
    Message,
    property::{Guid, Named, Value, named, tag},
};
use std::io::{Cursor, Read};
use support::{
    mapi::{self, Content, Item, LEAP_DAY, Property},
    msg_writer, tnef_writer, *,
};

const COLOUR: u32 = 0x8B00;

fn mail() -> Item {
    let inner = Item::of(
        "IPM.Note",
        vec![Property::text(0x0037, "Inside"), Property::text(0x1000, "the inner body")],
    );
    Item::of(
        "IPM.Note",
        vec![
            Property::text(0x0037, "Grüße"),
            Property::text(0x1000, "the body"),
            Property::text(0x1035, "<m1@example.org>"),
            Property::time(0x0039, LEAP_DAY),
            Property::time(0x0E06, LEAP_DAY),
            Property::number(0x0E07, 1),
            Property::text(0x0C1A, "Anna"),
            Property::text(0x0C1E, "SMTP"),
            Property::text(0x0C1F, "anna@example.org"),
            Property::several(0x8000, mapi::STRING, vec![mapi::utf16("Red"), mapi::utf16("Blue")])
                .worded(named::PS_PUBLIC_STRINGS, "Keywords"),
        ],
    )
    .to(1, "Zoë", "zoe@example.org")
    .to(2, "Carl", "carl@example.org")
    .with("data.bin", Content::Bytes((0..=255).collect()))
    .with("Inside", Content::Message(Box::new(inner)))
}

fn chart() -> Vec<(&'static str, Vec<u8>)> {
    vec![("Contents", b"a chart".to_vec()), ("\u{1}Ole", vec![1; 20]), ("Sheet/Cells", vec![2; 9000])]
}

fn card() -> Item {
    Item::of(
        "IPM.Contact",
        vec![
            Property::text(0x3001, "Zoë Kraus"),
            Property::text(0x3A06, "Zoë"),
            Property::text(0x3A11, "Kraus"),
            Property::text(0x8083, "zoe@example.org").named(named::PSETID_ADDRESS, 0x8083),
            Property::text(0x8082, "SMTP").named(named::PSETID_ADDRESS, 0x8082),
        ],
    )
}

fn others() -> Vec<(&'static str, Item, &'static [&'static str])> {
    let subject = Property::text(0x0037, "Topic");
    let start = Property::time(0x820D, LEAP_DAY).named(named::PSETID_APPOINTMENT, 0x820D);
    let end = Property::time(0x820E, LEAP_DAY + 36_000_000_000).named(named::PSETID_APPOINTMENT, 0x820E);
    let colour = Property::number(COLOUR as u16, 1).named(named::PSETID_NOTE, COLOUR);
    let list = Property::text(0x8053, "Team").named(named::PSETID_ADDRESS, 0x8053);
    vec![
        ("contacts", card(), &["FN:Zoë Kraus", "zoe@example.org"]),
        (
            "calendars",
            Item::of("IPM.Appointment", vec![subject.clone(), start, end]),
            &["BEGIN:VEVENT", "SUMMARY:Topic", "20240229T123456Z"],
        ),
        ("tasks", Item::of("IPM.Task", vec![subject.clone()]), &["BEGIN:VTODO", "SUMMARY:Topic"]),
        (
            "notes",
            Item::of("IPM.StickyNote", vec![subject.clone(), colour]),
            &["BEGIN:VJOURNAL", "SUMMARY:Topic", "COLOR:green"],
        ),
        ("notes", Item::of("IPM.Activity", vec![subject.clone()]), &["BEGIN:VJOURNAL", "SUMMARY:Topic"]),
        ("contacts", Item::of("IPM.DistList", vec![list]), &["FN:Team", "KIND:group"]),
        (
            "mail",
            mail(),
            &["Subject: =?utf-8?", "the body", "the inner body", "data.bin", "<m1@example.org>"],
        ),
        ("mail", Item::of("IPM.Custom.Form", vec![subject]), &["Subject: Topic"]),
    ]
}

/// The text of the item in a file that is the whole account, and the remarks.
fn read(name: &str, bytes: &[u8]) -> (&'static str, String, Vec<String>) {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), name, bytes);
    let source = source(&root.path().join(name));
    let found = overview(&*source);
    assert_eq!(found.len(), 1, "{found:?}");
    let text = items(&*source, found[0].0.trim_end_matches('*')).remove(0).1;
    (found[0].1, text, source.learned().remarks)
}

#[test]
fn one_item_in_both_formats_is_the_same() {
    for (kind, item, says) in others() {
        let (msg_kind, msg, msg_remarks) = read("a.msg", &msg_writer::write(&item));
        let (tnef_kind, tnef, tnef_remarks) = read("winmail.dat", &tnef_writer::write(&item));
        assert_eq!((msg_kind, tnef_kind), (kind, kind));
        assert_eq!(msg, tnef);
        for words in says {
            assert!(msg.contains(words), "{words}: {msg}");
        }
        assert_eq!((msg_remarks.len(), tnef_remarks.len()), (0, 0), "{msg_remarks:?} {tnef_remarks:?}");
    }
}

#[test]
fn every_type_of_property_comes_out() {
    let set = Guid([9; 16]);
    let float = 1.5f32.to_le_bytes().to_vec();
    let rows = [
        (Property::new(1, mapi::INTEGER16, vec![0xFE, 0xFF]), Value::Integer16(-2)),
        (Property::number(2, -7), Value::Integer32(-7)),
        (Property::new(3, mapi::FLOATING32, float), Value::Floating(1.5)),
        (Property::new(4, mapi::FLOATING64, 2.25f64.to_le_bytes().to_vec()), Value::Floating(2.25)),
        (Property::new(5, mapi::CURRENCY, 10_000i64.to_le_bytes().to_vec()), Value::Integer64(10_000)),
        (Property::new(6, mapi::FLOATING_TIME, 1f64.to_le_bytes().to_vec()), Value::Floating(1.0)),
        (Property::flag(7, true), Value::Boolean(true)),
        (Property::new(8, mapi::INTEGER64, (-1i64).to_le_bytes().to_vec()), Value::Integer64(-1)),
        (Property::time(9, LEAP_DAY), Value::Time(LEAP_DAY)),
        (Property::new(10, mapi::GUID, vec![5; 16]), Value::Guid(Guid([5; 16]))),
        (Property::text(11, "Žluť 🐎"), Value::String("Žluť 🐎".into())),
        (Property::text8(12, b"\xe9t\xe9"), Value::String8(b"\xe9t\xe9".to_vec())),
        (Property::binary(13, &[0, 1, 0]), Value::Binary(vec![0, 1, 0])),
        (Property::binary(14, &[]), Value::Binary(Vec::new())),
        (
            Property::several(15, mapi::INTEGER32, vec![vec![1, 0, 0, 0], vec![2, 0, 0, 0]]),
            Value::Multiple(vec![Value::Integer32(1), Value::Integer32(2)]),
        ),
        (
            Property::several(16, mapi::STRING, vec![mapi::utf16("a"), mapi::utf16("bc")]),
            Value::Multiple(vec![Value::String("a".into()), Value::String("bc".into())]),
        ),
        (
            Property::several(17, mapi::STRING8, vec![b"a".to_vec(), b"bc".to_vec()]),
            Value::Multiple(vec![Value::String8(b"a".to_vec()), Value::String8(b"bc".to_vec())]),
        ),
        (
            Property::several(18, mapi::BINARY, vec![vec![1], vec![2, 3]]),
            Value::Multiple(vec![Value::Binary(vec![1]), Value::Binary(vec![2, 3])]),
        ),
        (
            Property::several(19, mapi::TIME, vec![LEAP_DAY.to_le_bytes().to_vec()]),
            Value::Multiple(vec![Value::Time(LEAP_DAY)]),
        ),
    ];
    let by_name = [
        (Property::text(0, "by number").named(set, 0x8500), Named::Id(set, 0x8500)),
        (Property::text(0, "by word").worded(set, "X-Word"), Named::Text(set, "X-Word".into())),
        (
            Property::text(0, "of the public").worded(named::PS_PUBLIC_STRINGS, "Keyword"),
            Named::Text(named::PS_PUBLIC_STRINGS, "Keyword".into()),
        ),
        (Property::number(0, 3).named(named::PS_MAPI, 0x8501), Named::Id(named::PS_MAPI, 0x8501)),
    ];
    let mut all: Vec<Property> = rows.iter().map(|(property, _)| property.clone()).collect();
    all.extend(by_name.iter().map(|(property, _)| property.clone()));
    let item = Item::of("IPM.Note", all);
    let msg = omm_files::msg::open(Cursor::new(msg_writer::write(&item))).unwrap();
    let tnef = omm_files::tnef::read(&tnef_writer::write(&item), None).unwrap();
    for (format, message) in [("msg", &msg as &dyn Message), ("TNEF", &tnef.message)] {
        let properties = message.properties();
        for (property, value) in &rows {
            assert_eq!(properties.get(property.id), Some(value), "{format} {}", property.id);
        }
        for (property, name) in &by_name {
            assert!(properties.named(name).is_some(), "{format} {name:?} {property:?}");
        }
        assert_eq!(properties.named_text(&by_name[1].1).as_deref(), Some("by word"), "{format}");
    }
    assert!(msg.remarks().is_empty() && tnef.remarks.is_empty());
}

#[test]
fn eight_bit_text_is_in_the_code_page_that_is_said() {
    let greek = b"\xca\xe1\xeb\xe7\xec\xdd\xf1\xe1";
    // PidTagMessageCodepage goes before what the account says; without either it is Western.
    for (said, option, subject) in [
        (Some(1253), None, "Καλημέρα"),
        (None, Some(1253), "Καλημέρα"),
        (Some(1253), Some(1251), "Καλημέρα"),
        (None, None, "ÊáëçìÝñá"),
    ] {
        let mut properties = vec![Property::text8(0x0037, greek)];
        properties.extend(said.map(|page| Property::number(0x3FFD, page)));
        let item = Item { properties, ..Item::default() };
        let msg = omm_files::msg::open(Cursor::new(msg_writer::write(&item))).unwrap().with_code_page(option);
        assert_eq!(msg.properties().text(tag::SUBJECT).as_deref(), Some(subject), "{said:?} {option:?}");
    }
    let mut stream = tnef_writer::start();
    tnef_writer::attribute(&mut stream, 1, tnef_writer::SUBJECT, b"\xca\xe1\0");
    let subject = |stream: &[u8], page| {
        omm_files::tnef::read(stream, page).unwrap().message.properties.text(tag::SUBJECT).unwrap()
    };
    assert_eq!((&*subject(&stream, Some(1253)), &*subject(&stream, None)), ("Κα", "Êá"));
    tnef_writer::attribute(&mut stream, 1, tnef_writer::OEM_CODEPAGE, &[0xE3, 4, 0, 0, 0, 0, 0, 0]);
    assert_eq!(subject(&stream, Some(1253)), "Кб", "1251 of the stream itself");
}

/// What another program put into a mail is a compound file of its own, the same bytes each time it is read.
#[test]
fn an_object_of_another_program_comes_out_whole() {
    let item = Item::of("IPM.Note", vec![]).with("chart", Content::Storage(chart()));
    let tnef = omm_files::tnef::read(&tnef_writer::write(&item), None).unwrap().message;
    let msg = msg_writer::write(&item);
    let bytes = |message: &dyn Message| {
        let (attachments, mut bytes) = (message.attachments().unwrap(), Vec::new());
        attachments[0].data().unwrap().unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    };
    let of_msg = || bytes(&omm_files::msg::open(Cursor::new(msg.clone())).unwrap());
    assert!(of_msg() == of_msg());
    for (format, object) in [("msg", of_msg()), ("TNEF", bytes(&tnef))] {
        let mut object = cfb::CompoundFile::open(Cursor::new(object)).unwrap();
        for (name, expected) in chart() {
            let mut found = Vec::new();
            object.open_stream(name).unwrap().read_to_end(&mut found).unwrap();
            assert!(found == expected, "{format} {name}");
        }
    }
}

/// Twenty megabytes go through in pieces, not one of them lost.
#[test]
fn a_large_attachment_is_streamed_whole() {
    let large: Vec<u8> = (0..20u32 << 18).flat_map(|at| at.wrapping_mul(0x9E37_79B1).to_le_bytes()).collect();
    let item = Item::of("IPM.Note", vec![Property::text(0x0037, "large")])
        .with("large.bin", Content::Bytes(large.clone()));
    let file = msg_writer::write(&item);
    let msg = omm_files::msg::open(Cursor::new(file.clone())).unwrap();
    let attachments = msg.attachments().unwrap();
    let mut data = attachments[0].data().unwrap().unwrap();
    let (mut read, mut piece) = (Vec::new(), [0; 10_007]);
    loop {
        match data.read(&mut piece).unwrap() {
            0 => break,
            count => read.extend_from_slice(&piece[..count]),
        }
    }
    assert!(read == large);
    let (_, text, _) = read_file(&file);
    let encoded = text.split("\r\n\r\n").find(|part| part.len() > 20 << 20).unwrap();
    let body = encoded.split("\r\n--").next().unwrap();
    assert!(base64(body) == large);
}

fn read_file(file: &[u8]) -> (&'static str, String, Vec<String>) {
    read("a.msg", file)
}

fn base64(text: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let value = |letter: u8| LETTERS.iter().position(|known| *known == letter).map(|at| at as u32);
    let values: Vec<u32> = text.bytes().filter_map(value).collect();
    let bytes = |four: &[u32]| {
        let word = four.iter().enumerate().fold(0, |word, (at, six)| word | six << (18 - 6 * at));
        word.to_be_bytes()[1..four.len()].to_vec()
    };
    values.chunks(4).flat_map(bytes).collect()
}

/// Changes a file that was written: what was there is found again.
fn edited(file: Vec<u8>, edit: impl FnOnce(&mut cfb::CompoundFile<Cursor<Vec<u8>>>)) -> Vec<u8> {
    let mut file = cfb::CompoundFile::open(Cursor::new(file)).unwrap();
    edit(&mut file);
    file.flush().unwrap();
    file.into_inner().into_inner()
}

#[test]
fn what_is_damaged_is_told() {
    let whole = msg_writer::write(&mail());
    let stream = "__properties_version1.0";
    let recipient = edited(whole.clone(), |file| {
        file.remove_stream(format!("/__recip_version1.0_#00000001/{stream}")).unwrap();
    });
    let attachment = edited(whole.clone(), |file| {
        file.remove_stream(format!("/__attach_version1.0_#00000000/{stream}")).unwrap();
    });
    let inner = edited(whole, |file| {
        let inner = "/__attach_version1.0_#00000001/__substg1.0_3701000D";
        file.create_storage(format!("{inner}/__recip_version1.0_#00000000")).unwrap();
    });
    for (file, says) in [
        (recipient, "recipient 2: the stream of fixed properties is missing"),
        (attachment, "attachment 1: the stream of fixed properties is missing"),
        (inner, "attachment 2, recipient 1: the stream of fixed properties is missing"),
    ] {
        let (_, text, remarks) = read_file(&file);
        assert!(text.contains("the body") && text.contains("the inner body"), "{says}: {text}");
        assert!(remarks.iter().any(|line| line == &format!("item a.msg: {says}")), "{says}: {remarks:?}");
    }
}

#[test]
fn attributes_from_before_mapi_are_read() {
    let mut stream = tnef_writer::start();
    let add = |stream: &mut Vec<u8>, id, data: &[u8]| tnef_writer::attribute(stream, 1, id, data);
    add(&mut stream, tnef_writer::MESSAGE_CLASS, b"IPM.Microsoft Mail.Note\0");
    add(&mut stream, tnef_writer::SUBJECT, b"Old times\0");
    add(&mut stream, tnef_writer::BODY, b"written in 1996\0");
    // 1996-02-29 12:34:56, a Thursday.
    let date: Vec<u8> = [1996u16, 2, 29, 12, 34, 56, 4].iter().flat_map(|part| part.to_le_bytes()).collect();
    add(&mut stream, tnef_writer::DATE_SENT, &date);
    // trpidOneOff, its size, the lengths of name and address.
    let from = [&[4u8, 0, 40, 0, 5, 0, 23, 0][..], b"Anna\0", b"SMTP:anna@example.org\0\0", &[0; 8]].concat();
    add(&mut stream, tnef_writer::FROM, &from);
    for (title, data) in [("one.txt", &b"first"[..]), ("two.txt", b"second")] {
        tnef_writer::attribute(
            &mut stream,
            2,
            tnef_writer::ATTACH_REND_DATA,
            &[1, 0, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0],
        );
        tnef_writer::attribute(&mut stream, 2, tnef_writer::ATTACH_TITLE, format!("{title}\0").as_bytes());
        tnef_writer::attribute(&mut stream, 2, tnef_writer::ATTACH_DATA, data);
    }
    let (kind, text, remarks) = read("winmail.dat", &stream);
    assert_eq!((kind, remarks.len()), ("mail", 0), "{remarks:?}");
    for words in [
        "Subject: Old times",
        "written in 1996",
        "29 Feb 1996 12:34:56 +0000",
        "anna@example.org",
        "one.txt",
        "two.txt",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let tnef = omm_files::tnef::read(&stream, None).unwrap();
    let data: Vec<_> = tnef.message.attachments.iter().map(|file| file.data.clone().unwrap()).collect();
    assert_eq!(data, [b"first".to_vec(), b"second".to_vec()]);
}

#[test]
fn a_stream_that_is_wrong_or_cut_off_gives_what_it_has_and_says_so() {
    let whole = tnef_writer::write(&mail());
    let mut wrong = whole.clone();
    let sum = wrong.len() - 1;
    wrong[sum] ^= 0x55;
    let (_, text, remarks) = read("winmail.dat", &wrong);
    assert!(text.contains("the body") && text.contains("the inner body"));
    assert!(
        remarks.len() == 1 && remarks[0].contains("the checksum of attribute 0x00069005 is wrong"),
        "{remarks:?}"
    );
    let mut told = 0;
    for length in (0..whole.len()).step_by(7) {
        match omm_files::tnef::read(&whole[..length], None) {
            Ok(tnef) => told += usize::from(!tnef.remarks.is_empty()),
            Err(error) => assert!(length < 4 && error.to_string().contains("signature"), "{length}: {error}"),
        }
    }
    assert!(told > whole.len() / 10, "{told}");
    let (_, cut, remarks) = read("winmail.dat", &whole[..whole.len() - 300]);
    assert!(cut.contains("the body") && !remarks.is_empty(), "{remarks:?}");
}

/// A row of bytes turned over in a message never ends the program, nor an account.
#[test]
fn a_message_with_any_sector_broken_is_an_item_or_says_why_not() {
    let whole = msg_writer::write(&mail());
    let root = tempfile::tempdir().unwrap();
    for (at, sector) in (0..whole.len()).step_by(512).enumerate() {
        let mut broken = whole.clone();
        let end = whole.len().min(sector + 64);
        broken[sector..end].iter_mut().for_each(|byte| *byte ^= 0xFF);
        put(root.path(), &format!("a/{at:04}.msg"), broken);
    }
    put(root.path(), "a/whole.msg", &whole);
    let source = source(root.path());
    let (mut read, mut failed) = (0, 0);
    for path in paths(&*source) {
        for (id, text) in items(&*source, &path) {
            match text.starts_with("malformed: ") || text.starts_with("unreachable: ") {
                true => failed += 1,
                false => read += 1,
            }
            assert!(id != "whole.msg" || text.contains("the inner body"));
        }
    }
    assert_eq!(read + failed, whole.len().div_ceil(512) + 1);
    assert!(read > 1 && failed > 1, "{read} {failed}");
}

/// The files that are written here are what two other readers take for such files.
#[test]
fn other_programs_read_what_is_written_here() {
    const SCRIPT: &str = "
import sys
try:
    import extract_msg, tnefparse
except ImportError as error:
    print('absent', error)
    sys.exit(0)
message = extract_msg.openMsg('a.msg')
print(message.subject, '|', message.body, '|', [one.email for one in message.recipients])
print([one.type.name for one in message.attachments], message.attachments[0].data == bytes(range(256)))
print(message.attachments[1].data.subject, message.getNamedProp('Keywords', '{00020329-0000-0000-C000-000000000046}'))
stream = tnefparse.TNEF(open('a.dat', 'rb').read(), do_checksum=True)
print(stream.msgclass if hasattr(stream, 'msgclass') else '', [one.long_filename() for one in stream.attachments])
print(stream.attachments[0].data == bytes(range(256)))
";
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "a.msg", msg_writer::write(&mail()));
    put(root.path(), "a.dat", tnef_writer::write(&mail()));
    let python = std::env::var("OMM_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let output = std::process::Command::new(python).args(["-c", SCRIPT]).current_dir(root.path()).output();
    let Ok(output) = output else {
        println!("skipped: no python3");
        return;
    };
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if out.starts_with("absent") {
        println!("skipped: {}", out.trim());
        return;
    }
    assert!(output.status.success(), "{out} {err}");
    for words in ["Grüße | the body", "'zoe@example.org', 'carl@example.org'", "True", "Inside", "data.bin"]
    {
        assert!(out.contains(words), "{words}: {out} {err}");
    }
}

//! The reader on files of the testkit's writer: every value that was put in comes out.
#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

use omm_files::pst::Pst;
use omm_mapi::{
    Message,
    property::{Guid, Named, Properties, Value as Read},
};
use omm_testkit::pst::{Content, Crypt, Format, Item, Key, PstBuilder, Value, filled};
use std::{fs::File, io::Read as _, sync::Arc};

#[test]
fn every_value_comes_out_as_it_went_in() {
    let mut differences = Vec::new();
    for (format, crypt) in [
        (Format::Unicode, Crypt::None),
        (Format::Unicode, Crypt::Permute),
        (Format::Unicode, Crypt::Cyclic),
        (Format::Ansi, Crypt::Permute),
        (Format::Ansi, Crypt::Cyclic),
    ] {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut pst =
            PstBuilder::new(format).crypt(crypt).password("x").start(file.reopen().unwrap()).unwrap();
        let made = filled::everything(&mut pst, 9 << 20).unwrap();
        pst.finish().unwrap();
        let pst = Pst::open(Arc::new(File::open(file.path()).unwrap())).unwrap();
        let mut found = Vec::new();
        for folder in pst.folders().unwrap() {
            let rows = pst.items(folder.nid).unwrap();
            found.extend(rows.iter().map(|row| row.nid));
        }
        for (path, item, placed) in &made.items {
            let Some(nid) = found.iter().find(|nid| nid.0 == placed.nid) else {
                differences.push(format!("{format:?} {crypt:?} {path}: {} is in no folder", placed.nid));
                continue;
            };
            let at = format!("{format:?} {crypt:?} {path}/{:?}", item.text(0x0037));
            let read = pst.message(*nid).unwrap();
            compare(&at, item, &read, &mut differences);
        }
        let census = pst.census().unwrap();
        assert_eq!(census.orphans.len(), made.orphans.len());
        assert_eq!(census.search_folders, 1);
        assert!(pst.damage().lines.is_empty(), "{:?}", pst.damage());
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

fn compare(at: &str, item: &Item, read: &dyn Message, differences: &mut Vec<String>) {
    values(at, &item.properties, read.properties(), differences);
    let recipients = read.recipients().unwrap();
    if recipients.len() != item.recipients.len() {
        differences.push(format!("{at}: {} recipients", recipients.len()));
    }
    for (wanted, got) in item.recipients.iter().zip(&recipients) {
        if got.text(0x3003).as_deref() != Some(&wanted.address)
            || got.text(0x3001).as_deref() != Some(&wanted.name)
        {
            differences.push(format!("{at}: recipient {got:?}"));
        }
    }
    let attachments = read.attachments().unwrap();
    if attachments.len() != item.attachments.len() {
        differences.push(format!("{at}: {} attachments", attachments.len()));
    }
    for (number, (wanted, got)) in item.attachments.iter().zip(&attachments).enumerate() {
        let at = format!("{at}#{number}");
        values(&at, &wanted.properties, got.properties(), differences);
        let mut bytes = Vec::new();
        if let Some(mut data) = got.data().unwrap() {
            data.read_to_end(&mut bytes).unwrap();
        }
        match &wanted.content {
            Content::Bytes(wanted) | Content::Ole(wanted) => {
                if bytes != *wanted {
                    differences.push(format!("{at}: {} bytes, not {}", bytes.len(), wanted.len()));
                }
            }
            Content::Embedded(item) => match got.message().unwrap() {
                Some(read) => compare(&at, item, &*read, differences),
                None => differences.push(format!("{at}: no message")),
            },
            Content::Reference(_) => {}
        }
    }
}

fn values(at: &str, wanted: &[(Key, Value)], got: &Properties, differences: &mut Vec<String>) {
    for (number, (key, value)) in wanted.iter().enumerate() {
        // The last one of a property counts.
        if wanted[number + 1..].iter().any(|(later, _)| later == key) {
            continue;
        }
        let read = match key {
            Key::Id(id) => got.get(*id),
            Key::Number(set, lid) => got.named(&Named::Id(Guid(set.0), *lid)),
            Key::Word(set, word) => got.named(&Named::Text(Guid(set.0), word.clone().into())),
        };
        let is_empty =
            matches!(value, Value::Text(text) if text.is_empty()) || *value == Value::Binary(Vec::new());
        if !(read.is_some_and(|read| is_same(value, read)) || is_empty) {
            differences.push(format!("{at}: {key:?}: {value:?} but {read:?}").chars().take(400).collect());
        }
    }
}

fn is_same(wanted: &Value, got: &Read) -> bool {
    match (wanted, got) {
        (Value::I16(a), Read::Integer16(b)) => a == b,
        (Value::I32(a), Read::Integer32(b)) => a == b,
        (Value::I64(a) | Value::Currency(a), Read::Integer64(b)) | (Value::Time(a), Read::Time(b)) => a == b,
        (Value::F64(a) | Value::AppTime(a), Read::Floating(b)) => a == b,
        (Value::Bool(a), Read::Boolean(b)) => a == b,
        (Value::Text(a), Read::String(b)) => b.strip_prefix('\u{1}').map_or(b.as_str(), |b| &b[1..]) == a,
        // What the narrow code page lacks is written as a character reference.
        (Value::Text(a), Read::String8(b)) => {
            let b = b.strip_prefix(b"\x01").map_or(b.as_slice(), |b| &b[1..]);
            encoding_rs::WINDOWS_1252.encode(a).0 == b
        }
        // [MS-PST] §2.5.3.1.1.1: where the subject proper begins is a mark before it, and no part of the text.
        (Value::Text8(a), Read::String8(b)) => a.strip_prefix(b"\x01\x01").unwrap_or(a) == b,
        (Value::Binary(a), Read::Binary(b)) => a == b,
        (Value::ManyI32(a), Read::Multiple(b)) => {
            a.iter().zip(b).all(|(a, b)| *b == Read::Integer32(*a)) && a.len() == b.len()
        }
        (Value::ManyTexts(a), Read::Multiple(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(&Value::Text(a.clone()), b))
        }
        (Value::ManyBinaries(a), Read::Multiple(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| *b == Read::Binary(a.clone()))
        }
        _ => false,
    }
}

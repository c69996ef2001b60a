//! Every recorded answer of a real server is read, or refused with a reason; none is lost silently, and none panics.

use crate::{
    ops::{
        ExportItems, FindItem, FolderRef, GetServerTimeZones, ItemId, Operation, Page, Shape, SyncChange,
        SyncFolderItems,
        any::{self, Count, NAMES},
    },
    soap::{Failure, body},
    xml::{Element, Limits, Splitter, read},
};
use omm_testkit::shared::{files_below, shared_data};
use std::{collections::BTreeMap, path::PathBuf};

/// What an answer may hold beside its large texts.
const LIMITS: Limits = Limits { bytes: 24 << 20, depth: 64, elements: 250_000 };

/// Well-formed answers of operations we have that are not read all the same, and why.
const EXCEPTIONS: [(&str, &str); 5] = [
    ("createitem-acceptsharinginvitation.md__01.xml", SENT),
    ("createitem-operation-email-message.md__01.xml", SENT),
    ("createitem-operation-meeting-request.md__01.xml", SENT),
    ("tests_test_items_test_bulk.py__01.xml", SENT),
    // Read since characters that XML cannot hold cost only themselves.
    ("dodgy_ews_response.xml__01.xml.frag", "its ids were made empty before it was published"),
];
const SENT: &str = "the item was sent and not saved, which we never ask for: it has no id";

/// What became of a file.
enum Outcome {
    /// It was read.
    Read(String, Count),
    /// A fault, by its code.
    Fault(String),
    /// An answer of an operation that is not here, or none at all.
    Unknown(String),
    /// No XML, or an answer that is not what it should be.
    Refused(String),
}

fn files() -> Option<Vec<(String, Vec<u8>)>> {
    let files = shared_data("ews").map(|root| files_below(&root))?.into_iter();
    let is_answer = |file: &PathBuf| file.extension().is_some_and(|end| end == "xml" || end == "frag");
    let named = |file: PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        (name, std::fs::read(file).expect("a file"))
    };
    let mut files: Vec<_> = files.filter(is_answer).map(named).collect();
    files.sort();
    Some(files)
}

/// The tree of an answer, without its large texts.
fn tree(bytes: &[u8]) -> Result<Element, &'static str> {
    let mut splitter = Splitter::new(LIMITS.bytes);
    for chunk in bytes.chunks(1_000) {
        splitter.push(chunk)?;
    }
    read(&splitter.finish()?, LIMITS)
}

fn outcome(bytes: &[u8]) -> Outcome {
    let envelope = match tree(bytes) {
        Ok(envelope) => envelope,
        Err(why) => return Outcome::Refused(why.to_owned()),
    };
    match any::read(&envelope) {
        Ok(count) => {
            let name = body(&envelope).map(|root| root.name.clone()).unwrap_or_default();
            Outcome::Read(name, count)
        }
        Err(Failure::Refused(refusal)) => Outcome::Fault(refusal.code.to_string()),
        Err(Failure::Unreadable(why)) if why.0.contains("unknown operation") => Outcome::Unknown(why.0),
        Err(Failure::Unreadable(why)) => Outcome::Refused(why.0),
    }
}

#[test]
fn every_recorded_answer_is_read_or_refused_with_a_reason() {
    let Some(files) = files() else { return };
    let mut table: BTreeMap<String, (usize, Count)> = BTreeMap::new();
    let (mut faults, mut unknown, mut wrong) = (0, 0, Vec::new());
    for (name, bytes) in &files {
        let is_ours = NAMES.iter().any(|ours| name.starts_with(&format!("{ours}Response_")));
        let complaint = match outcome(bytes) {
            Outcome::Read(operation, count) => {
                let row = table.entry(operation).or_default();
                row.0 += 1;
                row.1 = [row.1, count].into_iter().sum();
                (count.unreadable > 0).then(|| format!("{} unreadable", count.unreadable))
            }
            Outcome::Fault(code) => {
                faults += 1;
                (code.is_empty() || !name.starts_with("Fault")).then_some(code)
            }
            Outcome::Unknown(why) => {
                unknown += 1;
                is_ours.then_some(why)
            }
            Outcome::Refused(why) if name.ends_with(".frag") => {
                println!("{name}: {why}");
                None
            }
            // A document of Autodiscover is no envelope.
            Outcome::Refused(why) => (!name.starts_with("Autodiscover_")).then_some(why),
        };
        let exception = EXCEPTIONS.iter().find(|(end, _)| name.ends_with(end));
        match (complaint, exception) {
            (Some(why), None) => wrong.push(format!("{name}: {why}")),
            (None, Some((_, why))) => wrong.push(format!("{name}: is no exception any more: {why}")),
            _ => {}
        }
    }
    for (operation, (files, count)) in &table {
        println!("{operation}: {files} files, {count:?}");
    }
    println!("{faults} faults, {unknown} of unknown operations, {} files", files.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(table.len(), NAMES.len(), "some operation has no recorded answer");
}

/// The answer of a file whose name ends so.
fn recorded(end: &str) -> Option<Element> {
    let files = files()?;
    let (_, bytes) = files.iter().find(|(name, _)| name.ends_with(end)).expect("a recorded answer");
    let envelope = tree(bytes).expect("well formed");
    Some(body(&envelope).expect("an answer").clone())
}

#[test]
fn what_was_recorded_comes_out() {
    let place = FolderRef::distinguished("calendar", None);
    let sync = SyncFolderItems { folder: place.clone(), shape: Shape::id_only(), state: None, most: 9 };
    let Some(changes) = recorded("testListItemChanges.json__02.xml") else { return };
    let changes = sync.read(&changes).expect("an answer").expect("changes");
    let [SyncChange::Create(item)] = &changes.changes[..] else { panic!("{changes:?}") };
    assert_eq!((item.class(), item.size(), changes.more), (Some("IPM.Appointment"), Some(4194), false));
    assert_eq!(item.text("Subject"), Some("Test Sync Item Changes"));

    let grouped = recorded("aggregateon.md__01.xml").expect("an answer");
    let found =
        FindItem::all(place, Page::first(100)).read(&grouped).expect("an answer").only().expect("items");
    // The example says eight and shows six.
    assert_eq!((found.entries.len(), found.next, found.total), (6, None, Some(8)));

    let export = recorded("exportitems-operation.md__02.xml").expect("an answer");
    let id = ItemId { id: "a".to_owned(), change_key: None };
    let batch = ExportItems { items: vec![id; 4] }.read(&export).expect("an answer");
    let streams: Vec<_> = batch.each().map(|one| one.map(|one| one.map(|one| one.stream).ok())).collect();
    assert_eq!(streams, [Some(Some(0)), Some(None), Some(None), None]);

    let zones = recorded("GetServerTimeZonesResponse__tests_test_protocol.py__01.xml").expect("an answer");
    let zones = GetServerTimeZones::names().read(&zones).expect("an answer").expect("zones");
    let known = crate::convert::zone(&zones[0], 2024).expect("a zone");
    assert_eq!((zones[0].attribute("Id"), known.id()), (Some("W. Europe Standard Time"), "Europe/Berlin"));
}

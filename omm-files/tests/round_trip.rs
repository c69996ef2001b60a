//! Whole trees: any source into `dir:`, and `dir:` into `dir:`, byte for byte.

// A test that cannot be set up fails.
#![allow(clippy::unwrap_used)]

mod support;

use futures::executor::block_on;
use omm_core::{
    model::{Body, FolderPath, Item, ItemKind, Role},
    seam::{Destination, Source, Wanted},
};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};
use support::*;

/// Copies everything without an engine. Gives what was copied, and the reasons of what was not.
fn copy(from: &dyn Source, to: &dyn Destination) -> (usize, Vec<String>) {
    let (mut copied, mut reasons) = (0, Vec::new());
    for folder in block_on(from.folders()).unwrap() {
        let mut wanted = Wanted::new(folder.path.clone(), folder.kind);
        (wanted.role, wanted.subscribed) = (folder.role, folder.subscribed);
        let target = block_on(to.ensure_folder(wanted)).unwrap();
        let mut batch = Vec::new();
        for meta in list(from, &folder) {
            match fetch(from, &folder, &meta.id) {
                Ok(item) => batch.push(item),
                Err(error) => reasons.push(error.to_string()),
            }
        }
        for (item, fate) in batch.iter().zip(block_on(to.append(&target.id, &batch)).unwrap()) {
            let body = block_on(to.read_back(&target.id, &fate.unwrap().id, &intake())).unwrap();
            assert_eq!(bytes(&body), bytes(&item.body));
            copied += 1;
        }
    }
    (copied, reasons)
}

type Row = (Vec<u8>, String, Option<String>);

/// All that a source holds, in a form that can be compared.
fn everything(source: &dyn Source) -> BTreeMap<String, (Option<Role>, ItemKind, bool, Vec<Row>)> {
    let mut all = BTreeMap::new();
    for folder in block_on(source.folders()).unwrap() {
        let rows = list(source, &folder).into_iter().filter_map(|meta| {
            let item = fetch(source, &folder, &meta.id).ok()?;
            Some((
                bytes(&item.body),
                item.flags.to_string(),
                item.received.map(|date| date.to_utc().to_rfc3339()),
            ))
        });
        let mut rows: Vec<Row> = rows.collect();
        rows.sort();
        let last =
            all.insert(format!("{:?}", folder.path), (folder.role, folder.kind, folder.subscribed, rows));
        assert!(last.is_none(), "two folders at {}", folder.path);
    }
    all
}

#[test]
fn a_dir_tree_gives_back_what_it_was_given() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let to = destination(one.path());
    for (segments, role, kind, subscribed) in [
        (&["INBOX"][..], Some(Role::Inbox), ItemKind::Mail, true),
        (&["INBOX", "a/b & <c>"], None, ItemKind::Mail, false),
        (&["Entw&APw-rfe", "x"], Some(Role::Drafts), ItemKind::Mail, true),
        (&["People"], Some(Role::Contacts), ItemKind::Contact, true),
        (&["People", "cur"], None, ItemKind::Event, true),
        (&["To do"], None, ItemKind::Task, true),
        (&["Notes"], Some(Role::Notes), ItemKind::Note, false),
    ] {
        let path = FolderPath::new(segments.iter().copied());
        let mut wanted = Wanted::new(path.clone(), kind);
        (wanted.role, wanted.subscribed) = (role, subscribed);
        let folder = block_on(to.ensure_folder(wanted)).unwrap();
        let batch: Vec<Item> = (0..3)
            .map(|at| {
                let mut item =
                    Item::new(kind, Body::from_bytes(format!("A: {}\r\nb\n", at / 2).into_bytes()));
                item.flags = omm_core::model::Flags::parse("\\Seen Work");
                item.received = Some(format!("200{at}-01-01T00:00:00Z").parse().unwrap());
                item
            })
            .collect();
        assert!(block_on(to.append(&folder.id, &batch)).unwrap().iter().all(Result::is_ok));
    }
    let from = source(one.path());
    let before = everything(&*from);
    assert_eq!(before.values().map(|folder| folder.3.len()).sum::<usize>(), 21);
    assert_eq!(copy(&*from, &*destination(two.path())), (21, vec![]));
    assert_eq!(everything(&*source(two.path())), before);
    // Nothing changed: the state says so.
    let states = |source: &dyn Source| {
        block_on(source.folders()).unwrap().into_iter().map(|f| f.state).collect::<Vec<_>>()
    };
    assert_eq!(states(&*from), states(&*source(one.path())));
}

fn shared(part: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?.parent()?.join("shared/data/files").join(part);
    if !root.is_dir() {
        println!("skipped: no shared data");
        return None;
    }
    Some(root)
}

fn files_below(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files_below(&path, found) } else { found.push(path) }
    }
}

#[test]
fn real_files_are_carried_byte_for_byte_or_answered_with_a_reason() {
    for (part, carried_at_least) in [("eml", 1340), ("maildir", 72), ("mbox", 290)] {
        let Some(root) = shared(part) else { return };
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let from = source(&root);
        let (copied, reasons) = copy(&*from, &*destination(one.path()));
        println!("{part}: {copied} carried, {} not: {reasons:#?}", reasons.len());
        assert!(copied >= carried_at_least, "{part}: {copied}");
        let tree = source(one.path());
        let before = everything(&*tree);
        assert_eq!(copy(&*tree, &*destination(two.path())), (copied, vec![]));
        assert!(everything(&*source(two.path())) == before, "{part}: dir: to dir: differs");

        // Every file is an item byte for byte, an mbox, or has a reason.
        let mut files = Vec::new();
        files_below(&root, &mut files);
        let bodies: std::collections::HashSet<Vec<u8>> =
            before.values().flat_map(|folder| folder.3.iter().map(|row| row.0.clone())).collect();
        let mboxes =
            block_on(from.folders()).unwrap().iter().filter(|f| f.id.as_str().starts_with("m:")).count();
        let otherwise = files.iter().filter(|file| !bodies.contains(&fs::read(file).unwrap())).count();
        let emlx = files.iter().filter(|file| file.extension().is_some_and(|end| end == "emlx")).count();
        assert!(otherwise <= mboxes + reasons.len() + emlx, "{part}: {otherwise} of {} files", files.len());
    }
}

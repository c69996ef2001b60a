//! The contracts of the seam, on files.

// A test that cannot be set up fails.
#![allow(clippy::unwrap_used)]

mod support;

use futures::executor::block_on;
use omm_core::{
    host::Env,
    model::{Body, Item, ItemKind},
    seam::{Connector, Destination, Wanted},
};
use omm_files::{DirConnector, FilesConnector};
use omm_testkit::{
    conformance::{self, source::Shows},
    mailbox::{Mailbox, MailboxFolder, MailboxItem, small, write_eml, write_maildir, write_mbox},
    pst::{Format, PstBuilder, Role, filled},
};
use std::{cell::RefCell, fs::File, io, path::Path, sync::Arc};
use support::{bytes, env, fetch, list, source, spec};
use tempfile::TempDir;

/// Folders that live as long as the suite runs.
#[derive(Default)]
struct Folders(RefCell<Vec<TempDir>>);

impl Folders {
    fn new_one(&self) -> std::path::PathBuf {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("account");
        self.0.borrow_mut().push(dir);
        path
    }
}

fn item(from: &MailboxItem) -> Item {
    let mut item = Item::new(from.kind, Body::from_bytes(from.bytes.clone()));
    (item.flags, item.received) = (from.flags.clone(), from.received);
    item
}

async fn open(root: &Path, env: &Env) -> Arc<dyn Destination> {
    DirConnector.destination(&spec("dir", root), env).await.unwrap().unwrap()
}

async fn fill(root: &Path, mailbox: &Mailbox) {
    let to = open(root, &env()).await;
    for folder in &mailbox.folders {
        let mut wanted = Wanted::new(folder.path.clone(), folder.kind);
        wanted.role = folder.role;
        let made = to.ensure_folder(wanted).await.unwrap();
        let batch: Vec<Item> = folder.items.iter().map(item).collect();
        assert!(to.append(&made.id, &batch).await.unwrap().iter().all(Result::is_ok));
    }
}

fn foreign(mailbox: Mailbox, shows: Shows, write: impl Fn(&Path, &Mailbox) -> io::Result<()>) {
    let folders = Folders::default();
    block_on(conformance::source::source_with(mailbox, shows, |mailbox| {
        let root = folders.new_one();
        std::fs::create_dir(&root).unwrap();
        write(&root, &mailbox).unwrap();
        async move { (FilesConnector.source(&spec("files", &root), &env()).await.unwrap().unwrap(), env()) }
    }));
}

fn mail() -> Mailbox {
    small(1).only(|folder| folder.kind == ItemKind::Mail)
}

#[test]
fn a_dir_tree_keeps_the_source_contract_for_all_kinds() {
    let folders = Folders::default();
    block_on(conformance::source::source_with(small(1), Shows::default(), |mailbox| {
        let root = folders.new_one();
        async move {
            fill(&root, &mailbox).await;
            (DirConnector.source(&spec("dir", &root), &env()).await.unwrap().unwrap(), env())
        }
    }));
}

#[test]
fn a_maildir_tree_keeps_the_source_contract() {
    let mut shows = Shows::default();
    (shows.keywords, shows.received, shows.paths) = (false, false, false);
    foreign(mail(), shows, write_maildir);
}

#[test]
fn a_tree_of_mbox_files_keeps_the_source_contract() {
    let mut shows = Shows::default();
    (shows.flags, shows.keywords, shows.received, shows.paths) = (false, false, false, false);
    foreign(mail(), shows, write_mbox);
}

#[test]
fn a_tree_of_single_messages_keeps_the_source_contract() {
    let mut shows = Shows::default();
    (shows.flags, shows.keywords, shows.received, shows.paths) = (false, false, false, false);
    foreign(mail(), shows, write_eml);
}

#[test]
fn a_dir_tree_keeps_the_destination_contract() {
    let folders = Folders::default();
    block_on(conformance::destination::destination(|| {
        let root = folders.new_one();
        async move { (open(&root, &env()).await, env()) }
    }));
}

/// A data file with folders in folders, items of all kinds, twins, and one folder with several kinds in it.
fn write_pst(path: &Path) {
    let mut pst = PstBuilder::new(Format::Unicode).start(File::create(path).unwrap()).unwrap();
    let top = pst.top();
    let inbox = pst.folder(top, "Inbox", Some("IPF.Note"));
    pst.role(Role::Inbox, inbox);
    let below = pst.folder(inbox, "Below", None);
    let people = pst.folder(top, "Contacts", Some("IPF.Contact"));
    let deleted = pst.with_role(Role::DeletedItems).unwrap();
    let twin = filled::plain("Twin", "Twice.\r\n").with(0x300b, vec![7; 16]);
    for (folder, items) in [
        (inbox, vec![filled::full(300_000), twin.clone(), filled::signed(), twin, filled::forwarded()]),
        (below, vec![filled::rich()]),
        (people, vec![filled::contact()]),
        (
            deleted,
            vec![filled::note(), filled::plain("Gone", "Gone.\r\n"), filled::contact(), filled::meeting()],
        ),
    ] {
        items.iter().for_each(|item| drop(pst.item(folder, item).unwrap()));
    }
    pst.finish().unwrap();
}

/// What a data file holds, as its source shows it: the contract is about how, not about what.
fn shown(path: &Path) -> Mailbox {
    let source = source(path);
    let mut mailbox = Mailbox::default();
    for folder in block_on(source.folders()).unwrap() {
        let mut shown = MailboxFolder::new(folder.path.clone(), folder.kind);
        for meta in list(&*source, &folder) {
            let read = fetch(&*source, &folder, &meta.id).unwrap();
            let mut item = MailboxItem::new(meta.kind, bytes(&read.body));
            (item.flags, item.received) = (meta.flags, meta.received);
            shown.items.push(item);
        }
        mailbox.folders.push(shown);
    }
    mailbox
}

#[test]
fn an_outlook_data_file_keeps_the_source_contract() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("old.pst");
    write_pst(&path);
    let mailbox = shown(&path);
    assert_eq!(mailbox.items(), 11);
    block_on(conformance::source::source_with(mailbox, Shows::default(), |_| {
        let spec = spec("files", &path);
        async move { (FilesConnector.source(&spec, &env()).await.unwrap().unwrap(), env()) }
    }));
}

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
    mailbox::{Mailbox, MailboxFolder, MailboxItem, contact, small, write_eml, write_maildir, write_mbox},
    pst::{Format, PstBuilder, Role, filled},
};
use std::{cell::RefCell, fs::File, io, path::Path, sync::Arc};
use support::{bytes, env, fetch, list, path, put, source, spec};
use support::{
    mapi::{Content, Item as Outlook, LEAP_DAY, Property},
    msg_writer, texts,
};
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

/// What a format shows that knows neither flags nor dates.
fn bare() -> Shows {
    let mut shows = Shows::default();
    (shows.flags, shows.keywords, shows.received) = (false, false, false);
    shows
}

#[test]
fn a_calendar_keeps_the_source_contract() {
    let events: Vec<String> = (0..7).map(|at| texts::event(&format!("e{at}"), &format!("Nr {at}"))).collect();
    let task = texts::component("VTODO", "UID:t\r\nSUMMARY:Do");
    let of = |kind, component: &String| MailboxItem::new(kind, texts::item(component));
    let folders = vec![
        MailboxFolder::new(path("Work"), ItemKind::Event)
            .with_items(events.iter().map(|event| of(ItemKind::Event, event))),
        MailboxFolder::new(path("Work (tasks)"), ItemKind::Task).with_items([of(ItemKind::Task, &task)]),
    ];
    let text = texts::calendar("X-WR-CALNAME:Work\r\n", &[events, vec![task]].concat());
    foreign(Mailbox { folders }, bare(), |root, _| std::fs::write(root.join("x.ics"), &text));
}

#[test]
fn an_address_book_keeps_the_source_contract() {
    let folder = MailboxFolder::new(path("people"), ItemKind::Contact);
    let folders = vec![folder.with_items((0..7).map(|at| contact(at, 0)))];
    foreign(Mailbox { folders }, bare(), |root, mailbox| {
        let cards: Vec<u8> = mailbox.folders[0].items.iter().flat_map(|card| card.bytes.to_vec()).collect();
        std::fs::write(root.join("people.vcf"), cards)
    });
}

#[test]
fn a_directory_of_msg_files_keeps_the_source_contract() {
    let message = |at: i64| {
        let properties = vec![
            Property::text(0x0037, &format!("Nr {at}")),
            Property::time(0x0E06, LEAP_DAY + at * 10_000_000),
            Property::number(0x0E07, (at % 2) as i32),
            Property::text(0x1000, "Hello"),
        ];
        Outlook::of("IPM.Note", properties)
            .to(1, "Zoë", "z@example.org")
            .with("a.bin", Content::Bytes(vec![7; 9000]))
    };
    let files = |root: &Path| {
        for at in 0..4 {
            put(root, &format!("{at}.msg"), msg_writer::write(&message(at)));
        }
        put(
            root,
            "zoe.msg",
            msg_writer::write(&Outlook::of("IPM.Contact", vec![Property::text(0x3001, "Zoë")])),
        );
        Ok(())
    };
    // What they are is tested elsewhere; here, that it is the same each time.
    let first = tempfile::tempdir().unwrap();
    files(first.path()).unwrap();
    let source = support::source(first.path());
    let read = |folder: omm_core::model::Folder| {
        let items = support::list(&*source, &folder).into_iter().map(|meta| {
            let item = support::fetch(&*source, &folder, &meta.id).unwrap();
            let mut read = MailboxItem::new(item.kind, support::bytes(&item.body));
            (read.flags, read.received) = (item.flags, item.received);
            read
        });
        MailboxFolder::new(folder.path.clone(), folder.kind).with_items(items)
    };
    let folders: Vec<_> = block_on(source.folders()).unwrap().into_iter().map(read).collect();
    assert_eq!(folders.iter().map(|folder| folder.items.len()).collect::<Vec<_>>(), [4, 1]);
    let mut shows = Shows::default();
    shows.paths = false;
    foreign(Mailbox { folders }, shows, |root, _| files(root));
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
        let path = path.clone();
        async move {
            let env = env();
            let opened = FilesConnector.source(&spec("files", &path), &env).await.unwrap().unwrap();
            (opened, env)
        }
    }));
}

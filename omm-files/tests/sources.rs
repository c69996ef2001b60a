//! Files as sources: what is found, what it is called, what comes out.

// A test that cannot be set up fails.
#![allow(clippy::unwrap_used)]

mod support;

use futures::executor::block_on;
use omm_core::{
    error::{ErrorKind, Scope},
    model::{Cursor, Flags, Role},
    seam::{Connector, Wanted},
};
use omm_files::{DirConnector, FilesConnector};
use std::fs;
use support::*;

fn row(id: &str, flags: &str, text: &str) -> (String, String, String) {
    (id.to_owned(), flags.to_owned(), text.to_owned())
}

#[test]
fn maildir_plus_plus() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    put(root, "cur/1.a.host:2,FS", "A: 1\n\nx\n");
    put(root, "cur/2.a.host:2,Pa", "A: 2\n\nx\n");
    put(root, "new/3.a.host", "A: 3\n\nx\n");
    put(root, "tmp/4.a.host", "unfinished");
    put(root, "dovecot-keywords", "0 Work\n");
    put(root, "dovecot.index", "not mail");
    put(root, ".Entw&APw-rfe.alt/cur/5.a.host;2,D", "A: 5\n");
    put(root, ".INBOX.Sub/new/6.a.host", "A: 6\n");
    put(root, ".notes/file", "no Maildir");
    let source = source(root);
    assert_eq!(paths(&*source), ["INBOX", "Entwürfe/alt", "INBOX/Sub"]);
    let inbox = folder(&*source, "INBOX");
    assert_eq!((inbox.role, inbox.items, inbox.bytes), (Some(Role::Inbox), Some(3), Some(24)));
    assert_eq!(
        contents(&*source, "INBOX"),
        [
            row("1.a.host", "\\Seen \\Flagged", "A: 1\n\nx\n"),
            row("2.a.host", "$Forwarded Work", "A: 2\n\nx\n"),
            row("3.a.host", "", "A: 3\n\nx\n"),
        ]
    );
    assert_eq!(contents(&*source, "Entwürfe/alt"), [row("5.a.host", "\\Draft", "A: 5\n")]);
}

#[test]
fn nested_maildir_with_stray_files_and_twins() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    put(root, "cur/1:2,", "A: 1\n");
    put(root, "a.b/cur/2:2,S", "A: 2\n");
    put(root, "a.b/new/2", "A: 2 as well\n");
    put(root, "a.b/7:2,F", "A: 7\n");
    put(root, "a.b/c/new/8", "");
    put(root, "a.b/c/picture.png", "\u{0}\u{1}");
    let source = source(root);
    assert_eq!(paths(&*source), ["INBOX", "a.b", "a.b/c"]);
    assert_eq!(
        contents(&*source, "a.b"),
        [row("2", "\\Seen", "A: 2\n"), row("7", "\\Flagged", "A: 7\n"), row("new/2", "", "A: 2 as well\n"),]
    );
    assert_eq!(
        contents(&*source, "a.b/c"),
        [
            row("8", "", "malformed: the file is empty"),
            row("picture.png", "", "malformed: binary, not a message"),
        ]
    );
}

#[test]
fn an_mbox_tree_as_mozilla_keeps_it() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let mark = "From - Tue Oct 02 00:26:47 2007\n";
    put(root, "Inbox", format!("{mark}X-Mozilla-Status: 0001\nA: 1\n\n>From x\n\n"));
    put(root, "Inbox.msf", "index");
    put(root, "Inbox.sbd/Sub", format!("{mark}A: 2\n"));
    put(root, "Drafts", "");
    put(root, "Drafts.msf", "index");
    put(root, "Export.mbox/mbox", format!("{mark}A: 3\n"));
    put(root, "lone.mbox", "Subject: not an mbox\n\nx");
    let source = source(root);
    let name = root.canonicalize().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
    assert_eq!(
        paths(&*source),
        [name.clone(), "Drafts".into(), "Inbox".into(), "Export".into(), "Inbox/Sub".into()]
    );
    assert_eq!(contents(&*source, "Drafts"), []);
    assert_eq!(contents(&*source, &name), [row("lone.mbox", "", "Subject: not an mbox\n\nx")]);
    let inbox = contents(&*source, "Inbox");
    assert_eq!((&*inbox[0].1, &*inbox[0].2), ("\\Seen", "X-Mozilla-Status: 0001\nA: 1\n\nFrom x\n"));
    let meta = &list(&*source, &folder(&*source, "Inbox"))[0];
    assert_eq!(meta.received.unwrap().to_rfc3339(), "2007-10-02T00:26:47+00:00");
}

#[test]
fn single_messages() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    put(root, "a/1.eml", "From x\r\nanything at all");
    put(root, "a/2.eml", "");
    put(root, "a/17", "Subject: x\n\ny");
    put(root, "a/b/3.emlx", "5\nA: b\n<plist><key>flags</key><integer>1</integer></plist>");
    put(root, ".DS_Store", "x");
    let source = source(root);
    assert_eq!(paths(&*source), ["a", "a/b"]);
    assert_eq!(
        contents(&*source, "a"),
        [
            row("1.eml", "", "From x\r\nanything at all"),
            row("17", "", "Subject: x\n\ny"),
            row("2.eml", "", "malformed: the file is empty"),
        ]
    );
    assert_eq!(contents(&*source, "a/b"), [row("3.emlx", "\\Seen", "A: b\n")]);
}

#[test]
fn a_destination_inside_the_source_is_not_read_again() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "a/1.eml", "A: 1\n");
    let to = destination(&root.path().join("out"));
    block_on(to.ensure_folder(Wanted::new(path("INBOX"), omm_core::model::ItemKind::Mail))).unwrap();
    assert_eq!(paths(&*source(root.path())), ["a"]);
}

#[test]
fn one_file_is_an_account() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "x.eml", "A: 1\n");
    put(root.path(), "old.mbox", "From a Thu Jan  1 00:00:01 1970\nA: 1\n");
    put(root.path(), "empty", "");
    for (name, folder, items) in [("x.eml", "x", 1), ("old.mbox", "old", 1), ("empty", "empty", 0)] {
        let source = source(&root.path().join(name));
        assert_eq!(paths(&*source), [folder]);
        assert_eq!(contents(&*source, folder).len(), items, "{name}");
    }
}

#[test]
fn junk_and_missing_paths_are_refused_with_the_reason() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "junk/main.rs", "fn main() {}\n");
    put(root.path(), "photo.jpg", "\u{0}\u{0}");
    for (name, says) in
        [("junk", "nothing here can be read"), ("photo.jpg", "binary"), ("no", "no such file")]
    {
        let error = try_source(&root.path().join(name)).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(says) && error.to_string().contains(name), "{error}");
    }
    let mut spec = spec("files", root.path());
    spec.options.insert("mbox".into(), "x".into());
    assert_eq!(block_on(FilesConnector.normalise(&spec, &env())).err().unwrap().kind(), ErrorKind::Config);
}

#[test]
fn two_spellings_of_a_path_are_one_account() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "a/x.eml", "A: 1\n");
    let normal = |text: &str| {
        block_on(DirConnector.normalise(&spec("dir", &root.path().join(text)), &env()))
            .map(|spec| spec.server)
    };
    assert_eq!(normal("a/../new").unwrap(), normal("new").unwrap());
    assert_eq!(normal("a/.").unwrap(), normal("a").unwrap());
    assert!(normal("none/new").unwrap_err().to_string().contains("folder above"));
}

#[test]
fn pages_go_on_where_they_stopped() {
    let root = tempfile::tempdir().unwrap();
    for at in 0..2500 {
        put(root.path(), &format!("cur/{at:05}:2,"), "A: 1\n");
    }
    let source = source(root.path());
    let inbox = folder(&*source, "INBOX");
    let ids: Vec<String> = list(&*source, &inbox).iter().map(|meta| meta.id.to_string()).collect();
    assert_eq!(ids, (0..2500).map(|at| format!("{at:05}")).collect::<Vec<_>>());
    // Another handle.
    let first = block_on(source.changes(&inbox.id, None)).unwrap();
    let other = support::source(root.path());
    let second = block_on(other.changes(&inbox.id, Some(&first.next))).unwrap();
    assert_eq!((second.changes.len(), second.more), (1000, true));
    let third = block_on(other.changes(&inbox.id, Some(&second.next))).unwrap();
    assert_eq!((third.changes.len(), third.more), (500, false));
    // A listing that ended begins again.
    assert_eq!(block_on(other.changes(&inbox.id, Some(&third.next))).unwrap().changes.len(), 1000);
    // Where something came in between, it may stand before the cursor, and no later run would look for it.
    put(root.path(), "cur/00500a:2,", "A: 1\n");
    let later = support::source(root.path());
    for cursor in [first.next, Cursor::new("nonsense")] {
        let error = block_on(later.changes(&inbox.id, Some(&cursor))).unwrap_err();
        assert_eq!((error.kind(), error.reach()), (ErrorKind::CursorExpired, Scope::Folder));
    }
}

#[test]
fn the_state_changes_with_everything_that_is_reported() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    put(root, "md/cur/1:2,", "A: 1\n");
    put(root, "eml/1.eml", "A: 1\n");
    put(root, "box.mbox", "From a Thu Jan  1 00:00:01 1970\nA: 1\n");
    let source = source(root);
    let states = || {
        let folders = block_on(source.folders()).unwrap();
        folders.into_iter().map(|folder| (folder.path.to_string(), folder.state.unwrap())).collect::<Vec<_>>()
    };
    let mut before = states();
    assert_eq!(states(), before);
    let mut changed = |change: &dyn Fn(), expected: &str| {
        change();
        let now = states();
        let differ: Vec<&str> =
            now.iter().zip(&before).filter(|(a, b)| a != b).map(|(now, _)| now.0.as_str()).collect();
        assert_eq!(differ, [expected]);
        before = now;
    };
    changed(&|| fs::rename(root.join("md/cur/1:2,"), root.join("md/cur/1:2,S")).unwrap(), "md");
    changed(&|| put(root, "md/new/2", "A: 2\n"), "md");
    changed(&|| put(root, "md/dovecot-keywords", "0 x\n"), "md");
    changed(&|| put(root, "eml/1.eml", "A: 12\n"), "eml");
    changed(&|| put(root, "box.mbox", "From a Thu Jan  1 00:00:01 1970\nA: 12\n"), "box");
}

#[test]
fn a_fetch_finds_what_was_renamed_or_moved_since_the_listing() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    put(root, "new/1", "A: 1\n");
    put(root, "cur/2:2,", "A: 2\n");
    let mark = "From a Thu Jan  1 00:00:01 1970\n";
    put(root, "box.mbox", format!("{mark}A: 1\n\n{mark}A: 2\n"));
    let source = source(root);
    let (inbox, mbox) = (folder(&*source, "INBOX"), folder(&*source, "box"));
    let (items, messages) = (list(&*source, &inbox), list(&*source, &mbox));
    fs::rename(root.join("new/1"), root.join("cur/1:2,S")).unwrap();
    fs::remove_file(root.join("cur/2:2,")).unwrap();
    put(root, "box.mbox", format!("{mark}A: 2\n"));
    let item = fetch(&*source, &inbox, &items[0].id).unwrap();
    assert_eq!((bytes(&item.body), item.flags), (b"A: 1\n".to_vec(), Flags::parse("\\Seen")));
    let gone = fetch(&*source, &inbox, &items[1].id).unwrap_err();
    assert_eq!((gone.kind(), gone.reach()), (ErrorKind::NotFound, Scope::Item));
    assert_eq!(bytes(&fetch(&*source, &mbox, &messages[1].id).unwrap().body), b"A: 2\n");
    assert_eq!(fetch(&*source, &mbox, &messages[0].id).unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn large_messages_stay_in_their_files() {
    let root = tempfile::tempdir().unwrap();
    let line = "x".repeat(99) + "\n";
    let large = format!("A: 1\n\n{}", line.repeat(6000));
    let quoted = format!("A: 2\n\n{}>From y\n{}", line.repeat(6000), line.repeat(6000));
    let mark = "From a Thu Jan  1 00:00:01 1970\n";
    put(root.path(), "cur/1:2,", &large);
    put(root.path(), "box", format!("{mark}{large}\n{mark}{quoted}"));
    let source = source(root.path());
    let texts = |path| contents(&*source, path).into_iter().map(|row| row.2).collect::<Vec<_>>();
    assert!(texts("INBOX") == [large.clone()]);
    assert!(texts("box") == [large, quoted.replace(">From", "From")]);
}

#[test]
#[cfg(unix)]
fn symlinks_do_not_lead_in_circles_and_pipes_do_not_block() {
    use std::os::unix::fs::symlink;
    let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    put(outside.path(), "far.eml", "A: far\n");
    put(root.path(), "a/1.eml", "A: 1\n");
    symlink(root.path(), root.path().join("a/up")).unwrap();
    symlink(root.path().join("a"), root.path().join("twin")).unwrap();
    symlink(outside.path(), root.path().join("out")).unwrap();
    symlink(outside.path().join("far.eml"), root.path().join("a/linked.eml")).unwrap();
    symlink("nowhere.eml", root.path().join("a/broken.eml")).unwrap();
    let source = source(root.path());
    assert_eq!(paths(&*source), ["a", "out"]);
    let rows = contents(&*source, "a");
    assert_eq!(rows.iter().map(|row| &*row.0).collect::<Vec<_>>(), ["1.eml", "broken.eml", "linked.eml"]);
    assert!(rows[1].2.starts_with("not-found"), "{rows:?}");
    assert_eq!(rows[2].2, "A: far\n");
}

#[test]
#[cfg(unix)]
fn what_may_not_be_read_costs_only_itself() {
    use std::os::unix::fs::PermissionsExt;
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "a/1.eml", "A: 1\n");
    put(root.path(), "a/2.eml", "A: 2\n");
    put(root.path(), "a/noted", "A: 3\n");
    put(root.path(), "b/1.eml", "A: 1\n");
    put(root.path(), "c/cur/1:2,", "A: 1\n");
    let mode = |name: &str, mode| {
        fs::set_permissions(root.path().join(name), fs::Permissions::from_mode(mode)).unwrap()
    };
    ["a/1.eml", "a/noted", "b", "c/cur"].iter().for_each(|name| mode(name, 0));
    if fs::read_dir(root.path().join("b")).is_ok() {
        println!("skipped: this user may read everything");
        return;
    }
    let source = source(root.path());
    assert_eq!(paths(&*source), ["a", "b", "c"]);
    let rows = contents(&*source, "a");
    assert!(
        rows[0].2.starts_with("denied") && rows[1].2 == "A: 2\n" && rows[2].2.starts_with("denied"),
        "{rows:?}"
    );
    for name in ["b", "c"] {
        let error = block_on(source.changes(&folder(&*source, name).id, None)).unwrap_err();
        assert_eq!((error.kind(), error.reach()), (ErrorKind::Denied, Scope::Folder), "{name}");
        assert!(folder(&*source, name).state.is_none());
    }
    ["b", "c/cur"].iter().for_each(|name| mode(name, 0o700));
}

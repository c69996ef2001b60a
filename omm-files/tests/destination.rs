//! The `dir:` tree as a destination: nothing written twice, nothing lost, nothing foreign touched.

// A test that cannot be set up fails.
#![allow(clippy::unwrap_used)]

mod support;

use futures::executor::block_on;
use omm_core::{
    error::{ErrorKind, Scope},
    model::{Body, DestFolderId, DestItemId, FlagDelta, Flags, FolderPath, Item, ItemKind, Role},
    seam::{Deleted, Deletion, Destination, Expected, FlagChange, Flagged, Probe, Replaced, Wanted},
};
use std::fs;
use support::*;

fn make(to: &dyn Destination, name: &str, kind: ItemKind) -> DestFolderId {
    block_on(to.ensure_folder(Wanted::new(path(name), kind))).unwrap().id
}

fn append(to: &dyn Destination, folder: &DestFolderId, batch: &[Item]) -> Vec<DestItemId> {
    block_on(to.append(folder, batch)).unwrap().into_iter().map(|fate| fate.unwrap().id).collect()
}

fn probe(item: &Item) -> Probe {
    Probe::new(item.kind, item.body.fingerprint(), item.body.len(), item.received)
}

fn expected(item: &Item) -> Expected {
    Expected::new(Some(item.body.fingerprint().body), item.body.len(), item.flags.clone())
}

fn flagged(mut item: Item, flags: &str) -> Item {
    item.flags = Flags::parse(flags);
    item
}

fn contact(text: &str) -> Item {
    Item::new(ItemKind::Contact, Body::from_bytes(text.as_bytes().to_vec()))
}

fn text(to: &dyn Destination, folder: &DestFolderId, id: &DestItemId) -> String {
    String::from_utf8(bytes(&block_on(to.read_back(folder, id, &intake())).unwrap())).unwrap()
}

#[test]
fn opening_writes_nothing_and_refuses_what_is_not_ours() {
    let dir = tempfile::tempdir().unwrap();
    let new = dir.path().join("new");
    let to = destination(&new);
    assert!(block_on(to.folders()).unwrap().is_empty());
    assert!(!new.exists());
    make(&*to, "INBOX", ItemKind::Mail);
    assert!(new.join(".omm-dir").is_file());
    try_destination(&new).unwrap();

    put(dir.path(), "other/file", "x");
    put(dir.path(), "vacant/.DS_Store", "x");
    put(dir.path(), "hidden/.secret", "x");
    put(dir.path(), "newer/.omm-dir", "omm dir 9\n");
    try_destination(&dir.path().join("vacant")).unwrap();
    for (name, says) in [
        ("hidden", "other files"),
        ("other", "other files"),
        ("newer", "another version"),
        ("other/file", "not a folder"),
    ] {
        let error = try_destination(&dir.path().join(name)).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[test]
fn folders_keep_their_names_whatever_the_file_system_thinks() {
    let dir = tempfile::tempdir().unwrap();
    let to = destination(dir.path());
    let names = ["a/b", "cur", "CON", "Été", "ÉTÉ", "E\u{301}te\u{301}", ".", "..", "x. "];
    let ids: Vec<DestFolderId> = names
        .map(|name| {
            block_on(to.ensure_folder(Wanted::new(FolderPath::new([name]), ItemKind::Mail))).unwrap().id
        })
        .into();
    let folded: std::collections::HashSet<String> = ids.iter().map(|id| id.as_str().to_lowercase()).collect();
    assert_eq!(folded.len(), names.len(), "{ids:?}");
    let deep = FolderPath::new(["a/b", "c"]);
    let mut wanted = Wanted::new(deep.clone(), ItemKind::Contact);
    wanted.role = Some(Role::Sent);
    wanted.subscribed = false;
    let made = block_on(to.ensure_folder(wanted)).unwrap();
    assert!(made.created && made.items == Some(0) && made.role == Some(Role::Sent));
    let again = block_on(destination(dir.path()).ensure_folder(Wanted::new(deep.clone(), ItemKind::Contact)))
        .unwrap();
    assert!(!again.created && again.id == made.id && again.role == Some(Role::Sent));
    let listed = block_on(to.folders()).unwrap();
    assert_eq!(listed.len(), names.len() + 1);
    for name in names {
        assert!(listed.iter().any(|folder| folder.path == FolderPath::new([name])), "{name}");
    }
    assert!(listed.iter().any(|folder| folder.path == deep && folder.kind == ItemKind::Contact));
}

#[test]
fn a_folder_of_another_kind_is_refused_once_it_holds_something() {
    let dir = tempfile::tempdir().unwrap();
    let to = destination(dir.path());
    let id = make(&*to, "A", ItemKind::Mail);
    make(&*to, "A/B", ItemKind::Contact);
    append(&*to, &id, &[mail("A: 1\n")]);
    let error = block_on(to.ensure_folder(Wanted::new(path("A"), ItemKind::Contact))).unwrap_err();
    assert_eq!((error.kind(), error.reach()), (ErrorKind::Rejected, Scope::Folder));
    let wrong = block_on(to.append(&id, &[contact("BEGIN:VCARD"), mail("A: 2\n")])).unwrap();
    assert!(wrong[0].is_err() && wrong[1].is_ok());
}

#[test]
fn what_was_appended_is_seen_as_it_was_sent() {
    let dir = tempfile::tempdir().unwrap();
    let to = destination(dir.path());
    let id = make(&*to, "INBOX", ItemKind::Mail);
    let mut item = flagged(mail("A: 1\r\n\r\nx\ny"), "\\Seen \\Flagged $Forwarded Work");
    item.received = Some("2001-02-03T04:05:06.5+07:00".parse().unwrap());
    let many: Vec<Item> = (0..70).map(|at| mail(&format!("A: {at}\n"))).chain([item.clone()]).collect();
    let ids = append(&*to, &id, &many);
    assert!(ids.is_sorted(), "order is kept");
    let ids = [ids[70].clone(), DestItemId::new("000000000099.0.omm,S=1")];
    for to in [&*to, &*destination(dir.path())] {
        let seen = block_on(to.inspect(&id, &ids)).unwrap();
        let presence = seen[0].as_ref().unwrap();
        assert_eq!((presence.size, &presence.flags), (item.body.len(), &item.flags));
        assert_eq!(presence.received, item.received);
        assert!(seen[1].is_none());
        assert_eq!(text(to, &id, &ids[0]), "A: 1\r\n\r\nx\ny");
    }
    assert!(fs::read_dir(dir.path().join("INBOX/tmp")).unwrap().next().is_none());
}

#[test]
fn lost_answers_are_found_one_to_one_and_only_above_the_mark() {
    let dir = tempfile::tempdir().unwrap();
    let to = destination(dir.path());
    let id = make(&*to, "INBOX", ItemKind::Mail);
    let (one, two) = (mail("A: 1\n"), mail("A: 2\n"));
    let old = append(&*to, &id, std::slice::from_ref(&one));
    let mark = block_on(to.mark(&id)).unwrap();
    let lost = append(&*to, &id, &[one.clone(), one.clone(), two.clone()]);
    put(dir.path(), "INBOX/cur/foreign.host:2,S", "A: 1\n");
    let probes = [probe(&one), probe(&two), probe(&one), probe(&one), probe(&mail("A: 3\n"))];
    let to = destination(dir.path());
    let find = |above, owned: &[DestItemId]| {
        block_on(to.locate(&id, above, &probes, &Owns(owned.to_vec()))).unwrap()
    };
    let some = |id: &DestItemId| Some(id.clone());
    assert_eq!(find(Some(&mark), &[]), [some(&lost[0]), some(&lost[2]), some(&lost[1]), None, None]);
    assert_eq!(find(Some(&mark), &lost[..1]), [some(&lost[1]), some(&lost[2]), None, None, None]);
    // Without a mark everything counts, also what others put there.
    let foreign = DestItemId::new("foreign.host");
    let all = find(None, &lost);
    assert_eq!(all, [some(&old[0]), None, some(&foreign), None, None]);
}

#[test]
fn numbers_are_never_given_twice_and_a_mark_is_never_too_high() {
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (destination(dir.path()), destination(dir.path()));
    let id = make(&*one, "INBOX", ItemKind::Mail);
    let mut seen = std::collections::HashSet::new();
    let number = |id: &DestItemId| id.as_str()[..12].parse::<u64>().unwrap();
    let mut kept = 0;
    for at in 0..6 {
        let to = if at % 2 == 0 { &*one } else { &*two };
        let mark: u64 = block_on(to.mark(&id)).unwrap().as_str().parse().unwrap();
        let ids = append(to, &id, &[mail("A: 1\n"), mail("A: 1\n")]);
        for id in &ids {
            assert!(seen.insert(id.clone()));
            assert!(number(id) >= mark);
        }
        assert!(number(&ids[0]) > kept, "they rise, whoever writes");
        kept = number(&ids[0]);
        let last = Deletion { id: ids[1].clone(), expected: expected(&mail("A: 1\n")) };
        assert_eq!(block_on(to.delete(&id, &[last])).unwrap().remove(0).unwrap(), Deleted::Done);
    }
    // The file with the next number was lost: the names say where to go on.
    fs::remove_file(dir.path().join("INBOX/.omm-seq")).unwrap();
    let ids = append(&*destination(dir.path()), &id, &[mail("A: 1\n")]);
    assert_eq!(number(&ids[0]), kept + 1, "{ids:?}");
}

#[test]
fn only_untouched_copies_are_deleted() {
    let dir = tempfile::tempdir().unwrap();
    let to = destination(dir.path());
    let id = make(&*to, "INBOX", ItemKind::Mail);
    let item = flagged(mail("A: 1\n"), "\\Flagged");
    let ids = append(&*to, &id, &vec![item.clone(); 5]);
    let cur = dir.path().join("INBOX/cur");
    let rename = |at: usize, letters: &str| {
        fs::rename(cur.join(format!("{}:2,F", ids[at])), cur.join(format!("{}:2,{letters}", ids[at])))
            .unwrap();
    };
    rename(1, "FS");
    rename(2, "FR");
    fs::write(cur.join(format!("{}:2,F", ids[3])), "A: 9\n").unwrap();
    fs::remove_file(cur.join(format!("{}:2,F", ids[4]))).unwrap();
    put(&cur, "foreign:2,", "A: 1\n");
    let deletions: Vec<Deletion> =
        ids.iter().map(|id| Deletion { id: id.clone(), expected: expected(&item) }).collect();
    let fates: Vec<Deleted> =
        block_on(to.delete(&id, &deletions)).unwrap().into_iter().map(Result::unwrap).collect();
    assert_eq!(fates[..2], [Deleted::Done, Deleted::Done]);
    assert!(matches!(&fates[2], Deleted::Touched(why) if why.contains("flags")), "{fates:?}");
    assert!(matches!(&fates[3], Deleted::Touched(why) if why.contains("content")), "{fates:?}");
    assert_eq!(fates[4], Deleted::Missing);
    assert_eq!(fs::read_dir(&cur).unwrap().count(), 3);
}

#[test]
fn flags_are_added_and_removed_and_twice_is_harmless() {
    let dir = tempfile::tempdir().unwrap();
    let to = destination(dir.path());
    for (name, item) in [("INBOX", mail("A: 1\n")), ("People", contact("BEGIN:VCARD\n"))] {
        let id = make(&*to, name, item.kind);
        let ids = append(&*to, &id, &[flagged(item, "\\Seen One")]);
        let delta = FlagDelta { add: Flags::parse("\\Draft Two"), remove: Flags::parse("\\Seen") };
        let changes =
            [FlagChange::new(ids[0].clone(), delta.clone()), FlagChange::new(DestItemId::new("none"), delta)];
        for _ in 0..2 {
            let fates: Vec<Flagged> =
                block_on(to.set_flags(&id, &changes)).unwrap().into_iter().map(Result::unwrap).collect();
            assert_eq!(fates, [Flagged::Done, Flagged::Missing]);
            for to in [&*to, &*destination(dir.path())] {
                let seen = block_on(to.inspect(&id, &ids)).unwrap().remove(0).unwrap();
                assert_eq!(seen.flags, Flags::parse("\\Draft One Two"), "{name}");
            }
        }
    }
}

#[test]
fn letters_that_nobody_explained_survive_a_flag_change() {
    let dir = tempfile::tempdir().unwrap();
    let to = destination(dir.path());
    let id = make(&*to, "INBOX", ItemKind::Mail);
    put(dir.path(), "INBOX/new/1.a:2,xS", "A: 1\n");
    let delta = FlagDelta { add: Flags::parse("\\Flagged"), remove: Flags::parse("\\Seen") };
    let change = FlagChange::new(DestItemId::new("1.a"), delta);
    block_on(to.set_flags(&id, &[change])).unwrap().remove(0).unwrap();
    assert!(dir.path().join("INBOX/cur/1.a:2,Fx").is_file());
}

#[test]
fn replacing_spares_what_the_user_changed() {
    let dir = tempfile::tempdir().unwrap();
    let to = destination(dir.path());
    for (name, old, new) in [
        ("INBOX", mail("A: 1\n"), mail("A: two\n")),
        ("People", contact("BEGIN:VCARD\nN:a\n"), contact("BEGIN:VCARD\nN:bb\n")),
    ] {
        let id = make(&*to, name, old.kind);
        let new = flagged(new, "Kept");
        let first = append(&*to, &id, std::slice::from_ref(&old)).remove(0);
        let replace = |at: &DestItemId| block_on(to.replace(&id, at, &new, &expected(&old))).unwrap();
        let Replaced::Done(second) = replace(&first) else { panic!("not replaced") };
        assert_eq!(text(&*to, &id, &second).as_bytes(), bytes(&new.body), "{name}");
        assert_eq!(
            block_on(to.inspect(&id, std::slice::from_ref(&second))).unwrap()[0].as_ref().unwrap().flags,
            new.flags
        );
        assert_eq!(block_on(to.ensure_folder(Wanted::new(path(name), old.kind))).unwrap().items, Some(1));
        // Asked again because the answer was lost: mail is found elsewhere, a contact under its old id.
        let again = replace(&first);
        match old.kind {
            ItemKind::Mail => assert_eq!(again, Replaced::Missing),
            _ => assert_eq!(again, Replaced::Done(first.clone())),
        }
        let edited = append(&*to, &id, &[flagged(old.clone(), "\\Flagged")]).remove(0);
        assert!(matches!(replace(&edited), Replaced::Conflict(why) if why.contains("flags")));
        assert_eq!(text(&*to, &id, &edited).as_bytes(), bytes(&old.body));
    }
}

#[test]
fn only_empty_folders_are_removed() {
    let dir = tempfile::tempdir().unwrap();
    let to = destination(dir.path());
    let (above, below) = (make(&*to, "A", ItemKind::Mail), make(&*to, "A/B", ItemKind::Contact));
    let item = contact("BEGIN:VCARD\n");
    let ids = append(&*to, &below, &[flagged(item.clone(), "Work")]);
    let remove = |id: &DestFolderId| block_on(to.remove_folder_if_empty(id)).unwrap();
    assert!(!remove(&above) && !remove(&below));
    let deletion = Deletion { id: ids[0].clone(), expected: expected(&flagged(item, "Work")) };
    assert_eq!(block_on(to.delete(&below, &[deletion])).unwrap().remove(0).unwrap(), Deleted::Done);
    assert!(!remove(&above) && remove(&below) && remove(&below));
    put(dir.path(), "A/mine.txt", "x");
    assert!(!remove(&above), "a file of the user's keeps the folder");
    assert!(dir.path().join("A/cur").is_dir() && dir.path().join("A/.omm-folder").is_file());
    fs::remove_file(dir.path().join("A/mine.txt")).unwrap();
    assert!(remove(&above));
    assert!(block_on(to.folders()).unwrap().is_empty());
}

#[test]
fn a_maildir_that_somebody_put_there_is_a_folder() {
    let dir = tempfile::tempdir().unwrap();
    let to = destination(dir.path());
    make(&*to, "INBOX", ItemKind::Mail);
    put(dir.path(), "Mine/cur/1:2,", "A: 1\n");
    let listed = block_on(to.folders()).unwrap();
    let mine = listed.iter().find(|folder| folder.path == path("Mine")).unwrap();
    let found = block_on(to.locate(&mine.id, None, &[probe(&mail("A: 1\n"))], &Owns(vec![]))).unwrap();
    assert_eq!(found, [Some(DestItemId::new("1"))]);
    let used = block_on(to.ensure_folder(Wanted::new(path("Mine"), ItemKind::Mail))).unwrap();
    assert_eq!((used.id, used.items), (mine.id.clone(), Some(1)));
    assert_eq!(paths(&*source(dir.path())), ["INBOX", "Mine"]);
}

#[test]
fn what_a_crash_left_in_tmp_is_no_item_and_is_cleared() {
    let dir = tempfile::tempdir().unwrap();
    let id = make(&*destination(dir.path()), "INBOX", ItemKind::Mail);
    put(dir.path(), "INBOX/tmp/000000000001.0123456789abcdef.omm,S=9", "A: ha");
    put(dir.path(), "INBOX/tmp/somebody.else", "A: ha");
    let to = destination(dir.path());
    let half = mail("A: half\n");
    assert_eq!(block_on(to.locate(&id, None, &[probe(&half)], &Owns(vec![]))).unwrap(), [None]);
    append(&*to, &id, &[mail("A: 1\n")]);
    let left: Vec<_> =
        fs::read_dir(dir.path().join("INBOX/tmp")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["somebody.else"]);
}

//! Servers as they are: each habit is found out while we talk, and met.

use crate::world::{World, mail, mails, server};
use omm_core::{
    error::{Effect, ErrorKind},
    model::{Body, DestFolderId, DestItemId, Flags, FolderPath, Item, ItemKind},
    seam::{Deleted, Deletion, Expected, Wanted},
};
use omm_testkit::imap::{Act, Extension, Fault, MockImap, Quirk};

fn item(bytes: impl Into<Vec<u8>>) -> Item {
    Item::new(ItemKind::Mail, Body::from_bytes(bytes.into()))
}

fn deletion(id: &DestItemId, item: &Item) -> Deletion {
    let digest = Some(item.body.fingerprint().body);
    Deletion { id: id.clone(), expected: Expected::new(digest, item.body.crlf_len(), item.flags.clone()) }
}

fn exchange() -> MockImap {
    server()
        .without(Extension::MultiAppend)
        .named("The Microsoft Exchange IMAP4 service is ready.", "Microsoft.Exchange.Imap4.Imap4Server")
        .quirk(Quirk::ByeAfterErrors(10))
        .quirk(Quirk::FoldsCase)
        .refuse_message("EVIL")
}

/// Forty messages, and every third of the first thirty-six is refused.
fn with_twelve_bad_ones() -> Vec<Item> {
    let subject =
        |at: usize| if at % 3 == 1 && at < 36 { format!("EVIL {at}") } else { format!("good {at}") };
    (0..40).map(|at| mail(&subject(at))).collect()
}

/// Kills: a tenth refusal, after which Exchange says BYE and what was on its way is in doubt.
#[test]
fn exchange_is_left_before_it_says_bye() {
    let world = World::new(exchange());
    let folder = world.folder("a");
    let fates = world.append(&folder, &with_twelve_bad_ones());
    assert_eq!(fates.iter().filter(|fate| fate.is_ok()).count(), 28);
    for error in fates.iter().filter_map(|fate| fate.as_ref().err()) {
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Rejected, Effect::None), "{error}");
    }
    assert_eq!(world.server.account("ann").messages("a").len(), 28, "each once");
    assert!(!world.server.transcript_text().contains("* BYE"), "{}", world.server.transcript_text());
    assert_eq!(world.server.counters().connections, 2);
}

/// The same habit of a server that does not say who it is: once it was met, it is known.
#[test]
fn a_bye_after_ten_errors_is_met_once() {
    let world = World::new(
        server().without(Extension::MultiAppend).quirk(Quirk::ByeAfterErrors(10)).refuse_message("EVIL"),
    );
    let folder = world.folder("a");
    let fates = world.append(&folder, &with_twelve_bad_ones());
    let lost = |fate: &omm_core::Result<DestItemId>| {
        fate.as_ref().is_err_and(|error| error.effect() == Effect::Unknown)
    };
    assert!(fates.iter().any(lost), "{fates:?}");
    let again: Vec<Item> = fates
        .iter()
        .zip(with_twelve_bad_ones())
        .filter(|(fate, _)| lost(fate))
        .map(|(_, item)| item)
        .collect();
    world.append(&folder, &again);
    world.append(&folder, &with_twelve_bad_ones());
    assert_eq!(world.server.account("ann").messages("a").len(), 28 + 28);
    assert_eq!(world.server.transcript_text().matches("* BYE").count(), 1);
}

#[test]
fn folders_that_are_there_are_no_refusals_for_exchange() {
    let exchange = exchange();
    let names: Vec<String> = (0..20).map(|at| format!("f{at}")).collect();
    for name in &names {
        exchange.account("ann").add_folder(name);
    }
    let world = World::new(exchange);
    let wanted: Vec<Wanted> =
        names.iter().map(|name| Wanted::new(FolderPath::new([name.as_str()]), ItemKind::Mail)).collect();
    let made = world.run(world.dest.ensure_folders(&wanted)).expect("answers");
    assert!(made.iter().all(|made| made.as_ref().is_ok_and(|made| !made.created)));
    assert_eq!(world.server.counters().refusals, 0);
}

#[test]
fn blanks_at_the_end_of_a_name_never_reach_exchange() {
    let world = World::new(exchange().quirk(Quirk::TrailingBlankDrops));
    let names = world.run(world.dest.capacity()).expect("the capacity").names;
    assert_eq!(names.spell("Old  mail "), "Old mail");
    world.folder(&names.spell("Old  mail "));
}

/// Kills: items that were never sent looked for after a break, in a folder that may be large.
#[test]
fn what_was_not_sent_when_the_line_broke_was_not_written() {
    let world = World::new(server().without(Extension::MultiAppend));
    let folder = world.folder("a");
    let large = |at: usize| item(format!("Subject: {at}\r\n\r\n{}", "x\r\n".repeat(20_000)));
    let batch: Vec<Item> = (0..40).map(large).collect();
    world.server.add_fault(Fault::at("APPEND", 2, Act::Close));
    let fates = world.append(&folder, &batch);
    assert!(fates[0].is_ok());
    let effects: Vec<Effect> =
        fates[1..].iter().map(|fate| fate.as_ref().expect_err("lost").effect()).collect();
    let unknown = effects.iter().take_while(|effect| **effect == Effect::Unknown).count();
    // 256 KiB are put into the line at a time.
    assert!((1..12).contains(&unknown), "{effects:?}");
    assert!(effects[unknown..].iter().all(|effect| *effect == Effect::None), "{effects:?}");
    assert_eq!(world.server.account("ann").messages("a").len(), 1);
}

fn gmail() -> MockImap {
    let server = server()
        .with(Extension::Gmail)
        .without(Extension::MultiAppend)
        .without(Extension::QResync)
        .quirk(Quirk::EqualMessagesDropped)
        .quirk(Quirk::DeletedOnAppendLost)
        .append_limit(35_651_584);
    let account = server.account("ann");
    account.add_folder("[Gmail]").no_select("[Gmail]");
    account.special_use("[Gmail]/Papierkorb", "\\Trash");
    server
}

fn messages(world: &World, folder: &str) -> usize {
    world.server.account("ann").messages(folder).len()
}

/// A copy, and the folder that it is in.
fn copied(world: &World, item: &Item) -> (DestFolderId, DestItemId) {
    let folder = world.folder("a");
    let id = world.ids(&folder, std::slice::from_ref(item)).remove(0);
    (folder, id)
}

#[test]
fn gmail_is_told_no_deleted_and_says_what_it_does_not_keep() {
    let world = World::new(gmail());
    let mut marked = mail("marked");
    marked.flags = Flags::parse("\\Deleted \\Flagged");
    let (folder, id) = copied(&world, &marked);
    assert_eq!(world.there(&folder, &[id]), [true]);
    let capacity = world.run(world.dest.capacity()).expect("the capacity");
    assert_eq!(capacity.largest_item, Some(35_651_584));
    assert!(capacity.remarks.iter().filter(|remark| remark.contains("Gmail")).count() == 2, "{capacity:?}");
    assert_eq!(capacity.names.spell(" a  b^c "), "a b_c");
}

/// Kills: a copy expunged from its label, which lives on in All Mail.
#[test]
fn gmail_removes_by_way_of_the_trash_and_nothing_else_goes() {
    let world = World::new(gmail());
    world
        .server
        .account("ann")
        .add("[Gmail]/Papierkorb", omm_testkit::imap::MockMessage::new("Subject: theirs\r\n\r\n"));
    let item = mail("ours");
    let (folder, id) = copied(&world, &item);
    world.ids(&folder, &mails(2));
    let fates = world.run(world.dest.delete(&folder, &[deletion(&id, &item)])).expect("done");
    assert!(matches!(fates[..], [Ok(Deleted::Done)]), "{fates:?}");
    assert_eq!((messages(&world, "a"), messages(&world, "[Gmail]/Papierkorb")), (2, 1));
    assert!(world.server.counters().command("UID MOVE") == 1);
}

/// Kills: a message destroyed under every label because one of its labels was ours.
#[test]
fn gmail_keeps_what_has_another_label_and_takes_ours_off() {
    for label in ["Tax", "INBOX"] {
        let server = gmail();
        server.account("ann").add_folder("Tax").special_use("[Gmail]/Alle", "\\All");
        let world = World::new(server);
        let items = [mail("labelled"), mail("ours alone")];
        let folder = world.folder("a");
        let ids = world.ids(&folder, &items);
        world.server.account("ann").copy_to("a", 1, label);
        let deletions: Vec<Deletion> = ids.iter().zip(&items).map(|(id, item)| deletion(id, item)).collect();
        let fates = world.run(world.dest.delete(&folder, &deletions)).expect("done");
        assert!(matches!(fates[..], [Ok(Deleted::Done), Ok(Deleted::Done)]), "{fates:?}");
        let left = ["a", label, "[Gmail]/Alle", "[Gmail]/Papierkorb"].map(|folder| messages(&world, folder));
        assert_eq!(left, [0, 1, 1, 0], "{label}");
    }
}

/// Kills: a message that its user labelled, expunged from All Mail.
#[test]
fn gmail_leaves_what_was_put_into_all_mail_and_labelled_since() {
    let server = gmail();
    server.account("ann").add_folder("Tax").special_use("[Gmail]/Alle", "\\All");
    let world = World::new(server);
    let wanted = Wanted::new(FolderPath::new(["[Gmail]", "Alle"]), ItemKind::Mail);
    let folder = world.run(world.dest.ensure_folder(wanted)).expect("there").id;
    let items = mails(2);
    let ids = world.ids(&folder, &items);
    world.server.account("ann").copy_to("[Gmail]/Alle", 1, "Tax");
    let deletions: Vec<Deletion> = ids.iter().zip(&items).map(|(id, item)| deletion(id, item)).collect();
    let fates = world.run(world.dest.delete(&folder, &deletions)).expect("done");
    assert!(matches!(fates[..], [Ok(Deleted::Touched(_)), Ok(Deleted::Done)]), "{fates:?}");
    assert_eq!(["[Gmail]/Alle", "Tax"].map(|folder| messages(&world, folder)), [1, 1]);
}

/// Kills: a copy that is none, or another's message taken for ours and removed by an undo.
#[test]
fn gmail_keeps_equal_messages_once_and_the_others_are_said() {
    let world = World::new(gmail());
    let folder = world.folder("a");
    let fates = world.append(&folder, &[mail("one"), mail("twin"), mail("twin")]);
    assert!(fates[0].is_ok() && fates[1].is_ok());
    let error = fates[2].as_ref().expect_err("dropped");
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Rejected, Effect::None), "{error}");
    // Also when the first is from a time before.
    let fates = world.append(&folder, &[mail("twin"), mail("two")]);
    assert!(fates[0].is_err() && fates[1].is_ok(), "{fates:?}");
    assert_eq!(messages(&world, "a"), 3);
}

#[test]
fn gmail_asks_for_a_pause_and_is_given_it() {
    for text in ["[THROTTLED] slow down", "[OVERQUOTA] Account exceeded command or bandwidth limits."] {
        let world = World::new(gmail());
        let folder = world.folder("a");
        world.server.add_fault(Fault::at("APPEND", 1, Act::No(text.to_owned())));
        let fates = world.append(&folder, &mails(1));
        let error = fates[0].as_ref().expect_err("a pause");
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Throttled, Effect::None), "{error}");
    }
}

/// Domino changes headers: the copy is found where APPENDUID says, and a plan says so beforehand.
#[test]
fn headers_that_are_changed_are_foreseen() {
    let domino = server()
        .named("Domino IMAP4 Server Release 9.0 ready", "Domino")
        .quirk(Quirk::MessageIdCompleted)
        .quirk(Quirk::SearchRefused);
    let world = World::new(domino);
    let folder = world.folder("a");
    let changed = |number: usize| item(format!("Message-ID: <{number}@>\r\nSubject: x\r\n\r\nbody\r\n"));
    let ids = world.ids(&folder, &[mail("as it is"), item("Message-ID: <7>\r\n\r\nx\r\n"), changed(3)]);
    assert_eq!(world.there(&folder, &ids), [true, true, true]);
    let capacity = world.run(world.dest.capacity()).expect("the capacity");
    assert!(capacity.rewrites_bodies && capacity.remarks.iter().any(|remark| remark.contains("headers")));
    let expected = Expected::new(None, 10, Flags::none());
    let deletion = Deletion { id: ids[1].clone(), expected };
    let fates = world.run(world.dest.delete(&folder, &[deletion])).expect("done");
    assert!(matches!(fates[..], [Ok(Deleted::Done)]), "{fates:?}");
    assert_eq!(messages(&world, "a"), 2);
}

/// 163 and 126: NO SELECT Unsafe Login, unless ID was said before.
#[test]
fn who_we_are_is_said_before_a_folder_is_opened() {
    let world = World::new(server().quirk(Quirk::SelectWantsId));
    let (folder, id) = copied(&world, &mail("x"));
    assert_eq!(world.there(&folder, &[id]), [true]);
}

/// Cyrus: refused messages are refused alone, in the server's words.
#[test]
fn what_cyrus_finds_in_a_message_costs_that_message() {
    let cyrus = server()
        .without(Extension::MultiAppend)
        .named("mail Cyrus IMAP 3.8.1 server ready", "Cyrus IMAP")
        .quirk(Quirk::NulRefused)
        .quirk(Quirk::EightBitHeadersRefused);
    let world = World::new(cyrus);
    let folder = world.folder("a");
    let batch = [
        mail("good"),
        item(b"Subject: n\r\n\r\n\0\r\n".to_vec()),
        item(b"Subject: \xfc\r\n\r\nx\r\n".to_vec()),
    ];
    let fates = world.append(&folder, &batch);
    assert!(fates[0].is_ok());
    for (fate, word) in fates[1..].iter().zip(["NUL", "header"]) {
        let error = fate.as_ref().expect_err("refused");
        assert!(error.kind() == ErrorKind::Rejected && error.to_string().contains(word), "{error}");
    }
}

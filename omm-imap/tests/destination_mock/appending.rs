//! Writing, when the server is not as one would wish.

use crate::world::{World, mail, mails, server};
use omm_core::{
    error::{Effect, ErrorKind, Scope},
    model::{Body, Flags, Item, ItemKind},
};
use omm_testkit::imap::{Act, Extension, Fault, Keywords, MockImap, Quirk};

fn singles() -> MockImap {
    server().without(Extension::MultiAppend)
}

fn item(bytes: impl Into<Vec<u8>>) -> Item {
    Item::new(ItemKind::Mail, Body::from_bytes(bytes.into()))
}

#[test]
fn a_batch_costs_one_flight() {
    let world = World::new(server());
    let folder = world.folder("a");
    world.ids(&folder, &mails(3));
    world.server.reset_counters();
    world.ids(&folder, &mails(20));
    let counters = world.server.counters();
    assert!(counters.all_round_trips() <= 1 && counters.command("APPEND") == 1, "{counters:?}");
}

#[test]
fn so_does_a_batch_of_single_appends() {
    for extension in [Extension::UidPlus, Extension::MultiAppend] {
        let world = World::new(singles().without(extension));
        let folder = world.folder("a");
        world.ids(&folder, &mails(3));
        world.server.reset_counters();
        world.ids(&folder, &mails(40));
        let counters = world.server.counters();
        // Without UIDPLUS the copies are looked for: the folder is opened, listed and read.
        let most = if extension == Extension::UidPlus { 4 } else { 1 };
        assert!(counters.all_round_trips() <= most && counters.command("APPEND") == 40, "{counters:?}");
    }
}

#[test]
fn copies_are_seen_in_the_flight_that_brings_them() {
    // Several folders, as the one that is open on the connection may be another one.
    for server in [server(), singles()] {
        let world = World::new(server);
        let (one, other) = (world.folder("a"), world.folder("b"));
        world.ids(&one, &mails(3));
        for folder in [&one, &other, &one] {
            world.server.reset_counters();
            let fates = world.run(world.dest.append(folder, &mails(20))).expect("each fate is known");
            let counters = world.server.counters();
            assert!(counters.all_round_trips() <= 1, "{counters:?}");
            let stored: Vec<_> = fates.into_iter().map(|fate| fate.expect("a good item")).collect();
            let ids: Vec<_> = stored.iter().map(|stored| stored.id.clone()).collect();
            let looked = world.run(world.dest.inspect(folder, &ids)).expect("a look");
            for (stored, looked) in stored.into_iter().zip(looked) {
                assert!(stored.seen.is_some(), "it was not shown");
                assert_eq!(stored.seen, looked);
            }
        }
    }
}

#[test]
fn what_was_not_shown_behind_the_drafts_is_not_believed() {
    // The look is refused, or answered from before the APPEND: the copies are there, and nobody has seen them.
    for act in [Act::No("not now".to_owned()), Act::Bad("what?".to_owned())] {
        let world = World::new(server());
        let folder = world.folder("a");
        world.ids(&folder, &mails(3));
        world.server.add_fault(Fault::at("UID FETCH", 1, act));
        let fates = world.run(world.dest.append(&folder, &mails(5))).expect("each fate is known");
        assert!(
            fates.iter().all(|fate| fate.as_ref().is_ok_and(|stored| stored.seen.is_none())),
            "{fates:?}"
        );
        assert_eq!(world.server.account("ann").messages("a").len(), 8);
    }
}

#[test]
fn a_lost_answer_is_found_above_the_mark_and_only_there() {
    let rev1 = || server().without(Extension::UidPlus).without(Extension::Imap4Rev2);
    for server in [server(), singles(), rev1(), rev1().without(Extension::MultiAppend)] {
        let world = World::new(server);
        let folder = world.folder("a");
        let items = mails(4);
        let before = world.ids(&folder, &items);
        // Another destination: this one would know the folder's position from the append before.
        let world = World::new(world.server.clone());
        let mark = world.run(world.dest.mark(&folder)).expect("a mark");
        world.server.add_fault(Fault::at("APPEND", 1, Act::LoseAnswer));
        let error = world.run(world.dest.append(&folder, &items)).expect_err("the connection broke");
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Unreachable, Effect::Unknown));
        let stored = world.server.account("ann").messages("a").len() - items.len();
        let found = world.locate(&folder, &mark, &items);
        assert_eq!(found.iter().flatten().count(), stored);
        assert!(found.iter().flatten().all(|id| !before.contains(id)), "below the mark");
    }
}

#[test]
fn what_was_confirmed_before_the_connection_broke_stands() {
    let world = World::new(singles());
    let folder = world.folder("a");
    world.server.add_fault(Fault::at("APPEND", 3, Act::Close));
    let fates = world.append(&folder, &mails(5));
    assert!(fates[0].is_ok() && fates[1].is_ok());
    for fate in &fates[2..] {
        let error = fate.as_ref().expect_err("lost");
        assert_eq!((error.effect(), error.reach()), (Effect::Unknown, Scope::Account));
    }
    assert_eq!(world.ids(&folder, &mails(1)).len(), 1, "the next call has a connection of its own");
}

#[test]
fn one_bad_message_costs_itself() {
    for server in [server(), singles(), server().plain()] {
        let world = World::new(server.refuse_message("EVIL"));
        let folder = world.folder("a");
        let batch = [mail("good"), mail("EVIL"), mail("better")];
        let fates = world.append(&folder, &batch);
        let error = fates[1].as_ref().expect_err("refused");
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Rejected, Effect::None));
        assert!(fates[0].is_ok() && fates[2].is_ok());
        assert_eq!(world.server.account("ann").messages("a").len(), 2);
    }
}

#[test]
fn what_is_too_large_is_not_sent() {
    let world = World::new(server().append_limit(100));
    let folder = world.folder("a");
    world.server.reset_counters();
    let fates = world.append(&folder, &[item(vec![b'x'; 101])]);
    assert_eq!(fates[0].as_ref().expect_err("too large").kind(), ErrorKind::TooLarge);
    assert_eq!(world.server.counters().command("APPEND"), 0);
}

#[test]
fn a_full_account_ends_more_than_the_item() {
    for server in [server(), singles()] {
        server.account("ann").quota(100);
        let world = World::new(server);
        let folder = world.folder("a");
        let batch = [item(vec![b'x'; 200]), item(vec![b'y'; 200])];
        let error = match world.run(world.dest.append(&folder, &batch)) {
            Err(error) => error,
            Ok(mut fates) => fates.remove(0).expect_err("full"),
        };
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Quota, Effect::None), "{error}");
    }
}

#[test]
fn keywords_that_are_not_kept_are_not_sent() {
    let world = World::new(server().keywords(Keywords::Only(vec!["work".to_owned()])));
    let folder = world.folder("a");
    let mut flagged = mail("flagged");
    flagged.flags = Flags::parse("\\Flagged Work Home");
    world.ids(&folder, &[flagged]);
    let flags = &world.server.account("ann").messages("a")[0].flags;
    let kept = Flags::parse(&flags.iter().map(String::as_str).collect::<Vec<_>>().join(" "));
    assert_eq!(kept, Flags::parse("\\Flagged Work"));
    assert!(!world.server.transcript_text().contains("Home"));
}

/// Kills: a message lost over a keyword that the server does not take.
#[test]
fn a_keyword_that_is_refused_costs_itself() {
    let world = World::new(singles());
    let folder = world.folder("a");
    let mut flagged = mail("flagged");
    flagged.flags = Flags::parse("\\Flagged Work");
    world.server.add_fault(Fault::at("APPEND", 1, Act::No("Invalid keyword".to_owned())));
    let ids = world.ids(&folder, &[flagged.clone(), mail("plain")]);
    let seen = world.run(world.dest.inspect(&folder, &ids)).expect("a look");
    let flags: Vec<Flags> = seen.into_iter().flatten().map(|seen| seen.flags).collect();
    assert_eq!(flags, [Flags::parse("\\Flagged"), Flags::none()]);
    // A message that is refused for what it is stays refused.
    world.server.add_fault(Fault::at("APPEND", 1, Act::No("no such letter".to_owned())).times(2));
    let fates = world.append(&folder, std::slice::from_ref(&flagged));
    let error = fates[0].as_ref().expect_err("refused");
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Rejected, Effect::None), "{error}");
    assert_eq!(world.server.account("ann").messages("a").len(), 2);
}

#[test]
fn exchange_takes_no_long_lines_and_flags_only_by_store() {
    let exchange = singles()
        .named("The Microsoft Exchange IMAP4 service is ready.", "Microsoft.Exchange.Imap4.Imap4Server")
        .quirk(Quirk::LongLinesRefused(9_900))
        .quirk(Quirk::FlaggedOnlyByStore)
        .quirk(Quirk::ByeAfterErrors(10));
    let world = World::new(exchange);
    let folder = world.folder("a");
    let long = item([b"Subject: long\r\n\r\n".to_vec(), vec![b'x'; 9_901], b"\r\n".to_vec()].concat());
    let mut flagged = mail("flagged");
    flagged.flags = Flags::parse("\\Flagged \\Seen");
    let batch: Vec<Item> = (0..12).map(|_| long.clone()).chain([flagged]).collect();
    world.server.reset_counters();
    let fates = world.append(&folder, &batch);
    for fate in &fates[..12] {
        let error = fate.as_ref().expect_err("a long line");
        assert!(error.kind() == ErrorKind::Rejected && error.to_string().contains("9901"), "{error}");
    }
    assert!(fates[12].is_ok());
    assert_eq!(world.server.counters().command("APPEND"), 1, "what is refused anyway is not sent");
    assert_eq!(world.server.account("ann").messages("a")[0].flags.len(), 2);
}

#[test]
fn yahoo_gets_its_final_line_end() {
    let world = World::new(singles().quirk(Quirk::FinalLineEndWanted));
    let folder = world.folder("a");
    let batch = [mail("good"), item("Subject: x\r\n\r\nthe end")];
    let ids = world.ids(&folder, &batch);
    world.server.reset_counters();
    world.ids(&folder, &batch);
    assert_eq!(world.server.counters().command("APPEND"), 2, "once seen, it is remembered");
    assert_eq!(world.there(&folder, &ids), [true, true]);
    assert!(world.run(world.dest.capacity()).expect("the capacity").remarks.len() == 1);
}

#[test]
fn an_append_uid_is_believed_after_a_look() {
    for quirk in [Quirk::AppendUidOffByOne, Quirk::AppendUidSwapped, Quirk::NoAppendUid] {
        for server in [server(), singles()] {
            let world = World::new(server.quirk(quirk));
            let folder = world.folder("a");
            for round in 0..3 {
                let items: Vec<Item> = (0..4).map(|at| mail(&"x".repeat(1 + at + 4 * round))).collect();
                let ids = world.ids(&folder, &items);
                let seen = world.run(world.dest.inspect(&folder, &ids)).expect("a look");
                for (item, seen) in items.iter().zip(seen) {
                    assert_eq!(seen.expect("there").size, item.body.crlf_len(), "{quirk:?}");
                }
            }
        }
    }
}

#[test]
fn sizes_that_are_not_true_do_not_hide_a_copy() {
    let world = World::new(server().quirk(Quirk::SizeOff(17)));
    let folder = world.folder("a");
    let mark = world.run(world.dest.mark(&folder)).expect("a mark");
    let items = mails(3);
    let ids = world.ids(&folder, &items);
    let found: Vec<_> = world.locate(&folder, &mark, &items).into_iter().flatten().collect();
    assert_eq!(found, ids);
}

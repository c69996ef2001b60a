//! The same stories on a real Dovecot: fewer cuts, unless all are asked for.

use crate::{
    on_dovecot::{DovecotWorld, OnDovecot, between, world},
    stories::{check, text},
    world::or_skip,
};
use omm::core::model::{FolderPath, ItemKind};
use omm_testkit::{
    mailbox::MailboxItem,
    servers::{self, Dovecot, Settings},
    step_stop::{Account, Scenario},
};
use std::sync::Arc;

fn message(word: &str) -> MailboxItem {
    MailboxItem::new(ItemKind::Mail, text(word)).received("2019-03-04T05:06:07+02:00")
}

fn inbox() -> FolderPath {
    FolderPath::new(["INBOX"])
}

fn work() -> FolderPath {
    FolderPath::new(["Work", "Entwürfe"])
}

/// What Dovecot offers, without what a story says it must do without.
const OFFERED: &str = "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ UNSELECT NAMESPACE CHILDREN \
                       LIST-EXTENDED LIST-STATUS SPECIAL-USE CREATE-SPECIAL-USE CONDSTORE QRESYNC UIDPLUS MULTIAPPEND \
                       MOVE SEARCHRES";

/// A Dovecot of a test's own, or a line that says why there is none.
fn dovecot(settings: Settings) -> Option<Arc<Dovecot>> {
    or_skip(Dovecot::start(settings)).map(Arc::new)
}

/// The usual settings, but for what is not offered.
fn without(extensions: &[&str]) -> Settings {
    let offered = OFFERED.split_whitespace().filter(|word| !extensions.contains(word));
    let capabilities = offered.collect::<Vec<_>>().join(" ");
    Settings { capabilities: Some(capabilities), ..Settings::default() }
}

fn fresh() -> DovecotWorld {
    filled(world(servers::dovecot().expect("it was there a moment ago")))
}

fn filled(world: DovecotWorld) -> DovecotWorld {
    let mut user = world.source.witness();
    user.create(&work(), None).expect("a folder");
    let mail = ["one", "two", "three"].map(|word| message(word).flagged("\\Seen"));
    user.append(&inbox(), mail).expect("room");
    let mail = [message("twin"), message("twin"), message("four").flagged("todo \\Flagged")];
    user.append(&work(), mail).expect("room");
    world
}

fn same_on_both_sides(world: &DovecotWorld) {
    assert_eq!(world.source.contents(), world.destination.contents());
}

#[test]
fn first_run() {
    let Some(_) = or_skip(servers::dovecot()) else { return };
    check(2, &Scenario::new("first run", fresh).run().ends(same_on_both_sides));
}

#[test]
fn new_messages_flags_and_moves() {
    let Some(_) = or_skip(servers::dovecot()) else { return };
    let story = Scenario::new("incremental", fresh)
        .run()
        .user(|world| {
            let mut user = world.source.witness();
            user.append(&inbox(), [message("five")]).expect("room");
            user.store(&inbox(), &[1], "+FLAGS (\\Flagged later)").expect("flags");
            user.store(&inbox(), &[2], "-FLAGS (\\Seen)").expect("flags");
            user.move_to(&inbox(), &[3], &work()).expect("moved");
        })
        .run();
    check(5, &story.ends(same_on_both_sides));
}

#[test]
fn undo() {
    let Some(_) = or_skip(servers::dovecot()) else { return };
    check_undo("undo", fresh);
}

#[test]
fn undo_without_uidplus() {
    let Some(dovecot) = dovecot(without(&["UIDPLUS"])) else { return };
    check_undo("undo without UIDPLUS", move || filled(world(&dovecot)));
}

fn check_undo(name: &'static str, fresh: impl Fn() -> DovecotWorld + 'static) {
    let story = Scenario::new(name, move || {
        let world = fresh();
        let there = [message("was there"), message("marked by another").flagged("\\Deleted")];
        world.destination.witness().append(&inbox(), there).expect("room");
        world
    });
    let story = story.run().undo(1).never_settles().ends(|world: &DovecotWorld| {
        let left = world.destination.witness().read().expect("the account is read");
        assert_eq!(left.folders[&inbox()].messages.len(), 2, "what was there before us is there");
        assert!(!left.folders.contains_key(&work()), "a folder of ours goes when it is empty");
    });
    check(8, &story);
}

#[test]
fn another_uidvalidity_is_neither_a_loss_nor_a_double() {
    let Some(_) = or_skip(servers::dovecot()) else { return };
    let story = Scenario::new("renumbered source", fresh)
        .run()
        .user(|world| {
            // The folder is made anew, and so gets another UIDVALIDITY, with the same messages in it.
            let mut user = world.source.witness();
            let (there, aside) = (work(), FolderPath::new(["aside"]));
            user.rename(&there, &aside).expect("renamed");
            user.create(&there, None).expect("a folder");
            let uids: Vec<u32> = (1..=3).collect();
            user.move_to(&aside, &uids, &there).expect("moved");
            user.delete(&aside).expect("deleted");
        })
        .run();
    check(5, &story.ends(same_on_both_sides));
}

#[test]
fn a_lost_answer_to_append() {
    check_lost_answer("lost answer", &[]);
}

#[test]
fn a_lost_answer_to_append_one_by_one() {
    check_lost_answer("lost answer, one by one", &["MULTIAPPEND"]);
}

#[test]
fn a_lost_answer_to_append_without_uidplus() {
    check_lost_answer("lost answer, no UIDPLUS", &["UIDPLUS"]);
}

#[test]
fn a_lost_answer_to_append_without_uidplus_one_by_one() {
    check_lost_answer("lost answer, no UIDPLUS, one by one", &["UIDPLUS", "MULTIAPPEND"]);
}

fn check_lost_answer(name: &'static str, not_offered: &[&str]) {
    let Some(dovecot) = dovecot(without(not_offered)) else { return };
    let fresh = move || {
        let losing = OnDovecot::losing_the_answer(&dovecot, "APPEND");
        filled(between(OnDovecot::fresh(&dovecot), losing))
    };
    let story = Scenario::new(name, fresh).run().ends(|world: &DovecotWorld| {
        assert!(world.destination.has_lost_an_answer(), "no answer was lost: the story tells nothing");
        same_on_both_sides(world);
    });
    check(8, &story);
}

#[test]
fn one_bad_message_in_a_batch_costs_only_itself() {
    let Some(_) = or_skip(servers::dovecot()) else { return };
    // The limit is not announced: it is met in the middle of a MULTIAPPEND.
    let settings = Settings { largest_message: Some(20_000), ..without(&[]) };
    let Some(small) = dovecot(settings) else { return };
    let story = Scenario::new("one bad message", move || {
        let source = OnDovecot::fresh(servers::dovecot().expect("it was there a moment ago"));
        let world = filled(between(source, OnDovecot::fresh(&small)));
        let long = MailboxItem::new(ItemKind::Mail, text("long") + &"0123456789\r\n".repeat(3_000));
        let mail = [message("before"), long, message("after"), message("last")];
        world.source.witness().append(&inbox(), mail).expect("room");
        world
    });
    let rest = |world: &DovecotWorld| {
        let count = |account: &OnDovecot| {
            let seen = account.witness().read().expect("the account is read");
            (seen.folders[&inbox()].messages.len(), seen.folders[&work()].messages.len())
        };
        assert_eq!((count(&world.source), count(&world.destination)), ((7, 3), (6, 3)));
    };
    // The bad one is offered again by every run.
    check(5, &story.run().never_settles().ends(rest));
}

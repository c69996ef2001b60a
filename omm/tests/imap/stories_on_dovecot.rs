//! The same stories on a real Dovecot: fewer cuts, unless all are asked for.

use crate::{
    on_dovecot::{DovecotWorld, world},
    stories::{check, text},
    world::or_skip,
};
use omm::core::model::{FolderPath, ItemKind};
use omm_testkit::{
    mailbox::MailboxItem,
    servers,
    step_stop::{Account, Scenario},
};

fn message(word: &str) -> MailboxItem {
    MailboxItem::new(ItemKind::Mail, text(word)).received("2019-03-04T05:06:07+02:00")
}

fn inbox() -> FolderPath {
    FolderPath::new(["INBOX"])
}

fn work() -> FolderPath {
    FolderPath::new(["Work", "Entwürfe"])
}

fn fresh() -> DovecotWorld {
    let world = world(servers::dovecot().expect("it was there a moment ago"));
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
    let story = Scenario::new("undo", || {
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
    check(5, &story);
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

//! What a server has no room for, does not allow or does not take: the line says so, and the rest is copied.

use crate::{
    post::{between, inbox, or_skip, with_messages},
    world::{End, World},
};
use omm::core::model::{FolderPath, ItemKind};
use omm_testkit::{
    mailbox::{self, MailboxItem},
    servers::{self, Account, Dovecot, Settings, witness::Witness},
};
use std::{fs, process::Command};

fn of_bytes(count: usize) -> MailboxItem {
    let body = "all work and no play\r\n".repeat(count / 22);
    MailboxItem::new(ItemKind::Mail, format!("Subject: long\r\n\r\n{body}"))
}

#[test]
fn a_full_account() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let (from, world) = (with_messages(dovecot, 40), World::new());
    // Without MULTIAPPEND, which is all or nothing.
    let settings = Settings {
        quota_bytes: Some(8 << 10),
        capabilities: Some("IMAP4rev1 LITERAL+ UIDPLUS SPECIAL-USE LIST-STATUS NAMESPACE".to_owned()),
        ..Settings::default()
    };
    let Some(small) = or_skip(Dovecot::start(settings)) else { return };
    let to = small.fresh_user();
    let end = End::of(pair(&world, dovecot, &from, &small, &to).output().unwrap());
    end.refused(1, &["full", "make room", "the same command again"]);
    let copied = Witness::look(&to).unwrap().messages();
    assert!(copied > 0 && copied < 40, "what had room was copied, and no more: {copied}");
}

#[test]
fn messages_that_are_too_large() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let (from, world) = (with_messages(dovecot, 40), World::new());
    Witness::enter(&from).unwrap().append(&inbox(), [of_bytes(5_000)]).unwrap();
    let settings = Settings { largest_message: Some(2_000), ..Settings::default() };
    let Some(strict) = or_skip(Dovecot::start(settings)) else { return };
    let to = strict.fresh_user();
    let end = End::of(pair(&world, dovecot, &from, &strict, &to).output().unwrap());
    assert_eq!(end.code, 3, "{} {}", end.out, end.err);
    assert_eq!(Witness::look(&to).unwrap().messages(), 40, "the rest is copied");
    assert!(end.out.contains("2000") || end.err.contains("2000"), "{} {}", end.out, end.err);
}

/// Two servers have two authorities; both are handed over in one file.
fn pair(world: &World, one: &Dovecot, from: &Account, other: &Dovecot, to: &Account) -> Command {
    let both = world.path("authorities.pem");
    let read = |dovecot: &Dovecot| fs::read_to_string(dovecot.ca_pem_path()).unwrap();
    fs::write(&both, format!("{}{}", read(one), read(other))).unwrap();
    between(world, "migrate", from, to, &both)
}

#[test]
fn a_folder_that_can_only_be_read() {
    let settings = Settings { rights: true, ..Settings::default() };
    let Some(dovecot) = or_skip(Dovecot::start(settings)) else { return };
    let from = with_messages(&dovecot, 3);
    let to = dovecot.fresh_user();
    let mut witness = Witness::enter(&from).unwrap();
    let closed = FolderPath::new(["closed"]);
    witness.create(&closed, None).unwrap();
    witness.append(&closed, (10..12).map(|at| mailbox::message(1, at).flagged(""))).unwrap();
    let mut there = Witness::enter(&to).unwrap();
    there.create(&closed, None).unwrap();
    dovecot.doveadm(&["acl", "set", "-u", &to.login, "closed", "owner", "lookup", "read"]).unwrap();
    let world = World::new();
    let end = End::of(between(&world, "migrate", &from, &to, &dovecot.ca_pem_path()).output().unwrap());
    assert_eq!(end.code, 3, "{} {}", end.out, end.err);
    let told: Vec<&str> = end.err.lines().collect();
    assert_eq!(told.len(), 1, "{told:?}");
    for words in ["folder closed not finished", "leave the folder out"] {
        assert!(told[0].contains(words), "{words:?} not in {told:?}");
    }
    // Whether it is opened before it is written depends on which folder is the account's first.
    assert!(["Permission denied", "can only be read"].iter().any(|why| told[0].contains(why)), "{told:?}");
    assert_eq!(Witness::look(&to).unwrap().folders[&inbox()].messages.len(), 3, "the rest is copied");
}

#[test]
fn too_few_connections_are_enough() {
    let settings = Settings { connections_per_user: 1, ..Settings::default() };
    let Some(dovecot) = or_skip(Dovecot::start(settings)) else { return };
    let from = dovecot.fresh_user();
    // One session for all: the server may still count one that has ended.
    let mut witness = Witness::enter(&from).unwrap();
    witness.append(&inbox(), (0..30).map(|at| mailbox::message(1, at).flagged(""))).unwrap();
    for name in ["a", "b", "c", "d", "e"] {
        let path = FolderPath::new([name]);
        witness.create(&path, None).unwrap();
        witness.append(&path, (0..5).map(|at| mailbox::message(2, at).flagged(""))).unwrap();
    }
    witness.leave().unwrap();
    let (to, world) = (dovecot.fresh_user(), World::new());
    let end = End::of(between(&world, "migrate", &from, &to, &dovecot.ca_pem_path()).output().unwrap());
    assert_eq!(end.code, 0, "{} {}", end.out, end.err);
    assert_eq!(Witness::look(&to).unwrap().messages(), 55);
}

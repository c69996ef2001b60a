//! Which folders are listed, and which of them are one's own.

use crate::{
    missing::{filled, twisted},
    world::{World, server},
};
use omm_core::error::{ErrorKind, Retry, Scope};
use omm_testkit::imap::{Act, Fault};

/// Kills: a folder that is told as removed, since the line that lists it could not be read.
#[test]
fn folders_that_cannot_be_read_are_not_left_out() {
    let world = filled(server(), 1);
    world.server.account("ann").add_folder("other");
    let world = twisted(world, |line| match line.starts_with("* LIST") && line.contains("other") {
        true => "* LIST (\\Subscribed \"/\r\n".to_owned(),
        false => line,
    });
    let error = world.run(world.source.folders()).expect_err("one is missing");
    let facts = (error.kind(), error.reach(), error.retry_advice());
    assert_eq!(facts, (ErrorKind::Protocol, Scope::Account, Retry::Backoff), "{error}");
}

/// Kills: others' mail, taken from the shared folders beside one's own.
#[test]
fn what_lies_beside_the_personal_prefix_is_shared_where_the_shared_prefix_is_empty() {
    let server = server().delimiter(Some('.'));
    let account = server.account("ann");
    account.add_folder("INBOX.mine").add_folder("announcements").add_folder("user.berta");
    let world = twisted(World::new(server), |line| match line.starts_with("* NAMESPACE") {
        true => "* NAMESPACE ((\"INBOX.\" \".\")) ((\"user.\" \".\")) ((\"\" \".\"))\r\n".to_owned(),
        false => line,
    });
    let paths: Vec<String> = world.folders().iter().map(|folder| folder.path.to_string()).collect();
    assert_eq!(paths, ["INBOX", "mine"]);
}

/// Kills: `INBOX.` before every name for the rest of a process, since NAMESPACE was refused once.
#[test]
fn a_namespace_that_is_refused_is_not_learnt() {
    let world = World::new(server().delimiter(Some('.')).prefix("INBOX."));
    world.server.account("ann").add_folder("INBOX.mine");
    world.server.add_fault(Fault::at("NAMESPACE", 1, Act::No("not now".to_owned())));
    let paths = || -> Vec<String> { world.folders().iter().map(|folder| folder.path.to_string()).collect() };
    let _ = world.run(world.source.folders());
    assert_eq!(paths(), ["INBOX", "mine"]);
}

//! Nothing is ever deleted at the source, whatever the server makes easy.

use crate::world::{World, counted, filled, server};
use omm_testkit::pop::{Extension, MockPop, Quirk};

/// Lists, reads everything, and ends.
fn read_all(server: &MockPop) {
    let world = World::new(server);
    world.inbox();
    let ids = world.ids();
    world.fetch(&ids);
    world.run(world.source.close()).expect("a goodbye");
}

#[test]
fn a_mailbox_that_was_read_is_as_it_was() {
    for server in [
        server(),
        server().plain(),
        server().without(Extension::Uidl),
        server().without(Extension::Uidl).without(Extension::Top),
        server().quirk(Quirk::TwinUids),
        server().quirk(Quirk::RetrRefused(2)),
        server().quirk(Quirk::ClosesAfterRetrs(5)),
        server().quirk(Quirk::RetrMarksRead),
    ] {
        let server = filled(server, 12);
        let before = server.maildrop("ann").snapshot();
        let ((), counters) = counted(&server, || read_all(&server));
        assert_eq!(server.maildrop("ann").snapshot(), before);
        assert_eq!((counters.command("DELE"), counters.messages_removed), (0, 0));
    }
}

/// Kills: QUIT to a server that removes at QUIT what was retrieved, as EXPIRE 0 announces (RFC 2449 §6.7). A session that
/// ends otherwise must remove nothing (RFC 1939 §6).
#[test]
fn a_server_that_removes_what_was_read_is_not_given_the_occasion() {
    let server = filled(server().expire("0").quirk(Quirk::RetrievedExpires), 12);
    let before = server.maildrop("ann").snapshot();
    read_all(&server);
    let world = World::new(&server);
    world.inbox();
    world.fetch(&world.ids());
    // A second look ends the first session.
    world.inbox();
    assert_eq!(server.maildrop("ann").snapshot(), before);
    assert_eq!(server.counters().command("QUIT"), 0);
    assert!(world.source.learned().remarks.iter().any(|remark| remark.contains("EXPIRE 0")));
}

/// Kills: QUIT after a message was read, the only occasion to remove it.
#[test]
fn a_session_ends_politely_only_if_nothing_was_read() {
    let server = filled(server(), 2);
    let world = World::new(&server);
    world.ids();
    world.run(world.source.close()).expect("a goodbye");
    assert_eq!(server.counters().command("QUIT"), 1);
    read_all(&server);
    assert_eq!(server.counters().command("QUIT"), 1);
}

/// Seen: Dovecot marks what RETR gave, however the session ends.
#[test]
fn dovecot_is_read_by_top() {
    let server = filled(server().named("Dovecot ready.", "Dovecot").quirk(Quirk::RetrMarksRead), 12);
    let before = server.maildrop("ann").snapshot();
    let ((), counters) = counted(&server, || read_all(&server));
    assert_eq!((counters.command("RETR"), counters.command("TOP")), (0, 12));
    assert_eq!(server.maildrop("ann").snapshot(), before);
}

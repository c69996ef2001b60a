//! What it costs: round trips, logins, and what a connection that lay idle is worth.

use crate::world::{World, counted, filled, mail, server};
use omm_testkit::pop::{Act, Fault, When};

/// After the login: capabilities, then LIST and UIDL in one flight.
#[test]
fn an_unchanged_mailbox_costs_two_round_trips() {
    let server = filled(server(), 2000);
    let before = World::new(&server).inbox();
    assert_eq!((before.items, before.role), (Some(2000), Some(omm_core::model::Role::Inbox)));
    let world = World::new(&server);
    let (after, counters) = counted(&server, || world.inbox());
    assert_eq!(after, before);
    assert!(after.state.is_some());
    assert!(counters.all_round_trips() <= 2, "{counters:?}");
    assert_eq!((counters.bodies_fetched, counters.command("TOP"), counters.logins), (0, 0, 1));
    // The listing itself costs nothing more.
    let (ids, counters) = counted(&server, || world.ids());
    assert_eq!((ids.len(), counters.all_commands()), (2000, 0));
}

/// A session does not see what comes after its login.
#[test]
fn folders_are_looked_at_anew_each_time() {
    let server = filled(server(), 3);
    let world = World::new(&server);
    let first = world.inbox();
    server.maildrop("ann").add(mail("new"));
    assert_eq!(world.ids().len(), 3);
    let second = world.inbox();
    assert_eq!((second.items, first.state == second.state), (Some(4), false));
    assert_eq!(world.ids().len(), 4);
    assert_eq!(server.counters().logins, 2);
    // What was learned need not be asked again.
    assert_eq!(server.counters().command("CAPA"), 2);
}

/// A login that comes too early would be refused, and all would wait.
#[test]
fn a_server_that_wants_a_pause_is_not_asked_to_let_us_in_again() {
    let server = filled(server().login_delay(900), 3);
    let world = World::new(&server);
    world.inbox();
    world.inbox();
    assert_eq!(server.counters().logins, 1);
    world.run(world.env.runtime.sleep(std::time::Duration::from_secs(901)));
    world.inbox();
    assert_eq!(server.counters().logins, 2);
    assert!(world.source.learned().remarks.iter().any(|remark| remark.contains("900 seconds")));
}

/// RFC 1939 §3: a server may end what lies idle for ten minutes; some say a last word.
#[test]
fn a_connection_that_ended_while_it_lay_idle_is_replaced() {
    for last_word in [&b""[..], b"-ERR Disconnected for inactivity.\r\n"] {
        let server = filled(server(), 3);
        World::new(&server).ids();
        let sent = server.counters().bytes_sent;
        server.maildrop("ann").add(mail("4"));
        let server = filled(crate::world::server(), 3);
        // As many bytes as a whole listing has; then it ends.
        let end = if last_word.is_empty() { Act::Close } else { Act::Say(last_word.to_vec()) };
        server.add_fault(Fault::new(When::Sent(sent), end).on_connection(1));
        server.add_fault(Fault::new(When::Sent(sent + last_word.len() as u64), Act::Close).on_connection(1));
        let world = World::new(&server);
        let ids = world.ids();
        assert_eq!(world.bodies(&ids).len(), 3, "{last_word:?}");
        assert_eq!(server.counters().logins, 2, "{last_word:?}");
    }
}

/// All calls share the one session that a mailbox can have.
#[test]
fn two_calls_at_once_take_turns() {
    let server = filled(server(), 500);
    let world = World::new(&server);
    let ids = world.ids();
    let (first, second) = ids.split_at(250);
    let fetched = world.run(async {
        let fetch = async |ids: &[omm_core::model::SourceItemId]| {
            use futures::StreamExt;
            let intake = omm_core::model::Intake::new(&world.env, world.env.memory.reserve(1 << 20).await);
            let folder = omm_core::model::SourceFolderId::new("INBOX");
            world
                .source
                .fetch(&folder, ids, &intake)
                .filter(|one| std::future::ready(one.item.is_ok()))
                .count()
                .await
        };
        futures::join!(fetch(first), fetch(second))
    });
    assert_eq!(fetched, (250, 250));
    assert_eq!(server.counters().logins, 1);
}

/// No work that grows with the square of what is there, and no listing that is asked for twice.
#[test]
fn a_hundred_thousand_messages() {
    let server = filled(server(), 100_000);
    let world = World::new(&server);
    let (ids, counters) = counted(&server, || {
        world.inbox();
        world.ids()
    });
    assert_eq!((ids.len(), counters.command("LIST"), counters.command("UIDL")), (100_000, 1, 1));
    let some: Vec<_> = ids.iter().step_by(9_999).cloned().collect();
    assert_eq!(world.bodies(&some).len(), 11);
}

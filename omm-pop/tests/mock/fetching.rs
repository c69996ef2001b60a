//! Bodies: all of them, as they are, each answered once.

use crate::world::{World, counted, filled, mail, server};
use futures::StreamExt;
use omm_core::{
    error::{ErrorKind, Retry, Scope},
    model::{Intake, SourceFolderId, SourceItemId},
};
use omm_testkit::pop::{Act, Extension, Fault, MockMessage, MockPop, Quirk, When};
use std::{collections::BTreeSet, time::Duration};

/// What the server holds, as it travels.
fn held(server: &MockPop) -> Vec<String> {
    let held = server.maildrop("ann").snapshot();
    held.iter().map(|message| String::from_utf8_lossy(&message.bytes).into_owned()).collect()
}

#[test]
fn bytes_arrive_as_they_are_in_pieces_of_any_size() {
    for size in [1, 2, 3, 5, 64] {
        let drip = Fault::new(When::Sent(0), Act::Drip(size, Duration::ZERO));
        let server = filled(server().fault(drip), 20);
        let odd = "Subject: x\r\n\r\n.\r\n..\r\n.a\r\n\r.\r\nb\0\u{7f}\u{e4}\r\n\r\n\r\n";
        server.maildrop("ann").add(MockMessage::new(odd));
        let world = World::new(&server);
        assert_eq!(world.bodies(&world.ids()), held(&server), "in pieces of {size}");
    }
}

#[test]
fn line_ends_of_the_server_are_kept() {
    for (quirk, expected) in [
        (Quirk::LoneLineFeeds, "Subject: x\r\n\r\na\n.\nb\r\n.\r\n"),
        (Quirk::BareLineFeeds, "Subject: x\n\na\n.\nb\n.\n"),
        (Quirk::BareStatus, "Subject: x\r\n\r\na\r\n.\r\nb\r\n.\r\n"),
    ] {
        let server = server().quirk(quirk);
        server.maildrop("ann").add(MockMessage::new("Subject: x\r\n\r\na\n.\nb\r\n.\r\n"));
        let world = World::new(&server);
        assert_eq!(world.bodies(&world.ids()), [expected], "{quirk:?}");
    }
}

#[test]
fn each_id_is_answered_once() {
    let server = filled(server(), 3);
    let world = World::new(&server);
    let mut ids = world.ids();
    ids.extend([
        ids[0].clone(),
        SourceItemId::new("unknown"),
        SourceItemId::new("x"),
        SourceItemId::new("x"),
    ]);
    let answers = world.fetch(&ids);
    let distinct: BTreeSet<_> = answers.iter().map(|(id, _)| id.clone()).collect();
    assert_eq!((answers.len(), distinct.len()), (5, 5));
    for (id, item) in answers {
        match item {
            Ok(_) => assert!(ids[..3].contains(&id)),
            Err(error) => assert_eq!((error.kind(), error.reach()), (ErrorKind::NotFound, Scope::Item)),
        }
    }
}

#[test]
fn a_message_that_is_listed_and_refused_costs_itself_and_is_named() {
    for (quirk, kind) in
        [(Quirk::RetrRefused(2), ErrorKind::Rejected), (Quirk::BodiesCutAt(0), ErrorKind::Malformed)]
    {
        let server = filled(server().quirk(quirk), 3);
        let world = World::new(&server);
        let ids = world.ids();
        assert_eq!(ids.len(), 3, "it is listed");
        let answers = world.fetch(&ids);
        let refused =
            answers.into_iter().filter_map(|(id, item)| Some((id, item.err()?))).collect::<Vec<_>>();
        let expected = if quirk == Quirk::RetrRefused(2) { &ids[1..2] } else { &ids[..] };
        assert_eq!(refused.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>(), expected);
        for (_, error) in refused {
            assert_eq!((error.kind(), error.reach()), (kind, Scope::Item), "{error}");
            assert!(error.to_string().contains("message "), "{error}");
        }
    }
}

/// Whatever code it bears, a refusal is about the message as long as the session goes on; whether it passes is in it.
#[test]
fn refusals_of_a_message_have_their_own_advice() {
    for (text, kind, retry) in [
        ("[SYS/TEMP] later", ErrorKind::Unreachable, Retry::Backoff),
        ("[SYS/PERM] broken", ErrorKind::Rejected, Retry::Never),
        ("[X-WHATEVER] no", ErrorKind::Rejected, Retry::Never),
    ] {
        let server = filled(server().fault(Fault::at("RETR", 2, Act::No(text.to_owned()))), 3);
        let world = World::new(&server);
        let errors: Vec<_> =
            world.fetch(&world.ids()).into_iter().filter_map(|(_, item)| item.err()).collect();
        assert_eq!(errors.len(), 1);
        let found = (errors[0].kind(), errors[0].reach(), errors[0].retry_advice());
        assert_eq!(found, (kind, Scope::Item, retry), "{}", errors[0]);
    }
}

#[test]
fn a_broken_connection_answers_everybody_and_the_next_call_goes_on() {
    let server = filled(server().quirk(Quirk::ClosesAfterRetrs(50)), 120);
    let world = World::new(&server);
    let mut open = world.ids();
    let mut rounds = 0;
    while !open.is_empty() {
        rounds += 1;
        let answers = world.fetch(&open);
        assert_eq!(answers.len(), open.len());
        open.clear();
        for (id, item) in answers {
            if let Err(error) = item {
                let found = (error.kind(), error.reach(), error.retry_advice());
                assert_eq!(found, (ErrorKind::Unreachable, Scope::Account, Retry::Backoff), "{error}");
                open.push(id);
            }
        }
    }
    assert_eq!(rounds, 3);
    assert_eq!(held(&server).len(), 120);
}

#[test]
fn a_stream_that_is_dropped_leaves_the_connection_usable() {
    // What was on its way is read past, and what was not yet asked for is not sent.
    for (server, most) in [(server(), 200 + 64), (server().without(Extension::Pipelining), 200 + 2)] {
        let server = filled(server, 200);
        let world = World::new(&server);
        let ids = world.ids();
        world.run(async {
            let intake = Intake::new(&world.env, world.env.memory.reserve(1 << 20).await);
            let folder = SourceFolderId::new("INBOX");
            let mut stream = world.source.fetch(&folder, &ids, &intake);
            assert!(stream.next().await.is_some());
        });
        assert_eq!(world.bodies(&ids), held(&server));
        let counters = server.counters();
        assert_eq!((counters.connections, counters.logins), (1, 1));
        assert!(counters.command("RETR") <= most, "{counters:?}");
    }
}

/// Numbers mean something in one session only.
#[test]
fn messages_are_found_again_where_they_are_in_the_next_session() {
    for server in [server(), server().without(Extension::Uidl)] {
        let server = filled(server, 5);
        let world = World::new(&server);
        let ids = world.ids();
        let maildrop = server.maildrop("ann");
        maildrop.delete(&maildrop.snapshot()[1].uid);
        maildrop.add(mail("new"));
        // A new session.
        assert_eq!(world.inbox().items, Some(5));
        let answers = world.fetch(&ids);
        for (id, item) in answers {
            let place = ids.iter().position(|known| *known == id).expect("asked for");
            match item {
                Ok(item) => {
                    let body = String::from_utf8(world.body(&item)).expect("text");
                    assert!(body.starts_with(&format!("Subject: {}\r\n", place + 1)), "{id}: {body}");
                }
                Err(error) => assert_eq!((error.kind(), place), (ErrorKind::NotFound, 1), "{error}"),
            }
        }
    }
}

#[test]
fn the_date_is_that_of_the_last_server_on_the_way() {
    let server = server();
    let last = "Received: by b; Fri, 1 Mar 2024 10:11:12 +0100\r\nReceived: by a; Thu, 29 Feb 2024 10:11:12 +0000\r\n";
    for header in [
        &format!("{last}Date: Wed, 28 Feb 2024 10:00:00 +0000\r\n"),
        "Date: 28 Feb 2024 10:00 GMT\r\n",
        "X: y\r\n",
    ] {
        server.maildrop("ann").add(MockMessage::new(format!("{header}\r\nbody\r\n")));
    }
    let world = World::new(&server);
    let dates: Vec<_> = world
        .fetch(&world.ids())
        .into_iter()
        .map(|(_, item)| item.expect("an item").received.map(|date| date.to_rfc3339()))
        .collect();
    let expected = [Some("2024-03-01T10:11:12+01:00"), Some("2024-02-28T10:00:00+00:00"), None];
    assert_eq!(dates, expected.map(|date| date.map(str::to_owned)));
}

#[test]
fn nothing_is_pipelined_where_that_is_not_offered() {
    for (server, most) in [
        (server(), 8),
        (server().without(Extension::Pipelining), 300),
        (server().without(Extension::Capa), 300),
    ] {
        let server = filled(server, 200);
        let world = World::new(&server);
        let ids = world.ids();
        let (bodies, counters) = counted(&server, || world.bodies(&ids));
        assert_eq!(bodies, held(&server));
        assert_eq!(server.counters().overruns, 0);
        assert!(counters.all_round_trips() <= most, "{counters:?}");
    }
}

/// A body that is larger than the memory reserved for it is in the spool, and whole.
#[test]
fn a_large_message_goes_to_the_spool() {
    let server = server();
    let large = format!("Subject: large\r\n\r\n{}", "0123456789 line\r\n".repeat(200_000));
    server.maildrop("ann").add(MockMessage::new(large.clone()));
    let world = World::new(&server);
    let ids = world.ids();
    world.run(async {
        let intake = Intake::new(&world.env, world.env.memory.reserve(1 << 16).await);
        let folder = SourceFolderId::new("INBOX");
        let mut stream = world.source.fetch(&folder, &ids, &intake);
        let item = stream.next().await.expect("an answer").item.expect("an item");
        assert!(item.body.in_memory().is_none());
        assert!(item.body.to_bytes(u64::MAX).await.expect("bytes") == large.as_bytes());
    });
}

/// Kills: a message that its server cut short, taken for whole because it ended as it should.
#[test]
fn what_top_cut_short_is_not_whole() {
    let server = server().named("Dovecot ready.", "Dovecot").quirk(Quirk::TopLinesAtMost(4));
    let maildrop = server.maildrop("ann");
    let long = format!("Subject: long\r\n\r\n{}", "line\r\n".repeat(5));
    maildrop.add_all([mail("1"), MockMessage::new(long.clone()), mail("3")]);
    let world = World::new(&server);
    let answers = world.fetch(&world.ids());
    let errors: Vec<_> = answers.iter().filter_map(|(_, item)| item.as_ref().err()).collect();
    assert_eq!((answers.len(), errors.len()), (3, 1));
    let (text, found) = (errors[0].to_string(), (errors[0].kind(), errors[0].reach()));
    assert_eq!(found, (ErrorKind::Malformed, Scope::Item), "{text}");
    assert!(text.contains(&long.len().to_string()) && text.contains(&(long.len() - 6).to_string()), "{text}");
    // Where no size is right, a smaller body says nothing.
    let server = filled(crate::world::server().named("Dovecot ready.", "x").quirk(Quirk::SizeOff(17)), 3);
    let world = World::new(&server);
    assert_eq!(world.bodies(&world.ids()), held(&server));
}

/// Kills: four minutes of silence for each such message, and the connection blamed for it, in every run.
#[test]
fn a_body_that_ends_with_a_lone_line_feed_costs_itself_alone() {
    let server = filled(server().without(Extension::Pipelining), 3);
    let world = World::new(&server);
    let ids = world.ids();
    let odd = b"+OK 9 octets\r\nSubject: x\r\n\r\na\n.\r\n".to_vec();
    server.add_fault(Fault::at("RETR", 2, Act::Say(odd)));
    server.add_fault(Fault::at("RETR", 2, Act::Stall));
    let answers = world.fetch(&ids);
    let errors: Vec<_> = answers.iter().filter_map(|(id, item)| Some((id, item.as_ref().err()?))).collect();
    assert_eq!((answers.len(), errors.len()), (3, 2));
    let (id, error) = errors[0];
    let found = (error.kind(), error.reach(), error.retry_advice());
    assert_eq!((id, found), (&ids[1], (ErrorKind::Malformed, Scope::Item, Retry::Never)), "{error}");
    assert!(error.to_string().contains("CRLF"), "{error}");
    assert_eq!(errors[1].1.reach(), Scope::Account, "the connection is given up");
    assert_eq!(world.bodies(&ids[2..]).len(), 1);
}

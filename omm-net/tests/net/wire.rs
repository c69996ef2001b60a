//! Bytes both ways at once.

use crate::{
    pipe::{Script, Writes, pipe},
    world::{Dial, World, endpoint, exchange, text, turn_dropped_after_each_poll},
};
use bytes::Bytes;
use futures::{
    future::join,
    io::{AsyncReadExt, AsyncWriteExt},
};
use omm_core::{error::ErrorKind, host::Runtime, seam::Tls};
use omm_net::{Turn, Wire};
use std::{io, time::Duration};

/// Kills: reading that stops while writing. This server hears nothing before it has said everything. Every future is
/// dropped after each poll, which kills any byte that lives in one.
#[test]
fn two_sides_that_only_write_do_not_lock_each_other() {
    const MUCH: usize = 300_000;
    let world = World::new([]);
    let (client, mut server) = pipe(64);
    let mut wire = Wire::from_connection(Box::new(client));
    for piece in text(MUCH).chunks(7_001) {
        wire.queue(Bytes::copy_from_slice(piece));
    }
    let serving = async {
        let said: Vec<u8> = text(MUCH).into_iter().rev().collect();
        server.write_all(&said).await.expect("the client reads");
        let mut heard = vec![0; MUCH];
        server.read_exact(&mut heard).await.expect("the client writes");
        (said, heard)
    };
    let (got, (said, heard)) = world.run(join(exchange(&mut wire, MUCH), serving));
    assert!(got == said, "what was said arrived");
    assert!(heard == text(MUCH), "what was queued was heard");
    let traffic = wire.traffic();
    assert_eq!((traffic.received_bytes, traffic.sent_bytes), (MUCH as u64, MUCH as u64));
}

/// Kills: a last word that is lost because our own write fails first.
#[test]
fn what_the_server_said_before_it_hung_up_is_heard_although_it_refuses_our_bytes() {
    let world = World::new([]);
    let (client, mut server) = pipe(64);
    let mut wire = Wire::from_connection(Box::new(client));
    world.run(async {
        server.write_all(b"* BYE too many connections\r\n").await.expect("there is room");
        drop(server);
        wire.queue(Bytes::from_static(b"a NOOP\r\n"));
        let turn = wire.turn(0).await.expect("last words");
        assert_eq!(turn, Turn::Arrived(Bytes::from_static(b"* BYE too many connections\r\n")));
        assert_eq!(wire.turn(0).await.expect("an end"), Turn::Closed);
        assert_eq!(wire.turn(0).await.expect("an end for ever"), Turn::Closed);
    });
}

/// Kills: a system call for the line of a command, beside the one for the literal behind it; and pieces in another order.
#[test]
fn a_line_and_the_literal_behind_it_are_one_write() {
    let (line, end) = (b"a1 APPEND INBOX {20000+}\r\n", b"\r\n");
    let body = text(20_000);
    let (world, writes) = (World::new([]), Writes::default());
    let mut wire = Wire::from_connection(Box::new(writes.clone()));
    let mut wanted = Vec::new();
    for _ in 0..3 {
        for piece in [&line[..], &body, &end[..]] {
            wire.queue(Bytes::copy_from_slice(piece));
            wanted.extend_from_slice(piece);
        }
    }
    assert_eq!(world.run(wire.turn(0)).expect("room"), Turn::Drained);
    let taken = writes.taken();
    assert!(taken.concat() == wanted, "every byte once, in order");
    let sizes: Vec<usize> = taken.iter().map(Vec::len).collect();
    let (head, tail) = (line.len(), end.len());
    // What does not fit is written by itself, without being copied.
    assert_eq!(sizes, [head + body.len() + tail + head, body.len(), tail + head + body.len() + tail]);
}

/// Kills: room that is never told of, so that a body stops half-way; and a turn that spins.
#[test]
fn room_is_told_once_when_low_and_once_when_empty() {
    let world = World::new([]);
    let (client, mut server) = pipe(64);
    let mut wire = Wire::from_connection(Box::new(client));
    wire.queue(Bytes::from(vec![b'x'; 150]));
    world.run(async {
        let mut heard = [0; 64];
        let reading = async {
            server.read_exact(&mut heard).await.expect("the client writes");
            server
        };
        let (turn, mut server) = join(wire.turn(100), reading).await;
        assert_eq!(turn.expect("room"), Turn::Drained);
        assert!(wire.queued() < 100);
        let mut rest = [0; 86];
        let (turn, _) = join(wire.turn(100), server.read_exact(&mut rest)).await;
        assert_eq!(turn.expect("empty"), Turn::Drained);
        assert_eq!(wire.queued(), 0);
        let (turn, _) = join(wire.turn(100), server.write_all(b"+ ok\r\n")).await;
        assert_eq!(turn.expect("an answer"), Turn::Arrived(Bytes::from_static(b"+ ok\r\n")));
    });
}

#[test]
fn what_is_given_back_comes_again_first() {
    let world = World::new([]);
    let says = [b"two".to_vec()].into();
    let mut wire = Wire::from_connection(Box::new(Script { says, heard: Default::default() }));
    wire.unread(Bytes::from_static(b"one"));
    wire.unread(Bytes::from_static(b"zero"));
    world.run(async {
        for expected in ["zeroone", "two"] {
            let turn = turn_dropped_after_each_poll(&mut wire).await.expect("the script holds");
            assert_eq!(turn, Turn::Arrived(Bytes::from_static(expected.as_bytes())));
        }
    });
}

/// Kills: a server that says nothing any more and holds a run for ever; and a slow line that is taken for a dead one.
#[test]
fn a_line_is_given_up_when_no_byte_has_moved_for_so_long() {
    const PATIENCE: Duration = Duration::from_secs(60);
    let world = World::new([]);
    let (client, mut server) = pipe(4);
    let mut wire = Wire::from_connection(Box::new(client));
    wire.queue(Bytes::from(vec![b'x'; 40]));
    world.run(async {
        // Ten pieces, each within the time, all together far beyond it.
        let slow_reader = async {
            for _ in 0..10 {
                world.clock.sleep(PATIENCE - Duration::from_secs(1)).await;
                server.read_exact(&mut [0; 4]).await.expect("the client writes");
            }
        };
        let (turn, ()) = join(wire.turn_within(&world.clock, PATIENCE, 0), slow_reader).await;
        assert_eq!(turn.expect("a slow line is no dead one"), Turn::Drained);
        let before = world.clock.elapsed();
        let error = wire.turn_within(&world.clock, PATIENCE, 0).await.expect_err("nothing moves any more");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut, "{error}");
        assert_eq!(world.clock.elapsed() - before, PATIENCE);
        // Nothing is lost by it: it is for the protocol to end the session.
        server.write_all(b"late").await.expect("there is room");
        let turn = wire.turn_within(&world.clock, PATIENCE, 0).await.expect("bytes are there");
        assert_eq!(turn, Turn::Arrived(Bytes::from_static(b"late")));
    });
}

/// Kills: an idle connection that the server has closed and that its next user finds dead.
#[test]
fn a_look_at_an_idle_line_does_not_wait() {
    let world = World::new([]);
    let (client, mut server) = pipe(64);
    let mut wire = Wire::from_connection(Box::new(client));
    world.run(async {
        assert_eq!(wire.turn_at_once(0).await.expect("a good line"), None);
        server.write_all(b"* BYE idle\r\n").await.expect("there is room");
        drop(server);
        let turn = wire.turn_at_once(0).await.expect("last words");
        assert_eq!(turn, Some(Turn::Arrived(Bytes::from_static(b"* BYE idle\r\n"))));
        assert_eq!(wire.turn_at_once(0).await.expect("an end"), Some(Turn::Closed));
    });
}

/// Kills CVE-2011-0411: commands or answers of before TLS that are believed after it.
#[test]
fn tls_is_refused_while_anything_from_before_is_left() {
    for (what, is_spoken, is_given_back, is_queued) in [
        ("on its way", true, false, false),
        ("given back", false, true, false),
        ("queued", false, false, true),
    ] {
        let (client, mut server) = pipe(64);
        let world = World::new([Dial::Connected(client)]);
        let endpoint = endpoint(Tls::StartTls);
        world.run(async {
            let env = world.env();
            let mut wire = Wire::dial(&env, &endpoint).await.expect("a plain line");
            assert!(!wire.is_tls());
            if is_spoken {
                server.write_all(b"* OK injected\r\n").await.expect("there is room");
            }
            if is_given_back {
                wire.unread(Bytes::from_static(b"x"));
            }
            if is_queued {
                wire.queue(Bytes::from_static(b"a NOOP\r\n"));
            }
            let error = wire.start_tls(&env, &endpoint).await.expect_err(what);
            assert_eq!(error.kind(), ErrorKind::Protocol, "{what}: {error}");
            assert_eq!(error.operation(), "start TLS");
        });
    }
}

/// Kills, when compiled: a run whose future cannot move between the host's threads.
#[test]
fn everything_may_move_between_threads() {
    fn moves<T: Send>(_: &T) {}
    let (world, endpoint) = (World::new([]), endpoint(Tls::Required));
    let env = world.env();
    moves(&Wire::dial(&env, &endpoint));
    let mut wire = Wire::from_connection(Box::new(pipe(1).0));
    moves(&wire.turn(0));
    moves(&wire.start_tls(&env, &endpoint));
    moves(&crate::scram::begin(omm_net::sasl::Mechanism::Plain, None, "x"));
}

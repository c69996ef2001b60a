//! Stopped, killed, or already owned: the same command goes on, and nothing is there twice.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

mod world;

use omm::{Omm, TokioRuntime};
use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
};
use world::World;

/// Starts a migration and waits until a folder of it has begun.
fn started(world: &World) -> (Child, BufReader<std::process::ChildStdout>) {
    let mut child = world
        .command(&["migrate", "mail", "dir:copies", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("\"progress\"") {
        line.clear();
        assert_ne!(lines.read_line(&mut line).unwrap(), 0, "it ended before there was progress");
    }
    (child, lines)
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").arg(format!("-{name}")).arg(child.id().to_string()).status().unwrap();
    assert!(sent.success());
}

fn finishes(world: &World) {
    let end = world.omm(&["migrate", "mail", "dir:copies"]);
    assert_eq!(end.code, 0, "{} {}", end.out, end.err);
    assert_eq!(world.bodies("copies"), world.bodies("mail"));
}

#[cfg(unix)]
#[test]
fn an_interrupt_stops_tidily() {
    for name in ["INT", "TERM"] {
        let world = World::new();
        world.maildir(500);
        let (mut child, mut lines) = started(&world);
        signal(&child, name);
        let mut rest = String::new();
        lines.read_to_string(&mut rest).unwrap();
        let code = child.wait().unwrap().code();
        assert_eq!(code, Some(4), "{name}: {rest}");
        assert!(rest.contains("\"report\"") && rest.contains("\"stopped\""), "{rest}");
        assert!(world.bodies("copies").len() < 1000, "it was stopped, not finished");
        finishes(&world);
    }
}

#[cfg(unix)]
#[test]
fn a_kill_costs_nothing() {
    let world = World::new();
    world.maildir(500);
    for _ in 0..3 {
        let (mut child, _lines) = started(&world);
        signal(&child, "KILL");
        child.wait().unwrap();
    }
    finishes(&world);
}

#[test]
fn stop_is_heard_by_the_process_that_runs() {
    let world = World::new();
    world.maildir(8000);
    let (mut child, mut lines) = started(&world);
    let status = world.omm(&["status", "--json"]);
    let status: serde_json::Value = serde_json::from_str(&status.out).unwrap();
    let end = world.omm(&["stop", status["migration"].as_str().unwrap()]);
    assert_eq!(end.code, 0, "{}", end.err);
    let mut rest = String::new();
    lines.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(4), "{rest}");
}

#[test]
fn a_migration_has_one_owner() {
    let world = World::new();
    let id = world.migrated(2);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let omm = Omm::builder(TokioRuntime::current().unwrap())
            .state_dir(world.path("state"))
            .open()
            .await
            .unwrap();
        let session = omm.resume(&id).await.unwrap();
        for args in [
            &["migrate", "mail", "dir:copies"][..],
            &["sync", &id],
            &["undo", &id, "--yes"],
            &["verify", &id],
            &["retry", &id],
            &["forget", &id],
        ] {
            world.omm(args).refused(1, &["another process", "omm stop"]);
        }
        for args in [&["status", &id][..], &["report", &id], &["stop", &id]] {
            let end = world.omm(args);
            assert_eq!(end.code, 0, "{args:?}: {}", end.err);
        }
        drop(session);
    });
    assert_eq!(world.omm(&["sync", &id]).code, 0);
}

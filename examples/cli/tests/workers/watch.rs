//! Somebody who looks on while the database is restarted.

use crate::{
    base_name,
    door::Door,
    world::{End, World},
};
use omm_testkit::servers::postgres;
use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

// Would catch: a watch that ends because the database was away for a moment, says nothing meanwhile, or never ends.
#[test]
fn a_watch_outlives_a_restart_of_the_database() {
    let server = match postgres() {
        Ok(server) => server,
        Err(why) => return println!("skipped: {why}"),
    };
    let (door, world) = (Door::before(server.socket()), World::new());
    let whole = server.fresh_database().unwrap();
    let (base, port) = (base_name(&whole), door.port());
    let address = format!("postgres://omm@127.0.0.1:{port}/{base}?sslmode=disable");
    let command = |words: &[&str]| -> Command {
        let mut command = world.command(words);
        command.args(["--database", &address]);
        command
    };
    let omm = |words: &[&str]| {
        let end = End::of(command(words).output().unwrap());
        assert_eq!(end.code, 0, "{words:?}: {} {}", end.out, end.err);
        end.out.trim().to_owned()
    };
    world.maildir(1);
    let create = ["project", "create", "Move", "--contact", "anna@example.org", "--no-password", "--quiet"];
    let id = omm(&create);
    omm(&["project", "add", &id, "mail", "dir:copies", "--at", "2999-01-01"]);
    omm(&["project", "resume", &id]);

    let mut watch = command(&["project", "status", &id, "--watch", "--json"]);
    let mut watch = watch.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut shown = BufReader::new(watch.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut said = BufReader::new(watch.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(shown.next().is_some_and(|line| line.contains("scheduled")), "it shows how it stands");
    door.shut();
    let note = said.next().expect("it says why it shows nothing");
    assert!(note.contains("cannot look just now, and looks again: "), "{note}");
    door.open();
    // What was shown before the door was shut may still be on its way.
    for _ in 0..5 {
        assert!(shown.next().is_some_and(|line| line.contains("scheduled")), "it goes on");
    }
    omm(&["project", "pause", &id, "1"]);
    assert!(shown.last().is_some_and(|line| line.contains("paused")));
    assert_eq!(watch.wait().unwrap().code(), Some(0));
}

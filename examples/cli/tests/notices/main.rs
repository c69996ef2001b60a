//! Who is told what of a project: mails as a real server got them, requests as a program got them, none twice.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

mod hook;
mod killed;
mod post;
mod smtpd;
#[path = "../world/mod.rs"]
mod world;

use world::{End, World};

#[track_caller]
fn good(end: &End) -> String {
    assert_eq!((end.code, end.err.as_str()), (0, ""), "{}", end.out);
    end.out.trim().to_owned()
}

/// A project with these further words, and so many migrations of `mail` into folders of their own.
fn project(world: &World, migrations: usize, words: &[&str]) -> String {
    let create =
        ["project", "create", "Move it", "--contact", "anna@example.org", "--no-password", "--quiet"];
    let id = good(&world.omm(&[&create, words].concat()));
    for at in 0..migrations {
        good(&world.omm(&["project", "add", &id, "mail", &format!("dir:copies{at}")]));
    }
    id
}

/// What `omm project notices` says, line by line.
fn notices(world: &World, id: &str) -> Vec<serde_json::Value> {
    let told = good(&world.omm(&["project", "notices", id, "--json"]));
    told.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

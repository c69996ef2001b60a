//! Servers that say no, or goodbye, in their own way: the mock server can be told to.

use crate::{
    post::in_the_clear,
    world::{End, World},
};
use omm_testkit::{
    imap::{Act, Extension, Fault, MockImap, MockMessage, Served},
    servers::Account,
};

pub(crate) const USER: &str = "anna";
pub(crate) const FOLDERS: [&str; 4] = ["INBOX", "a", "b", "c"];

/// A server with forty messages in four folders of the usual user.
pub(crate) fn full(server: MockImap) -> MockImap {
    for folder in FOLDERS {
        server.account(USER).add_folder(folder);
        for number in 0..10 {
            let text = format!("Subject: {folder} {number}\r\n\r\n{}\r\n", "word ".repeat(40));
            server.account(USER).add(folder, MockMessage::new(text));
        }
    }
    server
}

fn empty(server: MockImap) -> MockImap {
    server.user(USER, "pass")
}

pub(crate) fn account(served: &Served, login: &str) -> Account {
    Account {
        host: "127.0.0.1".to_owned(),
        port: served.port(),
        tls_port: 0,
        pop3_port: 0,
        pop3s_port: 0,
        login: login.to_owned(),
        password: "pass".to_owned(),
    }
}

/// `omm migrate` in this world, from `login` at one server to the usual one at the other.
fn migrate(world: &World, login: &str, from: &MockImap, to: &MockImap) -> End {
    let (one, other) = (from.serve().unwrap(), to.serve().unwrap());
    let mut omm = in_the_clear(world, "migrate", &account(&one, login), &account(&other, USER));
    End::of(omm.output().unwrap())
}

#[track_caller]
pub(crate) fn all_there(from: &MockImap, to: &MockImap) {
    let bodies = |server: &MockImap| -> Vec<Vec<Vec<u8>>> {
        let account = server.account(USER);
        let of = |name: &str| account.messages(name).into_iter().map(|one| one.bytes.to_vec()).collect();
        FOLDERS.map(of).into()
    };
    assert_eq!(bodies(from), bodies(to));
}

#[test]
fn goodbye_in_mid_run() {
    for (at_source, verb) in [(true, "UID FETCH"), (false, "APPEND"), (true, "EXAMINE"), (false, "LIST")] {
        let (from, to) = (full(empty(MockImap::new())), empty(MockImap::new()));
        let server = if at_source { &from } else { &to };
        server.add_fault(Fault::at(verb, 1, Act::Bye("going down for maintenance".to_owned())));
        let end = migrate(&World::new(), USER, &from, &to);
        assert_eq!(end.code, 0, "{verb}: {} {}", end.out, end.err);
        assert!(
            end.err.contains("going down for maintenance"),
            "{verb}: it is told why nothing moves: {}",
            end.err
        );
        all_there(&from, &to);
    }
}

#[test]
fn few_connections_and_fewer_than_we_open() {
    for most in [1, 2] {
        let from = full(empty(MockImap::new().most_connections(most)));
        let to = empty(MockImap::new().most_connections(most));
        let end = migrate(&World::new(), USER, &from, &to);
        assert_eq!(end.code, 0, "{most}: {} {}", end.out, end.err);
        assert!(end.err.lines().all(|line| line.contains("allow fewer at a time")), "{}", end.err);
        all_there(&from, &to);
    }
}

#[test]
fn no_password_is_taken_without_tls() {
    let (from, to) = (full(empty(MockImap::new().plain().without(Extension::Login))), empty(MockImap::new()));
    migrate(&World::new(), USER, &from, &to).refused(1, &["LOGINDISABLED", "use TLS"]);
}

#[test]
fn an_account_that_is_not_there() {
    let (from, to) = (full(empty(MockImap::new())), empty(MockImap::new()));
    let end = migrate(&World::new(), "bert", &from, &to);
    end.refused(1, &["bert", "login was refused", "check login and password"]);
    assert_eq!(to.counters().messages_appended, 0);
}

#[test]
fn when_room_was_made_the_same_command_goes_on() {
    let (from, to) = (full(empty(MockImap::new())), empty(MockImap::new().without(Extension::MultiAppend)));
    to.account(USER).quota(3_000);
    let world = World::new();
    let (one, other) = (from.serve().unwrap(), to.serve().unwrap());
    let run = || {
        let mut omm = in_the_clear(&world, "migrate", &account(&one, USER), &account(&other, USER));
        End::of(omm.output().unwrap())
    };
    run().refused(1, &["full", "make room"]);
    to.account(USER).quota(1 << 20);
    let end = run();
    assert_eq!(end.code, 0, "{} {}", end.out, end.err);
    all_there(&from, &to);
    assert_eq!(to.counters().messages_appended, 40, "nothing twice");
}

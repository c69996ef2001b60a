//! `omm doctor`: each thing that can be wrong is found at its own step, with a remedy, and nothing is left behind.

use crate::{
    faults::account,
    post::{in_the_clear, or_skip},
    world::{End, World},
};
use omm_testkit::{
    imap::{Act, Fault, MockImap, MockMessage},
    servers::{self, Account},
};
use serde_json::Value;

const USER: &str = "anna";

/// (part, check) → (verdict, detail with the remedy).
fn findings(end: &End) -> Vec<(String, String, String, String)> {
    let text = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
    let lines = end.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines
        .map(|line| {
            assert_eq!(line["event"], "finding");
            let detail = format!("{} {}", text(&line, "detail"), text(&line, "remedy"));
            (text(&line, "part"), text(&line, "check"), text(&line, "verdict"), detail)
        })
        .collect()
}

/// Looks at an account in the clear, as a source or as a destination.
fn doctor(at: &Account, as_destination: bool) -> End {
    let world = World::new();
    let address = format!("imap://{}@{}:{}", at.login, at.host, at.port);
    let mut omm = world.command(&["doctor", &address, "--tls", "off", "--json"]);
    let words = if as_destination {
        &["--as-destination", "--destination-password-env", "WORD"][..]
    } else {
        &["--source-password-env", "WORD"]
    };
    End::of(omm.args(words).env("WORD", &at.password).output().unwrap())
}

/// The one finding that is bad.
#[track_caller]
fn bad(end: &End) -> (String, String) {
    assert_eq!(end.code, 3, "{} {}", end.out, end.err);
    let bad: Vec<_> = findings(end).into_iter().filter(|(_, _, verdict, _)| verdict == "bad").collect();
    let [(_, check, _, detail)] = &bad[..] else { panic!("{bad:?}") };
    (check.clone(), detail.clone())
}

fn full() -> MockImap {
    let server = MockImap::new().user(USER, "pass");
    server.account(USER).add_folder("Locked");
    for folder in ["INBOX", "Locked"] {
        server.account(USER).add(folder, MockMessage::new("Subject: one\r\n\r\nx\r\n"));
    }
    server
}

#[test]
fn an_account_that_is_well() {
    // With a dot between levels no name may hold one, the folder's that is made to see whether it can be made among them.
    for (as_destination, delimiter) in [(false, '/'), (true, '/'), (true, '.')] {
        let server = full().delimiter(Some(delimiter));
        let served = server.serve().unwrap();
        let before = server.account(USER).snapshot();
        let end = doctor(&account(&served, USER), as_destination);
        assert_eq!(end.code, 0, "{} {}", end.out, end.err);
        let found = findings(&end);
        let checks: Vec<&str> = found.iter().map(|(_, check, _, _)| check.as_str()).collect();
        let way =
            ["address", "host", "connection", "encryption", "login", "extensions", "latency", "folders"];
        assert_eq!(&checks[..way.len()], way);
        let last = if as_destination { "largest-item" } else { "reading" };
        assert!(checks.contains(&last), "{checks:?}");
        let unprotected = found.iter().find(|(_, check, _, _)| check == "encryption").unwrap();
        assert_eq!(unprotected.2, "remark", "in the clear is worth a word: {unprotected:?}");
        assert_eq!(server.account(USER).snapshot(), before, "nothing is left behind");
        let counters = server.counters();
        assert_eq!((counters.bodies_fetched, counters.messages_appended), (0, 0));
        assert_eq!(counters.command("CREATE"), u64::from(as_destination));
        assert_eq!(counters.command("DELETE"), u64::from(as_destination));
    }
}

#[test]
fn a_pair_that_is_well() {
    let (from, to) = (full(), MockImap::new().user(USER, "pass"));
    let (one, other) = (from.serve().unwrap(), to.serve().unwrap());
    let world = World::new();
    let mut omm = in_the_clear(&world, "doctor", &account(&one, USER), &account(&other, USER));
    let end = End::of(omm.arg("--json").output().unwrap());
    assert_eq!(end.code, 0, "{} {}", end.out, end.err);
    let pair = findings(&end).into_iter().find(|(part, ..)| part == "pair").expect("what they can carry");
    assert!(pair.3.contains("2 items in 2 folders"), "{pair:?}");
    assert_eq!(to.counters().messages_appended, 0);
}

#[test]
fn what_is_wrong_is_found_where_it_is() {
    type Case = (fn() -> MockImap, &'static str, &'static str, &'static [&'static str]);
    let cases: [Case; 5] = [
        (full, "wrong", "login", &["login was refused", "app password"]),
        (
            || {
                full().fault(
                    Fault::at("AUTHENTICATE", 1, Act::No("IMAP is disabled for this account".to_owned()))
                        .always(),
                )
            },
            "pass",
            "login",
            &["IMAP is switched off", "switch it on"],
        ),
        (
            || {
                full().fault(Fault::new(
                    omm_testkit::imap::When::Connection(2),
                    Act::Bye("come back later".to_owned()),
                ))
            },
            "pass",
            "connection",
            &["come back later"],
        ),
        (
            || full().fault(Fault::at("EXAMINE", 2, Act::No("[NOPERM] not yours".to_owned()))),
            "pass",
            "reading",
            &["1 of 2 folders cannot be read", "Locked", "leave them out"],
        ),
        (|| full().fault(Fault::at("LIST", 1, Act::Close).always()), "pass", "folders", &["closed"]),
    ];
    for (server, password, at, says) in cases {
        let server = server();
        let served = server.serve().unwrap();
        let account = Account { password: password.to_owned(), ..account(&served, USER) };
        let (check, detail) = bad(&doctor(&account, false));
        assert_eq!(check, at, "{detail}");
        says.iter().for_each(|words| assert!(detail.contains(words), "{words:?} not in {detail:?}"));
        // One login to see whether it is let in, one to look at the folders; a refused one is not repeated.
        let most = if at == "login" { 1 } else { 2 };
        assert!(server.counters().password_attempts <= most, "{at}: nothing is tried twice");
    }
}

#[test]
fn a_destination_that_may_not_be_written() {
    let server =
        full().fault(Fault::at("CREATE", 1, Act::No("[NOPERM] no folders here".to_owned())).always());
    let served = server.serve().unwrap();
    let (check, detail) = bad(&doctor(&account(&served, USER), true));
    assert_eq!(check, "writing");
    assert!(detail.contains("make folders there"), "{detail}");
}

#[test]
fn the_way_to_a_real_server() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let user = dovecot.fresh_user();
    let look = |port: u16, more: &[&str]| {
        let world = World::new();
        let address = format!("imaps://{}@127.0.0.1:{port}", user.login);
        let mut omm = world.command(&["doctor", &address, "--json", "--source-password-env", "WORD"]);
        End::of(omm.args(more).env("WORD", &user.password).output().unwrap())
    };
    let authority = dovecot.ca_pem_path();
    let authority = ["--ca-file", authority.to_str().unwrap()];
    let end = look(user.tls_port, &authority);
    assert_eq!(end.code, 0, "{} {}", end.out, end.err);
    let encryption = findings(&end).into_iter().find(|(_, check, ..)| check == "encryption").unwrap();
    assert_eq!(encryption.2, "good", "{encryption:?}");

    let (check, detail) = bad(&look(user.tls_port, &[]));
    assert_eq!(check, "encryption");
    assert!(detail.contains("--ca-file"), "{detail}");
    let (check, detail) = bad(&look(user.port, &authority));
    assert_eq!(check, "encryption");
    assert!(detail.contains("imap://"), "{detail}");
}

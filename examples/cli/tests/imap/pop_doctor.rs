//! `omm doctor` on POP3 accounts: each thing that can be wrong is found at its own step.

use crate::world::{End, World};
use omm_testkit::pop::{Act, Fault, MockMessage, MockPop};
use serde_json::Value;

fn full() -> MockPop {
    let server = MockPop::new().user("anna", "pass").user("root", "rootpass").administrator("root");
    server.maildrop("anna").add(MockMessage::new("Subject: one\r\n\r\nx\r\n"));
    server
}

/// What was found: (check, verdict, detail).
fn doctor(server: &MockPop, word: &str, more: &[&str]) -> (End, Vec<(String, String, String)>) {
    let (served, world) = (server.serve().unwrap(), World::new());
    let address = format!("pop3://anna@127.0.0.1:{}", served.port());
    let mut omm = world.command(&["doctor", &address, "--tls", "off", "--json"]);
    let end =
        End::of(omm.args(["--source-password-env", "WORD"]).args(more).env("WORD", word).output().unwrap());
    let text = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
    let found = end.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let found =
        found.map(|line| (text(&line, "check"), text(&line, "verdict"), text(&line, "detail"))).collect();
    (end, found)
}

#[test]
fn an_account_that_is_well() {
    for (word, more, says) in [
        ("pass", &[][..], "anna is let in by SCRAM-SHA-256"),
        (
            "rootpass",
            &["--source-delegate", "root"],
            "logs in as root for anna by SASL authorisation identity",
        ),
    ] {
        let server = full();
        let (end, found) = doctor(&server, word, more);
        assert_eq!(end.code, 0, "{} {}", end.out, end.err);
        let checks: Vec<&str> = found.iter().map(|(check, ..)| check.as_str()).collect();
        let way =
            ["address", "host", "connection", "encryption", "login", "extensions", "latency", "folders"];
        assert_eq!(checks[..way.len()], way);
        assert!(found.iter().any(|(check, _, detail)| check == "login" && detail == says), "{found:?}");
        assert_eq!(server.counters().bodies_fetched, 0, "nothing is read");
    }
}

/// Kills: a step that is blamed for another one, and a password that is shown twice.
#[test]
fn what_is_wrong_is_found_at_its_own_step() {
    let in_use = Act::No("[IN-USE] somebody reads".to_owned());
    for (server, word, check, says) in [
        (full(), "wrong", "login", "the login was refused"),
        (full().fault(Fault::at("*LOGIN", 1, in_use).always()), "pass", "login", "another session"),
        (full().fault(Fault::at("NOOP", 1, Act::Close)), "pass", "latency", "closed the connection"),
    ] {
        let (end, found) = doctor(&server, word, &[]);
        assert_eq!(end.code, 3, "{} {}", end.out, end.err);
        let bad: Vec<_> = found.iter().filter(|(_, verdict, _)| verdict == "bad").collect();
        let [(at, _, detail)] = &bad[..] else { panic!("{bad:?}") };
        assert!(at == check && detail.contains(says), "{bad:?}");
        assert_eq!(server.counters().command("AUTH"), 1, "{says}");
    }
}

//! exchangelib, a client that we did not write, uses the mock for everything it can do.
//!
//! `OMM_PYTHON` names a python3 that has it: `pip install exchangelib`.

#[path = "../program/mod.rs"]
mod program;

use omm_testkit::{ca::TestCa, ews::MockEws};
use program::{run, run_well};
use std::{fs, process::Command};

const SCRIPT: &str = include_str!("client.py");

fn python() -> Command {
    Command::new(std::env::var("OMM_PYTHON").unwrap_or_else(|_| "python3".to_owned()))
}

fn has_exchangelib() -> bool {
    let found = run("python3", python().args(["-c", "import exchangelib"]));
    let has = found.is_some_and(|output| output.status.success());
    if !has {
        eprintln!("skipped: python3 has no exchangelib (OMM_PYTHON names another)");
    }
    has
}

#[test]
fn exchangelib_does_everything_and_nothing_is_sent() {
    if !has_exchangelib() {
        return;
    }
    let ca = TestCa::new();
    let server = MockEws::new()
        .user("ann@example.com", "secret")
        .user("bob@example.com", "secret")
        .administrator("admin", "secret")
        .login("plain", "secret")
        .redirect("old@example.com", "ann@example.com");
    let ann = server.mailbox("ann@example.com");
    ann.archive().delegate("bob@example.com").categories(&[("Rot", 0)]);
    server.public_folders().add_folder("Shared", "IPF.Note");
    let plain = server.serve().expect("a free port");
    let secure = server.serve_tls(ca.issue_for_loopback().server_config()).expect("a free port");
    let root = tempfile::tempdir().expect("a folder");
    let pem = root.path().join("ca.pem");
    fs::write(&pem, ca.pem()).expect("a file");
    let mut command = python();
    command.args(["-c", SCRIPT, &plain.port().to_string(), &secure.port().to_string()]);
    command.env("REQUESTS_CA_BUNDLE", &pem).env("PYTHONWARNINGS", "ignore");
    let said = run_well("python3", &mut command).expect("it was there a moment ago");
    assert!(said.contains("all well"), "{said}");
    assert_eq!(server.outbox(), []);
    assert!(server.requests().iter().any(|request| request.impersonated.is_some()));
    assert!(server.requests().iter().all(|request| request.header("x-anchormailbox").is_some() || request.user.is_none() || request.operation == "Autodiscover"));
}

//! exchangelib, a client that we did not write, uses the mock for everything it can do.
//!
//! `OMM_PYTHON` names a python3 that has it: `pip install exchangelib`.

#[path = "../program/mod.rs"]
mod program;

use omm_testkit::{
    ca::TestCa,
    ews::{EwsRequest, MockEws, Version},
};
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
fn of_exchange_2016() {
    does_everything_and_nothing_is_sent(Version::Exchange2016, "15.1");
}

#[test]
fn of_exchange_2013() {
    does_everything_and_nothing_is_sent(Version::Exchange2013, "15.0");
}

#[test]
fn of_exchange_2010() {
    does_everything_and_nothing_is_sent(Version::Exchange2010, "14");
}

fn server(version: Version) -> MockEws {
    let server = MockEws::new()
        .version(version)
        .user("ann@example.com", "secret")
        .user("bob@example.com", "secret")
        .administrator("admin", "secret")
        .login("plain", "secret")
        .redirect("old@example.com", "ann@example.com");
    server.mailbox("ann@example.com").archive().delegate("bob@example.com").categories(&[("Rot", 0)]);
    server.public_folders().add_folder("Shared", "IPF.Note");
    server
}

fn does_everything_and_nothing_is_sent(version: Version, named: &str) {
    if !has_exchangelib() {
        return;
    }
    let (ca, server) = (TestCa::new(), server(version));
    let plain = server.serve().expect("a free port");
    let secure = server.serve_tls(ca.issue_for_loopback().server_config()).expect("a free port");
    let root = tempfile::tempdir().expect("a folder");
    let pem = root.path().join("ca.pem");
    fs::write(&pem, ca.pem()).expect("a file");
    let mut command = python();
    command.args(["-c", SCRIPT, &plain.port().to_string(), &secure.port().to_string(), named]);
    command.env("REQUESTS_CA_BUNDLE", &pem).env("PYTHONWARNINGS", "ignore");
    let said = run_well("python3", &mut command).expect("it was there a moment ago");
    assert!(said.contains("all well"), "{said}");
    assert_eq!(server.outbox(), []);
    let requests = server.requests();
    assert!(requests.iter().any(|request| request.impersonated.is_some()));
    let is_ours = |request: &&EwsRequest| request.user.is_some() && request.operation != "Autodiscover";
    let names_the_mailbox = |request: &EwsRequest| request.header("X-AnchorMailbox").is_some();
    assert!(requests.iter().filter(is_ours).any(names_the_mailbox));
    assert!(!requests.iter().any(EwsRequest::may_send));
}

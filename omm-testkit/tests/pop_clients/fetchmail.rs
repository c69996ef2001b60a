//! fetchmail.

use crate::{
    maildrop::{self, Way, expected, nothing_was_removed, subjects, ways},
    program::run,
};
use omm_testkit::pop::{Extension, MockPop, Served};
use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

/// Whether fetchmail is there; it has brought everything that it had not brought before.
fn fetch(root: &Path, served: &Served, way: &Way, ca: &str) -> bool {
    let (config, mails) = (root.join("fetchmailrc"), root.join("mails"));
    let deliver = maildrop::deliverer(root, &mails);
    let pem = root.join("ca.pem");
    fs::write(&pem, ca).expect("a file");
    let trust = format!("sslcertck sslcertfile {}", pem.display());
    let tls = match way {
        Way::Clear => "sslproto ''".to_owned(),
        Way::Stls => format!("sslproto TLS1.2+ {trust}"),
        Way::Tls => format!("ssl {trust}"),
    };
    let text = format!(
        "poll localhost with proto POP3 port {} uidl\n  user ann there with password secret {tls}\n  \
         keep mda \"{} {}\"\n",
        served.port(),
        deliver.display(),
        mails.display()
    );
    fs::write(&config, text).expect("a file");
    fs::set_permissions(&config, fs::Permissions::from_mode(0o600)).expect("permissions");
    let mut command = Command::new("fetchmail");
    command.args(["-f".as_ref(), config.as_os_str(), "--nodetach".as_ref(), "--nosyslog".as_ref()]);
    command.arg("--idfile").arg(root.join("ids")).arg("--pidfile").arg(root.join("pid"));
    command.env("HOME", root).env("FETCHMAILHOME", root);
    let Some(output) = run("fetchmail", &mut command) else { return false };
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    // 1: there was no new mail.
    assert!(matches!(output.status.code(), Some(0 | 1)), "fetchmail: {}\n{said}", output.status);
    true
}

fn story(server: &MockPop, served: &Served, way: &Way, ca: &str) {
    let root = tempfile::tempdir().expect("a folder");
    server.reset_counters();
    if !fetch(root.path(), served, way, ca) {
        return;
    }
    assert_eq!(subjects(&root.path().join("mails")), expected());
    let before = server.counters();
    assert_eq!(before.bodies_fetched, 25);
    fetch(root.path(), served, way, ca);
    assert_eq!(server.counters().bodies_fetched, before.bodies_fetched, "nothing was new");
    server.maildrop("ann").add(omm_testkit::pop::MockMessage::new("Subject: new\r\n\r\n"));
    fetch(root.path(), served, way, ca);
    assert_eq!(server.counters().bodies_fetched, before.bodies_fetched + 1);
    assert!(subjects(&root.path().join("mails")).contains(&"new".to_owned()));
    let uid = server.maildrop("ann").snapshot().pop().expect("messages").uid;
    server.maildrop("ann").delete(&uid);
    nothing_was_removed(server);
}

#[test]
fn fetchmail_fetches_in_the_clear_and_over_tls_of_both_kinds() {
    let server = maildrop::server();
    let (ca, ways) = ways(&server);
    for (way, served) in &ways {
        story(&server, served, way, &ca);
    }
}

#[test]
fn fetchmail_fetches_from_a_server_with_less() {
    // Without CAPA it cannot know about TOP, and takes it for granted.
    let server = maildrop::server().plain().with(Extension::Uidl).with(Extension::Top);
    let served = server.serve().expect("a free port");
    story(&server, &served, &Way::Clear, "");
    assert_eq!(server.counters().overruns, 0);
}

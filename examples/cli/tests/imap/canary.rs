//! Passwords go to the server and nowhere else.

use crate::{post::or_skip, world::World};
use omm_testkit::servers::{self, witness::Witness};
use std::{fs, path::Path, process::Stdio};

/// In no file, and in no output.
const CANARY: &str = "kanari-9f3e77b1-vogel";

fn hold_canary(below: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(below).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            hold_canary(&path, found);
        } else if fs::read(&path)
            .unwrap_or_default()
            .windows(CANARY.len())
            .any(|part| part == CANARY.as_bytes())
        {
            found.push(path.display().to_string());
        }
    }
}

#[test]
fn a_password_is_in_no_output_no_state_and_no_argument() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let (from, to) = (dovecot.fresh_user(), dovecot.fresh_user());
    let mut witness = Witness::enter(&from).unwrap();
    witness
        .append(&omm_core_inbox(), (0..20).map(|at| omm_testkit::mailbox::message(1, at).flagged("")))
        .unwrap();
    let world = World::new();
    // A right password at the source and a wrong one at the destination; and the other way round; and both right
    // is what every other test does. The canary is refused by the server, which may repeat what it likes.
    for (source_word, destination_word) in [("pass", CANARY), (CANARY, "pass"), (CANARY, CANARY)] {
        for mode in [&["--json"][..], &["--quiet"], &[]] {
            for command in ["migrate", "plan"] {
                let address = |account: &servers::Account| {
                    format!("imaps://{}@{}:{}", account.login, account.host, account.tls_port)
                };
                let mut omm = world.command(&[command, &address(&from), &address(&to)]);
                omm.arg("--ca-file").arg(dovecot.ca_pem_path()).args(if command == "plan" {
                    &[]
                } else {
                    mode
                });
                omm.args(["--source-password-env", "FROM_WORD", "--destination-password-env", "TO_WORD"]);
                omm.env("FROM_WORD", source_word).env("TO_WORD", destination_word).env("RUST_BACKTRACE", "1");
                let child = omm.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
                // What `ps` shows.
                let shown = fs::read(format!("/proc/{}/cmdline", child.id())).unwrap_or_default();
                let output = child.wait_with_output().unwrap();
                let said = [shown, output.stdout, output.stderr].concat();
                let said = String::from_utf8_lossy(&said);
                assert!(!output.status.success(), "a wrong password was taken: {said}");
                assert!(!said.contains(CANARY), "{command} {mode:?}: {said}");
            }
        }
    }
    let mut found = Vec::new();
    hold_canary(&world.path("state"), &mut found);
    assert!(found.is_empty(), "the password is in {found:?}");
}

fn omm_core_inbox() -> omm::core::model::FolderPath {
    omm::core::model::FolderPath::new(["INBOX"])
}

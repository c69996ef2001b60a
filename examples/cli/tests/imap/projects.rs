//! A project from a table, between users of a real Dovecot, killed on the way. `OMM_PROJECT` and `OMM_KILLS` make it larger; the
//! soak does.

use crate::{
    post::or_skip,
    siege::asked,
    world::{End, World},
};
use omm_testkit::{
    mailbox,
    servers::{
        Account, Dovecot, Settings,
        witness::{Witness, assert_identical},
    },
};
use std::{fmt::Write, fs, process::Stdio, thread, time::Duration};

/// The form of ten columns, with the project's servers.
fn table(pairs: &[(Account, Account)]) -> String {
    let mut table = "Source Type(IMAP/Exchange/POP);Source Server url;Source Login/Mail;Source Password;\
                     Destination Type;Destination Url;Destination Mail;Destination Password;\
                     Source admin mail (delegation);Destination Admin Mail (delegation)\n"
        .to_owned();
    for (from, to) in pairs {
        writeln!(table, "IMAP;;{};{};IMAP;;{};{};;", from.login, from.password, to.login, to.password)
            .unwrap();
    }
    table
}

#[test]
fn killed_again_and_again_and_every_account_is_identical() {
    let Some(dovecot) = or_skip(Dovecot::start(Settings::default())) else { return };
    let (pairs, kills) = (asked("OMM_PROJECT", 12), asked("OMM_KILLS", 4));
    let pairs: Vec<_> = (0..pairs).map(|at| (filled(&dovecot, at), dovecot.fresh_user())).collect();
    let world = World::new();
    let omm = |words: &[&str]| {
        let end = world.omm(words);
        assert_eq!(end.code, 0, "{words:?}: {} {}", end.out, end.err);
        end.out.trim().to_owned()
    };
    omm(&["project", "key", "key"]);
    let server = format!("imaps://{}:{}", pairs[0].0.host, pairs[0].0.tls_port);
    let authority = dovecot.ca_pem_path();
    let id = omm(&[
        "project",
        "create",
        "Move",
        "--contact",
        "anna@example.org",
        "--no-password",
        "--quiet",
        "--source",
        &server,
        "--destination",
        &server,
        "--ca-file",
        authority.to_str().unwrap(),
    ]);
    fs::write(world.path("form.csv"), table(&pairs)).unwrap();
    omm(&["project", "import", &id, "form.csv", "--key-file", "key"]);
    omm(&["project", "options", &id, "--per-server", "16", "--at-once", "6"]);

    let run =
        || world.command(&["project", "run", &id, "--key-file", "key", "--connections", "16", "--quiet"]);
    let mut killed = 0;
    let (mut dice, mut patience) = (0x2545_f491_4f6c_dd1d_u64, 400);
    while killed < kills {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        let mut child = run().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // A random moment is what is tried here, not a state that one could wait for.
        thread::sleep(Duration::from_millis(dice % patience));
        if child.try_wait().unwrap().is_some() {
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        (killed, patience) = (killed + 1, patience + 100);
    }
    assert!(killed > 0, "it was never in the middle");
    let end = End::of(run().output().unwrap());
    assert_eq!(end.code, 0, "{} {}", end.out, end.err);
    println!("{} migrations, {killed} kills", pairs.len());
    for (from, to) in &pairs {
        let look = |account: &Account| Witness::look(account).unwrap().without_roles();
        assert_identical(&look(from), &look(to));
    }
}

fn filled(dovecot: &Dovecot, seed: u64) -> Account {
    let account = dovecot.fresh_user();
    let mut witness = Witness::enter(&account).unwrap();
    for folder in ["INBOX", "Work"] {
        let path = omm::core::model::FolderPath::new([folder]);
        if folder != "INBOX" {
            witness.create(&path, None).unwrap();
        }
        witness.append(&path, (0..20).map(|at| mailbox::message(seed, at).flagged(""))).unwrap();
    }
    witness.leave().unwrap();
    account
}

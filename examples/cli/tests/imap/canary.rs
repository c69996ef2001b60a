//! Passwords go to the server and nowhere else. (A server that repeats one in its answer is believed to be the user's
//! own: what it says is shown.)

use crate::{
    faults::{USER, account, full},
    post::{between, in_the_clear, or_skip, with_messages},
    silence::{CANARY, is_silent, state_is_silent, tells},
    world::World,
};
use omm_testkit::{
    imap::{Expiry, MockImap, MockMessage},
    servers::{self, Account},
};
use std::fs;

#[test]
fn a_password_that_is_refused_is_not_repeated() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let (from, to) = (with_messages(dovecot, 3), dovecot.fresh_user());
    let world = World::new();
    let wrong = |account: &Account| Account { password: CANARY.to_owned(), ..account.clone() };
    for (from, to) in [(wrong(&from), to.clone()), (from.clone(), wrong(&to)), (wrong(&from), wrong(&to))] {
        for words in [&["--json"][..], &["--quiet"], &[]] {
            for command in ["migrate", "plan"] {
                let mut omm = between(&world, command, &from, &to, &dovecot.ca_pem_path());
                assert!(!is_silent(omm.args(words)), "a wrong password was taken");
            }
        }
    }
    state_is_silent(&world);
}

#[test]
fn a_password_that_is_right_is_kept_nowhere() {
    for auth in ["plain", "login", "scram-sha-256", "xoauth2", "oauthbearer", ""] {
        let (from, to) = (full(MockImap::new().user(USER, CANARY)), MockImap::new().user(USER, CANARY));
        let (one, other) = (from.serve().unwrap(), to.serve().unwrap());
        let with_canary = |mut account: Account| {
            CANARY.clone_into(&mut account.password);
            account
        };
        let (source, destination) = (with_canary(account(&one, USER)), with_canary(account(&other, USER)));
        let world = World::new();
        for (command, words) in [("plan", &["--json"][..]), ("migrate", &["--json"]), ("migrate", &[])] {
            from.account(USER).add("INBOX", MockMessage::new("Subject: new\r\n\r\n\r\n"));
            let mut omm = in_the_clear(&world, command, &source, &destination);
            if !auth.is_empty() {
                let option = format!("auth={auth}");
                omm.args(["--source-option", &option, "--destination-option", &option]);
            }
            assert!(is_silent(omm.args(words)), "{auth} {command}: it was to go well");
        }
        let id = world.omm(&["status", "--json"]);
        assert!(!tells(id.out.as_bytes()), "{}", id.out);
        state_is_silent(&world);
        assert!(to.counters().messages_appended >= 40);
    }
}

/// What a command writes: a token that is good, one that expires under way, one that is refused, and nothing good with
/// the password in its complaint.
#[test]
fn what_a_command_writes_is_kept_nowhere() {
    for (command, auth, good) in [
        ("cat word", "plain", true),
        ("cat word", "xoauth2", true),
        // The mock's next token.
        ("[ -z $OMM_SECRET_REFUSED ] || printf %s-1 $(cat word) > word; cat word", "oauthbearer", true),
        ("sed s/$/x/ word", "xoauth2", false),
        ("cat word; cat word >&2; exit 3", "plain", false),
    ] {
        let expiring =
            MockImap::new().user(USER, CANARY).tokens_last(9, u64::from(auth == "oauthbearer"), Expiry::No);
        let (from, to) = (full(expiring), MockImap::new().user(USER, "pass"));
        let (one, other) = (from.serve().unwrap(), to.serve().unwrap());
        let world = World::new();
        fs::write(world.path("word"), CANARY).unwrap();
        let address = |account: &Account| format!("imap://{USER}@{}:{}", account.host, account.port);
        let (source, destination) = (address(&account(&one, USER)), address(&account(&other, USER)));
        for words in [&["--json"][..], &[]] {
            let mut omm = world.command(&["migrate", &source, &destination, "--tls", "off"]);
            omm.args(["--source-password-command", command, "--source-option", &format!("auth={auth}")]);
            omm.args(["--destination-password-env", "TO_WORD", "--connections", "1"]).env("TO_WORD", "pass");
            assert_eq!(is_silent(omm.args(words)), good, "{command} {auth}");
        }
        state_is_silent(&world);
        let stored = world.omm(&["status", "--json"]);
        assert!(!tells(stored.out.as_bytes()), "{}", stored.out);
    }
}

/// An administrator's password is one as well, right or wrong, in every form that is tried.
#[test]
fn a_delegates_password_is_kept_nowhere() {
    for (server, word) in [
        (MockImap::new(), CANARY),
        (MockImap::new(), "other"),
        (MockImap::new().named("x", "Dovecot"), "other"),
    ] {
        let server = server.user(USER, "pass").user("root", word).administrator("root");
        let (from, to) = (full(server), MockImap::new().user(USER, "pass"));
        let (one, other) = (from.serve().unwrap(), to.serve().unwrap());
        let source = Account { password: CANARY.to_owned(), ..account(&one, USER) };
        let world = World::new();
        for command in ["plan", "migrate"] {
            let mut omm = in_the_clear(&world, command, &source, &account(&other, USER));
            assert_eq!(is_silent(omm.args(["--source-delegate", "root"])), word == CANARY, "{command}");
        }
        state_is_silent(&world);
    }
}

/// Kills: a search that finds nothing because it looks for the wrong thing.
#[test]
fn the_canary_would_be_heard() {
    // SASL PLAIN with logins of three lengths: three ways for the password to lie in the base64.
    for plain in [
        "AGEAa2FuYXJpLTlmM2U3N2IxLXZvZ2Vs",
        "AGFhAGthbmFyaS05ZjNlNzdiMS12b2dlbA==",
        "AGFhYQBrYW5hcmktOWYzZTc3YjEtdm9nZWw=",
    ] {
        assert!(tells(plain.as_bytes()), "{plain}");
    }
    assert!(tells(CANARY.as_bytes()) && !tells(b"kanari"));
}

//! Whole migrations by an administrator: in every form on the mock server, and on real ones.

use crate::{
    faults::{USER, account, all_there, full},
    post::{between, in_the_clear, inbox, or_skip, with_messages},
    world::{End, World},
};
use omm::core::model::FolderPath;
use omm_testkit::{
    imap::{Extension, MockImap, Quirk},
    mailbox,
    servers::{self, Account, witness::Witness},
};
use std::{path::Path, process::Command};

const RULER: (&str, &str) = ("root", "rootpass");

fn ruled(server: MockImap) -> MockImap {
    server.user(USER, "pass").user(RULER.0, RULER.1).administrator(RULER.0)
}

/// A server that says the same to whatever is wrong, as Dovecot does, and offers no SCRAM.
fn shy(server: MockImap) -> MockImap {
    let refusal = Quirk::AuthorizationIdentityRefused("[AUTHENTICATIONFAILED] Authentication failed.");
    server.without(Extension::AuthScramSha256).quirk(refusal)
}

fn by_ruler(account: Account) -> Account {
    Account { password: RULER.1.to_owned(), ..account }
}

fn as_delegate<'a>(omm: &'a mut Command, who: &str) -> &'a mut Command {
    omm.args(["--source-delegate", who, "--destination-delegate", who])
}

/// Kills: a form that opens the administrator's own account, one that is not told, and one that is tried again by every
/// process.
#[test]
fn each_form_carries_a_migration_and_is_remembered() {
    let dovecot = || shy(ruled(MockImap::new().named("ready", "Dovecot"))).quirk(Quirk::MasterUser('*'));
    let exchange = MockImap::new().named("The Microsoft Exchange IMAP4 service is ready.", "x");
    let exchange = shy(ruled(exchange)).quirk(Quirk::ExchangeMailbox);
    for (from, said) in [
        (ruled(MockImap::new()), "by SASL authorisation identity"),
        (dovecot(), "as master user"),
        (shy(ruled(MockImap::new().with(Extension::ProxyAuth))), "by PROXYAUTH"),
        (exchange, "by the login administrator\\mailbox"),
    ] {
        let (from, to, world) = (full(from), dovecot(), World::new());
        let (one, other) = (from.serve().unwrap(), to.serve().unwrap());
        let (source, destination) = (by_ruler(account(&one, USER)), by_ruler(account(&other, USER)));
        let omm = |command: &str| {
            let mut omm = in_the_clear(&world, command, &source, &destination);
            End::of(as_delegate(&mut omm, RULER.0).output().unwrap())
        };
        let plan = omm("plan");
        let line = format!("source: logs in as root for {USER} {said}");
        assert!(plan.out.contains(&line), "{line:?} not in {} {}", plan.out, plan.err);
        assert!(plan.out.contains("destination: logs in as root for anna as master user"), "{}", plan.out);
        let end = omm("migrate");
        assert_eq!(end.code, 0, "{said}: {} {}", end.out, end.err);
        all_there(&from, &to);
        // The next process knows: no password is refused any more.
        for server in [&from, &to] {
            server.reset_counters();
        }
        assert_eq!(omm("migrate").code, 0);
        for server in [&from, &to] {
            let counters = server.counters();
            assert_eq!(
                counters.command("LOGIN") + counters.command("AUTHENTICATE"),
                counters.password_attempts
            );
            assert_eq!(counters.refusals, 0, "{said}: {}", server.transcript_text());
        }
        assert_eq!(to.counters().messages_appended, 0);
    }
}

/// Kills: a line without the remedy, and a second line.
#[test]
fn who_may_not_is_told_what_to_grant() {
    let nobody =
        |name: &str| full(MockImap::new().user(USER, "pass").user(RULER.0, RULER.1).named("x", name));
    for (from, says) in [
        (nobody("Cyrus IMAPD"), "proxyservers or admins of imapd.conf"),
        (shy(nobody("Dovecot")), "make root a master user"),
    ] {
        let (to, world) = (ruled(MockImap::new()), World::new());
        let (one, other) = (from.serve().unwrap(), to.serve().unwrap());
        let (source, destination) = (by_ruler(account(&one, USER)), by_ruler(account(&other, USER)));
        let mut omm = in_the_clear(&world, "migrate", &source, &destination);
        let end = End::of(as_delegate(&mut omm, RULER.0).output().unwrap());
        end.refused(1, &["root", USER, says]);
        assert!(!end.err.contains(RULER.1) && !end.err.contains("--source-login"), "{}", end.err);
        assert!(from.counters().password_attempts <= 3);
        assert_eq!(to.counters().messages_appended, 0);
    }
}

/// A migration by an administrator of both, and the accounts compared.
#[track_caller]
fn carries(from: &Account, to: &Account, ca: &Path, (who, word): (&str, &str), words: &[&str]) -> String {
    let world = World::new();
    let by = |account: &Account| Account { password: word.to_owned(), ..account.clone() };
    let omm = |command: &str| {
        let mut omm = between(&world, command, &by(from), &by(to), ca);
        End::of(as_delegate(&mut omm, who).args(words).output().unwrap())
    };
    let plan = omm("plan");
    assert_eq!(plan.code, 0, "{} {}", plan.out, plan.err);
    let end = omm("migrate");
    assert_eq!(end.code, 0, "{} {}", end.out, end.err);
    let (source, copy) = (Witness::look(from).unwrap(), Witness::look(to).unwrap());
    assert_eq!((source.messages(), copy.messages()), (30, 30), "{}", end.out);
    plan.out
}

#[test]
fn dovecot_master_users() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let ca = dovecot.ca_pem_path();
    for (words, said) in [
        (&[][..], "by SASL authorisation identity"),
        (&["--source-option", "auth=scram-sha-256"], "by SASL authorisation identity"),
        // In which nobody can say for whom he logs in but by his name: found out.
        (&["--source-option", "auth=login"], "as master user"),
        (
            &["--source-option", "delegation=master-user", "--destination-option", "delegation=master-user"],
            "as master user",
        ),
    ] {
        let (from, to) = (with_messages(dovecot, 30), dovecot.fresh_user());
        let plan = carries(&from, &to, &ca, dovecot.master(), words);
        assert!(plan.contains(&format!("source: logs in as admin for {} {said}", from.login)), "{plan}");
    }
    // Somebody who is no master user, with the right password.
    let (from, to, other) = (with_messages(dovecot, 3), dovecot.fresh_user(), dovecot.fresh_user());
    let world = World::new();
    let mut omm = between(&world, "migrate", &from, &to, &ca);
    let end = End::of(omm.args(["--source-delegate", &other.login]).output().unwrap());
    end.refused(1, &[&format!("make {} a master user", other.login), &from.login]);
}

#[test]
fn cyrus_proxies_and_administrators() {
    let Some(cyrus) = or_skip(servers::cyrus()) else { return };
    let ca = cyrus.ca_pem_path();
    let filled = || {
        let account = cyrus.fresh_user().unwrap();
        let mut witness = Witness::enter(&account).unwrap();
        witness.create(&FolderPath::new(["Work"]), None).unwrap();
        for folder in [inbox(), FolderPath::new(["Work"])] {
            witness.append(&folder, (0..15).map(|at| mailbox::message(1, at).flagged(""))).unwrap();
        }
        account
    };
    let admin = cyrus.admin();
    for who in [cyrus.proxy(), (admin.login.as_str(), admin.password.as_str())] {
        let (from, to) = (filled(), cyrus.fresh_user().unwrap());
        // Cyrus makes an inbox at its owner's first login.
        Witness::enter(&to).unwrap().leave().unwrap();
        let plan = carries(&from, &to, &ca, who, &[]);
        assert!(plan.contains("by SASL authorisation identity"), "{plan}");
    }
    let (from, to, other) = (filled(), cyrus.fresh_user().unwrap(), cyrus.fresh_user().unwrap());
    let world = World::new();
    let mut omm = between(&world, "migrate", &from, &to, &ca);
    let end = End::of(omm.args(["--source-delegate", &other.login]).output().unwrap());
    end.refused(1, &[&format!("name {} in proxyservers or admins", other.login), &from.login]);
}

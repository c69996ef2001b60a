//! What goes wrong is one clear line with the remedy, and the right exit code; the rest is copied.

use crate::{
    post::{between, in_the_clear, or_skip},
    world::{End, World},
};
use omm::core::model::FolderPath;
use omm_testkit::{
    mailbox,
    servers::{self, Account, Certificate, Dovecot, Settings, Tls, witness::Witness},
};

fn inbox() -> FolderPath {
    FolderPath::new(["INBOX"])
}

fn with_messages(dovecot: &Dovecot, count: u64) -> Account {
    let account = dovecot.fresh_user();
    let mut witness = Witness::enter(&account).unwrap();
    witness.append(&inbox(), (0..count).map(|at| mailbox::message(1, at).flagged(""))).unwrap();
    account
}

#[test]
fn a_login_that_is_refused() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let (from, to) = (with_messages(dovecot, 3), dovecot.fresh_user());
    let wrong = Account { password: "wrong".to_owned(), ..to.clone() };
    let world = World::new();
    let end = End::of(between(&world, "migrate", &from, &wrong, &dovecot.ca_pem_path()).output().unwrap());
    end.refused(1, &["login was refused", "check login and password", &to.login]);
    let wrong = Account { password: "wrong".to_owned(), ..from };
    let end = End::of(between(&world, "migrate", &wrong, &to, &dovecot.ca_pem_path()).output().unwrap());
    end.refused(1, &["login was refused", &wrong.login]);
}

#[test]
fn a_host_that_is_not_there_and_a_port_where_nobody_listens() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let (from, to) = (with_messages(dovecot, 1), dovecot.fresh_user());
    let nowhere = Account { host: "no-such-host.invalid".to_owned(), ..to.clone() };
    let world = World::new();
    let end = End::of(between(&world, "migrate", &from, &nowhere, &dovecot.ca_pem_path()).output().unwrap());
    end.refused(1, &["no-such-host.invalid"]);
}

#[test]
fn certificates_that_are_not_good() {
    for (certificate, words) in [
        (Certificate::expired(), &["expired"][..]),
        (Certificate::for_another_name(), &["certificate", "name"]),
    ] {
        let settings = Settings { certificate, ..Settings::default() };
        let Some(dovecot) = or_skip(Dovecot::start(settings)) else { return };
        let (from, to) = (dovecot.fresh_user(), dovecot.fresh_user());
        let world = World::new();
        let end = End::of(between(&world, "migrate", &from, &to, &dovecot.ca_pem_path()).output().unwrap());
        end.refused(1, words);
    }
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let Some(other) = or_skip(Dovecot::start(Settings::default())) else { return };
    let (from, to) = (dovecot.fresh_user(), dovecot.fresh_user());
    let world = World::new();
    let end = End::of(between(&world, "migrate", &from, &to, &other.ca_pem_path()).output().unwrap());
    end.refused(1, &["certificate", "ca-file"]);
}

#[test]
fn a_server_without_tls_where_it_is_wanted() {
    let Some(dovecot) = or_skip(Dovecot::start(Settings { tls: Tls::Absent, ..Settings::default() })) else {
        return;
    };
    let (from, to) = (dovecot.fresh_user(), dovecot.fresh_user());
    let world = World::new();
    // From the first byte, on a port that speaks in the clear.
    let port = |account: &Account| Account { tls_port: account.port, ..account.clone() };
    let authority = servers::dovecot().map(Dovecot::ca_pem_path).unwrap_or_default();
    let end = End::of(between(&world, "migrate", &port(&from), &port(&to), &authority).output().unwrap());
    end.refused(1, &["TLS"]);
    // By STARTTLS, which is not offered.
    let mut omm = in_the_clear(&world, "migrate", &from, &to);
    let end = End::of(omm.args(["--tls", "starttls"]).output().unwrap());
    assert_eq!(end.code, 2, "--tls twice is wrong usage: {}", end.err);
    let address = |account: &Account| format!("imap://{}@{}:{}", account.login, account.host, account.port);
    let mut omm = world.command(&["migrate", &address(&from), &address(&to)]);
    omm.args(["--source-password-env", "WORD", "--destination-password-env", "WORD"]).env("WORD", "pass");
    End::of(omm.output().unwrap()).refused(1, &["STARTTLS"]);
}

#[test]
fn a_full_account_and_messages_that_are_too_large() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let (from, world) = (with_messages(dovecot, 40), World::new());
    let settings = Settings { quota_bytes: Some(12 << 10), ..Settings::default() };
    let Some(small) = or_skip(Dovecot::start(settings)) else { return };
    let to = small.fresh_user();
    let mut omm = pair(&world, dovecot, &from, &small, &to);
    let end = End::of(omm.output().unwrap());
    assert_eq!(end.code, 1, "{} {}", end.out, end.err);
    assert!(
        end.err.lines().last().is_some_and(|line| line.contains("full") && line.contains("room")),
        "{}",
        end.err
    );
    assert!(Witness::look(&to).unwrap().messages() > 0, "what had room was copied");

    let settings = Settings { largest_message: Some(2_000), ..Settings::default() };
    let Some(strict) = or_skip(Dovecot::start(settings)) else { return };
    let (to, world) = (strict.fresh_user(), World::new());
    let mut witness = Witness::enter(&from).unwrap();
    witness.append(&inbox(), [mailbox::message_of(1, 99, 5_000).flagged("")]).unwrap();
    let end = End::of(pair(&world, dovecot, &from, &strict, &to).output().unwrap());
    assert_eq!(end.code, 3, "{} {}", end.out, end.err);
    let copied = Witness::look(&to).unwrap().messages();
    assert!(copied >= 1 && copied < 41, "{copied}");
    assert!(end.out.contains("2000") || end.err.contains("2000"), "{} {}", end.out, end.err);
}

/// Two servers have two authorities; both are handed over in one file.
fn pair(
    world: &World,
    one: &Dovecot,
    from: &Account,
    other: &Dovecot,
    to: &Account,
) -> std::process::Command {
    let both = world.path("authorities.pem");
    let read = |dovecot: &Dovecot| std::fs::read_to_string(dovecot.ca_pem_path()).unwrap();
    std::fs::write(&both, format!("{}{}", read(one), read(other))).unwrap();
    between(world, "migrate", from, to, &both)
}

#[test]
fn a_folder_that_can_only_be_read() {
    let settings = Settings { rights: true, ..Settings::default() };
    let Some(dovecot) = or_skip(Dovecot::start(settings)) else { return };
    let from = with_messages(&dovecot, 3);
    let to = dovecot.fresh_user();
    let mut witness = Witness::enter(&from).unwrap();
    let closed = FolderPath::new(["closed"]);
    witness.create(&closed, None).unwrap();
    witness.append(&closed, (10..12).map(|at| mailbox::message(1, at).flagged(""))).unwrap();
    let mut there = Witness::enter(&to).unwrap();
    there.create(&closed, None).unwrap();
    dovecot.doveadm(&["acl", "set", "-u", &to.login, "closed", "owner", "lookup", "read"]).unwrap();
    let world = World::new();
    let end = End::of(between(&world, "migrate", &from, &to, &dovecot.ca_pem_path()).output().unwrap());
    assert_eq!(end.code, 3, "{} {}", end.out, end.err);
    assert!(format!("{}{}", end.out, end.err).contains("closed"), "{} {}", end.out, end.err);
    assert_eq!(Witness::look(&to).unwrap().folders[&inbox()].messages.len(), 3, "the rest is copied");
}

#[test]
fn too_few_connections_are_enough() {
    let settings = Settings { connections_per_user: 1, ..Settings::default() };
    let Some(dovecot) = or_skip(Dovecot::start(settings)) else { return };
    let from = with_messages(&dovecot, 30);
    let mut witness = Witness::enter(&from).unwrap();
    for name in ["a", "b", "c", "d", "e"] {
        let path = FolderPath::new([name]);
        witness.create(&path, None).unwrap();
        witness.append(&path, (0..5).map(|at| mailbox::message(2, at).flagged(""))).unwrap();
    }
    witness.leave().unwrap();
    let (to, world) = (dovecot.fresh_user(), World::new());
    let end = End::of(between(&world, "migrate", &from, &to, &dovecot.ca_pem_path()).output().unwrap());
    assert_eq!(end.code, 0, "{} {}", end.out, end.err);
    assert_eq!(Witness::look(&to).unwrap().messages(), 55);
}

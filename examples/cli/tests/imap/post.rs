//! A post office: servers of ours, and the program told of accounts on them.

use crate::world::World;
use omm::core::model::FolderPath;
use omm_testkit::{
    mailbox,
    servers::{Account, Dovecot, witness::Witness},
};
use std::{path::Path, process::Command};

/// The server, or a line that says why this test was not run.
pub(crate) fn or_skip<S, E: std::fmt::Display>(server: Result<S, E>) -> Option<S> {
    server.map_err(|reason| println!("skipped: {reason}")).ok()
}

/// `omm COMMAND SRC DST` between two accounts over TLS, passwords from variables.
pub(crate) fn between(
    world: &World,
    command: &str,
    from: &Account,
    to: &Account,
    authority: &Path,
) -> Command {
    let address =
        |account: &Account| format!("imaps://{}@{}:{}", account.login, account.host, account.tls_port);
    let mut omm = in_words(world, &[command, &address(from), &address(to)], from, to);
    omm.arg("--ca-file").arg(authority);
    omm
}

/// The same in the clear, through whatever ports the accounts name.
pub(crate) fn in_the_clear(world: &World, command: &str, from: &Account, to: &Account) -> Command {
    let address = |account: &Account| format!("imap://{}@{}:{}", account.login, account.host, account.port);
    let mut omm = in_words(world, &[command, &address(from), &address(to)], from, to);
    omm.args(["--tls", "off"]);
    omm
}

/// `omm WORDS…`, the passwords of both accounts from variables.
pub(crate) fn in_words(world: &World, words: &[&str], from: &Account, to: &Account) -> Command {
    let mut omm = world.command(words);
    omm.args(["--source-password-env", "FROM_WORD", "--destination-password-env", "TO_WORD"]);
    omm.env("FROM_WORD", &from.password).env("TO_WORD", &to.password);
    omm
}

/// How many messages an account holds, by the server's own count.
pub(crate) fn messages(dovecot: &Dovecot, account: &Account) -> usize {
    let counted =
        dovecot.doveadm(&["-f", "tab", "mailbox", "status", "-u", &account.login, "-t", "messages", "*"]);
    let text = counted.unwrap_or_default();
    text.lines().filter_map(|line| line.trim().parse::<usize>().ok()).sum()
}

pub(crate) fn inbox() -> FolderPath {
    FolderPath::new(["INBOX"])
}

/// A fresh account with so many messages in INBOX.
pub(crate) fn with_messages(dovecot: &Dovecot, count: u64) -> Account {
    let account = dovecot.fresh_user();
    let mut witness = Witness::enter(&account).unwrap();
    witness.append(&inbox(), (0..count).map(|at| mailbox::message(1, at).flagged(""))).unwrap();
    account
}

//! Names that one real server holds and another does not: replaced, said beforehand, and never two folders in one.
#![cfg(unix)]

mod sockets;

use omm_core::{
    engine::{Migration, Plan},
    error::Result,
    host::{BoxFuture, CredentialProvider, CredentialRef, Env, Secret},
    model::{FolderPath, ItemKind},
    seam::{AccountSpec, Connector, Tls},
};
use omm_imap::ImapConnector;
use omm_testkit::{
    journal::MemoryJournal,
    mailbox::MailboxItem,
    servers::{
        Account, Cyrus, CyrusSettings, Dovecot, Namespace, Settings, Storage,
        witness::{Snapshot, Witness},
    },
};
use sockets::Sockets;
use std::sync::Arc;

/// Takes the name for the password: these passwords open nothing but a test's own server.
struct ByName;

impl CredentialProvider for ByName {
    fn secret<'a>(
        &'a self,
        reference: &'a CredentialRef,
        _: &'a str,
        _: &'a str,
    ) -> BoxFuture<'a, Result<Secret>> {
        let CredentialRef::Named(password) = reference else {
            unreachable!("every account here has a password")
        };
        Box::pin(std::future::ready(Ok(Secret::new(password.clone()))))
    }
}

fn spec(account: &Account) -> AccountSpec {
    let mut spec = AccountSpec::new("imap", format!("{}:{}", account.host, account.port));
    spec.login.clone_from(&account.login);
    spec.credentials = CredentialRef::Named(account.password.clone());
    spec.tls = Tls::Off;
    spec
}

/// Plans, migrates twice, and looks.
fn migrated(from: &Account, to: &Account) -> (Plan, Snapshot) {
    let mut env = Env::new(Arc::new(Sockets::new()));
    env.credentials = Arc::new(ByName);
    let plan = smol::block_on(async {
        let source = ImapConnector.source(&spec(from), &env).await.expect("an account").expect("a source");
        let dest = ImapConnector.destination(&spec(to), &env).await.expect("an account");
        let journal = MemoryJournal::new();
        let migration = Migration::new(source, dest.expect("a destination"), journal.shared(), env);
        let plan = migration.plan().await.expect("a plan");
        let report = migration.run().await.expect("a run");
        assert_eq!(report.totals.failed, 0, "{report}");
        assert!(!report.folders.iter().any(|folder| folder.trouble.is_some()), "{report}");
        let report = migration.run().await.expect("a second run");
        assert_eq!((report.totals.failed, report.totals.copied), (0, 0), "{report}");
        plan
    });
    (plan, Witness::look(to).expect("the account is read"))
}

/// An account with these folders, and in each a message that names it.
fn filled(account: Account, folders: &[FolderPath]) -> Account {
    let mut witness = Witness::enter(&account).expect("a fresh user can log in");
    for path in folders {
        witness.create(path, None).unwrap_or_else(|error| panic!("{path}: {error}"));
        let text = format!("Subject: {}\r\n\r\nx\r\n", label(path));
        let item = MailboxItem::new(ItemKind::Mail, text);
        witness.append(path, [item]).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    witness.leave().expect("a goodbye");
    account
}

/// Every folder's message is alone where the plan said. How many folders have another name there.
fn each_in_its_own(plan: &Plan, there: &Snapshot) -> usize {
    let mut replaced = 0;
    for one in &plan.folders {
        let target = one.target.as_ref().expect("every folder is carried");
        let folder =
            there.folders.get(target).unwrap_or_else(|| panic!("{} was to go to {target}", one.folder));
        let labels: Vec<&str> = folder.messages.iter().map(|message| message.label.as_str()).collect();
        if one.folder != path("INBOX") {
            assert_eq!(labels, [label(&one.folder)]);
        }
        if *target != one.folder {
            println!("{} goes to {target}", one.folder);
            replaced += 1;
        }
    }
    replaced
}

/// The subject of the message in a folder.
fn label(path: &FolderPath) -> String {
    path.segments().collect::<Vec<_>>().join(" below ")
}

fn path(name: &str) -> FolderPath {
    FolderPath::new(name.split('/'))
}

fn dovecot(separator: char, storage: Storage) -> Option<Dovecot> {
    let settings = Settings { separator, storage, ..Settings::default() };
    Dovecot::start(settings).map_err(|why| println!("skipped: {why}")).ok()
}

fn cyrus(namespace: Namespace) -> Option<Cyrus> {
    let settings = CyrusSettings { namespace, ..CyrusSettings::default() };
    Cyrus::start(settings).map_err(|why| println!("skipped: {why}")).ok()
}

/// Kills: a folder `a.b` made as `b` below `a`, or refused at the end of a night.
#[test]
fn a_dot_that_separates_elsewhere_is_replaced_and_said_beforehand() {
    let Some(slash) = dovecot('/', Storage::Sdbox) else { return };
    let folders = ["a.b", "a_b", "a.b/c.d", "plain"].map(path);
    let is_right = |to: &Account| {
        let from = filled(slash.fresh_user(), &folders);
        let (plan, there) = migrated(&from, to);
        assert!(plan.notes.iter().any(|note| note.starts_with("a.b goes to a_b")), "{plan:?}");
        // Two or three: whichever of the two equals comes first keeps the name.
        assert!((2..=3).contains(&each_in_its_own(&plan, &there)), "{plan:?}");
    };
    if let Some(dot) = dovecot('.', Storage::Sdbox) {
        is_right(&dot.fresh_user());
    }
    if let Some(classic) = cyrus(Namespace::Classic) {
        is_right(&classic.fresh_user().expect("a user"));
    }
}

/// Every sign of a keyboard, in a folder of its own.
#[test]
fn every_sign_arrives_as_itself_or_as_another_name_that_was_foreseen() {
    let Some(slash) = dovecot('/', Storage::Sdbox) else { return };
    let signs: Vec<char> = (' '..='~').filter(|c| !c.is_ascii_alphanumeric() && *c != '/').collect();
    // Dovecot itself takes none that begins with a tilde; a sign in the middle is what matters.
    let folders: Vec<FolderPath> = signs.iter().map(|c| FolderPath::new([format!("n{c}m")])).collect();
    let is_right = |to: &Account| {
        let from = filled(slash.fresh_user(), &folders);
        let (plan, there) = migrated(&from, to);
        let replaced = each_in_its_own(&plan, &there);
        assert!((1..20).contains(&replaced), "{plan:?}");
    };
    for namespace in [Namespace::Classic, Namespace::Alternative] {
        if let Some(cyrus) = cyrus(namespace) {
            is_right(&cyrus.fresh_user().expect("a user"));
        }
    }
    if let Some(dot) = dovecot('.', Storage::MaildirPlusPlus) {
        is_right(&dot.fresh_user());
    }
}

//! The contract of sources on real servers, and that nothing is changed there.
#![cfg(unix)]

mod sockets;

use futures::StreamExt;
use omm_core::{
    error::{Error, ErrorKind, Result},
    host::{BoxFuture, CredentialProvider, CredentialRef, Env, Secret},
    model::{FolderPath, Intake, ItemKind, SourceItemId},
    seam::{AccountSpec, Change, Connector, Source, Tls},
};
use omm_pop::PopConnector;
use omm_testkit::{
    conformance::source::{Shows, Touch, source_changes, source_with},
    mailbox::{Mailbox, MailboxFolder, message},
    servers::{
        self, Account, Dovecot, Settings, Storage,
        witness::{Snapshot, Witness},
    },
};
use sockets::Sockets;
use std::{path::PathBuf, sync::Arc};

/// The password of a test's own server.
struct Password(String);

impl CredentialProvider for Password {
    fn secret<'a>(&'a self, _: &'a CredentialRef, _: &'a str, _: &'a str) -> BoxFuture<'a, Result<Secret>> {
        Box::pin(std::future::ready(Ok(Secret::new(self.0.clone()))))
    }
}

async fn opened(account: &Account, change: impl FnOnce(&mut AccountSpec)) -> (Arc<dyn Source>, Env) {
    let mut env = Env::new(Arc::new(Sockets::new()));
    env.credentials = Arc::new(Password(account.password.clone()));
    let mut spec = AccountSpec::new("pop3", format!("{}:{}", account.host, account.pop3_port));
    spec.login = account.login.clone();
    spec.tls = Tls::Off;
    change(&mut spec);
    let source = PopConnector.source(&spec, &env).await.expect("a source");
    (source.expect("POP3 can be read"), env)
}

fn inbox() -> FolderPath {
    FolderPath::new(["INBOX"])
}

/// Mail in INBOX, whose bytes no server changes.
fn mailbox(count: u64) -> Mailbox {
    let mut mailbox = Mailbox::default();
    let folder =
        MailboxFolder::new(inbox(), ItemKind::Mail).with_items((0..count).map(|index| message(3, index)));
    mailbox.folders.push(folder);
    mailbox
}

/// What POP3 can show.
fn shows() -> Shows {
    let mut shows = Shows::default();
    (shows.flags, shows.keywords, shows.received) = (false, false, false);
    shows
}

fn filled(account: Account, mailbox: &Mailbox) -> Account {
    let mut witness = Witness::enter(&account).expect("a fresh user can log in");
    let bodies = mailbox.folders[0].items.iter().map(|item| {
        let mut item = item.clone();
        item.flags = Default::default();
        item
    });
    witness.append(&inbox(), bodies).expect("it is taken");
    witness.leave().expect("a goodbye");
    account
}

/// What the user does meanwhile.
fn touched(account: &Account, touch: Touch) -> bool {
    let mut witness = Witness::enter(account).expect("the user can log in");
    match touch {
        Touch::Add => witness.append(&inbox(), [message(7, 7)]),
        // Nobody can see it by POP3.
        Touch::Flag => return false,
        Touch::Delete => witness.expunge(&inbox(), &[1]),
    }
    .expect("the server takes it");
    witness.leave().expect("a goodbye");
    true
}

fn kept(fresh: impl Fn() -> Account) {
    smol::block_on(source_with(mailbox(60), shows(), |mailbox| {
        let account = filled(fresh(), &mailbox);
        async move { opened(&account, |_| {}).await }
    }));
    untouched(&filled(fresh(), &mailbox(30)));
}

fn follows(fresh: impl Fn() -> Account) {
    smol::block_on(source_changes(mailbox(20), |mailbox| {
        let account = filled(fresh(), &mailbox);
        async move {
            let (source, env) = opened(&account, |_| {}).await;
            (source, env, move |touch| touched(&account, touch))
        }
    }));
}

/// All is read and the session ended; then the account is as it was, flags included.
fn untouched(account: &Account) {
    let look = || Witness::look(account).expect("the account is read");
    let before = look();
    smol::block_on(async {
        let (source, env) = opened(account, |_| {}).await;
        assert_eq!(read(&*source, &env).await, 30);
        source.close().await.expect("a goodbye");
    });
    let shown = |account: &Snapshot| format!("{:?}", account.folders);
    assert!(shown(&before) == shown(&look()), "something was changed");
}

async fn read(source: &dyn Source, env: &Env) -> usize {
    let folder = source.folders().await.expect("folders").remove(0);
    let page = source.changes(&folder.id, None).await.expect("a page");
    let ids: Vec<SourceItemId> = page
        .changes
        .into_iter()
        .filter_map(|change| match change {
            Change::Present(meta) => Some(meta.id),
            _ => None,
        })
        .collect();
    let intake = Intake::new(env, env.memory.reserve(4 << 20).await);
    let answers: Vec<_> = source.fetch(&folder.id, &ids, &intake).collect().await;
    answers.iter().filter(|answer| answer.item.is_ok()).count()
}

#[test]
fn dovecot_keeps_the_contract() {
    match servers::dovecot() {
        Ok(server) => {
            kept(|| server.fresh_user());
            follows(|| server.fresh_user());
        }
        Err(why) => println!("skipped: {why}"),
    }
}

#[test]
fn dovecot_with_maildir_keeps_the_contract() {
    let settings = Settings { storage: Storage::Maildir, ..Settings::default() };
    match Dovecot::start(settings) {
        Ok(server) => {
            kept(|| server.fresh_user());
            follows(|| server.fresh_user());
        }
        Err(why) => println!("skipped: {why}"),
    }
}

#[test]
fn cyrus_keeps_the_contract() {
    match servers::cyrus() {
        Ok(server) => {
            kept(|| server.fresh_user().expect("a fresh user"));
            println!(
                "skipped: changes on Cyrus, which locks the mailbox for as long as a POP3 session is open"
            );
        }
        Err(why) => println!("skipped: {why}"),
    }
}

/// TLS of both kinds, and every way to log in that the server offers.
fn entered(account: &Account, authority: PathBuf, ways: &[&str]) {
    filled(account.clone(), &mailbox(3));
    for (tls, port) in [
        (Tls::Required, account.pop3s_port),
        (Tls::StartTls, account.pop3_port),
        (Tls::Off, account.pop3_port),
    ] {
        for way in ways {
            smol::block_on(async {
                let (source, _) = opened(account, |spec| {
                    spec.server = format!("{}:{port}", account.host);
                    spec.tls = tls;
                    spec.ca_file = Some(authority.clone());
                    if !way.is_empty() {
                        spec.options.insert("auth".to_owned(), (*way).to_owned());
                    }
                })
                .await;
                let folders = source.folders().await.unwrap_or_else(|error| panic!("{tls:?} {way}: {error}"));
                assert_eq!(folders[0].items, Some(3), "{tls:?} {way}");
                source.close().await.expect("a goodbye");
            });
        }
    }
}

#[test]
fn dovecot_lets_us_in() {
    match servers::dovecot() {
        Ok(server) => entered(&server.fresh_user(), server.ca_pem_path(), &["", "plain", "user"]),
        Err(why) => println!("skipped: {why}"),
    }
}

#[test]
fn cyrus_lets_us_in() {
    match servers::cyrus() {
        Ok(server) => {
            let account = server.fresh_user().expect("a fresh user");
            entered(&account, server.ca_pem_path(), &["", "plain", "user"]);
        }
        Err(why) => println!("skipped: {why}"),
    }
}

/// Somebody logs in for somebody else: in the form that is found, and in those that are asked for.
fn let_in_for_another(account: &Account, (admin, password): (&str, &str), found: &str, forms: &[&str]) {
    filled(account.clone(), &mailbox(2));
    let master = Account { password: password.to_owned(), ..account.clone() };
    let entered = |form: &str, master: &Account| {
        smol::block_on(async {
            let (source, _) = opened(master, |spec| {
                spec.delegate = Some(admin.to_owned());
                if !form.is_empty() {
                    spec.options.insert("delegation".to_owned(), form.to_owned());
                }
            })
            .await;
            let items = source.folders().await?[0].items;
            source.close().await?;
            Ok::<_, Error>((items, source.learned().settings["delegation"].clone()))
        })
    };
    for form in ["", forms[0], forms[forms.len() - 1]] {
        let (items, learned) = entered(form, &master).unwrap_or_else(|error| panic!("{form}: {error}"));
        let expected = if form.is_empty() { found } else { form };
        assert_eq!((items, learned.as_str()), (Some(2), expected), "{form}");
    }
    let wrong = Account { password: "wrong".to_owned(), ..account.clone() };
    let error = entered("", &wrong).expect_err("a wrong password");
    assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
    assert!(error.to_string().contains(admin), "{error}");
}

#[test]
fn an_administrator_is_let_in_by_dovecot() {
    match servers::dovecot() {
        Ok(server) => {
            let forms = ["authorization-identity", "master-user"];
            let_in_for_another(&server.fresh_user(), server.master(), "authorization-identity", &forms);
        }
        Err(why) => println!("skipped: {why}"),
    }
}

#[test]
fn an_administrator_is_let_in_by_cyrus() {
    match servers::cyrus() {
        Ok(server) => {
            let account = server.fresh_user().expect("a fresh user");
            let found = "authorization-identity";
            let_in_for_another(&account, server.proxy(), found, &[found]);
        }
        Err(why) => println!("skipped: {why}"),
    }
}

//! A POP3 account with known messages, and what became of them elsewhere.

use crate::{
    post::{in_words, inbox},
    world::World,
};
use omm::core::model::{Flags, ItemKind};
use omm_testkit::{
    mailbox::{MailboxItem, Random, message},
    servers::{
        Account, DelayProxy, Dovecot,
        witness::{SeenMessage, Witness},
    },
};
use std::{fs, path::Path, process::Command, time::Duration};

/// Of a message, on the average: half of all mail is smaller.
pub(crate) const USUAL_BYTES: u64 = 4_000;

/// The digest of a message as it was seen.
pub(crate) type Text = [u8; 32];

/// Messages in the inbox of an account, read by POP3 from far away.
pub(crate) struct Maildrop<'a> {
    pub(crate) dovecot: &'a Dovecot,
    pub(crate) account: Account,
    pub(crate) line: DelayProxy,
    /// What it holds, in order.
    pub(crate) texts: Vec<Text>,
}

impl<'a> Maildrop<'a> {
    pub(crate) fn filled(dovecot: &'a Dovecot, messages: u64, away: Duration) -> Self {
        let account = dovecot.fresh_user();
        Witness::load_inbox(&account, (0..messages).map(item)).unwrap();
        let line = DelayProxy::start(account.pop3_port, away).unwrap();
        let texts = texts(&account);
        assert_eq!(texts.len() as u64, messages);
        Self { dovecot, account, line, texts }
    }

    pub(crate) fn to_mail(&self, world: &World, to: &Account) -> Command {
        self.to(world, &format!("imap://{}@{}:{}", to.login, to.host, to.port), to)
    }

    /// To `copies` in the folder of this world.
    pub(crate) fn to_folder(&self, world: &World) -> Command {
        self.to(world, "dir:copies", &self.account)
    }

    /// Nothing was taken away there.
    pub(crate) fn must_be_untouched(&self) {
        must_be_same(&self.texts, &texts(&self.account));
    }

    fn to(&self, world: &World, destination: &str, to: &Account) -> Command {
        let Account { login, host, .. } = &self.account;
        let source = format!("pop3://{login}@{host}:{}", self.line.port());
        let mut omm = in_words(world, &["migrate", &source, destination], &self.account, to);
        omm.args(["--tls", "off"]);
        omm
    }
}

/// What is in the inbox of an account, in order; there is nothing elsewhere.
pub(crate) fn texts(account: &Account) -> Vec<Text> {
    let seen = Witness::look(account).unwrap();
    let texts: Vec<Text> = seen.folders[&inbox()].messages.iter().map(|message| message.digest).collect();
    assert_eq!(texts.len(), seen.messages(), "messages outside of INBOX");
    texts
}

/// What is in a Maildir that `omm` wrote: its file names are in the order of the messages.
pub(crate) fn texts_below(maildir: &Path) -> Vec<Text> {
    let files = fs::read_dir(maildir.join("cur")).unwrap();
    let mut files: Vec<_> = files.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let text = |path| SeenMessage::of(&fs::read(path).unwrap().into(), Flags::none(), None).digest;
    files.into_iter().map(text).collect()
}

/// The same texts in the same order: nothing is lost, and nothing is there twice.
#[track_caller]
pub(crate) fn must_be_same(wanted: &[Text], found: &[Text]) {
    assert_eq!(found.len(), wanted.len(), "so many messages");
    assert_eq!(
        wanted.iter().zip(found).position(|(wanted, found)| wanted != found),
        None,
        "where they differ"
    );
}

/// An ordinary message, filled up; each fiftieth is the one before it again.
fn item(index: u64) -> MailboxItem {
    let index = if index % 50 == 49 { index - 1 } else { index };
    let mut text = message(11, index).bytes.to_vec();
    let wanted = Random::nth(12, index).below(2 * USUAL_BYTES);
    while (text.len() as u64) < wanted {
        text.extend_from_slice(b"0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\r\n");
    }
    MailboxItem::new(ItemKind::Mail, text)
}

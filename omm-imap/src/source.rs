//! IMAP, read: the table of contents.
//!
//! | call      | room                | commands                                                             |
//! |-----------|---------------------|----------------------------------------------------------------------|
//! | `folders` | [`crate::listing`]  | LIST with STATUS, one flight                                         |
//! | `changes` | [`crate::changes`]  | EXAMINE and UID FETCH of metadata, one flight for a folder that is small or known |
//! | `fetch`   | [`crate::fetch`]    | EXAMINE and UID FETCH of BODY.PEEK[], one flight                      |

use crate::{
    account::Account,
    changes::{self, Memory},
    fetch,
    gmail::{self, Labels},
    listing::{self, Mailbox},
    mailbox::id_of,
    proto::{Fetched as Answered, StatusOf, command},
    session::Session,
};
use async_trait::async_trait;
use futures::stream::BoxStream;
use omm_core::{
    error::Result,
    host::LaneKey,
    model::{
        Cursor, Digest, Flags, Folder, Intake, ItemKind, Role, SourceFolderId, SourceItemId, StateToken,
    },
    seam::{ChangePage, Fetched, Learned, Source},
};
use std::sync::{Arc, Mutex, PoisonError};

/// An IMAP account that is read. Nothing is changed there: folders are examined and bodies peeked at.
pub(crate) struct ImapSource {
    pub(crate) account: Account,
    /// UIDs of folders whose listing is under way.
    pub(crate) memory: Memory,
    labels: Mutex<Option<Arc<Labels>>>,
}

impl ImapSource {
    pub(crate) fn new(account: Account) -> Self {
        Self { account, memory: Memory::default(), labels: Mutex::default() }
    }

    /// Gmail's labels, on Gmail. Costs a listing of the folders if nobody asked for them before.
    pub(crate) async fn labels(&self, session: &mut Session) -> Result<Option<Arc<Labels>>> {
        if !session.capabilities.has(gmail::EXTENSION) {
            return Ok(None);
        }
        let known = self.labels.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if known.is_some() {
            return Ok(known);
        }
        let mailboxes = listing::list(session, &self.account).await?;
        Ok(Some(self.learn_labels(&mailboxes)))
    }

    fn learn_labels(&self, mailboxes: &[Mailbox]) -> Arc<Labels> {
        let utf8 = self.account.ask(|facts| facts.naming.as_ref().is_some_and(|naming| naming.utf8));
        let labels = Arc::new(Labels::new(mailboxes, utf8));
        *self.labels.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&labels));
        labels
    }
}

#[async_trait]
impl Source for ImapSource {
    fn lane(&self) -> LaneKey {
        self.account.lane()
    }

    async fn folders(&self) -> Result<Vec<Folder>> {
        let mut lease = self.account.lease(None).await?;
        let_go(&mut lease);
        let mut mailboxes = listing::list(&mut lease, &self.account).await?;
        let is_gmail = lease.capabilities.has(gmail::EXTENSION);
        drop(lease);
        mailboxes.retain(|mailbox| mailbox.selectable);
        // Stable: what is seen in All Mail is at home elsewhere, so it comes last.
        mailboxes.sort_by_key(|mailbox| mailbox.role == Some(Role::All));
        if is_gmail {
            mailboxes.retain(|mailbox| !gmail::is_left_out(mailbox));
            self.learn_labels(&mailboxes);
        }
        let mut folders: Vec<Folder> = mailboxes.iter().map(folder).collect();
        if is_gmail {
            as_labels(&mut folders);
        }
        Ok(folders)
    }

    async fn changes(&self, folder: &SourceFolderId, since: Option<&Cursor>) -> Result<ChangePage> {
        changes::page(self, folder, since).await
    }

    fn fetch<'a>(
        &'a self,
        folder: &'a SourceFolderId,
        ids: &'a [SourceItemId],
        intake: &'a Intake,
    ) -> BoxStream<'a, Fetched> {
        fetch::stream(self, folder, ids, intake)
    }

    fn learned(&self) -> Learned {
        self.account.learned()
    }

    async fn close(&self) -> Result<()> {
        self.account.close().await;
        Ok(())
    }
}

/// Lets go of the folder that is open, in the same flight: of that one STATUS may tell what was true when it was opened
/// (RFC 9051 §6.3.11 warns; seen: Dovecot).
fn let_go(session: &mut Session) {
    let Some(open) = &session.selected else { return };
    let command = match open.examined {
        _ if session.capabilities.has("UNSELECT") => command::unselect(),
        // RFC 9051 §6.4.1: what was examined is not expunged.
        true => command::close(),
        false => return,
    };
    session.submit_aside(command);
    session.selected = None;
}

fn folder(mailbox: &Mailbox) -> Folder {
    let id = SourceFolderId::new(id_of(&mailbox.wire));
    let mut folder = Folder::new(id, mailbox.path.clone(), ItemKind::Mail);
    folder.role = mailbox.role;
    folder.subscribed = mailbox.subscribed;
    folder.items = mailbox.status.as_ref().and_then(|status| status.messages).map(u64::from);
    folder.state = mailbox.status.as_ref().and_then(state);
    folder
}

/// Without a modseq nothing that is cheap to ask for tells of flags (RFC 7162 §3.1.2.1: 0 says there is none).
fn state(status: &StatusOf) -> Option<StateToken> {
    let mod_seq = status.highest_mod_seq.filter(|mod_seq| *mod_seq > 0)?;
    let (validity, next, messages) = (status.uid_validity?, status.uid_next?, status.messages?);
    Some(StateToken(format!("{validity}:{next}:{messages}:{mod_seq}").into()))
}

/// On Gmail a message may come home to a folder because another one lost it. So no folder is as it was unless all
/// are, and how many are at home in one is not known beforehand.
fn as_labels(folders: &mut [Folder]) {
    let states: Option<Vec<String>> = folders
        .iter()
        .map(|folder| folder.state.as_ref().map(|state| format!("{} {}", folder.id, state.0)))
        .collect();
    let all = states.map(|states| StateToken(Digest::of(states.join("\n").as_bytes()).to_string().into()));
    for folder in folders {
        folder.items = None;
        folder.state.clone_from(&all);
    }
}

/// The flags of a message, labels included.
pub(crate) fn flags(answered: &Answered, folder: &[u8], labels: Option<&Labels>) -> Flags {
    let mut flags = Flags::none();
    for name in answered.flags.iter().flatten() {
        // \Recent and what else a server has for itself is dropped there (RFC 9051 §2.3.2).
        flags = flags.union(&Flags::parse(name));
    }
    match (labels, &answered.gm_labels) {
        (Some(labels), Some(named)) => flags.union(&labels.flags(folder, named)),
        _ => flags,
    }
}

/// The id of a message.
pub(crate) fn item_id(uid_validity: u32, uid: u32) -> SourceItemId {
    SourceItemId::new(format!("{uid_validity}:{uid}"))
}

/// UIDVALIDITY and UID of an id; nothing if it is none of ours.
pub(crate) fn uid_of(id: &SourceItemId) -> Option<(u32, u32)> {
    let (validity, uid) = id.as_str().split_once(':')?;
    let (validity, uid): (u32, u32) = (validity.parse().ok()?, uid.parse().ok()?);
    (item_id(validity, uid) == *id && uid > 0).then_some((validity, uid))
}

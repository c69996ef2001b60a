//! Opening a folder, in the same flight as what is wanted of it.

use crate::{
    account::{Account, FolderFacts},
    error::{Doing, Named},
    proto::{
        StatusKind, UidSet,
        command::{self, Open, Resync},
    },
    selected::Selected,
    session::Session,
};
use omm_core::error::{Error, ErrorKind, Result, Scope, Side};

/// A folder that is being opened: what was put into the line behind it is only to be believed when [`Opening::finish`]
/// has succeeded.
#[must_use]
pub(crate) struct Opening {
    folder: Vec<u8>,
    write: bool,
    /// SELECT or EXAMINE; or, if the folder was open already, NOOP, without which a server need not show what has
    /// arrived since (RFC 9051 §6.1.2).
    tag: u32,
    is_select: bool,
}

impl Opening {
    /// Puts the command into the line. To write needs SELECT; to read EXAMINE is enough, and leaves \Recent alone.
    pub(crate) fn submit(session: &mut Session, account: &Account, folder: &[u8], write: bool) -> Self {
        let is_open =
            session.selected.as_ref().is_some_and(|open| open.name == folder && (!write || !open.examined));
        if is_open {
            let tag = session.submit(command::noop());
            return Self { folder: folder.to_vec(), write, tag, is_select: false };
        }
        let examine = !write && !account.ask(|facts| facts.quirks.select_to_read);
        let condstore = session.capabilities.has("CONDSTORE");
        let resync = if condstore { Resync::CondStore } else { Resync::No };
        let command = command::select(folder, how(examine), &resync, session.dialect());
        Self {
            folder: folder.to_vec(),
            write,
            tag: session.submit_select(command, folder, examine),
            is_select: true,
        }
    }

    /// To read, and always anew: only then does the answer say what is true now of UIDNEXT and HIGHESTMODSEQ.
    pub(crate) fn submit_anew(session: &mut Session, account: &Account, folder: &[u8]) -> Self {
        let examine = !account.ask(|facts| facts.quirks.select_to_read);
        let condstore = session.capabilities.has("CONDSTORE");
        let resync = if condstore { Resync::CondStore } else { Resync::No };
        let command = command::select(folder, how(examine), &resync, session.dialect());
        let tag = session.submit_select(command, folder, examine);
        Self { folder: folder.to_vec(), write: false, tag, is_select: true }
    }

    /// The same with QRESYNC (RFC 7162 §3.2.5): what changed since a state comes with the answer. Always opens anew.
    pub(crate) fn submit_since(
        session: &mut Session,
        account: &Account,
        folder: &[u8],
        uid_validity: u32,
        mod_seq: u64,
    ) -> Self {
        let examine = !account.ask(|facts| facts.quirks.select_to_read);
        let resync = Resync::Since { uid_validity, mod_seq, known: UidSet::default() };
        let command = command::select(folder, how(examine), &resync, session.dialect());
        let tag = session.submit_select(command, folder, examine);
        Self { folder: folder.to_vec(), write: false, tag, is_select: true }
    }

    /// The tag to wait for, for those who stream.
    pub(crate) fn tag(&self) -> u32 {
        self.tag
    }

    /// Waits until the folder is open. The untagged responses that came with it are given too.
    ///
    /// # Errors
    /// Of folder scope when the server refuses; [`ErrorKind::Denied`] when it is read-only and to be written.
    pub(crate) async fn finish(
        self,
        session: &mut Session,
        account: &Account,
    ) -> Result<(Selected, Vec<crate::proto::Response>)> {
        let doing = Doing::folder(account.side, "open the folder");
        let answer = session.finish(self.tag).await.doing(doing)?;
        if answer.status.kind != StatusKind::Ok {
            if !self.is_select {
                session.selected = None;
            }
            return Err(doing.refused(&answer.status).with("folder", shown(&self.folder)));
        }
        let Some(open) = session.selected.clone() else {
            let message = "the server said OK and opened nothing";
            return Err(Error::new(ErrorKind::Protocol, account.side, "open the folder", message));
        };
        if self.write && open.read_only {
            let message = "the folder can only be read; ask for the right to write, or leave it out";
            return Err(Error::new(ErrorKind::Denied, account.side, "open the folder", message)
                .scope(Scope::Folder)
                .with("folder", shown(&self.folder)));
        }
        remember(account, &open);
        Ok((open, answer.responses))
    }
}

/// Waits for a folder to be open. When it is refused, what was put into the line behind it is heard out, so that the
/// connection is good for others.
pub(crate) async fn opened(
    opening: Opening,
    session: &mut Session,
    account: &Account,
    behind: impl IntoIterator<Item = u32>,
) -> Result<Selected> {
    match opening.finish(session, account).await {
        Ok((open, _)) => Ok(open),
        Err(error) => {
            for tag in behind {
                if session.finish(tag).await.is_err() {
                    break;
                }
            }
            Err(error)
        }
    }
}

fn remember(account: &Account, open: &Selected) {
    account.learn(|facts| {
        let (uid_validity, uid_next) = (open.uid_validity, open.uid_next);
        let known = FolderFacts { uid_validity, uid_next, messages: Some(open.exists) };
        facts.folders.insert(open.name.clone(), known);
        if open.permanent_flags.is_some() && account.side == Side::Destination {
            facts.permanent_flags.clone_from(&open.permanent_flags);
        }
    });
}

fn how(examine: bool) -> Open {
    if examine { Open::ReadOnly } else { Open::ReadWrite }
}

fn shown(folder: &[u8]) -> String {
    crate::proto::name::shown(folder)
}

//! Opening a folder, in the same flight as what is wanted of it.

use crate::{
    account::{Account, FolderFacts},
    error::{Doing, Named},
    proto::{
        StatusKind,
        command::{self, Open},
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
    /// SELECT or EXAMINE; none if the folder was open already.
    tag: Option<u32>,
}

impl Opening {
    /// Puts the command into the line. To write needs SELECT; to read EXAMINE is enough, and leaves \Recent alone.
    ///
    /// A folder that is open already is opened anew: what arrived since need not be visible, and NOOP is no help in a
    /// flight. Seen: Dovecot answers NOOP only after the FETCH behind it.
    pub(crate) fn submit(session: &mut Session, account: &Account, folder: &[u8], write: bool) -> Self {
        // A destination is written sooner or later: it need not be opened twice.
        let to_read = !write && account.side == Side::Source;
        let examine = to_read && !account.ask(|facts| facts.quirks.select_to_read);
        let condstore = session.capabilities.has("CONDSTORE");
        let command = command::select(folder, how(examine), condstore, session.dialect());
        let tag = Some(session.submit_select(command, folder, examine));
        Self { folder: folder.to_vec(), write, tag }
    }

    /// The same for those who want messages up to this UID only: if the folder is open and they were in it when it was
    /// opened, nothing is put into the line.
    pub(crate) fn submit_up_to(
        session: &mut Session,
        account: &Account,
        folder: &[u8],
        write: bool,
        newest: u32,
    ) -> Self {
        let knows = |open: &Selected| {
            open.name == folder
                && !(write && open.examined)
                && open.uid_next.is_some_and(|next| newest < next)
        };
        if session.selected.as_ref().is_some_and(knows) {
            return Self { folder: folder.to_vec(), write, tag: None };
        }
        Self::submit(session, account, folder, write)
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
        let mut responses = Vec::new();
        if let Some(tag) = self.tag {
            let answer = session.finish(tag).await.doing(doing)?;
            if answer.status.kind != StatusKind::Ok {
                return Err(doing.refused(&answer.status).with("folder", shown(&self.folder)));
            }
            responses = answer.responses;
        }
        let Some(open) = session.selected.clone() else {
            let message = "the server said OK and opened nothing";
            return Err(Error::new(ErrorKind::Protocol, account.side, "open the folder", message));
        };
        if self.write && open.read_only {
            let message = "the folder can only be read: ask for the right to write, or leave the folder out";
            return Err(Error::new(ErrorKind::Denied, account.side, "open the folder", message)
                .scope(Scope::Folder)
                .with("folder", shown(&self.folder)));
        }
        // A folder that was open already is known by what was said when it was opened; others may know better since.
        if self.tag.is_some() {
            remember(account, &open);
        }
        Ok((open, responses))
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
        // EXAMINE says that no flag can be kept, which is true only of itself.
        if open.permanent_flags.is_some() && !open.examined && account.side == Side::Destination {
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

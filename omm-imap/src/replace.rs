//! Putting an edited message in the place of its copy. IMAP messages cannot be changed, so the new one is stored
//! first and the old one removed behind it: at no moment is there none.

use crate::{
    copy_id::Position,
    delete::{Habits, difference},
    destination::ImapDestination,
    error::Doing,
    inspect::{believed, open_and_fetch},
    mailbox::{id_of, wire_of},
};
use omm_core::{
    error::{Error, ErrorKind, Result, Scope},
    model::{DestFolderId, DestItemId, Item},
    seam::{Deleted, Deletion, Expected, Replaced},
};

impl ImapDestination {
    pub(crate) async fn replace_copy(
        &self,
        folder: &DestFolderId,
        id: &DestItemId,
        item: &Item,
        expected: &Expected,
    ) -> Result<Replaced> {
        let wire = wire_of(folder.as_str());
        if let Some(reason) = self.stands_against(&wire, id, expected).await? {
            return Ok(reason);
        }
        let new = match self.append_batch(&wire, std::slice::from_ref(item)).await?.pop() {
            Some(fate) => fate?,
            None => return Err(self.unanswered(&wire)),
        };
        // From here on the new one is there: whatever fails leaves both.
        let old = Deletion { id: id.clone(), expected: expected.clone() };
        match self.delete_one(&wire, old).await? {
            Deleted::Done | Deleted::Missing => Ok(Replaced::Done(new)),
            Deleted::Touched(difference) => {
                // Somebody changed the old one meanwhile: it stays, and the new one goes.
                self.take_back(&wire, new, item).await?;
                Ok(Replaced::Conflict(difference))
            }
        }
    }

    /// Removes a copy that was stored just now. If it stays after all, that is said: it is looked for then.
    async fn take_back(&self, folder: &[u8], new: DestItemId, item: &Item) -> Result<()> {
        let seen = self.look_at(folder, std::slice::from_ref(&new)).await.map_err(Error::effect_unknown)?;
        let Some(presence) = seen.into_iter().next().flatten() else { return Ok(()) };
        // Not all flags of an item can be kept everywhere; others than its own are somebody else's.
        let kept = item.flags.intersection(&presence.flags);
        let digest = (!Habits::of(&self.account).rewrites).then(|| item.body.fingerprint().body);
        let written = Expected::new(digest, item.body.crlf_len(), kept);
        match self.delete_one(folder, Deletion { id: new.clone(), expected: written }).await? {
            Deleted::Done | Deleted::Missing => Ok(()),
            Deleted::Touched(difference) => {
                let message =
                    format!("the earlier copy was changed, and so was the one in its place: {difference}");
                let error = Error::new(ErrorKind::Rejected, self.account.side, "replace a copy", message);
                Err(error.scope(Scope::Item).effect_unknown().with("folder", id_of(folder)).with("copy", new))
            }
        }
    }

    /// Why the old copy is not to be replaced.
    async fn stands_against(
        &self,
        folder: &[u8],
        id: &DestItemId,
        expected: &Expected,
    ) -> Result<Option<Replaced>> {
        let mut session = self.account.lease(Some(folder)).await?;
        // The UID is asked for whatever UIDVALIDITY it is from, and believed only if that is still so.
        let position = Position::of_copy(id);
        let asked: Vec<u32> = position.map(|one| one.uid).into_iter().collect();
        let (open, mut seen) =
            open_and_fetch(&mut session, &self.account, folder, asked, "UID FLAGS RFC822.SIZE").await?;
        let doing = Doing::folder(self.account.side, "replace a copy");
        let uid = position.map(|position| believed(position, &open, doing)).transpose();
        // The other items of the folder can be served all the same.
        let uid = uid.map_err(|error| error.scope(Scope::Item))?;
        let habits = Habits::of(&self.account);
        if let Some(uid) = uid {
            self.settle_doubt(&mut session, &[(uid, expected)], &mut seen, habits).await?;
        }
        let there = uid.and_then(|uid| seen.get(&uid));
        Ok(match there {
            None => Some(Replaced::Missing),
            Some(there) => difference(expected, there, habits).map(Replaced::Conflict),
        })
    }

    async fn delete_one(&self, folder: &[u8], deletion: Deletion) -> Result<Deleted> {
        let fate = self.delete_copies(folder, &[deletion]).await.map_err(Error::effect_unknown)?.pop();
        fate.unwrap_or_else(|| Err(self.unanswered(folder))).map_err(Error::effect_unknown)
    }

    fn unanswered(&self, folder: &[u8]) -> Error {
        let doing = Doing::item(self.account.side, "replace a copy");
        let error = Error::new(ErrorKind::Protocol, doing.side, doing.operation, "no answer for the item");
        error.scope(Scope::Item).effect_unknown().with("folder", id_of(folder))
    }
}

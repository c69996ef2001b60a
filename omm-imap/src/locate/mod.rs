//! Finding copies whose acknowledgement was lost, or that were there before us.
//!
//! A wrong find is worse than none: size chooses what is read, and only the digest of the body decides. SEARCH is not
//! used; some servers answer it wrongly, and a listing of sizes finds the same.

mod assign;
mod ending;
mod fresh;
mod index;

use crate::{
    copy_id::Position,
    destination::ImapDestination,
    error::{Doing, Named, Trouble},
    inspect::{open_to_read, read_bodies},
    proto::{Event, Response, StatusKind, command},
    selected::Selected,
    session::Session,
};
use assign::{assign, of_these_sizes};
use ending::{longer, without_ending};
pub(crate) use fresh::find_new;
use index::FolderIndex;
pub(crate) use index::Indexes;
use omm_core::{
    error::Result,
    host::Env,
    model::{DestItemId, Fingerprint, Intake, Mark},
    seam::{Owned, Probe},
};
use std::{collections::HashMap, sync::PoisonError};

/// Where sizes are not true: so many messages above a mark, beside as many as are looked for, are read to see what they
/// are.
const FEW: usize = 64;

/// UIDs and sizes, ascending.
type Sizes = Vec<(u32, u64)>;

impl ImapDestination {
    pub(crate) async fn find_copies(
        &self,
        folder: &[u8],
        above: Option<&Mark>,
        probes: &[Probe],
        owned: &dyn Owned,
    ) -> Result<Vec<Option<DestItemId>>> {
        if probes.is_empty() {
            return Ok(Vec::new());
        }
        let mut session = self.account.lease(Some(folder)).await?;
        let open = open_to_read(&mut session, &self.account, folder).await?;
        let uid_validity = open.uid_validity.unwrap_or(0);
        // Under another UIDVALIDITY the mark says nothing: everything may lie above it.
        let mark = above.and_then(Position::of_mark).filter(|mark| mark.uid_validity == uid_validity);
        let mut index = match mark {
            Some(mark) => {
                let mut index = FolderIndex::new(uid_validity, mark.uid);
                self.extend(&mut session, &open, &mut index).await?;
                index
            }
            None => self.whole_index(&mut session, &open).await?,
        };
        let search = Search { dest: self, probes, owned, uid_validity, bounded: mark.is_some() };
        let mut found = search.run(&mut session, &mut index).await?;
        search.run_with_ending(&mut session, &index, &mut found).await?;
        if mark.is_none() {
            self.locked_indexes().keep(folder, index);
        }
        let copies: Vec<Option<Position>> =
            found.into_iter().map(|uid| uid.map(|uid| Position::new(uid_validity, uid))).collect();
        if mark.is_some() {
            // What was there before us need not be the newest; what was lost is.
            self.give(folder, copies.iter().flatten().copied());
        }
        Ok(copies.into_iter().map(|copy| copy.map(Position::copy)).collect())
    }

    /// Everything in the folder; what is known from an earlier call is only added to.
    async fn whole_index(&self, session: &mut Session, open: &Selected) -> Result<FolderIndex> {
        let uid_validity = open.uid_validity.unwrap_or(0);
        let known = self.locked_indexes().take(&open.name, uid_validity);
        let mut index = known.unwrap_or_else(|| FolderIndex::new(uid_validity, 1));
        self.extend(session, open, &mut index).await?;
        Ok(index)
    }

    /// Adds what has arrived since.
    async fn extend(&self, session: &mut Session, open: &Selected, index: &mut FolderIndex) -> Result<()> {
        let doing = Doing::folder(self.account.side, "list the folder's sizes");
        // The UIDNEXT of the opening is old by now, so only an empty folder is known to hold nothing.
        if open.exists > 0 {
            index.add(list_sizes(session, index.next()).await.doing(doing)?);
        }
        Ok(())
    }

    fn locked_indexes(&self) -> std::sync::MutexGuard<'_, Indexes> {
        self.indexes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One call of locate.
struct Search<'a> {
    dest: &'a ImapDestination,
    probes: &'a [Probe],
    owned: &'a dyn Owned,
    uid_validity: u32,
    /// Whether only what lies above a mark is looked at.
    bounded: bool,
}

impl Search<'_> {
    async fn run(&self, session: &mut Session, index: &mut FolderIndex) -> Result<Vec<Option<u32>>> {
        let by_header = self.dest.account.ask(|facts| facts.quirks.rewrites_headers);
        let likely = if by_header && self.bounded {
            index.sizes().iter().map(|(uid, _)| *uid).collect()
        } else {
            of_these_sizes(index.sizes(), self.probes)
        };
        let mut free = self.not_owned(likely).await?;
        self.read(session, &free, index).await?;
        let found = assign(self.probes, &free, index.fingerprints(), by_header);
        if !self.bounded || found.iter().all(Option::is_some) {
            return Ok(found);
        }
        // Seen: servers whose RFC822.SIZE is not the size of what they give. What was lost lies near the mark.
        let others = index.sizes().iter().map(|(uid, _)| *uid).filter(|uid| !free.contains(uid));
        let mut others = self.not_owned(others.collect()).await?;
        others.truncate(self.probes.len() + FEW);
        self.read(session, &others, index).await?;
        free.extend(others);
        free.sort_unstable();
        Ok(assign(self.probes, &free, index.fingerprints(), by_header))
    }

    /// The rest may be there with a final line end, which only the server's refusal makes known: above a mark it is
    /// looked for everywhere.
    async fn run_with_ending(
        &self,
        session: &mut Session,
        index: &FolderIndex,
        found: &mut [Option<u32>],
    ) -> Result<()> {
        let account = &self.dest.account;
        let left: Vec<usize> = (0..found.len()).filter(|at| found[*at].is_none()).collect();
        if left.is_empty() || !(self.bounded || account.ask(|facts| facts.quirks.wants_final_crlf)) {
            return Ok(());
        }
        let probes: Vec<Probe> = left.iter().map(|at| longer(&self.probes[*at])).collect();
        let mut likely = of_these_sizes(index.sizes(), &probes);
        likely.retain(|uid| !found.contains(&Some(*uid)));
        let likely = self.not_owned(likely).await?;
        let doing = Doing::folder(account.side, "read bodies to find copies");
        let read = without_ending(session, &account.env, &likely).await.doing(doing)?;
        for (at, uid) in left.into_iter().zip(assign(&probes, &likely, &read, false)) {
            found[at] = uid;
        }
        Ok(())
    }

    async fn not_owned(&self, uids: Vec<u32>) -> Result<Vec<u32>> {
        if uids.is_empty() {
            return Ok(uids);
        }
        let ids: Vec<_> = uids.iter().map(|uid| Position::new(self.uid_validity, *uid).copy()).collect();
        let owned = self.owned.owns(&ids).await?;
        Ok(uids.into_iter().zip(owned).filter(|(_, owned)| !owned).map(|(uid, _)| uid).collect())
    }

    async fn read(&self, session: &mut Session, uids: &[u32], index: &mut FolderIndex) -> Result<()> {
        let doing = Doing::folder(self.dest.account.side, "read bodies to find copies");
        let unread: Vec<u32> =
            uids.iter().copied().filter(|uid| !index.fingerprints().contains_key(uid)).collect();
        let read = fingerprints(session, &self.dest.account.env, &unread).await.doing(doing)?;
        index.remember(read);
        Ok(())
    }
}

/// Sizes from a UID upwards. A response is looked at and dropped: a folder can hold a million.
pub(crate) async fn list_sizes(session: &mut Session, from: u32) -> Result<Sizes, Trouble> {
    let command = command::uid_fetch_text(&format!("{from}:*"), "UID RFC822.SIZE", None, false);
    let tag = session.submit(command);
    let mut sizes = Sizes::new();
    loop {
        match session.next().await? {
            Event::Response(Response::Fetch(fetched)) => {
                // RFC 9051 §9, seq-range: `9:*` names the last message even if its UID is lower.
                let uid = fetched.uid.filter(|uid| *uid >= from);
                sizes.extend(uid.zip(fetched.size));
            }
            Event::Done(outcome) if outcome.tag == tag => {
                sizes.sort_unstable();
                sizes.dedup_by_key(|(uid, _)| *uid);
                return match outcome.status.kind {
                    StatusKind::Ok => Ok(sizes),
                    _ => Err(Trouble::Refused(outcome.status)),
                };
            }
            _ => {}
        }
    }
}

/// What these messages are, without keeping a byte of them.
pub(crate) async fn fingerprints(
    session: &mut Session,
    env: &Env,
    uids: &[u32],
) -> Result<HashMap<u32, Fingerprint>, Trouble> {
    let bodies = read_bodies(session, uids, &Intake::measuring(env)).await?;
    Ok(bodies.into_iter().map(|(uid, body)| (uid, body.fingerprint())).collect())
}

//! Removing copies that are still as we wrote them, and touching nothing else.
//!
//! The bytes of a UID never change (RFC 9051 §2.3.1.1), so size and flags say whether a copy is untouched; its body
//! is read only when the size is another one. Between the look and the removal a conditional STORE (RFC 7162) sees what others do, where there is one.

mod careful;
mod doubt;
mod plan;
mod trash;

use crate::{
    account::{Account, Lease},
    copy_id::{Position, sets},
    destination::ImapDestination,
    error::{Doing, Named, Trouble},
    flags::{newest, open_to_write},
    gmail,
    inspect::{believed, read_seen, submit_fetch},
    mailbox::id_of,
    proto::{
        Code, StatusKind, UidSet,
        command::{self, FlagChange},
    },
    session::Session,
};
use omm_core::{
    error::{Error, ErrorKind, Result},
    seam::{Deleted, Deletion, Expected},
};
use plan::Plan;
pub(crate) use plan::{Habits, difference};
use std::collections::HashSet;

const DELETED: [&str; 1] = ["\\Deleted"];

impl ImapDestination {
    pub(crate) async fn delete_copies(
        &self,
        folder: &[u8],
        deletions: &[Deletion],
    ) -> Result<Vec<Result<Deleted>>> {
        if deletions.is_empty() {
            return Ok(Vec::new());
        }
        let account = &self.account;
        let doing = Doing::folder(account.side, "remove copies");
        let named = |error: Error| error.with("folder", id_of(folder));
        let mut session = account.lease(Some(folder)).await?;
        let newest = newest(deletions.iter().map(|deletion| &deletion.id));
        let open = open_to_write(&mut session, account, folder, newest).await?;
        let uid_validity = open.uid_validity.unwrap_or(0);
        let conditional = session.capabilities.has("CONDSTORE") && open.highest_mod_seq.is_some();
        let mut plan = self.plan(&mut session, deletions, uid_validity, conditional).await.map_err(named)?;
        for (fate, deletion) in plan.fates.iter_mut().zip(deletions) {
            let position = Position::of_copy(&deletion.id);
            if let Some(Err(error)) = position.map(|position| believed(position, &open, doing)) {
                *fate = Err(error);
            }
        }
        if !plan.doomed.is_empty() {
            session = self.remove(session, folder, &mut plan, conditional).await.map_err(named)?;
            let left = look(&mut session, &plan.uids()).await.doing(doing).map_err(named)?;
            plan.gone(&left, || still_there(account));
        }
        Ok(plan.fates)
    }

    /// What goes and what stays.
    async fn plan(
        &self,
        session: &mut Session,
        deletions: &[Deletion],
        uid_validity: u32,
        conditional: bool,
    ) -> Result<Plan> {
        let doing = Doing::folder(self.account.side, "look at copies");
        let positions = deletions.iter().map(|deletion| Position::of_copy(&deletion.id));
        let uids: Vec<Option<u32>> = positions
            .map(|position| position.filter(|one| one.uid_validity == uid_validity).map(|one| one.uid))
            .collect();
        let mut items = "UID FLAGS RFC822.SIZE".to_owned();
        if conditional {
            items.push_str(" MODSEQ");
        }
        if session.capabilities.has(gmail::EXTENSION) {
            items.push_str(" X-GM-LABELS");
        }
        let asked: Vec<u32> = uids.iter().flatten().copied().collect();
        let look = submit_fetch(session, &asked, &items);
        let mut seen = read_seen(session.finish_all(&look).await.doing(doing)?, doing)?;
        let habits = Habits::of(&self.account);
        let copies: Vec<(u32, &Expected)> = uids
            .iter()
            .zip(deletions)
            .filter_map(|(uid, deletion)| Some(((*uid)?, &deletion.expected)))
            .collect();
        self.settle_doubt(session, &copies, &mut seen, habits).await?;
        Ok(Plan::new(deletions, &uids, &seen, habits))
    }

    /// Removes what is doomed. The connection is given back, or another one if it broke.
    async fn remove<'a>(
        &'a self,
        mut session: Lease<'a>,
        folder: &[u8],
        plan: &mut Plan,
        conditional: bool,
    ) -> Result<Lease<'a>> {
        let doing = Doing::folder(self.account.side, "remove copies");
        if self.account.ask(|facts| facts.quirks.gmail)
            && session.capabilities.has("MOVE")
            && let Some(places) = self.places(&mut session, folder).await?
        {
            self.remove_labelled(&mut session, &places, plan, conditional).await?;
            return Ok(session);
        }
        if !session.capabilities.has("UIDPLUS") {
            return self.remove_carefully(session, folder, plan).await;
        }
        remove_marked(&mut session, plan, conditional).await.doing(doing)?;
        Ok(session)
    }
}

/// Marks and expunges. When that is refused, no mark of ours stays: it would be somebody else's EXPUNGE that acts on it.
async fn remove_marked(session: &mut Session, plan: &mut Plan, conditional: bool) -> Result<(), Trouble> {
    let removed = match mark_deleted(session, plan, conditional).await {
        Ok(()) => expunge(session, &plan.uids()).await,
        refused => refused,
    };
    if matches!(removed, Err(Trouble::Refused(_))) {
        // What it was refused for is said; that this is refused too says nothing more.
        let _ = store(session, &sets(plan.marked_by_us()), FlagChange::Remove).await;
    }
    removed
}

async fn expunge(session: &mut Session, uids: &[u32]) -> Result<(), Trouble> {
    let sets = sets(uids.to_vec());
    let flight: Vec<u32> = sets.iter().map(|set| session.submit(command::uid_expunge(set))).collect();
    all_ok(session, &flight).await
}

/// Sets or takes off \Deleted, whatever happened to these messages meanwhile.
async fn store(session: &mut Session, sets: &[UidSet], change: FlagChange) -> Result<(), Trouble> {
    let flight: Vec<u32> =
        sets.iter().map(|set| session.submit(command::uid_store(set, None, change, &DELETED))).collect();
    all_ok(session, &flight).await
}

/// Hears all of a flight out, and says what was refused first.
async fn all_ok(session: &mut Session, flight: &[u32]) -> Result<(), Trouble> {
    for answer in session.finish_all(flight).await? {
        answer.ok()?;
    }
    Ok(())
}

/// Sets \Deleted, where it can be only at messages that nobody changed since they were looked at.
async fn mark_deleted(session: &mut Session, plan: &mut Plan, conditional: bool) -> Result<(), Trouble> {
    // RFC 7162 §3.1: a later change has a higher number than anything that was seen, so the highest one will do for all.
    let unchanged_since =
        plan.doomed.iter().filter_map(|doomed| doomed.mod_seq).max().filter(|_| conditional);
    let flight: Vec<u32> = sets(plan.uids())
        .iter()
        .map(|set| session.submit(command::uid_store(set, unchanged_since, FlagChange::Add, &DELETED)))
        .collect();
    let mut changed = HashSet::new();
    for answer in session.finish_all(&flight).await? {
        match &answer.status.code {
            Some(Code::Modified(uids)) => {
                changed.extend(plan.doomed.iter().map(|doomed| doomed.uid).filter(|uid| uids.contains(*uid)));
            }
            _ if answer.status.kind != StatusKind::Ok => return Err(Trouble::Refused(answer.status)),
            _ => {}
        }
    }
    plan.spare(&changed);
    Ok(())
}

/// Which of these are there.
async fn look(session: &mut Session, uids: &[u32]) -> Result<HashSet<u32>, Trouble> {
    let flight = submit_fetch(session, uids, "UID");
    let doing = Doing::folder(omm_core::error::Side::Destination, "look at copies");
    let answers = session.finish_all(&flight).await?;
    Ok(read_seen(answers, doing)?.into_keys().collect())
}

fn still_there(account: &Account) -> Error {
    let message = "the server said OK, and the copy is still there";
    Error::new(ErrorKind::Rejected, account.side, "remove a copy", message)
}

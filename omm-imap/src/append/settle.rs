//! From what the server said to the fate of each item. APPENDUID is believed once it was seen to be right; where it is
//! missing or wrong, copies are found by what they are.

use super::{
    Fate, Target,
    draft::Draft,
    send::{Sent, refused},
};
use crate::{
    copy_id::{Position, nowhere, sets},
    destination::ImapDestination,
    error::Trouble,
    flags::open_to_write,
    inspect::{open_and_fetch, open_to_read},
    locate::find_new,
    proto::{
        Fetched,
        command::{self, FlagChange},
    },
    selected::Selected,
    session::Session,
};
use omm_core::{
    error::{Error, ErrorKind, Side},
    model::SystemFlag,
    seam::{Probe, Stored},
};
use std::collections::{HashMap, HashSet};

impl ImapDestination {
    /// Gives every draft its fate. One that stays without is stored somewhere unknown.
    pub(super) async fn settle(
        &self,
        session: &mut Session,
        target: &Target,
        drafts: &[Draft],
        sent: Vec<Sent>,
        fates: &mut [Fate],
    ) {
        let mut stored = Vec::new();
        for (draft, sent) in drafts.iter().zip(sent) {
            match sent {
                Sent::Stored(position) => stored.push((draft, position)),
                Sent::Refused(status) => fates[draft.at] = Some(Err(refused(&self.account, &status))),
                Sent::Lost(error) => fates[draft.at] = Some(Err(error)),
            }
        }
        if stored.is_empty() {
            return;
        }
        // Whatever goes wrong from here on, the messages are stored: what is known of them is kept.
        if self.account.ask(|facts| facts.quirks.gmail) {
            let dropped = self.dropped(session, target, &stored).await.unwrap_or_default();
            dropped.iter().for_each(|at| fates[*at] = Some(Err(kept_once(self.account.side))));
            stored.retain(|(draft, _)| !dropped.contains(&draft.at));
        }
        let looked = self.find_untold(session, target, &mut stored).await.is_ok();
        let _ = self.store_flags(session, target, &stored).await;
        self.give(&target.folder, stored.iter().filter_map(|(_, position)| *position));
        for (draft, position) in stored {
            // Looked for and not found: a rule moved it, or it was changed and others came at the same time. Sent once
            // more it would be there twice.
            let unplaced = || nowhere(target.before, self.next_nowhere(), draft.body.fingerprint().body);
            let id = position.map(Position::copy).or_else(|| looked.then(unplaced));
            // Flags that were set afterwards were not there to be seen.
            let shown = position.filter(|_| draft.by_store.is_none());
            let seen = shown.and_then(|position| target.shown.of(position));
            fates[draft.at] = id.map(|id| Ok(Stored::new(id).shown(seen)));
        }
    }

    async fn find_untold(
        &self,
        session: &mut Session,
        target: &Target,
        stored: &mut [(&Draft, Option<Position>)],
    ) -> Result<(), Trouble> {
        if self.account.ask(|facts| facts.quirks.distrust_append_uid) {
            stored.iter_mut().for_each(|(_, position)| *position = None);
        }
        let all_told = stored.iter().all(|(_, position)| position.is_some());
        let is_shown = |(draft, position): &(&Draft, Option<Position>)| {
            position.is_some_and(|position| target.shown.has(position, draft.len()))
        };
        let trusted = self.trusts_append_uid() || stored.iter().all(is_shown);
        if all_told && (trusted || self.is_right(session, target, stored).await?) {
            self.trust_append_uid();
            return Ok(());
        }
        let wanted: Vec<usize> = (0..stored.len()).filter(|at| all_told || stored[*at].1.is_none()).collect();
        let probes: Vec<Probe> = wanted.iter().map(|at| stored[*at].0.probe()).collect();
        let open = open_to_read(session, &self.account, &target.folder).await?;
        let Some(from) = self.first_unowned(target, &open) else { return Ok(()) };
        let is_told =
            |(at, (_, told)): (usize, &(_, Option<Position>))| told.filter(|_| !wanted.contains(&at));
        let others = stored.iter().enumerate().filter_map(is_told).map(|told| told.uid).collect();
        let found = find_new(session, &self.account, from.uid, &others, &probes, !target.resent).await?;
        for (at, uid) in wanted.into_iter().zip(found) {
            let found = uid.map(|uid| Position::new(from.uid_validity, uid));
            let told = stored[at].1;
            if told.is_some() && found.is_some() && found != told {
                self.account.learn(|facts| facts.quirks.distrust_append_uid = true);
            }
            // A message that is changed when it is stored is not found by what it was; then the server's word stands.
            stored[at].1 = found.or(told);
        }
        Ok(())
    }

    /// From where on nothing can be owned yet. The position before the append may be that of the folder's opening, long
    /// ago; what was given out since is not looked at.
    fn first_unowned(&self, target: &Target, open: &Selected) -> Option<Position> {
        let behind = |given: Position| Position::new(given.uid_validity, given.uid.saturating_add(1));
        let given = self.highest_given(&target.folder).map(behind);
        let known = target.before.into_iter().chain(given);
        known.filter(|from| open.uid_validity == Some(from.uid_validity)).max_by_key(|from| from.uid)
    }

    /// Whether messages of these sizes are where APPENDUID says.
    async fn is_right(
        &self,
        session: &mut Session,
        target: &Target,
        stored: &[(&Draft, Option<Position>)],
    ) -> Result<bool, Trouble> {
        let (open, seen) = self.look_there(session, target, stored, "UID RFC822.SIZE").await?;
        let is_there = |(draft, position): &(&Draft, Option<Position>)| {
            let there = position.filter(|position| open.uid_validity == Some(position.uid_validity));
            there.and_then(|there| seen.get(&there.uid)).is_some_and(|seen| seen.size == Some(draft.len()))
        };
        Ok(stored.iter().all(is_there))
    }

    /// Seen: Gmail has each message of a folder once. APPEND of an equal one says OK, and under the UID is nothing, or
    /// the message that was there before, which is not ours.
    async fn dropped(
        &self,
        session: &mut Session,
        target: &Target,
        stored: &[(&Draft, Option<Position>)],
    ) -> Result<HashSet<usize>, Trouble> {
        let (open, seen) = self.look_there(session, target, stored, "UID").await?;
        let (mut dropped, mut taken) = (HashSet::new(), HashSet::new());
        for (draft, position) in stored {
            let Some(told) = position.filter(|told| open.uid_validity == Some(told.uid_validity)) else {
                continue;
            };
            let before = target.before.filter(|before| before.uid_validity == told.uid_validity);
            let is_old = before.is_some_and(|before| told.uid < before.uid);
            if is_old || !seen.contains_key(&told.uid) || !taken.insert(told.uid) {
                dropped.insert(draft.at);
            }
        }
        Ok(dropped)
    }

    /// The folder opened so that what was stored is seen, and what is said of it.
    async fn look_there(
        &self,
        session: &mut Session,
        target: &Target,
        stored: &[(&Draft, Option<Position>)],
        items: &str,
    ) -> Result<(Selected, HashMap<u32, Fetched>), Trouble> {
        let uids = stored.iter().filter_map(|(_, position)| Some(position.as_ref()?.uid)).collect();
        Ok(open_and_fetch(session, &self.account, &target.folder, uids, items).await?)
    }

    /// Flags that APPEND does not set here.
    async fn store_flags(
        &self,
        session: &mut Session,
        target: &Target,
        stored: &[(&Draft, Option<Position>)],
    ) -> Result<(), Trouble> {
        let name = SystemFlag::Flagged.name();
        let wanted = stored.iter().filter(|(draft, _)| draft.by_store == Some(name));
        let positions: Vec<Position> = wanted.filter_map(|(_, position)| *position).collect();
        let Some(newest) = positions.iter().map(|position| position.uid).max() else { return Ok(()) };
        let open = open_to_write(session, &self.account, &target.folder, newest).await?;
        let is_here = |position: &&Position| open.uid_validity == Some(position.uid_validity);
        let uids = positions.iter().filter(is_here).map(|position| position.uid).collect();
        let store = |set| command::uid_store(set, None, FlagChange::Add, &[name]);
        let flight: Vec<u32> = sets(uids).iter().map(|set| session.submit(store(set))).collect();
        session.finish_all(&flight).await.map(drop)
    }
}

fn kept_once(side: Side) -> Error {
    let message = "an equal message is in this folder already, and Gmail keeps it once";
    Error::new(ErrorKind::Rejected, side, "append", message)
}

//! From what the server said to the fate of each item. APPENDUID is believed once it was seen to be right; where it is
//! missing or wrong, copies are found by what they are.

use super::{
    Fate, Target,
    draft::Draft,
    send::{Sent, refused},
};
use crate::{
    copy_id::{Position, sets},
    destination::ImapDestination,
    error::Trouble,
    inspect::{read_seen, submit_fetch},
    locate::find_new,
    proto::command::{self, FlagChange},
    session::Session,
};
use omm_core::seam::Probe;

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
        let _ = self.find_untold(session, target, &mut stored).await;
        let _ = store_flags(session, target, &stored).await;
        for (draft, position) in stored {
            fates[draft.at] = position.map(|position| Ok(position.copy()));
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
        if all_told && (self.trusts_append_uid() || self.is_right(session, target, stored).await?) {
            self.trust_append_uid();
            return Ok(());
        }
        let Some(before) = target.before else { return Ok(()) };
        let wanted: Vec<usize> = (0..stored.len()).filter(|at| all_told || stored[*at].1.is_none()).collect();
        let probes: Vec<Probe> = wanted.iter().map(|at| stored[*at].0.probe()).collect();
        let tag = session.submit(command::noop());
        session.finish(tag).await?;
        let found = find_new(session, &self.account.env, before.uid, &probes).await?;
        for (at, uid) in wanted.into_iter().zip(found) {
            let found = uid.map(|uid| Position::new(before.uid_validity, uid));
            let told = stored[at].1;
            if told.is_some() && found.is_some() && found != told {
                self.account.learn(|facts| facts.quirks.distrust_append_uid = true);
            }
            // A message that is changed when it is stored is not found by what it was; then the server's word stands.
            stored[at].1 = found.or(told);
        }
        Ok(())
    }

    /// Whether messages of these sizes are where APPENDUID says.
    async fn is_right(
        &self,
        session: &mut Session,
        target: &Target,
        stored: &[(&Draft, Option<Position>)],
    ) -> Result<bool, Trouble> {
        let uid_validity = target.open.as_ref().and_then(|open| open.uid_validity);
        let Some(uid_validity) = uid_validity else { return Ok(false) };
        let positions: Vec<Position> = stored.iter().filter_map(|(_, position)| *position).collect();
        if positions.iter().any(|position| position.uid_validity != uid_validity) {
            return Ok(false);
        }
        let uids: Vec<u32> = positions.iter().map(|position| position.uid).collect();
        // RFC 9051 §7.4.1: new messages are shown at the next command that allows it.
        session.submit_aside(command::noop());
        let look = submit_fetch(session, &uids, "UID RFC822.SIZE");
        let answers = session.finish_all(&look).await?;
        let doing = crate::error::Doing::item(self.account.side, "check what was appended");
        let seen = read_seen(answers, doing)?;
        let is_there = |(draft, position): &(&Draft, Option<Position>)| {
            let uid = position.map_or(0, |position| position.uid);
            seen.get(&uid).is_some_and(|seen| seen.size == Some(draft.len()))
        };
        Ok(stored.iter().all(is_there))
    }
}

/// Flags that APPEND does not set here.
async fn store_flags(
    session: &mut Session,
    target: &Target,
    stored: &[(&Draft, Option<Position>)],
) -> Result<(), Trouble> {
    let uid_validity = target.open.as_ref().and_then(|open| open.uid_validity);
    let mut flight = Vec::new();
    for name in ["\\Flagged"] {
        let wanted = stored.iter().filter(|(draft, _)| draft.by_store == Some(name));
        let positions = wanted.filter_map(|(_, position)| *position);
        let uids = positions.filter(|one| Some(one.uid_validity) == uid_validity).map(|one| one.uid);
        for set in sets(uids.collect()) {
            flight.push(session.submit(command::uid_store(&set, None, FlagChange::Add, &[name])));
        }
    }
    session.finish_all(&flight).await.map(drop)
}

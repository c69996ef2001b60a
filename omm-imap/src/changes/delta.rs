//! What changed since a position, in one flight (RFC 7162).
//!
//! Not with SELECT's own QRESYNC parameter: what it brings is told apart from news of the folder that was open before
//! only by `OK [CLOSED]`, which not every server sends (seen: Zimbra). The same is asked for with UID FETCH, whose
//! answers have a tag of their own, and only for messages that were told of before.

use super::{
    PAGE, believable, doing, each, expired,
    first::{ask, end_of},
    gather::Gathered,
    list_again, refused,
    uids::{self, Uids},
};
use crate::{
    cursor::{Position, Synced},
    error::Named,
    gmail,
    open::{Opening, opened},
    proto::{Outcome, Response, StatusKind, command},
    selected::Selected,
    session::Session,
    source::{ImapSource, item_id},
};
use omm_core::{
    error::Result,
    seam::{Change, ChangePage, Coverage},
};
use std::collections::BTreeSet;

/// How far above the position new messages are looked for at once.
const WINDOW: u32 = 2 * PAGE as u32;
/// A server that has forgotten what it expunged names every UID that is not there (RFC 7162 §3.2.5.2). Above so many a
/// listing is cheaper.
const MOST_GONE: u64 = 100_000;

/// The page after a position.
pub(super) async fn page(source: &ImapSource, wire: &[u8], since: Synced) -> Result<ChangePage> {
    let account = &source.account;
    let known_not = account
        .ask(|facts| facts.after_login.as_ref().is_some_and(|offered| !has_feed(|word| offered.has(word))));
    if known_not || since.mod_seq == 0 || since.uid_next == 0 {
        return Ok(list_again());
    }
    let mut lease = account.lease(Some(wire)).await?;
    if !has_feed(|word| lease.capabilities.has(word)) {
        return Ok(list_again());
    }
    let session = &mut *lease;
    let opening = Opening::submit(session, account, wire, false);
    let changed = (since.uid_next > 1).then(|| {
        let told = format!("1:{}", since.uid_next - 1);
        session.submit(command::uid_fetch_text(&told, "UID FLAGS", Some(since.mod_seq), true))
    });
    let (first, last) = window(source, wire, since);
    let fresh = ask(session, &format!("{first}:{last}"));
    let open = opened(opening, session, account, changed.into_iter().chain([fresh])).await?;
    let mut news = News::new(since.uid_next, last, believable(open.exists));
    if let Some(tag) = changed {
        news.hear_changed(session, tag).await?;
    }
    let heard = news.hear_fresh(session, fresh).await?;
    let end = honoured(&open, since, &news)?;
    if heard.status.kind != StatusKind::Ok && open.exists > 0 {
        return Err(refused(&heard.status));
    }
    let next = next(source, session, wire, last, end).await?;
    drop(lease);
    let (position, more) = match next {
        Some(uid_next) => (Synced { uid_next, ..end }, true),
        None => (end, false),
    };
    let changes = news.changes(wire, since.uid_validity);
    Ok(ChangePage::new(changes, Position::Synced(position).cursor(), Coverage::Delta).more(more))
}

/// Gmail's labels are not among what a feed tells of.
fn has_feed(has: impl Fn(&str) -> bool) -> bool {
    has("QRESYNC") && has("ENABLE") && !has(gmail::EXTENSION)
}

/// Where new messages are looked for.
fn window(source: &ImapSource, wire: &[u8], since: Synced) -> (u32, u32) {
    let known = source.memory.recall(wire, since.uid_validity);
    match known.and_then(|uids| uids.window(since.uid_next, PAGE)) {
        Some((_, last, _)) => (since.uid_next, last),
        None => (since.uid_next, since.uid_next.saturating_add(WINDOW - 1)),
    }
}

/// Where everything was told up to, if the server is still the one that the position was taken from.
fn honoured(open: &Selected, since: Synced, news: &News) -> Result<Synced> {
    let end = end_of(open);
    let uid_next = end
        .uid_next
        .unwrap_or_else(|| news.fresh.last_uid().map_or(since.uid_next, |uid| uid.saturating_add(1)));
    if end.synced.uid_validity != since.uid_validity {
        return Err(expired("UIDVALIDITY is another one"));
    }
    if end.synced.mod_seq < since.mod_seq || uid_next < since.uid_next {
        // A server that was restored from a backup, or keeps no modseq for this folder any more.
        return Err(expired("the server is behind it"));
    }
    if news.refused || news.gone.len() as u64 > MOST_GONE {
        return Err(expired("the server has no feed from there on"));
    }
    if news.is_lost || news.changed.is_lost() || news.fresh.is_lost() {
        // What it was about nobody knows; a listing misses no one.
        return Err(expired("an answer cannot be read"));
    }
    Ok(Synced { uid_next, ..end.synced })
}

/// The next UID that exists above the window, if one does. A jump costs one more round trip, however far it goes.
async fn next(
    source: &ImapSource,
    session: &mut Session,
    wire: &[u8],
    last: u32,
    end: Synced,
) -> Result<Option<u32>> {
    let Some(above) = last.checked_add(1).filter(|above| *above < end.uid_next) else {
        source.memory.forget(wire);
        return Ok(None);
    };
    if let Some(uids) = source.memory.recall(wire, end.uid_validity)
        && let Some((first, ..)) = uids.window(above, PAGE)
    {
        return Ok(Some(first));
    }
    let asked = uids::ask(source, session, above);
    let uids: Uids = uids::answer(source, session, asked, end.uid_validity).await?;
    let first = uids.window(above, PAGE).map(|(first, ..)| first);
    match first {
        Some(_) => source.memory.remember(wire, uids),
        None => source.memory.forget(wire),
    }
    Ok(first)
}

/// What was said.
struct News {
    changed: Gathered,
    fresh: Gathered,
    gone: BTreeSet<u32>,
    refused: bool,
    /// Whether something was said that nobody can read.
    is_lost: bool,
}

impl News {
    fn new(uid_next: u32, last: u32, most: usize) -> Self {
        Self {
            changed: Gathered::new(1..=uid_next.saturating_sub(1), most),
            fresh: Gathered::new(uid_next..=last, most),
            gone: BTreeSet::new(),
            refused: false,
            is_lost: false,
        }
    }

    async fn hear_changed(&mut self, session: &mut Session, tag: u32) -> Result<()> {
        let outcome = each(session, tag, |response| self.take(response)).await.doing(doing())?;
        self.refused |= outcome.status.kind != StatusKind::Ok;
        Ok(())
    }

    async fn hear_fresh(&mut self, session: &mut Session, tag: u32) -> Result<Outcome> {
        each(session, tag, |response| self.take(response)).await.doing(doing())
    }

    fn take(&mut self, response: Response) {
        match response {
            Response::Vanished { uids, .. } => {
                // RFC 7162 §3.2.10: also unasked, of what goes meanwhile.
                let room = (MOST_GONE + 1).saturating_sub(self.gone.len() as u64);
                self.gone.extend(uids.iter().take(usize::try_from(room).unwrap_or(usize::MAX)));
            }
            Response::Fetch(fetched) => {
                self.changed.take(Response::Fetch(fetched.clone()));
                self.fresh.take(Response::Fetch(fetched));
            }
            response => self.is_lost |= response.is_lost("FETCH") || response.is_lost("VANISHED"),
        }
    }

    /// In this order: who is both new and gone is gone.
    fn changes(&self, wire: &[u8], uid_validity: u32) -> Vec<Change> {
        let mut changes = self.changed.reflagged(wire, uid_validity);
        changes.extend(self.fresh.present(wire, uid_validity, None));
        changes.extend(self.gone.iter().map(|uid| Change::Gone(item_id(uid_validity, *uid))));
        changes
    }
}

//! Which UIDs a large folder has, so that its pages are exact however far apart they lie.

use super::{believable, doing, each, refused};
use crate::{
    error::Named,
    proto::{Outcome, Response, Search, StatusKind, command},
    session::Session,
    source::ImapSource,
};
use omm_core::error::{Error, ErrorKind, Result, Retry, Scope, Side};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// The UIDs of folders whose listing is under way. Losing them costs a round trip.
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<HashMap<Vec<u8>, Uids>>);

/// UIDs, ascending, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Uids {
    pub(super) uid_validity: u32,
    pub(super) all: Arc<Vec<u32>>,
}

impl Memory {
    pub(super) fn recall(&self, folder: &[u8], uid_validity: u32) -> Option<Uids> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(folder).filter(|uids| uids.uid_validity == uid_validity).cloned()
    }

    pub(super) fn remember(&self, folder: &[u8], uids: Uids) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_vec(), uids);
    }

    pub(super) fn forget(&self, folder: &[u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(folder);
    }
}

impl Uids {
    /// The first and the last UID of the next page from one on, and the UID after that page, if there is one.
    pub(super) fn window(&self, from: u32, len: usize) -> Option<(u32, u32, Option<u32>)> {
        let begin = self.all.partition_point(|uid| *uid < from);
        let page = self.all[begin..].chunks(len).next()?;
        let (first, last) = (page.first()?, page.last()?);
        Some((*first, *last, self.all.get(begin + page.len()).copied()))
    }

    /// Those of a page.
    pub(super) fn between(&self, first: u32, last: u32) -> &[u32] {
        let (begin, end) =
            (self.all.partition_point(|uid| *uid < first), self.all.partition_point(|uid| *uid <= last));
        &self.all[begin..end.max(begin)]
    }

    /// The UID after the last one.
    pub(super) fn end(&self) -> u32 {
        self.all.last().map_or(1, |uid| uid.saturating_add(1))
    }
}

/// A question for UIDs that was put into the line.
pub(super) struct Asked {
    pub(super) tag: u32,
    from: u32,
    searched: bool,
}

/// Asks for all UIDs from one on.
pub(super) fn ask(source: &ImapSource, session: &mut Session, from: u32) -> Asked {
    let no_search = source.account.ask(|facts| facts.quirks.no_search);
    // Without ESEARCH (RFC 4731) an answer names every UID in full, and FETCH is better supported.
    let searched = session.capabilities.has("ESEARCH") && !no_search;
    ask_by(session, from, searched)
}

fn ask_by(session: &mut Session, from: u32, searched: bool) -> Asked {
    let command = if searched {
        let text = if from > 1 { format!("UID {from}:*") } else { "ALL".to_owned() };
        command::uid_search(session.capabilities.has("ESEARCH").then_some("ALL"), &text)
    } else {
        command::uid_fetch_text(&format!("{from}:*"), "UID", None, false)
    };
    Asked { tag: session.submit(command), from, searched }
}

/// The answer. Whichever way was asked that fails, or finds fewer than EXISTS says, or nothing where something must
/// be: the other way is asked too, and both are believed.
pub(super) async fn answer(
    source: &ImapSource,
    session: &mut Session,
    asked: Asked,
    uid_validity: u32,
) -> Result<Uids> {
    let (from, searched) = (asked.from, asked.searched);
    let mut heard = hear(session, asked).await?;
    let exists = session.selected.as_ref().map_or(0, |open| open.exists as usize);
    if searched && !heard.is_all(from, exists) {
        // Seen: Domino, Yandex and QQ, where SEARCH fails or finds nothing.
        source.account.learn(|facts| facts.quirks.no_search = true);
        let found = heard.found;
        let again = ask_by(session, from, false);
        heard = hear(session, again).await?;
        heard.found.extend(found);
    } else if !searched && heard.is_lost {
        let again = ask_by(session, from, true);
        let other = hear(session, again).await?;
        heard.is_lost = other.is_lost || !other.is_all(from, exists);
        heard.found.extend(other.found);
    }
    // Seen: BAD to `1:*` where no message is; RFC 9051 §9 has it so for sequence numbers.
    if heard.outcome.status.kind != StatusKind::Ok && exists > 0 {
        return Err(refused(&heard.outcome.status));
    }
    heard.tidy();
    if heard.is_lost && !heard.is_all(from, exists) {
        let message = "answers to the question which messages are in the folder cannot be read";
        return Err(Error::new(ErrorKind::Protocol, Side::Source, "list the folder", message)
            .scope(Scope::Folder)
            .retry(Retry::Backoff));
    }
    let mut found = heard.found;
    // `n:*` names the last message even when it lies below n (RFC 9051 §6.4.9).
    found.retain(|uid| *uid >= from.max(1));
    Ok(Uids { uid_validity, all: Arc::new(found) })
}

/// An answer, and what was found in it.
struct Heard {
    outcome: Outcome,
    found: Vec<u32>,
    /// Whether something was said that nobody can read.
    is_lost: bool,
}

impl Heard {
    /// Whether it can be true. Every `n:*` finds the last message at least, wherever n is (RFC 9051 §6.4.9).
    fn is_all(&self, from: u32, exists: usize) -> bool {
        let least = if from == 1 { exists } else { exists.min(1) };
        let is_short = self.found.len() < least || (from > 1 && self.is_lost);
        self.outcome.status.kind == StatusKind::Ok && !is_short
    }

    fn tidy(&mut self) {
        self.found.sort_unstable();
        self.found.dedup();
    }
}

async fn hear(session: &mut Session, asked: Asked) -> Result<Heard> {
    let most = believable(session.selected.as_ref().map_or(0, |open| open.exists));
    let (mut found, mut is_lost) = (Vec::new(), false);
    let outcome = each(session, asked.tag, |response| match response {
        // It costs a server nothing to say `1:4000000000`, and us four bytes for each.
        Response::Search(Search { all, .. }) if asked.searched => {
            is_lost |= all.count() > most as u64;
            found.extend(all.iter().take(most.saturating_sub(found.len())));
        }
        Response::Fetch(fetched) if !asked.searched => {
            // With flags only, it is news that nobody asked for.
            is_lost |= (fetched.uid.is_none() && fetched.flags.is_none()) || found.len() >= most;
            found.extend(fetched.uid.filter(|_| found.len() < most));
        }
        other => is_lost |= ["FETCH", "SEARCH", "ESEARCH"].iter().any(|name| other.is_lost(name)),
    });
    let outcome = outcome.await.doing(doing())?;
    let mut heard = Heard { outcome, found, is_lost };
    heard.tidy();
    Ok(heard)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_exact_however_far_apart_the_uids_are() {
        let uids = Uids { uid_validity: 1, all: Arc::new(vec![2, 3, 9, 4_000_000_000]) };
        for (from, len, window) in [
            (1, 2, Some((2, 3, Some(9)))),
            (2, 2, Some((2, 3, Some(9)))),
            (4, 2, Some((9, 4_000_000_000, None))),
            (9, 1, Some((9, 9, Some(4_000_000_000)))),
            (10, 9, Some((4_000_000_000, 4_000_000_000, None))),
            (4_000_000_001, 2, None),
        ] {
            assert_eq!(uids.window(from, len), window, "{from} {len}");
        }
        assert_eq!((uids.end(), Uids::default().end()), (4_000_000_001, 1));
    }

    #[test]
    fn uids_of_another_validity_are_not_recalled() {
        let memory = Memory::default();
        memory.remember(b"a", Uids { uid_validity: 7, all: Arc::new(vec![1]) });
        assert!(memory.recall(b"a", 7).is_some());
        assert_eq!((memory.recall(b"a", 8), memory.recall(b"b", 7)), (None, None));
        memory.forget(b"a");
        assert_eq!(memory.recall(b"a", 7), None);
    }
}

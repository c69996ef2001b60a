//! Looking at what was stored in the same flight, behind the drafts: it saves a round trip for each batch.
//!
//! The folder is opened behind them, since one that is open need not show at once what arrived in it. Seen: Dovecot
//! answers a pipelined FETCH from before the APPEND in front of it.

use crate::{
    account::Account,
    copy_id::Position,
    inspect::{presence, seen_in},
    open::Opening,
    proto::{Fetched, StatusKind, command},
    session::Session,
};
use omm_core::seam::Presence;
use std::collections::HashMap;

/// What is asked of a copy.
const ITEMS: &str = "UID FLAGS INTERNALDATE RFC822.SIZE";

/// Commands on their way behind the drafts.
pub(super) struct Looking {
    opening: Opening,
    fetch: u32,
}

/// What the server showed above a position, after it had stored the drafts.
#[derive(Default)]
pub(super) struct Shown {
    uid_validity: Option<u32>,
    messages: HashMap<u32, Fetched>,
}

impl Looking {
    /// Puts the question for everything from this position on into the line.
    pub(super) fn submit(session: &mut Session, account: &Account, folder: &[u8], from: Position) -> Self {
        let opening = Opening::submit(session, account, folder, false);
        let set = format!("{}:*", from.uid);
        let fetch = session.submit(command::uid_fetch_text(&set, ITEMS, None, false));
        Self { opening, fetch }
    }

    /// What the server showed; nothing when it would not. Whoever needs to know asks then.
    pub(super) async fn finish(self, session: &mut Session, account: &Account) -> Shown {
        let opened = self.opening.finish(session, account).await;
        let answer = session.finish(self.fetch).await;
        match (opened, answer) {
            (Ok((open, mut early)), Ok(answer)) if answer.status.kind == StatusKind::Ok => {
                early.extend(answer.responses);
                Shown { uid_validity: open.uid_validity, messages: seen_in(early) }
            }
            _ => Shown::default(),
        }
    }
}

impl Shown {
    /// What was said of a copy, if everything was.
    pub(super) fn of(&self, copy: Position) -> Option<Presence> {
        let said = self.message(copy)?;
        (said.size.is_some() && said.flags.is_some() && said.internal_date.is_some()).then(|| presence(said))
    }

    /// Whether a message of this size is there.
    pub(super) fn has(&self, copy: Position, size: u64) -> bool {
        self.message(copy).is_some_and(|said| said.size == Some(size))
    }

    fn message(&self, copy: Position) -> Option<&Fetched> {
        self.messages.get(&copy.uid).filter(|_| self.uid_validity == Some(copy.uid_validity))
    }
}

//! A listing: everything that is in a folder, page by page.
//!
//! What is known to be small comes in one flight. Of a large folder the UIDs are asked for first, so that every page
//! is exact; they are kept in memory, and asked for again where they are not known, as after a restart.

use super::{
    PAGE, at_end, believable, doing, each, expired,
    gather::Gathered,
    refused,
    uids::{self, Uids},
};
use crate::{
    account::Lease,
    cursor::{Position, Synced},
    error::Named,
    gmail,
    open::{Opening, opened},
    proto::{Outcome, StatusKind, UidSet, command},
    selected::Selected,
    session::Session,
    source::ImapSource,
};
use omm_core::{
    error::{ErrorKind, Result},
    seam::{ChangePage, Coverage},
};

/// What is asked for of every message.
const ITEMS: &str = "UID FLAGS INTERNALDATE RFC822.SIZE";

/// The first page.
pub(super) async fn begin(source: &ImapSource, wire: &[u8]) -> Result<ChangePage> {
    let account = &source.account;
    let mut lease = account.lease(Some(wire)).await?;
    let labels = source.labels(&mut lease).await?;
    let known = account.ask(|facts| facts.folders.get(wire).and_then(|facts| facts.messages));
    let opening = Opening::submit(&mut lease, account, wire, false);
    if known.is_some_and(|messages| messages as usize <= PAGE) {
        let all = (known > Some(0)).then(|| ask(&mut lease, "1:*"));
        let open = opened(opening, &mut lease, account, all).await?;
        let end = end_of(&open);
        let mut gathered = Gathered::new(1..=u32::MAX, believable(open.exists));
        let mut is_whole = false;
        if let Some(tag) = all {
            let outcome = each(&mut lease, tag, |response| gathered.take(response)).await.doing(doing())?;
            // RFC 9051 §6.4.9 allows BAD to a set that names nothing, and some say it for `1:*`.
            if open.exists > 0 {
                passing(&outcome)?;
            }
            let exists = lease.selected.as_ref().map_or(0, |now| now.exists).min(open.exists) as usize;
            is_whole = outcome.status.kind == StatusKind::Ok && gathered.len() >= exists;
        }
        // Else somebody is missing: who that is the UIDs tell.
        if is_whole || open.exists == 0 {
            let next = gathered.last_uid().map_or(1, |uid| uid.saturating_add(1));
            let end = Synced { uid_next: end.uid_next.unwrap_or(next), ..end.synced };
            drop(lease);
            return Ok(at_end(gathered.present(wire, end.uid_validity, labels.as_deref()), end));
        }
        let asked = uids::ask(source, &mut lease, 1);
        return from_uids(source, lease, wire, asked, &open).await;
    }
    let asked = uids::ask(source, &mut lease, 1);
    let open = opened(opening, &mut lease, account, Some(asked.tag)).await?;
    from_uids(source, lease, wire, asked, &open).await
}

async fn from_uids(
    source: &ImapSource,
    mut lease: Lease<'_>,
    wire: &[u8],
    asked: uids::Asked,
    open: &Selected,
) -> Result<ChangePage> {
    let end = end_of(open);
    let uids = uids::answer(source, &mut lease, asked, end.synced.uid_validity).await?;
    let end = Synced { uid_next: end.uid_next.unwrap_or_else(|| uids.end()), ..end.synced };
    let Some(window) = uids.window(1, PAGE) else { return Ok(at_end(Vec::new(), end)) };
    let tag = ask(&mut lease, &format!("{}:{}", window.0, window.1));
    one_page(source, lease, wire, tag, window, uids, end).await
}

/// A page in the middle.
pub(super) async fn go_on(source: &ImapSource, wire: &[u8], next: u32, end: Synced) -> Result<ChangePage> {
    let account = &source.account;
    let mut lease = account.lease(Some(wire)).await?;
    source.labels(&mut lease).await?;
    let known = source.memory.recall(wire, end.uid_validity);
    let window = known.as_ref().map(|uids| uids.window(next, PAGE));
    let last_uid = window.flatten().map_or(u32::MAX, |(_, last, _)| last);
    let opening = Opening::submit_up_to(&mut lease, account, wire, false, last_uid);
    match (known, window) {
        (Some(_), Some(None)) => {
            still_valid(source, &mut lease, opening, None, end).await?;
            source.memory.forget(wire);
            Ok(at_end(Vec::new(), end))
        }
        (Some(uids), Some(Some(window))) => {
            let tag = ask(&mut lease, &format!("{}:{}", window.0, window.1));
            still_valid(source, &mut lease, opening, Some(tag), end).await?;
            one_page(source, lease, wire, tag, window, uids, end).await
        }
        _ => {
            let asked = uids::ask(source, &mut lease, next);
            still_valid(source, &mut lease, opening, Some(asked.tag), end).await?;
            let uids = uids::answer(source, &mut lease, asked, end.uid_validity).await?;
            let Some(window) = uids.window(next, PAGE) else { return Ok(at_end(Vec::new(), end)) };
            let tag = ask(&mut lease, &format!("{}:{}", window.0, window.1));
            one_page(source, lease, wire, tag, window, uids, end).await
        }
    }
}

/// Hears one page out. The connection is given back before anything is made of it.
async fn one_page(
    source: &ImapSource,
    mut lease: Lease<'_>,
    wire: &[u8],
    tag: u32,
    (first, last, next): (u32, u32, Option<u32>),
    uids: Uids,
    end: Synced,
) -> Result<ChangePage> {
    let labels = source.labels(&mut lease).await?;
    let wanted = uids.between(first, last);
    let mut gathered = Gathered::new(first..=last, wanted.len());
    let outcome = each(&mut lease, tag, |response| gathered.take(response)).await.doing(doing())?;
    passing(&outcome)?;
    let missing = gathered.missing(wanted);
    if !missing.is_empty() {
        again(&mut lease, &mut gathered, &missing, (first, last)).await?;
    }
    drop(lease);
    let changes = gathered.present(wire, end.uid_validity, labels.as_deref());
    let Some(next) = next else {
        source.memory.forget(wire);
        return Ok(at_end(changes, end));
    };
    source.memory.remember(wire, uids);
    let cursor = Position::Listing { next, end }.cursor();
    Ok(ChangePage::new(changes, cursor, Coverage::Listing).more(true))
}

/// Asks once more for those of whom nothing was said. Who is still missing then is listed all the same, with nothing
/// known of it: whether it is there shows when it is fetched, and an error of its own says what became of it.
async fn again(
    session: &mut Session,
    gathered: &mut Gathered,
    missing: &[u32],
    (first, last): (u32, u32),
) -> Result<()> {
    let mut set = UidSet::from_uids(missing.iter().copied()).to_string();
    // RFC 2683 §3.2.1.5: a line of a command should not be longer than 1000 octets.
    if set.len() > 900 {
        set = format!("{first}:{last}");
    }
    let tag = ask(session, &set);
    let outcome = each(session, tag, |response| gathered.take(response)).await.doing(doing())?;
    passing(&outcome)?;
    if outcome.status.kind != StatusKind::Ok && gathered.len() == 0 {
        return Err(refused(&outcome.status));
    }
    gathered.assume(missing);
    Ok(())
}

/// A refusal that is about the messages asked for is met by asking for fewer of them; any other one ends the page.
fn passing(outcome: &Outcome) -> Result<()> {
    if outcome.status.kind == StatusKind::Ok {
        return Ok(());
    }
    let error = refused(&outcome.status);
    if error.kind() == ErrorKind::Rejected { Ok(()) } else { Err(error) }
}

/// Opens the folder in which a listing is under way.
async fn still_valid(
    source: &ImapSource,
    session: &mut Session,
    opening: Opening,
    behind: Option<u32>,
    end: Synced,
) -> Result<()> {
    let open = opened(opening, session, &source.account, behind).await?;
    if open.uid_validity.unwrap_or(0) != end.uid_validity {
        return Err(expired("UIDVALIDITY is another one"));
    }
    Ok(())
}

/// Puts a question for messages into the line.
pub(super) fn ask(session: &mut Session, set: &str) -> u32 {
    let more = if session.capabilities.has(gmail::EXTENSION) { gmail::ITEMS } else { "" };
    session.submit(command::uid_fetch_text(set, &format!("{ITEMS}{more}"), None, false))
}

/// What was true when the folder was opened; UIDNEXT is not said by every server.
pub(super) struct End {
    pub(super) synced: Synced,
    pub(super) uid_next: Option<u32>,
}

pub(super) fn end_of(open: &Selected) -> End {
    let synced = Synced {
        uid_validity: open.uid_validity.unwrap_or(0),
        uid_next: open.uid_next.unwrap_or(0),
        mod_seq: open.highest_mod_seq.unwrap_or(0),
    };
    End { synced, uid_next: open.uid_next }
}

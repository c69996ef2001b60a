//! A folder's change feed.
//!
//! | room     | what lives there                                                                      |
//! |----------|---------------------------------------------------------------------------------------|
//! | `first`  | a listing, page by page                                                               |
//! | `uids`   | which UIDs a large folder has, so that its pages are exact                            |
//! | `delta`  | what changed since a position (CONDSTORE with QRESYNC)                                |
//! | `gather` | FETCH responses as items                                                              |

mod delta;
mod first;
mod gather;
mod uids;

pub(crate) use gather::merge;
pub(crate) use uids::Memory;

use crate::{
    cursor::{Position, Synced},
    error::{Doing, Trouble},
    mailbox::wire_of,
    proto::{Event, Outcome, Response, Status, StatusKind},
    session::Session,
    source::ImapSource,
};
use omm_core::{
    error::{Error, ErrorKind, Result, Retry, Side},
    model::{Cursor, SourceFolderId},
    seam::{ChangePage, Coverage},
};

/// How many items a page has.
const PAGE: usize = 1000;

/// The next page after a position.
///
/// # Errors
/// Of folder scope, [`ErrorKind::CursorExpired`] among them, or of account scope.
///
/// # Cancel safety
/// Dropping the future loses nothing.
pub(crate) async fn page(
    source: &ImapSource,
    folder: &SourceFolderId,
    since: Option<&Cursor>,
) -> Result<ChangePage> {
    let wire = wire_of(folder.as_str());
    let position = match since {
        None => Position::Anew,
        Some(cursor) => Position::parse(cursor.as_str()).ok_or_else(|| expired("it is none of ours"))?,
    };
    match position {
        Position::Anew => first::begin(source, &wire).await,
        Position::Listing { next, end } => first::go_on(source, &wire, next, end).await,
        Position::Synced(synced) => delta::page(source, &wire, synced).await,
    }
}

fn doing() -> Doing {
    Doing::folder(Side::Source, "list the folder")
}

/// A refusal to tell what is in a folder. RFC 2180 §4.1: NO to a FETCH may be passing, as when somebody else expunged.
fn refused(status: &Status) -> Error {
    let error = doing().refused(status);
    match error.kind() {
        ErrorKind::Rejected if status.kind == StatusKind::No => error.retry(Retry::Backoff),
        _ => error,
    }
}

/// As many messages as may be said to be in a folder of so many: more are not believed, and never held.
fn believable(exists: u32) -> usize {
    exists as usize * 2 + 1000
}

fn expired(why: &str) -> Error {
    Error::new(
        ErrorKind::CursorExpired,
        Side::Source,
        "list the folder",
        format!("the position is lost: {why}"),
    )
}

/// A listing is to begin with the next call; this costs no round trip.
fn list_again() -> ChangePage {
    ChangePage::new(Vec::new(), Position::Anew.cursor(), Coverage::Listing).more(true)
}

/// A listing is at its end.
fn at_end(changes: Vec<omm_core::seam::Change>, end: Synced) -> ChangePage {
    ChangePage::new(changes, Position::Synced(end).cursor(), Coverage::Listing)
}

/// Everything that is said until a command is answered, one response at a time: nothing is collected.
async fn each(session: &mut Session, tag: u32, mut take: impl FnMut(Response)) -> Result<Outcome, Trouble> {
    loop {
        match session.next().await? {
            Event::Response(response) => take(response),
            Event::Done(outcome) if outcome.tag == tag => return Ok(outcome),
            // Bodies that nobody asked for, and answers that nobody waits for any more.
            _ => {}
        }
    }
}

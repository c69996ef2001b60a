//! Items with their bodies.
//!
//! | room       | what lives there                                                                    |
//! |------------|-------------------------------------------------------------------------------------|
//! | `asked`    | who is still to be answered                                                         |
//! | `arrivals` | bodies on their way from the connection into the intake                             |
//! | `batch`    | several items: their commands in one flight, answers as they come                   |
//! | `windows`  | one item alone, in windows: it may be very large                                    |
//!
//! Bodies are peeked at (RFC 9051 §6.4.5, BODY.PEEK), so that nothing becomes \Seen.

mod arrivals;
mod asked;
mod batch;
mod windows;

use crate::{
    error::Doing,
    gmail::{self, Labels},
    mailbox::wire_of,
    proto::{Fetched as Answered, Status},
    session::Session,
    source::{ImapSource, flags},
};
use asked::Asked;
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use omm_core::{
    error::{Error, ErrorKind, Retry, Scope, Side},
    model::{Body, Intake, Item, ItemKind, SourceFolderId, SourceItemId},
    seam::Fetched,
};

/// What is asked for beside the body.
const ITEMS: &str = "UID FLAGS INTERNALDATE RFC822.SIZE";

/// Answers each id once: those that cannot be there first, the others as they come.
///
/// # Cancel safety
/// Dropping the stream loses nothing; its connection is closed if the server was still speaking.
pub(crate) fn stream<'a>(
    source: &'a ImapSource,
    folder: &'a SourceFolderId,
    ids: &'a [SourceItemId],
    intake: &'a Intake,
) -> BoxStream<'a, Fetched> {
    let wire = wire_of(folder.as_str());
    let (asked, strangers) = Asked::sort(ids);
    let strangers = stream::iter(strangers.into_iter().map(|id| Fetched { id, item: Err(gone()) }));
    let answers = match asked.alone() {
        Some((uid, id)) => {
            let validity = asked.uid_validity;
            stream::once(async move {
                let item = windows::fetch(source, &wire, (validity, uid), intake).await;
                Fetched { id, item }
            })
            .boxed()
        }
        None => batch::stream(source, wire, asked, intake),
    };
    strangers.chain(answers).boxed()
}

fn doing() -> Doing {
    Doing::folder(Side::Source, "fetch")
}

fn gone() -> Error {
    Error::new(ErrorKind::NotFound, Side::Source, "fetch", "the message is no longer there")
}

/// A message that its server lists and does not give.
fn no_body() -> Error {
    let message = "the server gives no body for this message";
    Error::new(ErrorKind::Malformed, Side::Source, "fetch", message).retry(Retry::Backoff)
}

/// A message of which the server may have spoken so that nobody understood.
fn unreadable() -> Error {
    let message = "what the server says of this message cannot be read";
    Error::new(ErrorKind::Malformed, Side::Source, "fetch", message).retry(Retry::Backoff)
}

/// A refusal of one message alone.
fn refused(status: &Status) -> Error {
    let error = Doing::item(Side::Source, "fetch").refused(status);
    match (error.kind(), error.reach()) {
        // Seen: Dovecot. NO to a FETCH is passing, unless it comes again and again.
        (ErrorKind::Rejected, Scope::Item) if status.kind == crate::proto::StatusKind::No => {
            error.retry(Retry::Backoff)
        }
        _ => error,
    }
}

/// The parts of a FETCH for a session.
fn items(session: &Session, body: &str) -> String {
    let labels = if session.capabilities.has(gmail::EXTENSION) { gmail::ITEMS } else { "" };
    format!("{ITEMS}{labels} {body}")
}

fn item(answered: &Answered, body: Body, folder: &[u8], labels: Option<&Labels>) -> Item {
    let mut item = Item::new(ItemKind::Mail, body);
    item.flags = flags(answered, folder, labels);
    item.received = answered.internal_date;
    item
}

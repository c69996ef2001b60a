//! Messages with their bodies.
//!
//! RETR is pipelined where the server allows it, in windows of bytes: so much is on its way and no more, so that a stream
//! that is dropped leaves little to read past. Bodies go from the connection into the intake, as they come.

mod header;
mod tail;

pub(crate) use header::Header;

use crate::{
    account::Lease,
    error::{Doing, Trouble},
    identity::{Names, print},
    listing::{self, Prints},
    proto::Event,
    source::PopSource,
};
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use omm_core::{
    error::{Error, ErrorKind, Result, Retry, Scope, Side},
    model::{Body, Intake, Item, ItemKind, SourceItemId, arrival},
    seam::Fetched,
};
use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
};
use tail::Tail;

/// What may be on its way; at least one message. As much as a line of 20 ms and 50 MB/s holds.
pub(crate) const WINDOW_BYTES: u64 = 1 << 20;
const WINDOW_MESSAGES: usize = 64;

/// Answers each id once: those that are not there first, the others in the order of the mailbox.
///
/// # Cancel safety
/// Dropping the stream loses nothing; what was on its way is read past by the next call.
pub(crate) fn stream<'a>(
    source: &'a PopSource,
    ids: &'a [SourceItemId],
    intake: &'a Intake,
) -> BoxStream<'a, Fetched> {
    let mut seen = HashSet::new();
    let open = ids.iter().filter(|id| seen.insert(*id)).cloned().collect();
    let batch = Batch { source, intake, open, ready: VecDeque::new(), flight: None, has_begun: false };
    let next = |mut batch: Batch<'a>| async move { batch.next().await.map(|fetched| (fetched, batch)) };
    stream::unfold(batch, next).boxed()
}

struct Batch<'a> {
    source: &'a PopSource,
    intake: &'a Intake,
    /// Ids without an answer that are not in the flight.
    open: Vec<SourceItemId>,
    ready: VecDeque<Fetched>,
    flight: Option<Flight<'a>>,
    has_begun: bool,
}

struct Flight<'a> {
    lease: Lease<'a>,
    prints: &'a Prints,
    names: Arc<Names>,
    /// Not asked for yet, in the order of the mailbox.
    waiting: VecDeque<Wanted>,
    /// Asked for and not answered.
    asked: VecDeque<Wanted>,
    asked_bytes: u64,
}

/// A message that is there.
struct Wanted {
    id: SourceItemId,
    place: usize,
    /// As listed.
    size: u64,
}

impl<'a> Batch<'a> {
    async fn next(&mut self) -> Option<Fetched> {
        loop {
            if let Some(fetched) = self.ready.pop_front() {
                return Some(fetched);
            }
            let step = match &mut self.flight {
                None if self.has_begun => return None,
                None => self.begin().await,
                Some(flight) => match flight.next(self.intake).await {
                    Ok(Some(fetched)) => {
                        self.ready.push_back(fetched);
                        Ok(())
                    }
                    Ok(None) => {
                        self.flight = None;
                        Ok(())
                    }
                    Err(trouble) => Err(Doing::folder("fetch").failed(trouble)),
                },
            };
            if let Err(error) = step {
                self.fail(&error);
            }
        }
    }

    async fn begin(&mut self) -> Result<()> {
        self.has_begun = true;
        if self.open.is_empty() {
            return Ok(());
        }
        let mut lease = self.source.account.lease().await?;
        let names = listing::names(&mut lease, &self.source.prints).await?;
        let ids = std::mem::take(&mut self.open);
        let is_strange = ids.iter().any(|id| names.place(id).is_none());
        let renamed = if is_strange { self.source.renamed(&names) } else { None };
        let in_place = |id: &SourceItemId| {
            let (told, count) = renamed.as_ref()?;
            told.place(id).filter(|place| place < count)
        };
        let mut waiting: Vec<Wanted> = Vec::with_capacity(ids.len());
        for id in ids {
            match names.place(&id).or_else(|| in_place(&id)) {
                Some(place) if names.is_nameless(place) => {
                    let error = no_header().with("message", names.maildrop.number(place));
                    self.ready.push_back(Fetched { id, item: Err(error) });
                }
                Some(place) => {
                    let size = names.maildrop.size(place).unwrap_or_default();
                    waiting.push(Wanted { id, place, size });
                }
                None => self.ready.push_back(Fetched { id, item: Err(gone()) }),
            }
        }
        waiting.sort_by_key(|wanted| wanted.place);
        let (waiting, asked, asked_bytes) = (waiting.into(), VecDeque::new(), 0);
        self.flight = Some(Flight { lease, prints: &self.source.prints, names, waiting, asked, asked_bytes });
        Ok(())
    }

    /// The damage reaches further than an item: it answers everybody who is open.
    fn fail(&mut self, error: &Error) {
        let mut open = std::mem::take(&mut self.open);
        if let Some(flight) = self.flight.take() {
            open.extend(flight.asked.into_iter().chain(flight.waiting).map(|wanted| wanted.id));
        }
        self.ready.extend(open.into_iter().map(|id| Fetched { id, item: Err(error.repeated()) }));
    }
}

impl Flight<'_> {
    /// The next answer; none when all have come.
    async fn next(&mut self, intake: &Intake) -> Result<Option<Fetched>, Trouble> {
        self.fill();
        let Some(wanted) = self.asked.front() else { return Ok(None) };
        let (place, size) = (wanted.place, wanted.size);
        let item = self.arrive(place, size, intake).await?;
        self.asked_bytes -= size;
        Ok(self.asked.pop_front().map(|wanted| Fetched { id: wanted.id, item }))
    }

    fn fill(&mut self) {
        while self.asked.len() < WINDOW_MESSAGES
            && let Some(next) = self.waiting.front()
            && (self.asked.is_empty() || self.asked_bytes.saturating_add(next.size) <= WINDOW_BYTES)
            && let Some(next) = self.waiting.pop_front()
        {
            self.lease.submit_whole(self.names.maildrop.number(next.place));
            self.asked_bytes += next.size;
            self.asked.push_back(next);
        }
    }

    /// The message that comes next. Inside is what concerns it alone.
    async fn arrive(&mut self, place: usize, size: u64, intake: &Intake) -> Result<Result<Item>, Trouble> {
        let number = self.names.maildrop.number(place);
        match self.lease.status().await {
            Ok(_) => {}
            Err(Trouble::Refused(status)) => {
                let error = Doing::item("fetch").refused(&status).with("message", number);
                // What concerns more than this message is said of it alone as long as the session goes on.
                return Ok(Err(error.scope(Scope::Item)));
            }
            Err(trouble) => return Err(trouble),
        }
        let (header, body) = self.receive(size, intake).await?;
        Ok(body.and_then(|body| {
            // A listed size may be wrong, but nothing at all, or an empty line, is no message of many bytes.
            if body.len() <= 2 && size > 2 {
                return Err(no_body().with("message", number));
            }
            if self.is_cut(body.len(), size) {
                return Err(cut().with("message", number).with("listed", size).with("came", body.len()));
            }
            if !self.is_the_one(place, &header.bytes) {
                // The next call looks again.
                self.prints.forget();
                self.lease.names = None;
                return Err(moved().with("message", number));
            }
            let mut item = Item::new(ItemKind::Mail, body);
            item.received = arrival(&header.bytes);
            Ok(item)
        }))
    }

    /// The bytes of the message that comes next.
    async fn receive(&mut self, size: u64, intake: &Intake) -> Result<(Header, Result<Body>), Trouble> {
        let (mut header, mut tail) = (Header::default(), Tail::default());
        // An intake that fails costs one message: the rest of its bytes are read past.
        let mut inbound = Ok(intake.begin(Some(size)));
        loop {
            match self.lease.next().await {
                Ok(Event::Data(bytes)) => {
                    header.take(&bytes);
                    tail.take(&bytes);
                    if let Ok(arriving) = &mut inbound
                        && let Err(error) = arriving.write(&bytes).await
                    {
                        inbound = Err(error);
                    }
                }
                Ok(Event::End) => break,
                Ok(_) => return Err(self.lease.confused()),
                // The connection is lost with it, the others are asked for again on the next one.
                Err(trouble) if trouble.is_silence() && tail.is_bare_end() => {
                    return Ok((header, Err(no_end())));
                }
                Err(trouble) => return Err(trouble),
            }
        }
        let body = match inbound {
            Ok(arrived) => arrived.finish().await,
            Err(error) => Err(error),
        };
        Ok((header, body))
    }

    /// Whether TOP gave less than the whole message: it is whole with all lines (RFC 1939 §7), but a server may have a
    /// limit of its own. A smaller size says so where others were right; where none is, it says nothing.
    ///
    /// RETR would give the rest, and mark the message as read.
    fn is_cut(&mut self, len: u64, size: u64) -> bool {
        self.lease.lists_true_sizes |= len == size;
        self.lease.quirks.retr_marks_as_read && self.lease.lists_true_sizes && len < size
    }

    /// Whether a message that is known by its header has that header: what was learned by another connection may be old.
    fn is_the_one(&self, place: usize, header: &[u8]) -> bool {
        !self.names.is_by_digest(place) || self.names.is_print(place, print(header))
    }
}

fn gone() -> Error {
    Error::new(ErrorKind::NotFound, Side::Source, "fetch", "the message is no longer there")
}

/// Not even the header came when it was looked for, so there is no name to copy it under.
fn no_header() -> Error {
    let message =
        "the server lists this message, gives no unique id for it and does not let its header be read";
    Error::new(ErrorKind::Rejected, Side::Source, "fetch", message)
}

/// A message that its server lists and does not give.
fn no_body() -> Error {
    let message = "the server gives nothing for this message";
    Error::new(ErrorKind::Malformed, Side::Source, "fetch", message).retry(Retry::Backoff)
}

/// Seen as an end by its server and by nobody else: RFC 1939 §3 ends lines with CRLF, and so does a line before the dot.
fn no_end() -> Error {
    let message = "the message does not end with CRLF, so that its end cannot be told from its text";
    Error::new(ErrorKind::Malformed, Side::Source, "fetch", message)
}

fn cut() -> Error {
    let message = "the server gives less of this message than it listed, in bytes";
    Error::new(ErrorKind::Malformed, Side::Source, "fetch", message)
}

fn moved() -> Error {
    let message = "another message came in its place";
    Error::new(ErrorKind::Malformed, Side::Source, "fetch", message).retry(Retry::Backoff)
}

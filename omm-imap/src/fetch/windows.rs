//! One item alone, in windows: it may be very large, and no server has to hold it in one piece.
//!
//! The first window comes in one flight with the opening of the folder, and is all there is of most messages. While
//! windows come full two are in the line. A server that does partial fetches wrong is found out and asked for the
//! whole message.

use super::{
    arrivals::{Arrival, Arrivals, section},
    doing, gone, item, items, no_body, refused, unreadable,
};
use crate::{
    changes::merge,
    error::Named,
    gmail::Labels,
    open::{Opening, opened},
    proto::{self, Event, Outcome, Response, StatusKind, command},
    session::Session,
    source::ImapSource,
};
use omm_core::{
    error::Result,
    model::{Inbound, Intake, Item},
};
use std::{collections::VecDeque, sync::Arc};

/// RFC 9051 §6.4.5, partial: how much is asked for at a time.
pub(super) const WINDOW: u64 = 16 << 20;
const IN_FLIGHT: usize = 2;

/// The item, or why not.
pub(super) async fn fetch(
    source: &ImapSource,
    wire: &[u8],
    (uid_validity, uid): (u32, u32),
    intake: &Intake,
) -> Result<Item> {
    let account = &source.account;
    let mut lease = account.lease(Some(wire)).await?;
    let labels: Option<Arc<Labels>> = source.labels(&mut lease).await?;
    let opening = Opening::submit_up_to(&mut lease, account, wire, false, uid);
    let first = ask(&mut lease, uid, 0);
    let open = opened(opening, &mut lease, account, [first]).await?;
    if open.uid_validity.unwrap_or(0) != uid_validity {
        return Err(gone());
    }
    let mut assembly = Assembly::new(uid, intake);
    let body = match assembly.gather(&mut lease, first).await? {
        Found::Whole => assembly.finish().await?,
        Found::Nothing => return Err(gone()),
        Found::Refused(outcome) if outcome.status.kind != StatusKind::Bad => {
            return Err(refused(&outcome.status));
        }
        Found::Unclear | Found::Odd | Found::Refused(_) => {
            drop(assembly);
            return whole(&mut lease, wire, uid, labels.as_deref(), intake).await;
        }
    };
    drop(lease);
    Ok(item(&body.1, body.0, wire, labels.as_deref()))
}

fn ask(session: &mut Session, uid: u32, at: u64) -> u32 {
    let body = format!("BODY.PEEK[]<{at}.{WINDOW}>");
    let items = if at == 0 { items(session, &body) } else { format!("UID {body}") };
    session.submit(command::uid_fetch_text(&uid.to_string(), &items, None, false))
}

/// The whole message at once, for servers that cannot do it otherwise.
async fn whole(
    session: &mut Session,
    wire: &[u8],
    uid: u32,
    labels: Option<&Labels>,
    intake: &Intake,
) -> Result<Item> {
    let wanted = items(session, "BODY.PEEK[]");
    let tag = session.submit(command::uid_fetch_text(&uid.to_string(), &wanted, None, false));
    let mut arrivals = Arrivals::new(intake);
    let (mut said, mut found) = (proto::Fetched::default(), None);
    let (mut is_named, mut is_lost) = (false, false);
    let outcome = loop {
        match arrivals.next(session).await.doing(doing())? {
            Arrival::Message(more, body) if more.uid == Some(uid) => {
                is_named = true;
                merge(&mut said, *more);
                found = found.or(body);
            }
            Arrival::Message(more, body) => is_lost |= more.uid.is_none() && body.is_some(),
            Arrival::Lost => is_lost = true,
            Arrival::Done(outcome) if outcome.tag == tag => break outcome,
            Arrival::Done(_) => {}
        }
    };
    match found {
        Some(body) => Ok(item(&said, body?, wire, labels)),
        None if outcome.status.kind != StatusKind::Ok => Err(refused(&outcome.status)),
        None if is_named => Err(no_body()),
        None if is_lost => Err(unreadable()),
        None => Err(gone()),
    }
}

/// How the windows went.
enum Found {
    Whole,
    Nothing,
    /// No body; but the server spoke of the message, or so that nobody knows of which.
    Unclear,
    Refused(Outcome),
    /// The windows do not fit together.
    Odd,
}

/// A message that is put together from windows.
struct Assembly<'a> {
    uid: u32,
    intake: &'a Intake,
    inbound: Option<Inbound>,
    said: proto::Fetched,
    /// Whether anything was said of the message, or of one that nobody knows.
    is_named: bool,
    len: u64,
}

/// One window.
struct Heard {
    outcome: Outcome,
    /// Nothing: no response named the message.
    len: Option<u64>,
    origin: Option<u32>,
}

impl<'a> Assembly<'a> {
    fn new(uid: u32, intake: &'a Intake) -> Self {
        Self { uid, intake, inbound: None, said: proto::Fetched::default(), is_named: false, len: 0 }
    }

    /// Hears windows until the message is whole. Every command of it is answered then.
    async fn gather(&mut self, session: &mut Session, first: u32) -> Result<Found> {
        let mut open = VecDeque::from([(first, 0)]);
        let mut asked = WINDOW;
        let (mut ended, mut odd) = (false, false);
        while let Some((tag, at)) = open.pop_front() {
            let heard = self.hear(session, tag).await?;
            if heard.outcome.status.kind != StatusKind::Ok && at == 0 {
                return Ok(Found::Refused(heard.outcome));
            }
            let Some(len) = heard.len else {
                if at == 0 {
                    return Ok(if self.is_named { Found::Unclear } else { Found::Nothing });
                }
                odd |= !ended;
                continue;
            };
            let elsewhere = heard.origin.is_some_and(|origin| u64::from(origin) != at);
            odd |= elsewhere || (ended && len > 0) || (at > 0 && len > WINDOW);
            ended |= len != WINDOW || self.is_all();
            while !ended && !odd && open.len() < IN_FLIGHT && self.may_have(asked) {
                open.push_back((ask(session, self.uid, asked), asked));
                asked += WINDOW;
            }
        }
        Ok(if odd || self.is_cut() { Found::Odd } else { Found::Whole })
    }

    /// Whether a window from there on is likely to have something: there, or where the last one ended.
    fn may_have(&self, at: u64) -> bool {
        at == self.len || self.said.size.is_none_or(|size| at < size)
    }

    /// Whether so much has come as was announced.
    fn is_all(&self) -> bool {
        self.said.size == Some(self.len)
    }

    /// Sizes are only hints, since servers get them wrong. But when a message is said to be larger than a window and is
    /// not as long as that in the end, it is asked for again, whole.
    fn is_cut(&self) -> bool {
        self.said.size.is_some_and(|size| size != self.len && size.max(self.len) > WINDOW)
    }

    async fn hear(&mut self, session: &mut Session, tag: u32) -> Result<Heard> {
        let (mut len, mut origin, mut arrived) = (None, None, 0);
        loop {
            match session.next().await.doing(doing())? {
                Event::BodyBegins { len } => {
                    arrived = 0;
                    if self.inbound.is_none() {
                        self.inbound = Some(self.intake.begin(Some(len)));
                    }
                }
                Event::BodyData(bytes) => {
                    arrived += bytes.len() as u64;
                    self.write(&bytes).await?;
                }
                Event::Response(Response::Fetch(said)) if said.uid == Some(self.uid) => {
                    self.is_named = true;
                    if said.streamed {
                        len = Some(arrived);
                    } else if let Some(bytes) = section(&said) {
                        let bytes = bytes.unwrap_or_default();
                        self.write(bytes).await?;
                        len = Some(bytes.len() as u64);
                    }
                    origin = origin.or(said.origin);
                    merge(&mut self.said, said);
                }
                Event::Response(Response::Fetch(said)) if said.uid.is_none() => {
                    self.is_named |= said.streamed || section(&said).is_some();
                }
                Event::Response(response) => self.is_named |= response.is_lost("FETCH"),
                Event::Done(outcome) if outcome.tag == tag => return Ok(Heard { outcome, len, origin }),
                _ => {}
            }
        }
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let intake = self.intake;
        let inbound = self.inbound.get_or_insert_with(|| intake.begin(Some(bytes.len() as u64)));
        self.len += bytes.len() as u64;
        inbound.write(bytes).await
    }

    async fn finish(self) -> Result<(omm_core::model::Body, proto::Fetched)> {
        let Some(inbound) = self.inbound else { return Err(no_body()) };
        let body = inbound.finish().await?;
        if body.is_empty() && self.said.size.is_some_and(|size| size > 0) {
            return Err(no_body());
        }
        Ok((body, self.said))
    }
}

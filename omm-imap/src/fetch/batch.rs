//! Several items: their commands in one flight with the opening of the folder, answers as they come.

use super::{
    arrivals::{Arrival, Arrivals},
    asked::Asked,
    doing, gone, item, items, no_body, refused, unreadable,
};
use crate::{
    account::Lease,
    changes::merge,
    gmail::Labels,
    open::{Opening, opened},
    proto::{self, Outcome, StatusKind, UidSet, command},
    source::ImapSource,
};
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use omm_core::{
    error::{Error, Result, Scope},
    model::{Body, Intake},
    seam::Fetched,
};
use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

/// Answers each open id once.
pub(super) fn stream<'a>(
    source: &'a ImapSource,
    wire: Vec<u8>,
    asked: Asked,
    intake: &'a Intake,
) -> BoxStream<'a, Fetched> {
    let batch = Batch {
        source,
        wire,
        intake,
        asked,
        parts: HashMap::new(),
        ready: VecDeque::new(),
        lost: false,
        state: State::Begin,
    };
    let next = |mut batch: Batch<'a>| async move { batch.next().await.map(|fetched| (fetched, batch)) };
    stream::unfold(batch, next).boxed()
}

struct Batch<'a> {
    source: &'a ImapSource,
    wire: Vec<u8>,
    intake: &'a Intake,
    asked: Asked,
    /// What was said so far of messages that are still open.
    parts: HashMap<u32, Part>,
    ready: VecDeque<Fetched>,
    /// Whether something was said of a message that nobody knows: whoever has no answer may have had it there.
    lost: bool,
    state: State<'a>,
}

enum State<'a> {
    Begin,
    Flying(Box<Flight<'a>>),
    Over,
}

struct Flight<'a> {
    lease: Lease<'a>,
    labels: Option<Arc<Labels>>,
    arrivals: Arrivals<'a>,
    /// Commands that are open, and what they ask for.
    commands: Vec<(u32, UidSet)>,
}

/// A server may say flags, date and body of one message in several responses.
#[derive(Default)]
struct Part {
    said: proto::Fetched,
    body: Option<Result<Body>>,
}

impl<'a> Batch<'a> {
    async fn next(&mut self) -> Option<Fetched> {
        loop {
            if let Some(fetched) = self.ready.pop_front() {
                return Some(fetched);
            }
            let step = match &mut self.state {
                State::Over => return None,
                State::Begin => self.begin().await,
                State::Flying(flight) => match flight.arrivals.next(&mut flight.lease).await {
                    Ok(Arrival::Message(said, body)) => {
                        self.note(*said, body);
                        Ok(())
                    }
                    Ok(Arrival::Lost) => {
                        self.lost = true;
                        Ok(())
                    }
                    Ok(Arrival::Done(outcome)) => self.end(&outcome),
                    Err(trouble) => Err(doing().failed(trouble)),
                },
            };
            if let Err(error) = step {
                self.fail(&error);
            }
        }
    }

    async fn begin(&mut self) -> Result<()> {
        self.state = State::Over;
        if self.asked.open.is_empty() {
            return Ok(());
        }
        let account = &self.source.account;
        let mut lease = account.lease(Some(&self.wire)).await?;
        let labels = self.source.labels(&mut lease).await?;
        let opening = Opening::submit_up_to(&mut lease, account, &self.wire, false, self.asked.newest());
        let wanted = items(&lease, "BODY.PEEK[]");
        let submit = |set: UidSet| (lease.submit(command::uid_fetch(&set, &wanted, None, false)), set);
        let commands: Vec<(u32, UidSet)> = self.asked.sets().into_iter().map(submit).collect();
        let behind: Vec<u32> = commands.iter().map(|(tag, _)| *tag).collect();
        let open = opened(opening, &mut lease, account, behind).await?;
        if open.uid_validity.unwrap_or(0) != self.asked.uid_validity {
            // The numbers mean other messages now. What is coming is not to be believed.
            self.answer_all(gone);
            return Ok(());
        }
        let arrivals = Arrivals::new(self.intake);
        self.state = State::Flying(Box::new(Flight { lease, labels, arrivals, commands }));
        Ok(())
    }

    /// Doubles, and messages that nobody asked for, are let go by.
    fn note(&mut self, said: proto::Fetched, body: Option<Result<Body>>) {
        self.lost |= said.uid.is_none() && body.is_some();
        let Some(uid) = said.uid.filter(|uid| self.asked.open.contains_key(uid)) else { return };
        let part = self.parts.entry(uid).or_default();
        merge(&mut part.said, said);
        if part.body.is_none() {
            part.body = body;
        }
        if part.is_whole() {
            self.answer(uid);
        }
    }

    /// A message's answer, as far as it has come.
    fn answer(&mut self, uid: u32) {
        let Some(id) = self.asked.open.remove(&uid) else { return };
        let part = self.parts.remove(&uid);
        let Some(part) = part else {
            return self.ready.push_back(Fetched { id, item: Err(gone()) });
        };
        let labels = match &self.state {
            State::Flying(flight) => flight.labels.as_deref(),
            _ => None,
        };
        let item = match part.body {
            Some(body) => body.map(|body| item(&part.said, body, &self.wire, labels)),
            // It was named, so it is there.
            None => Err(no_body()),
        };
        self.ready.push_back(Fetched { id, item });
    }

    /// A command has ended. What it asked for and did not hear of is gone; unless it was refused, or an answer could not
    /// be read: then whoever has no answer is asked for alone, so that one bad message costs only itself.
    fn end(&mut self, outcome: &Outcome) -> Result<()> {
        let State::Flying(flight) = &mut self.state else { return Ok(()) };
        let Some(at) = flight.commands.iter().position(|(tag, _)| *tag == outcome.tag) else { return Ok(()) };
        let (_, set) = flight.commands.remove(at);
        let open = self.asked.open_in(&set);
        let with_body = |uid: &u32| self.parts.get(uid).is_some_and(|part| part.body.is_some());
        let (said, silent): (Vec<u32>, Vec<u32>) = open.into_iter().partition(with_body);
        said.into_iter().for_each(|uid| self.answer(uid));
        if outcome.status.kind != StatusKind::Ok {
            self.refused(outcome, &set, silent)?;
        } else if std::mem::take(&mut self.lost) {
            self.again(&set, silent, unreadable);
        } else {
            silent.into_iter().for_each(|uid| self.answer(uid));
        }
        self.land();
        Ok(())
    }

    fn refused(&mut self, outcome: &Outcome, set: &UidSet, silent: Vec<u32>) -> Result<()> {
        let error = refused(&outcome.status);
        if error.reach() > Scope::Item {
            return Err(error);
        }
        self.again(set, silent, || refused(&outcome.status));
        Ok(())
    }

    /// Asks for each alone; who was alone already has this error.
    fn again(&mut self, set: &UidSet, silent: Vec<u32>, error: impl Fn() -> Error) {
        let State::Flying(flight) = &mut self.state else { return };
        if set.count() == 1 {
            for uid in silent {
                self.parts.remove(&uid);
                let id = self.asked.open.remove(&uid);
                self.ready.extend(id.map(|id| Fetched { id, item: Err(error()) }));
            }
            return;
        }
        let wanted = items(&flight.lease, "BODY.PEEK[]");
        for uid in silent {
            let set = UidSet::from_uids([uid]);
            let tag = flight.lease.submit(command::uid_fetch(&set, &wanted, None, false));
            flight.commands.push((tag, set));
        }
    }

    /// The connection is given back before the last answers are told.
    fn land(&mut self) {
        if let State::Flying(flight) = &self.state
            && flight.commands.is_empty()
        {
            self.state = State::Over;
        }
    }

    /// The damage reaches further than an item: it answers everybody who is open.
    fn fail(&mut self, error: &Error) {
        self.state = State::Over;
        let with_body: Vec<u32> =
            self.parts.iter().filter(|(_, part)| part.body.is_some()).map(|(uid, _)| *uid).collect();
        with_body.into_iter().for_each(|uid| self.answer(uid));
        self.answer_all(|| error.repeated());
    }

    fn answer_all(&mut self, error: impl Fn() -> Error) {
        self.parts.clear();
        let open = std::mem::take(&mut self.asked.open);
        self.ready.extend(open.into_values().map(|id| Fetched { id, item: Err(error()) }));
    }
}

impl Part {
    fn is_whole(&self) -> bool {
        let body = matches!(self.body, Some(Ok(_)));
        body && self.said.flags.is_some() && self.said.internal_date.is_some()
    }
}

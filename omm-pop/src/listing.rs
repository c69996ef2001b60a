//! Asking which messages there are, and what tells them apart.

use crate::{
    error::{Doing, Named, Trouble},
    fetch::{Header, WINDOW_BYTES},
    identity::{Names, Print, print},
    maildrop::{Gathered, Maildrop},
    proto::{Command, Event, Status},
    session::Session,
};
use omm_core::{
    error::{Result, Retry},
    model::Digest,
};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

/// How many headers are asked for at once.
const FLIGHT: usize = 64;
/// What is read behind twice the listed size of a message, before its server is taken for one that never ends.
const SLACK: u64 = 1 << 20;

/// Digests of headers that were looked at, kept from one connection to the next: a server that ends connections early
/// is asked for the rest. They are of the mailbox whose print this is.
#[derive(Debug, Default)]
pub(crate) struct Prints(Mutex<(Option<Digest>, HashMap<u32, Print>)>);

impl Prints {
    /// Forgets everything: messages have changed places.
    pub(crate) fn forget(&self) {
        *self.locked() = Default::default();
    }

    fn of(&self, maildrop: &Maildrop) -> HashMap<u32, Print> {
        let mut known = self.locked();
        if known.0 != Some(maildrop.print()) {
            *known = (Some(maildrop.print()), HashMap::new());
        }
        known.1.clone()
    }

    fn add(&self, place: u32, print: Print) {
        self.locked().1.insert(place, print);
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, (Option<Digest>, HashMap<u32, Print>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is in the mailbox, asked for once in a session: LIST and UIDL, one flight.
pub(crate) async fn maildrop(session: &mut Session) -> Result<Arc<Maildrop>> {
    if let Some(maildrop) = &session.maildrop {
        return Ok(Arc::clone(maildrop));
    }
    let maildrop = Arc::new(ask(session).await.doing(doing())?);
    session.maildrop = Some(Arc::clone(&maildrop));
    Ok(maildrop)
}

/// The same with ids. Costs a look at the header of each message that the server does not tell apart.
pub(crate) async fn names(session: &mut Session, prints: &Prints) -> Result<Arc<Names>> {
    if let Some(names) = &session.names {
        return Ok(Arc::clone(names));
    }
    let maildrop = maildrop(session).await?;
    let known = look(session, &maildrop, prints).await.doing(doing())?;
    let names = Arc::new(Names::new(maildrop, known));
    session.names = Some(Arc::clone(&names));
    Ok(names)
}

fn doing() -> Doing {
    Doing::folder("list the mailbox")
}

async fn ask(session: &mut Session) -> Result<Maildrop, Trouble> {
    let asks_uidl = session.capabilities.may_have("UIDL");
    session.submit(Command::list());
    if asks_uidl {
        session.submit(Command::uidl());
    }
    let mut gathered = Gathered::default();
    session.lines(|line| gathered.list(line)).await?;
    if asks_uidl {
        match session.lines(|line| gathered.uidl(line)).await {
            // RFC 1939 §7: UIDL is optional.
            Err(Trouble::Refused(status)) if lacks_uidl(session, &status) => {
                gathered = gathered.without_uids();
            }
            // Without ids that are there all messages would be named otherwise, and be read once more.
            Err(Trouble::Refused(status)) => {
                return Err(Trouble::Ours(doing().refused(&status).retry(Retry::Backoff)));
            }
            answer => answer?,
        }
    }
    Ok(Maildrop::gathered(gathered)?)
}

/// Whether a refusal of UIDL says that there is none: from who never announced it, and without a reason of its own.
fn lacks_uidl(session: &Session, status: &Status) -> bool {
    status.code.is_none() && !session.capabilities.has("UIDL")
}

/// Looks at the header of each message that is unsure. One that the server does not give stays without a digest.
///
/// Where there is no TOP, or it is refused, the whole message is read for its header.
async fn look(
    session: &mut Session,
    maildrop: &Maildrop,
    prints: &Prints,
) -> Result<HashMap<u32, Print>, Trouble> {
    let mut known = prints.of(maildrop);
    let unsure = maildrop.unsure().filter(|place| !known.contains_key(&(*place as u32))).collect::<Vec<_>>();
    let has_top = session.capabilities.may_have("TOP");
    let ways = if has_top { &[Way::Top, Way::Whole][..] } else { &[Way::Whole] };
    let mut waiting = VecDeque::from(unsure);
    for way in ways {
        let looked =
            Look { session: &mut *session, maildrop, way: *way, waiting, open: VecDeque::new(), bytes: 0 };
        waiting = looked
            .at_all(|place, print| {
                prints.add(place, print);
                known.insert(place, print);
            })
            .await?;
    }
    Ok(known)
}

/// How a header is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Top,
    /// With the whole message behind it.
    Whole,
}

/// A look at many headers, some of them asked for at once.
struct Look<'a> {
    session: &'a mut Session,
    maildrop: &'a Maildrop,
    way: Way,
    waiting: VecDeque<usize>,
    /// Asked for and not answered.
    open: VecDeque<usize>,
    /// How much these may be.
    bytes: u64,
}

impl Look<'_> {
    /// Tells the digest of each header; the answer is those that were refused.
    async fn at_all(mut self, mut tell: impl FnMut(u32, Print)) -> Result<VecDeque<usize>, Trouble> {
        let mut refused = VecDeque::new();
        loop {
            self.fill();
            let Some(place) = self.open.pop_front() else { return Ok(refused) };
            match header(self.session, most(self.size(place))).await? {
                Some(header) => tell(place as u32, print(&header)),
                None => refused.push_back(place),
            }
            self.bytes -= self.weight(place);
        }
    }

    fn fill(&mut self) {
        while self.open.len() < FLIGHT
            && let Some(place) = self.waiting.front().copied()
            && (self.open.is_empty() || self.bytes.saturating_add(self.weight(place)) <= WINDOW_BYTES)
        {
            self.waiting.pop_front();
            let number = self.maildrop.number(place);
            self.session.submit(match self.way {
                Way::Top => Command::top(number),
                Way::Whole => Command::retr(number),
            });
            self.bytes += self.weight(place);
            self.open.push_back(place);
        }
    }

    /// What it puts into the line: of TOP little is expected.
    fn weight(&self, place: usize) -> u64 {
        if self.way == Way::Top { 0 } else { self.size(place) }
    }

    fn size(&self, place: usize) -> u64 {
        self.maildrop.size(place).unwrap_or_default()
    }
}

/// The most bytes that are read for a header: a server may send the whole message for TOP, and count its line ends as one
/// byte.
fn most(size: u64) -> u64 {
    size.saturating_mul(2).saturating_add(SLACK)
}

/// The header that comes next; none if the message is refused.
async fn header(session: &mut Session, most: u64) -> Result<Option<Vec<u8>>, Trouble> {
    match session.status().await {
        Ok(_) => {}
        Err(Trouble::Refused(_)) => return Ok(None),
        Err(trouble) => return Err(trouble),
    }
    let (mut header, mut len) = (Header::default(), 0);
    loop {
        match session.next().await? {
            Event::Data(bytes) => {
                header.take(&bytes);
                len += bytes.len() as u64;
                if len > most {
                    return Err(session.broken("a message that goes on far behind the size that was listed"));
                }
            }
            Event::End => return Ok(Some(header.bytes)),
            _ => return Err(session.confused()),
        }
    }
}

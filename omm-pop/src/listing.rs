//! Asking which messages there are, and what tells them apart.

use crate::{
    error::{Doing, Named, Trouble},
    fetch::Header,
    identity::{Names, Print, print},
    maildrop::{Gathered, Maildrop},
    proto::{Command, Event},
    session::Session,
};
use omm_core::{error::Result, model::Digest};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

/// How many headers are asked for at once.
const FLIGHT: usize = 64;

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
            Err(Trouble::Refused(_)) => gathered = gathered.without_uids(),
            answer => answer?,
        }
    }
    Ok(Maildrop::gathered(gathered)?)
}

/// Looks at the header of each message that is unsure. One that the server does not give stays without a digest.
async fn look(
    session: &mut Session,
    maildrop: &Maildrop,
    prints: &Prints,
) -> Result<HashMap<u32, Print>, Trouble> {
    let mut known = prints.of(maildrop);
    let mut waiting =
        maildrop.unsure().filter(|place| !known.contains_key(&(*place as u32))).collect::<VecDeque<_>>();
    let mut open = VecDeque::new();
    // Without TOP there is only the whole message.
    let has_top = session.capabilities.may_have("TOP");
    loop {
        while open.len() < FLIGHT
            && let Some(place) = waiting.pop_front()
        {
            let number = maildrop.number(place);
            session.submit(if has_top { Command::top(number) } else { Command::retr(number) });
            open.push_back(place as u32);
        }
        let Some(place) = open.pop_front() else { return Ok(known) };
        if let Some(header) = header(session).await? {
            let print = print(&header);
            prints.add(place, print);
            known.insert(place, print);
        }
    }
}

/// The header that comes next; none if the message is refused.
async fn header(session: &mut Session) -> Result<Option<Vec<u8>>, Trouble> {
    match session.status().await {
        Ok(_) => {}
        Err(Trouble::Refused(_)) => return Ok(None),
        Err(trouble) => return Err(trouble),
    }
    let mut header = Header::default();
    loop {
        match session.next().await? {
            Event::Data(bytes) => header.take(&bytes),
            Event::End => return Ok(Some(header.bytes)),
            _ => return Err(session.confused()),
        }
    }
}

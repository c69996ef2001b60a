//! One account on one server: its connections, and what was learned about it.

use crate::{
    capability::Capabilities, config::Config, login, mailbox::Naming, quirks::Quirks, session::Session,
};
use event_listener::Event;
use omm_core::{
    error::{Error, ErrorKind, Result, Side},
    host::{Env, LaneKey},
};
use omm_net::Endpoint;
use std::{
    collections::HashMap,
    ops::{Deref, DerefMut},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// What one connection learned and the others need not ask again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) before_login: Option<Capabilities>,
    pub(crate) after_login: Option<Capabilities>,
    pub(crate) naming: Option<Naming>,
    pub(crate) quirks: Quirks,
    /// Per folder, by its name on the wire: a position that is not too high, and how many messages were in it.
    pub(crate) folders: HashMap<Vec<u8>, FolderFacts>,
    /// The largest message that APPEND takes, as far as it was said.
    pub(crate) append_limit: Option<u64>,
    /// Flags that can be kept, by the folder that was opened last.
    pub(crate) permanent_flags: Option<Vec<String>>,
}

/// What is known of a folder without opening it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FolderFacts {
    pub(crate) uid_validity: Option<u32>,
    pub(crate) uid_next: Option<u32>,
    pub(crate) messages: Option<u32>,
}

/// An account, shared by all calls of a source or a destination.
pub(crate) struct Account {
    pub(crate) config: Config,
    pub(crate) side: Side,
    pub(crate) env: Env,
    pub(crate) endpoint: Endpoint,
    facts: Mutex<Facts>,
    pool: Mutex<Pool>,
    /// Heard by those who wait for a connection.
    returned: Event,
}

#[derive(Default)]
struct Pool {
    idle: Vec<Session>,
    /// Open connections, lent ones included.
    open: usize,
    /// How many the server allows, once it refused one.
    most: Option<usize>,
}

impl Account {
    pub(crate) fn new(config: Config, side: Side, env: &Env) -> Self {
        let mut endpoint = Endpoint::new(config.host.clone(), config.port, config.tls, side);
        endpoint.ca_file.clone_from(&config.ca_file);
        let (facts, pool, returned) = Default::default();
        Self { config, side, env: env.clone(), endpoint, facts, pool, returned }
    }

    pub(crate) fn lane(&self) -> LaneKey {
        LaneKey(format!("imap:{}", self.config.server()).into())
    }

    /// What is known so far.
    pub(crate) fn facts(&self) -> Facts {
        self.locked_facts().clone()
    }

    /// Looks one thing up without copying the rest.
    pub(crate) fn ask<T>(&self, look: impl FnOnce(&Facts) -> T) -> T {
        look(&self.locked_facts())
    }

    pub(crate) fn learn(&self, change: impl FnOnce(&mut Facts)) {
        change(&mut self.locked_facts());
    }

    /// A connection that is logged in: the one that has this folder open, else one that is idle, else a new one.
    ///
    /// # Errors
    /// Those of connecting and logging in. [`ErrorKind::Throttled`] when the server allows not even one.
    ///
    /// # Cancel safety
    /// Dropping the future loses a connection that was being opened, nothing else.
    pub(crate) async fn lease(&self, folder: Option<&[u8]>) -> Result<Lease<'_>> {
        loop {
            let returned = self.returned.listen();
            match self.take(folder) {
                Taken::Idle(session) => return Ok(Lease { account: self, session: Some(*session) }),
                Taken::Wait => returned.await,
                Taken::Open(place) => match login::open(self).await {
                    Ok(session) => {
                        std::mem::forget(place);
                        return Ok(Lease { account: self, session: Some(session) });
                    }
                    Err(error) => {
                        drop(place);
                        self.refused(error)?;
                    }
                },
            }
        }
    }

    /// Ends all connections that are not lent.
    pub(crate) async fn close(&self) {
        let idle = std::mem::take(&mut self.locked_pool().idle);
        self.locked_pool().open -= idle.len();
        futures::future::join_all(idle.into_iter().map(Session::logout)).await;
    }

    fn take(&self, folder: Option<&[u8]>) -> Taken<'_> {
        let mut pool = self.locked_pool();
        let has_open = |session: &Session, wanted: Option<&[u8]>| {
            session.selected.as_ref().map(|selected| selected.name.as_slice()) == wanted
        };
        // One that has it open; else one that has nothing open; else the one that was used longest ago.
        let place = pool.idle.iter().position(|session| has_open(session, folder));
        let place = place.or_else(|| pool.idle.iter().position(|session| has_open(session, None)));
        let place = place.or((!pool.idle.is_empty()).then_some(0));
        if let Some(place) = place {
            return Taken::Idle(Box::new(pool.idle.remove(place)));
        }
        if pool.most.is_some_and(|most| pool.open >= most.max(1)) {
            return Taken::Wait;
        }
        pool.open += 1;
        Taken::Open(Place(self))
    }

    /// A server that refuses one more connection is asked for no more than it gave; without any there is no way on.
    fn refused(&self, error: Error) -> Result<()> {
        let mut pool = self.locked_pool();
        if error.kind() != ErrorKind::Throttled || pool.open == 0 {
            return Err(error);
        }
        pool.most = Some(pool.open);
        Ok(())
    }

    fn locked_facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn locked_pool(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Taken<'a> {
    Idle(Box<Session>),
    Open(Place<'a>),
    Wait,
}

/// The right to one more connection; given back when it did not come about.
struct Place<'a>(&'a Account);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.locked_pool().open -= 1;
        self.0.returned.notify(1);
    }
}

/// A connection on loan. It goes back when it is dropped, unless something is still open on it.
pub(crate) struct Lease<'a> {
    account: &'a Account,
    session: Option<Session>,
}

impl Deref for Lease<'_> {
    type Target = Session;

    fn deref(&self) -> &Session {
        // Invariant: the session is there until the drop.
        self.session.as_ref().expect("a lease has its session until it is dropped")
    }
}

impl DerefMut for Lease<'_> {
    fn deref_mut(&mut self) -> &mut Session {
        self.session.as_mut().expect("a lease has its session until it is dropped")
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let Some(session) = self.session.take() else { return };
        let spent = session.is_worn_out() && self.account.ask(|facts| facts.quirks.bye_after_errors);
        let mut pool = self.account.locked_pool();
        if session.is_idle() && !spent {
            pool.idle.push(session)
        } else {
            pool.open -= 1
        }
        drop(pool);
        self.account.returned.notify(1);
    }
}

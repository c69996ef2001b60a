//! What all connections of one server share.

use super::{
    counters::{Counters, Sent},
    fault::Faults,
    log::EwsRequest,
    policy::Policy,
    quirk::Quirk,
    store::{Mailbox, PUBLIC},
    version::Version,
};
use crate::{
    mock::{self, Ground},
    sim::SimRuntime,
};
use chrono::{DateTime, Utc};
use rustls::ServerConfig;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, atomic::AtomicU64},
    time::Instant,
};

pub(super) use crate::mock::lock;

pub(super) type SharedWorld = mock::SharedWorld<World>;

pub(super) struct World {
    pub(super) settings: Settings,
    /// By number.
    pub(super) mailboxes: BTreeMap<u32, Mailbox>,
    pub(super) users: BTreeMap<String, User>,
    /// Tokens that are good, and whose they are.
    pub(super) tokens: BTreeMap<String, String>,
    pub(super) ground: Ground,
    pub(super) faults: Faults,
    pub(super) counters: Counters,
    pub(super) log: Vec<EwsRequest>,
    pub(super) outbox: Vec<Sent>,
    /// Sync states of an earlier one are refused.
    pub(super) era: u64,
    pub(super) next_connection: u64,
    /// Requests whose answers were not taken yet. Apart from the rest, for it is counted down while that is locked.
    pub(super) in_flight: Arc<AtomicU64>,
    /// What the operation going on has opened.
    pub(super) requests_since_pause: u64,
    /// The end of the pause that a refusal asked for.
    pub(super) busy_until: Option<Instant>,
    /// Of connections in memory: the clock that their clients live by, and when that began.
    pub(super) clock: Option<(SimRuntime, Instant)>,
}

/// Somebody who can log in.
pub(super) struct User {
    pub(super) password: String,
    pub(super) mailbox: Option<u32>,
    /// Whether ApplicationImpersonation was granted.
    pub(super) impersonates: bool,
}

pub(super) struct Settings {
    pub(super) version: Version,
    pub(super) quirks: BTreeSet<Quirk>,
    pub(super) policy: Policy,
    pub(super) basic: bool,
    pub(super) exports: bool,
    pub(super) gzip: bool,
    /// The zones that it knows by name, if not all of Windows'.
    pub(super) zones: Option<BTreeSet<String>>,
    /// Where Autodiscover sends clients: the scheme, host and port; what a request came to otherwise.
    pub(super) external: Option<String>,
    /// Autodiscover's redirections: of an address to another address, or to a URL.
    pub(super) redirects: BTreeMap<String, String>,
    pub(super) tls: Option<Arc<ServerConfig>>,
}

impl World {
    pub(super) fn new() -> Self {
        let mut public = Mailbox::new(0, "", "Public Folders");
        public.folders.clear();
        public.add_roots(&PUBLIC);
        Self {
            settings: Settings {
                version: Version::Exchange2016,
                quirks: BTreeSet::new(),
                policy: Policy::default(),
                basic: true,
                exports: true,
                gzip: true,
                zones: None,
                external: None,
                redirects: BTreeMap::new(),
                tls: None,
            },
            mailboxes: BTreeMap::from([(0, public)]),
            users: BTreeMap::new(),
            tokens: BTreeMap::new(),
            ground: Ground::default(),
            faults: Faults::default(),
            counters: Counters::default(),
            log: Vec::new(),
            outbox: Vec::new(),
            era: 1,
            next_connection: 0,
            in_flight: Arc::default(),
            requests_since_pause: 0,
            busy_until: None,
            clock: None,
        }
    }

    /// The time that clients live by.
    pub(super) fn instant(&self) -> Instant {
        match &self.clock {
            Some((clock, began)) => *began + clock.elapsed(),
            None => Instant::now(),
        }
    }

    /// The time by which items are dated: of the mailbox in which most has happened.
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.mailboxes.values().map(Mailbox::now).max().unwrap_or_default()
    }

    pub(super) fn is_so(&self, quirk: Quirk) -> bool {
        self.settings.quirks.contains(&quirk)
    }

    pub(super) fn mailbox_at(&self, address: &str) -> Option<&Mailbox> {
        self.mailboxes.values().find(|mailbox| mailbox.number != 0 && mailbox.is_at(address))
    }
}

impl mock::World for World {
    fn ground(&mut self) -> &mut Ground {
        &mut self.ground
    }

    fn tls(&self) -> Option<Arc<ServerConfig>> {
        self.settings.tls.clone()
    }

    fn count_received(&mut self, _: u64, bytes: usize) {
        self.counters.bytes_received += bytes as u64;
    }

    fn count_sent(&mut self, _: u64, bytes: usize) {
        self.counters.bytes_sent += bytes as u64;
    }

    fn carried(&self) -> (u64, u64) {
        (self.counters.bytes_received, self.counters.bytes_sent)
    }
}

//! What all connections of one server share.

use super::{
    Counters, Extension, Keywords, Quirk, TranscriptLine, capability, fault::Faults, store::Account,
    token::Tokens,
};
use chrono::{DateTime, FixedOffset, TimeDelta};
use rustls::ServerConfig;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Waker,
};

/// 2026-01-01T00:00:00Z; every message that comes without a date is a second younger than the one before.
const FIRST_SECOND: i64 = 1_767_225_600;

pub(crate) type SharedWorld = Arc<Mutex<World>>;

pub(crate) struct World {
    pub(crate) settings: Settings,
    pub(crate) accounts: BTreeMap<String, Account>,
    pub(crate) faults: Faults,
    pub(crate) counters: Counters,
    pub(crate) tokens: Tokens,
    pub(crate) transcript: Vec<TranscriptLine>,
    /// Connections that are open.
    pub(crate) open: BTreeSet<u64>,
    seconds: i64,
    wakers: Vec<Waker>,
}

pub(crate) struct Settings {
    pub(crate) on: BTreeSet<Extension>,
    pub(crate) quirks: BTreeSet<Quirk>,
    pub(crate) delimiter: Option<char>,
    /// What personal names begin with, such as `INBOX.`.
    pub(crate) prefix: String,
    pub(crate) append_limit: Option<u64>,
    pub(crate) keywords: Keywords,
    pub(crate) most_connections: Option<usize>,
    pub(crate) refused_names: Vec<String>,
    pub(crate) refused_messages: Vec<Vec<u8>>,
    pub(crate) administrators: BTreeSet<String>,
    pub(crate) identity: Vec<(String, String)>,
    pub(crate) greeting: String,
    pub(crate) tls: Option<Arc<ServerConfig>>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            settings: Settings {
                on: capability::usual(),
                quirks: BTreeSet::new(),
                delimiter: Some('/'),
                prefix: String::new(),
                append_limit: None,
                keywords: Keywords::Any,
                most_connections: None,
                refused_names: Vec::new(),
                refused_messages: Vec::new(),
                administrators: BTreeSet::new(),
                identity: vec![("name".to_owned(), "omm-testkit".to_owned())],
                greeting: "mock server ready".to_owned(),
                tls: None,
            },
            accounts: BTreeMap::new(),
            faults: Faults::default(),
            counters: Counters::default(),
            tokens: Tokens::default(),
            transcript: Vec::new(),
            open: BTreeSet::new(),
            seconds: 0,
            wakers: Vec::new(),
        }
    }

    pub(crate) fn has(&self, extension: Extension) -> bool {
        self.settings.on.contains(&extension)
    }

    pub(crate) fn is_so(&self, quirk: Quirk) -> bool {
        self.settings.quirks.contains(&quirk)
    }

    pub(crate) fn account(&self, user: &str) -> Option<&Account> {
        self.accounts.get(user)
    }

    /// The time of an arrival that has none of its own.
    pub(crate) fn now(&mut self) -> DateTime<FixedOffset> {
        self.seconds += 1;
        let start = DateTime::from_timestamp(FIRST_SECOND, 0).unwrap_or_default();
        (start + TimeDelta::seconds(self.seconds)).fixed_offset()
    }

    /// Writes into the transcript; the oldest lines go when there are very many.
    pub(crate) fn note(&mut self, line: TranscriptLine) {
        const MOST: usize = 20_000;
        if self.transcript.len() >= MOST {
            self.transcript.drain(..MOST / 2);
        }
        self.transcript.push(line);
    }

    pub(crate) fn wake_later(&mut self, waker: &Waker) {
        if !self.wakers.iter().any(|own| own.will_wake(waker)) {
            self.wakers.push(waker.clone());
        }
    }

    /// Whoever waits for news of others.
    pub(crate) fn take_wakers(&mut self) -> Vec<Waker> {
        std::mem::take(&mut self.wakers)
    }
}

pub(crate) fn lock(world: &SharedWorld) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

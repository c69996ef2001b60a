//! What all connections of one server share.

use super::{Counters, Extension, Keywords, Quirk, capability, store::Account, token::Tokens};
use crate::mock::{self, Ground};
use chrono::{DateTime, FixedOffset, TimeDelta};
use rustls::ServerConfig;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

pub(crate) use crate::mock::lock;

/// 2026-01-01T00:00:00Z; every message that comes without a date is a second younger than the one before.
const FIRST_SECOND: i64 = 1_767_225_600;

pub(crate) type SharedWorld = mock::SharedWorld<World>;

pub(crate) struct World {
    pub(crate) settings: Settings,
    pub(crate) accounts: BTreeMap<String, Account>,
    pub(crate) ground: Ground,
    pub(crate) counters: Counters,
    pub(crate) tokens: Tokens,
    seconds: i64,
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
            ground: Ground::default(),
            counters: Counters::default(),
            tokens: Tokens::default(),
            seconds: 0,
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

    pub(crate) fn password(&self, user: &str) -> Option<&str> {
        self.accounts.get(user).map(|account| account.password.as_str())
    }

    /// The time of an arrival that has none of its own.
    pub(crate) fn now(&mut self) -> DateTime<FixedOffset> {
        self.seconds += 1;
        let start = DateTime::from_timestamp(FIRST_SECOND, 0).unwrap_or_default();
        (start + TimeDelta::seconds(self.seconds)).fixed_offset()
    }
}

impl mock::World for World {
    fn ground(&mut self) -> &mut Ground {
        &mut self.ground
    }

    fn tls(&self) -> Option<Arc<ServerConfig>> {
        self.settings.tls.clone()
    }

    fn count_received(&mut self, connection: u64, bytes: usize) {
        self.counters.count_received(connection, bytes);
    }

    fn count_sent(&mut self, connection: u64, bytes: usize) {
        self.counters.count_sent(connection, bytes);
    }

    fn carried(&self) -> (u64, u64) {
        (self.counters.bytes_received, self.counters.bytes_sent)
    }
}

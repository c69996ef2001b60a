//! What all connections of one server share.

use super::{Counters, Delegation, Extension, Quirk, capability, store::Maildrop};
use crate::mock::{self, Ground};
use rustls::ServerConfig;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

pub(crate) use crate::mock::lock;

pub(crate) type SharedWorld = mock::SharedWorld<World>;

pub(crate) struct World {
    pub(crate) settings: Settings,
    pub(crate) maildrops: BTreeMap<String, Maildrop>,
    /// Tokens that are good, and whose they are.
    pub(crate) tokens: BTreeMap<String, String>,
    pub(crate) ground: Ground,
    pub(crate) counters: Counters,
}

pub(crate) struct Settings {
    pub(crate) on: BTreeSet<Extension>,
    pub(crate) quirks: BTreeSet<Quirk>,
    pub(crate) administrators: BTreeSet<String>,
    pub(crate) delegations: Vec<Delegation>,
    pub(crate) most_connections: Option<usize>,
    pub(crate) greeting: String,
    pub(crate) implementation: String,
    pub(crate) login_delay: String,
    pub(crate) expire: String,
    pub(crate) tls: Option<Arc<ServerConfig>>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            settings: Settings {
                on: capability::usual(),
                quirks: BTreeSet::new(),
                administrators: BTreeSet::new(),
                delegations: Vec::new(),
                most_connections: None,
                greeting: "mock server ready".to_owned(),
                implementation: "omm-testkit".to_owned(),
                login_delay: "0".to_owned(),
                expire: "NEVER".to_owned(),
                tls: None,
            },
            maildrops: BTreeMap::new(),
            tokens: BTreeMap::new(),
            ground: Ground::default(),
            counters: Counters::default(),
        }
    }

    pub(crate) fn has(&self, extension: Extension) -> bool {
        self.settings.on.contains(&extension)
    }

    pub(crate) fn is_so(&self, quirk: Quirk) -> bool {
        self.settings.quirks.contains(&quirk)
    }

    /// The number in a quirk that has one.
    pub(crate) fn quirk<T>(&self, number: impl Fn(&Quirk) -> Option<T>) -> Option<T> {
        self.settings.quirks.iter().find_map(number)
    }

    pub(crate) fn password(&self, user: &str) -> Option<&str> {
        self.maildrops.get(user).map(|maildrop| maildrop.password.as_str())
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

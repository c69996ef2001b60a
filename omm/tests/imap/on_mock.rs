//! Accounts on the mock server, in virtual time.

use crate::world::ByName;
use futures::FutureExt;
use omm::core::model::{Digest, Flags, ItemKind};
use omm::core::seam::{Destination, Source};
use omm::{AccountSpec, Connector, CredentialRef, Tls, core::host::Env, core::model::FolderPath};
use omm_imap::ImapConnector;
use omm_testkit::{
    imap::{Extension, FolderSnapshot, MockAccount, MockImap},
    memory::{Seen, Snapshot},
    sim::SimRuntime,
    step_stop::{Account, World},
};
use std::{collections::BTreeMap, sync::Arc};

const USER: &str = "anna";
const WORD: &str = "geheim";

/// An account on a server that is `host` in virtual time.
pub(crate) struct OnMock {
    pub(crate) server: MockImap,
    host: &'static str,
}

/// A world of two mock servers.
pub(crate) type MockWorld = World<OnMock, OnMock, SimRuntime>;

/// A world in which both servers listen.
pub(crate) fn world(source: MockImap, destination: MockImap) -> MockWorld {
    let clock = SimRuntime::new();
    let on = |server: MockImap, host: &'static str| {
        // SCRAM is thousands of rounds of SHA-256, and a story logs in thousands of times.
        let server = server.user(USER, WORD).without(Extension::AuthScramSha256);
        clock.listen(host, 143, server.clone());
        OnMock { server, host }
    };
    let (source, destination) = (on(source, "old.example"), on(destination, "new.example"));
    World::with_clock(source, destination, clock)
}

impl OnMock {
    pub(crate) fn account(&self) -> MockAccount {
        self.server.account(USER)
    }

    fn spec(&self) -> AccountSpec {
        let mut spec = AccountSpec::new("imap", self.host);
        spec.login = USER.to_owned();
        spec.credentials = CredentialRef::Named(WORD.to_owned());
        spec.tls = Tls::Off;
        spec
    }
}

fn knowing(env: &Env) -> Env {
    let mut env = env.clone();
    env.credentials = Arc::new(ByName);
    env
}

impl Account for OnMock {
    fn open_source(&self, env: &Env) -> Arc<dyn Source> {
        let opened = ImapConnector.source(&self.spec(), &knowing(env)).now_or_never();
        opened.expect("nothing is waited for").expect("a good account").expect("a source")
    }

    fn open_destination(&self, env: &Env) -> Arc<dyn Destination> {
        let opened = ImapConnector.destination(&self.spec(), &knowing(env)).now_or_never();
        opened.expect("nothing is waited for").expect("a good account").expect("a destination")
    }

    fn contents(&self) -> Snapshot {
        Snapshot(self.account().snapshot().iter().map(seen).collect())
    }

    fn stable_id(&self, id: &str) -> String {
        // UIDVALIDITY is the server's own.
        id.rsplit(':').next().unwrap_or(id).to_owned()
    }
}

fn seen(folder: &FolderSnapshot) -> (FolderPath, BTreeMap<Seen, usize>) {
    let mut all: BTreeMap<Seen, usize> = BTreeMap::new();
    for message in &folder.messages {
        let seen = Seen {
            kind: ItemKind::Mail,
            digest: Digest::of(&message.bytes),
            flags: Flags::parse(&message.flags.join(" ")).to_string(),
            received: Some(message.received.to_rfc3339()),
        };
        *all.entry(seen).or_default() += 1;
    }
    (FolderPath::new(folder.name.split('/')), all)
}

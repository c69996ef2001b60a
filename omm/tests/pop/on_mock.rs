//! A maildrop on the mock server, in virtual time, and a destination in memory.

use crate::world::ByName;
use futures::FutureExt;
use omm::{
    AccountSpec, Connector, CredentialRef, Report, Tls,
    core::{
        host::Env,
        model::{Digest, FolderPath, ItemKind},
        seam::{Destination, Source},
    },
};
use omm_pop::PopConnector;
use omm_testkit::{
    memory::{MemoryAccount, Seen, Snapshot},
    pop::{Extension, MockMaildrop, MockMessage, MockPop},
    sim::SimRuntime,
    step_stop::{Account, Time, World},
};
use std::{collections::BTreeMap, sync::Arc};

const USER: &str = "anna";
const WORD: &str = "geheim";
const HOST: &str = "old.example";

/// An account on a server that is [`HOST`] in virtual time.
pub(crate) struct OnMock(pub(crate) MockPop);

pub(crate) type PopWorld = World<OnMock, MemoryAccount, SimRuntime>;

/// A world in which this server listens.
pub(crate) fn world(server: MockPop) -> PopWorld {
    let clock = SimRuntime::new();
    // SCRAM is thousands of rounds of SHA-256, and a story logs in thousands of times.
    let server = server.user(USER, WORD).without(Extension::AuthScramSha256);
    clock.listen(HOST, 110, server.clone());
    World::with_clock(OnMock(server), MemoryAccount::new(), clock)
}

/// The same with so many messages.
pub(crate) fn filled(server: MockPop, count: usize) -> PopWorld {
    let world = world(server);
    world.source.maildrop().add_all((1..=count).map(|number| mail(&number.to_string())));
    world
}

/// A message of its own, with a word in it to be known by.
pub(crate) fn mail(word: &str) -> MockMessage {
    MockMessage::new(format!(
        "Received: by mx; Fri, 1 Mar 2024 10:11:12 +0100\r\nFrom: a@example.org\r\nSubject: {word}\r\n\r\n.about {word}\r\n"
    ))
}

/// A whole run.
pub(crate) fn run(world: &PopWorld) -> Report {
    world.clock.run(world.migration().run()).expect("a run")
}

/// All that is at the source is at the destination, once; and the source is as it was.
pub(crate) fn check(world: &PopWorld, place: &str) {
    assert_eq!(world.destination.contents(), world.source.contents(), "{place}");
    assert_eq!(world.source.0.counters().messages_removed, 0, "{place}");
}

impl OnMock {
    pub(crate) fn maildrop(&self) -> MockMaildrop {
        self.0.maildrop(USER)
    }
}

impl Account for OnMock {
    fn open_source(&self, env: &Env) -> Arc<dyn Source> {
        let mut spec = AccountSpec::new("pop3", HOST);
        spec.login = USER.to_owned();
        spec.credentials = CredentialRef::Named(WORD.to_owned());
        spec.tls = Tls::Off;
        let mut env = env.clone();
        env.credentials = Arc::new(ByName);
        let opened = PopConnector.source(&spec, &env).now_or_never();
        opened.expect("nothing is waited for").expect("a good account").expect("a source")
    }

    fn open_destination(&self, _: &Env) -> Arc<dyn Destination> {
        unreachable!("POP3 is only read")
    }

    /// As it has to arrive: everything in INBOX, without flags, with the date that the header tells.
    fn contents(&self) -> Snapshot {
        let mut inbox: BTreeMap<Seen, usize> = BTreeMap::new();
        for message in self.maildrop().snapshot() {
            let is_dated = message.bytes.starts_with(b"Received:");
            let seen = Seen {
                kind: ItemKind::Mail,
                digest: Digest::of(&message.bytes),
                flags: String::new(),
                received: is_dated.then(|| "2024-03-01T10:11:12+01:00".to_owned()),
            };
            *inbox.entry(seen).or_default() += 1;
        }
        Snapshot(BTreeMap::from([(FolderPath::new(["INBOX"]), inbox)]))
    }
}

//! Accounts that outlive a killed run, on the mock server, in virtual time.

use crate::world::{ANN, Secrets, server};
use futures::FutureExt;
use omm_core::{
    host::Env,
    model::{Digest, FolderPath, ItemKind},
    seam::{AccountSpec, Connector, Destination, Source, Tls},
};
use omm_ews::EwsConnector;
use omm_testkit::{
    ews::{Element, Kind, MockEws, MockMailbox, Property, StoredAttachment, StoredItem},
    memory::{MemoryAccount, Seen, Snapshot},
    sim::SimRuntime,
    step_stop::{Account, World},
};
use std::{
    collections::BTreeMap,
    fmt::{self, Write},
    sync::Arc,
};

/// An account on a server that is `host` in virtual time.
#[derive(Debug)]
pub(crate) struct OnMock {
    pub(crate) server: MockEws,
    host: &'static str,
}

/// IntoMock Exchange.
pub(crate) type IntoMock = World<MemoryAccount, OnMock, SimRuntime>;
/// Out of Exchange.
pub(crate) type OutOfMock = World<OnMock, MemoryAccount, SimRuntime>;

/// From one Exchange to another.
pub(crate) type Between = World<OnMock, OnMock, SimRuntime>;

/// From one server into another.
pub(crate) fn between(source: MockEws, destination: MockEws) -> Between {
    let clock = SimRuntime::new();
    let source = OnMock::listening(source, "old.example", &clock);
    let destination = OnMock::listening(destination, "new.example", &clock);
    World::with_clock(source, destination, clock)
}

/// Another migration between the same servers at the same time, which knows nothing of the first.
pub(crate) fn beside(world: &Between) -> Between {
    let listening = |account: &OnMock| OnMock::listening(account.server.clone(), account.host, &world.clock);
    World::with_clock(listening(&world.source), listening(&world.destination), world.clock.clone())
}

/// From an account in memory into a server.
pub(crate) fn into(source: MemoryAccount, destination: MockEws) -> IntoMock {
    let clock = SimRuntime::new();
    let destination = OnMock::listening(destination, "new.example", &clock);
    World::with_clock(source, destination, clock)
}

/// From a server into an empty account in memory.
pub(crate) fn out_of(source: MockEws) -> OutOfMock {
    let clock = SimRuntime::new();
    let source = OnMock::listening(source, "old.example", &clock);
    World::with_clock(source, MemoryAccount::new(), clock)
}

impl OnMock {
    fn listening(server: MockEws, host: &'static str, clock: &SimRuntime) -> Self {
        clock.listen(host, 80, server.clone());
        Self { server, host }
    }

    pub(crate) fn account(&self) -> MockMailbox {
        self.server.mailbox(ANN)
    }

    fn spec(&self) -> AccountSpec {
        let mut spec = AccountSpec::new("ews", format!("http://{}/EWS/Exchange.asmx", self.host));
        (spec.login, spec.tls) = (ANN.to_owned(), Tls::Off);
        spec
    }
}

impl Default for OnMock {
    fn default() -> Self {
        Self { server: server(), host: "mock.example" }
    }
}

fn knowing(env: &Env) -> Env {
    let mut env = env.clone();
    env.credentials = Arc::new(Secrets);
    env
}

impl Account for OnMock {
    fn open_source(&self, env: &Env) -> Arc<dyn Source> {
        let (connector, spec, env) = (EwsConnector::new(), self.spec(), knowing(env));
        let opened = connector.source(&spec, &env).now_or_never();
        opened.expect("nothing is waited for").expect("a good account").expect("a source")
    }

    fn open_destination(&self, env: &Env) -> Arc<dyn Destination> {
        let (connector, spec, env) = (EwsConnector::new(), self.spec(), knowing(env));
        let opened = connector.destination(&spec, &env).now_or_never();
        opened.expect("nothing is waited for").expect("a good account").expect("a destination")
    }

    /// What its user sees: what was deleted so that it can be recovered is not in it.
    fn contents(&self) -> Snapshot {
        let account = self.account();
        let mut all = BTreeMap::new();
        let is_shown = |path: &str| !["Recoverable Items", "Finder"].iter().any(|own| path.starts_with(own));
        for folder in account.folders().iter().filter(|folder| is_shown(&folder.path)) {
            let mut seen: BTreeMap<Seen, usize> = BTreeMap::new();
            for item in account.items(&folder.path) {
                *seen.entry(self::seen(&item)).or_default() += 1;
            }
            all.insert(FolderPath::new(folder.path.split('/')), seen);
        }
        Snapshot(all)
    }
}

/// Everything of an item but ids; where others are told apart by a digest, its subject is to be read.
fn seen(item: &StoredItem) -> Seen {
    let kind = match item.kind {
        Kind::Contact | Kind::DistributionList => ItemKind::Contact,
        Kind::CalendarItem => ItemKind::Event,
        Kind::Task => ItemKind::Task,
        _ if item.class.starts_with("IPM.StickyNote") => ItemKind::Note,
        _ => ItemKind::Mail,
    };
    let mut text = String::new();
    say(&mut text, item).expect("a string takes everything");
    let word = item.text("Subject").or(item.text("DisplayName")).unwrap_or_default();
    let mark = item.properties.iter().find(|property| property.name.name.as_deref() == Some("omm-mark"));
    let flags = format!("{word} {} files {}", mark.map(marked).unwrap_or_default(), item.attachments.len());
    Seen { kind, digest: Digest::of(text.as_bytes()), flags, received: None }
}

fn say(text: &mut String, item: &StoredItem) -> fmt::Result {
    writeln!(text, "{} {:?} {:?}", item.class, item.fields, item.mime)?;
    for property in &item.properties {
        match property.name.name.as_deref() {
            Some("omm-mark") => writeln!(text, "{}", marked(property))?,
            // When it was put there.
            Some("omm-seal") => {}
            _ => writeln!(text, "{property:?}")?,
        }
    }
    for StoredAttachment { fields, bytes, .. } in &item.attachments {
        let fields: Vec<&Element> = fields.iter().filter(|field| field.name != "LastModifiedTime").collect();
        writeln!(text, "{fields:?} {bytes:?}")?;
    }
    writeln!(text, "{:?} {:?}", item.occurrences, item.deleted)
}

/// A mark names the first of several items by its id, which is another after each play.
fn marked(mark: &Property) -> String {
    let text = mark.values.first().cloned().unwrap_or_default();
    match text.strip_prefix("1 with ").and_then(|rest| rest.split_once(' ')) {
        Some((place, _)) => format!("1 with {place}"),
        None => text,
    }
}

//! A source on a server in memory.

use futures::StreamExt;
use omm_core::{
    error::Result,
    host::{BoxFuture, CredentialProvider, CredentialRef, Env, Secret},
    model::{Cursor, Folder, Intake, Item, ItemMeta, SourceFolderId, SourceItemId},
    seam::{AccountSpec, Change, ChangePage, Connector, Coverage, Source, Tls},
};
use omm_pop::PopConnector;
use omm_testkit::{
    pop::{Counters, Extension, MockMessage, MockPop},
    sim::{self, Listener, SimRuntime},
};
use std::sync::Arc;

pub(crate) const HOST: &str = "mock.example";
pub(crate) const PASSWORD: &str = "geheim";

/// Takes the name for the password: it opens nothing but a server in memory.
pub(crate) struct ByName;

impl CredentialProvider for ByName {
    fn secret<'a>(
        &'a self,
        reference: &'a CredentialRef,
        _: &'a str,
        _: &'a str,
    ) -> BoxFuture<'a, Result<Secret>> {
        let CredentialRef::Named(password) = reference else { unreachable!("every account here has one") };
        Box::pin(std::future::ready(Ok(Secret::new(password.clone()))))
    }
}

/// A server with one user, to be filled before somebody looks.
pub(crate) fn server() -> MockPop {
    // SCRAM is slow in tests, and has tests of its own.
    MockPop::new().user("ann", PASSWORD).without(Extension::AuthScramSha256)
}

/// The same with so many messages.
pub(crate) fn filled(server: MockPop, count: usize) -> MockPop {
    server.maildrop("ann").add_all((1..=count).map(|number| mail(&number.to_string())));
    server
}

/// A message with a subject, and with lines that begin with a dot.
pub(crate) fn mail(subject: &str) -> MockMessage {
    MockMessage::new(format!("Subject: {subject}\r\n\r\n.{subject}\r\n..\r\n"))
}

/// The account of ann, in the clear.
pub(crate) fn spec() -> AccountSpec {
    let mut spec = AccountSpec::new("pop3", format!("{HOST}:110"));
    spec.login = "ann".to_owned();
    spec.credentials = CredentialRef::Named(PASSWORD.to_owned());
    spec.tls = Tls::Off;
    spec
}

pub(crate) fn with(change: impl FnOnce(&mut AccountSpec)) -> AccountSpec {
    let mut spec = spec();
    change(&mut spec);
    spec
}

pub(crate) fn auth(way: &str) -> AccountSpec {
    with(|spec| drop(spec.options.insert("auth".to_owned(), way.to_owned())))
}

/// A machine where a server listens.
pub(crate) struct World {
    pub(crate) runtime: SimRuntime,
    pub(crate) env: Env,
    pub(crate) source: Arc<dyn Source>,
}

impl World {
    pub(crate) fn new(server: &MockPop) -> Self {
        Self::with(server.clone(), &spec())
    }

    pub(crate) fn with(listener: impl Listener + 'static, spec: &AccountSpec) -> Self {
        let runtime = SimRuntime::new();
        runtime.listen(HOST, 110, listener);
        let mut env = Env::new(runtime.shared());
        env.credentials = Arc::new(ByName);
        let source = sim::run(&runtime, open(spec, &env));
        Self { runtime, env, source }
    }

    pub(crate) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        sim::run(&self.runtime, future)
    }

    pub(crate) fn folders(&self) -> Result<Vec<Folder>> {
        self.run(self.source.folders())
    }

    pub(crate) fn inbox(&self) -> Folder {
        self.folders().expect("the folders").pop().expect("a folder")
    }

    pub(crate) fn page(&self, since: Option<&Cursor>) -> Result<ChangePage> {
        self.run(self.source.changes(&SourceFolderId::new("INBOX"), since))
    }

    /// A whole listing, and the last cursor.
    pub(crate) fn listed(&self) -> (Vec<ItemMeta>, Cursor) {
        let (mut metas, mut since) = (Vec::new(), None);
        for _ in 0..1000 {
            let page = self.page(since.as_ref()).expect("a page");
            assert_eq!(page.coverage, Coverage::Listing);
            metas.extend(page.changes.into_iter().map(|change| match change {
                Change::Present(meta) => meta,
                other => panic!("{other:?} in a listing"),
            }));
            if !page.more {
                return (metas, page.next);
            }
            since = Some(page.next);
        }
        panic!("it never ends");
    }

    pub(crate) fn ids(&self) -> Vec<SourceItemId> {
        self.listed().0.into_iter().map(|meta| meta.id).collect()
    }

    /// Fetches, in the order of the answers.
    pub(crate) fn fetch(&self, ids: &[SourceItemId]) -> Vec<(SourceItemId, Result<Item>)> {
        self.run(async {
            let intake = Intake::new(&self.env, self.env.memory.reserve(8 << 20).await);
            let folder = SourceFolderId::new("INBOX");
            let answers: Vec<_> = self.source.fetch(&folder, ids, &intake).collect().await;
            answers.into_iter().map(|answer| (answer.id, answer.item)).collect()
        })
    }

    /// The bytes of one item.
    pub(crate) fn body(&self, item: &Item) -> Vec<u8> {
        self.run(item.body.to_bytes(u64::MAX)).expect("its bytes").to_vec()
    }

    /// What all of these say, which must all be there.
    pub(crate) fn bodies(&self, ids: &[SourceItemId]) -> Vec<String> {
        let items = self
            .fetch(ids)
            .into_iter()
            .map(|(id, item)| item.unwrap_or_else(|error| panic!("{id}: {error}")));
        items.map(|item| String::from_utf8_lossy(&self.body(&item)).into_owned()).collect()
    }
}

/// How often somebody tried.
pub(crate) fn tries(server: &MockPop) -> u64 {
    let counters = server.counters();
    counters.command("PASS") + counters.command("APOP") + counters.command("AUTH")
}

/// What was done by a piece of work.
pub(crate) fn counted<T>(server: &MockPop, work: impl FnOnce() -> T) -> (T, Counters) {
    server.reset_counters();
    let answer = work();
    (answer, server.counters())
}

pub(crate) async fn open(spec: &AccountSpec, env: &Env) -> Arc<dyn Source> {
    let source = PopConnector.source(spec, env).await.expect("a good specification");
    source.expect("POP3 can be read")
}

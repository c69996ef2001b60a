//! A source on a server in memory.

use futures::StreamExt;
use omm_core::{
    error::Result,
    host::{BoxFuture, CredentialProvider, CredentialRef, Env, Secret},
    model::{Cursor, Folder, Intake, Item, ItemMeta, SourceFolderId, SourceItemId},
    seam::{AccountSpec, Change, ChangePage, Connector, Coverage, Source, Tls},
};
use omm_imap::ImapConnector;
use omm_testkit::{
    imap::{Counters, Extension, MockImap, MockMessage},
    mailbox::Mailbox,
    sim::{self, SimRuntime},
};
use std::sync::Arc;

/// Whoever asks gets it: it opens nothing but a server in memory.
struct Secrets;

impl CredentialProvider for Secrets {
    fn secret<'a>(&'a self, _: &'a CredentialRef, _: &'a str, _: &'a str) -> BoxFuture<'a, Result<Secret>> {
        Box::pin(std::future::ready(Ok(Secret::new("secret".to_owned()))))
    }
}

/// A server with one user, to be filled before somebody looks.
pub(crate) fn server() -> MockImap {
    // SCRAM is slow in tests, and has tests of its own.
    MockImap::new().user("ann", "secret").without(Extension::AuthScramSha256)
}

/// A message with a subject.
pub(crate) fn mail(subject: &str) -> MockMessage {
    MockMessage::new(format!("Subject: {subject}\r\n\r\n{subject}\r\n"))
}

/// A server, and a source on it.
pub(crate) struct World {
    pub(crate) server: MockImap,
    pub(crate) runtime: SimRuntime,
    pub(crate) env: Env,
    pub(crate) source: Arc<dyn Source>,
}

impl World {
    pub(crate) fn new(server: MockImap) -> Self {
        let runtime = SimRuntime::new();
        runtime.listen("mock.example", 143, server.clone());
        let mut env = Env::new(runtime.shared());
        env.credentials = Arc::new(Secrets);
        let source = sim::run(&runtime, open(&env));
        Self { server, runtime, env, source }
    }

    /// The same server, as a process sees it that starts anew.
    pub(crate) fn restarted(&self) -> Self {
        Self::new(self.server.clone())
    }

    /// Another source on whatever listens now.
    pub(crate) fn another_source(&self) -> Arc<dyn Source> {
        sim::run(&self.runtime, open(&self.env))
    }

    pub(crate) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        sim::run(&self.runtime, future)
    }

    pub(crate) fn folders(&self) -> Vec<Folder> {
        self.run(self.source.folders()).expect("the folders")
    }

    pub(crate) fn folder(&self, path: &str) -> Folder {
        let found = self.folders().into_iter().find(|folder| folder.path.to_string() == path);
        found.unwrap_or_else(|| panic!("there is no folder {path}"))
    }

    pub(crate) fn page(&self, folder: &Folder, since: Option<&Cursor>) -> Result<ChangePage> {
        self.run(self.source.changes(&folder.id, since))
    }

    /// Every page, and the last cursor.
    pub(crate) fn pages(&self, folder: &Folder, since: Option<Cursor>) -> (Vec<Change>, Coverage, Cursor) {
        let (mut changes, mut since) = (Vec::new(), since);
        for _ in 0..1000 {
            let page = self.page(folder, since.as_ref()).expect("a page");
            changes.extend(page.changes);
            if !page.more {
                return (changes, page.coverage, page.next);
            }
            since = Some(page.next);
        }
        panic!("it never ends");
    }

    /// A whole listing.
    pub(crate) fn listed(&self, path: &str) -> (Vec<ItemMeta>, Cursor) {
        let (changes, coverage, cursor) = self.pages(&self.folder(path), None);
        assert_eq!(coverage, Coverage::Listing);
        let meta = |change| match change {
            Change::Present(meta) => meta,
            other => panic!("{other:?} in a listing"),
        };
        (changes.into_iter().map(meta).collect(), cursor)
    }

    /// Fetches, in the order of the answers.
    pub(crate) fn fetch(
        &self,
        folder: &SourceFolderId,
        ids: &[SourceItemId],
    ) -> Vec<(SourceItemId, Result<Item>)> {
        self.run(async {
            let intake = Intake::new(&self.env, self.env.memory.reserve(8 << 20).await);
            let answers: Vec<_> = self.source.fetch(folder, ids, &intake).collect().await;
            answers.into_iter().map(|answer| (answer.id, answer.item)).collect()
        })
    }

    /// The bytes of one item.
    pub(crate) fn body(&self, item: &Item) -> Vec<u8> {
        self.run(item.body.to_bytes(u64::MAX)).expect("its bytes").to_vec()
    }

    /// What was done by a piece of work.
    pub(crate) fn counted<T>(&self, work: impl FnOnce() -> T) -> (T, Counters) {
        self.server.reset_counters();
        let answer = work();
        (answer, self.server.counters())
    }
}

async fn open(env: &Env) -> Arc<dyn Source> {
    let mut spec = AccountSpec::new("imap", "mock.example:143");
    spec.login = "ann".to_owned();
    spec.tls = Tls::Off;
    let source = ImapConnector.source(&spec, env).await.expect("a source");
    source.expect("IMAP can be read")
}

/// Ids of messages.
pub(crate) fn ids(validity: u32, uids: impl IntoIterator<Item = u32>) -> Vec<SourceItemId> {
    uids.into_iter().map(|uid| SourceItemId::new(format!("{validity}:{uid}"))).collect()
}

/// Puts a mailbox on a server whose names are separated by `|`, which no name in it holds.
pub(crate) fn filled(server: MockImap, mailbox: &Mailbox) -> MockImap {
    let server = server.delimiter(Some('|'));
    let account = server.account("ann");
    for folder in &mailbox.folders {
        let name = folder.path.segments().collect::<Vec<_>>().join("|");
        account.add_folder(&name);
        for item in &folder.items {
            let mut message = MockMessage::new(item.bytes.clone());
            message.received = item.received;
            message.flags = item.flags.to_string().split_whitespace().map(str::to_owned).collect();
            account.add(&name, message);
        }
    }
    server
}

/// The same executor for what opens accounts itself.
pub(crate) async fn opened(server: MockImap, runtime: &SimRuntime, port: u16) -> (Arc<dyn Source>, Env) {
    runtime.listen("mock.example", port, server);
    let mut env = Env::new(runtime.shared());
    env.credentials = Arc::new(Secrets);
    let mut spec = AccountSpec::new("imap", format!("mock.example:{port}"));
    spec.login = "ann".to_owned();
    spec.tls = Tls::Off;
    let source = ImapConnector.source(&spec, &env).await.expect("a source");
    (source.expect("IMAP can be read"), env)
}

//! A mailbox on a mock server, and whole runs into it and out of it.

use crate::world::World;
use omm::{AccountSpec, CredentialRef, Known, Listener, Options, Report, Stop, Tls};
use omm_testkit::ews::{EwsRequest, MockEws, Served};
use std::path::Path;

pub(crate) const USER: &str = "ann@example.com";
pub(crate) const PASSWORD: &str = "geheim";

/// A server with one mailbox, on a port of the loopback.
pub(crate) struct Mailbox {
    pub(crate) server: MockEws,
    served: Served,
}

impl Mailbox {
    pub(crate) fn new() -> Self {
        let server = MockEws::new().user(USER, PASSWORD);
        let served = server.serve().expect("a free port");
        Self { server, served }
    }

    pub(crate) fn port(&self) -> u16 {
        self.served.port()
    }

    /// As the SDK is told of it.
    pub(crate) fn spec(&self) -> AccountSpec {
        let mut spec = AccountSpec::new("ews", format!("http://127.0.0.1:{}/EWS/Exchange.asmx", self.port()));
        spec.login = USER.to_owned();
        spec.credentials = CredentialRef::Named(PASSWORD.to_owned());
        spec.tls = Tls::Off;
        spec
    }

    /// No message left the server, and no request could have made it send one.
    pub(crate) fn has_sent_nothing(&self) {
        assert_eq!(self.server.outbox(), []);
        let requests = self.server.requests();
        assert!(requests.len() > 10, "{} requests", requests.len());
        let loud = requests.iter().find(|request| EwsRequest::may_send(request));
        assert!(loud.is_none(), "{loud:?}");
    }
}

/// Files in a folder, or a data file.
pub(crate) fn files(path: &Path) -> AccountSpec {
    AccountSpec::new("files", path.to_string_lossy())
}

/// A tree of folders that a run fills.
pub(crate) fn dir(path: &Path) -> AccountSpec {
    AccountSpec::new("dir", path.to_string_lossy())
}

/// A whole run in which nothing fails; a second one finds nothing to do.
pub(crate) fn migrate(world: &World, from: &AccountSpec, to: &AccountSpec) -> Report {
    migrate_with(world, from, to, &Options::default())
}

/// The same, as these options say.
pub(crate) fn migrate_with(world: &World, from: &AccountSpec, to: &AccountSpec, options: &Options) -> Report {
    let first = run(world, from, to, options);
    assert_eq!(first.totals.failed, 0, "{first}");
    assert!(first.totals.adds_up() && first.totals.copied > 0, "{first}");
    let second = run(world, from, to, options);
    assert_eq!((second.totals.copied, second.totals.failed), (0, 0), "{second}");
    assert_eq!(second.totals.already_there, first.totals.copied, "{second}");
    first
}

fn run(world: &World, from: &AccountSpec, to: &AccountSpec, options: &Options) -> Report {
    let run = async {
        let session = world.omm().migrate(from, to, options.clone(), Known::Continue).await?;
        let report = session.run(Listener::none(), Stop::new()).await;
        session.close().await?;
        report
    };
    world.run(run).expect("a whole run")
}

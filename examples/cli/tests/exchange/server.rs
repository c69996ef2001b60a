//! Mailboxes on servers of ours, and the program told of them.

use crate::world::World;
use omm_testkit::{
    ca::TestCa,
    ews::{MockEws, Served},
};
use std::{fs, process::Command};

pub(crate) const ANN: &str = "ann@example.com";
pub(crate) const ADMIN: &str = "admin@example.com";
pub(crate) const PASSWORD: &str = "secret";

/// A server on the loopback.
pub(crate) struct Exchange {
    pub(crate) mock: MockEws,
    pub(crate) served: Served,
    scheme: &'static str,
}

/// A server with Ann's mailbox.
pub(crate) fn with_ann() -> MockEws {
    MockEws::new().user(ANN, PASSWORD)
}

impl Exchange {
    pub(crate) fn in_the_clear(mock: MockEws) -> Self {
        let served = mock.serve().unwrap();
        Self { mock, served, scheme: "http" }
    }

    /// With a certificate of an authority that the program may be told of.
    pub(crate) fn over_tls(mock: MockEws, ca: &TestCa) -> Self {
        let served = mock.serve_tls(ca.issue_for_loopback().server_config()).unwrap();
        Self { mock, served, scheme: "https" }
    }

    /// Ann's mailbox there.
    pub(crate) fn address(&self) -> String {
        self.address_of(ANN, "/EWS/Exchange.asmx")
    }

    pub(crate) fn address_of(&self, login: &str, path: &str) -> String {
        format!("ews:{}://{login}@127.0.0.1:{}{path}", self.scheme, self.served.port())
    }
}

/// A world whose `ca.pem` is the authority's.
pub(crate) fn trusting(ca: &TestCa) -> World {
    let world = World::new();
    fs::write(world.path("ca.pem"), ca.pem()).unwrap();
    world
}

/// Two mailboxes, both passwords from a variable.
pub(crate) fn between(world: &World, command: &str, from: &str, to: &str) -> Command {
    let mut omm = world.command(&[command, from, to]);
    omm.args(["--source-password-env", "FROM_WORD", "--destination-password-env", "TO_WORD"]);
    omm.env("FROM_WORD", PASSWORD).env("TO_WORD", PASSWORD);
    omm
}

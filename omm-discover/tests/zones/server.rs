//! From a word of the table to a server that listens.

use crate::{
    connection::{Scripted, Talk},
    talks::{Mail, Pages, Silent, Web},
};
use omm_core::host::Connection;
use omm_testkit::{
    ca::{TestCa, Validity},
    sim::{Listener, SimRuntime},
};
use rustls::ServerConfig;
use std::sync::{Arc, Mutex};

pub(crate) struct Server {
    make: Box<dyn Fn() -> Box<dyn Talk> + Send + Sync>,
    is_tls: bool,
    config: Arc<ServerConfig>,
    /// Everything that any server of this world heard.
    heard: Arc<Mutex<Vec<u8>>>,
}

const IMAP: &str = "* OK ready";
const POP3: &str = "+OK ready";

impl Server {
    /// `imap`, `pop3-stls`, `imap-expired` …
    pub(crate) fn of_word(word: &str, host: &str, ca: &TestCa, heard: &Arc<Mutex<Vec<u8>>>) -> Self {
        let (protocol, how) = word.split_once('-').unwrap_or((word, ""));
        let (name, validity) = match how {
            "expired" => (host, Validity::Expired),
            "wrongname" => ("somebody.else.example", Validity::Current),
            _ => (host, Validity::Current),
        };
        let stranger = TestCa::new();
        let issuer = if how == "stranger" { &stranger } else { ca };
        let config = issuer.issue(&[name], validity).server_config();
        let offers_tls = matches!(how, "starttls" | "stls" | "starttlsexpired" | "injected");
        let config = if how == "starttlsexpired" {
            ca.issue(&[host], Validity::Expired).server_config()
        } else {
            config
        };
        let is_tls = !offers_tls && how != "clear" && protocol != "silent";
        let make: Box<dyn Fn() -> Box<dyn Talk> + Send + Sync> = match (protocol, how) {
            ("silent", _) => Box::new(|| Box::new(Silent)),
            ("imap", "bye") => Box::new(|| Box::new(Mail::new("* BYE too many connections", false))),
            ("imap", "injected") => {
                Box::new(|| Box::new(Mail { is_injected: true, ..Mail::new(IMAP, true) }))
            }
            ("imap", _) => Box::new(move || Box::new(Mail::new(IMAP, offers_tls))),
            ("pop3", _) => Box::new(move || Box::new(Mail::new(POP3, offers_tls))),
            (other, _) => panic!("there is no server {other}"),
        };
        Self { make, is_tls, config, heard: Arc::clone(heard) }
    }

    pub(crate) fn web(
        pages: Pages,
        host: &str,
        is_tls: bool,
        ca: &TestCa,
        heard: &Arc<Mutex<Vec<u8>>>,
    ) -> Self {
        let config = ca.issue(&[host], Validity::Current).server_config();
        let make: Box<dyn Fn() -> Box<dyn Talk> + Send + Sync> =
            Box::new(move || Box::new(Web { pages: Arc::clone(&pages), asked: String::new() }));
        Self { make, is_tls, config, heard: Arc::clone(heard) }
    }
}

impl Listener for Server {
    fn accept(&self, _: &SimRuntime) -> std::io::Result<Box<dyn Connection>> {
        Ok(Box::new(Scripted::new((self.make)(), self.is_tls, &self.config, &self.heard)))
    }
}

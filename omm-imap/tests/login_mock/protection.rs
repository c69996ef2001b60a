//! TLS, and what happens to who wants to keep us from it. In virtual time.

use crate::world::{HOST, World, server, spec, tries, with};
use omm_core::{
    error::ErrorKind,
    seam::{AccountSpec, Tls},
};
use omm_testkit::{
    ca::{Issued, TestCa, Validity},
    imap::{Act, Fault, ImplicitTls, MockImap, When},
};

/// An authority, and a file with its certificate.
struct Authority {
    ca: TestCa,
    file: tempfile::NamedTempFile,
}

impl Authority {
    fn new() -> Self {
        let ca = TestCa::new();
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), ca.pem()).expect("it can be written");
        Self { ca, file }
    }

    fn certificate(&self) -> Issued {
        self.ca.issue(&[HOST], Validity::Current)
    }

    fn spec(&self, tls: Tls) -> AccountSpec {
        with(|spec| {
            spec.tls = tls;
            spec.ca_file = Some(self.file.path().to_owned());
        })
    }
}

#[test]
fn tls_of_both_kinds() {
    let authority = Authority::new();
    let implicit = World::new(ImplicitTls(server(), authority.certificate().server_config()));
    assert_eq!(implicit.enter(&authority.spec(Tls::Required)).expect("TLS"), 1);
    let server = server().tls(authority.certificate().server_config());
    let later = World::new(server.clone());
    assert_eq!(later.enter(&authority.spec(Tls::StartTls)).expect("TLS"), 1);
    let commands: Vec<String> =
        server.transcript_text().lines().filter(|line| line.starts_with('C')).map(str::to_owned).collect();
    assert!(commands[0].contains("STARTTLS"), "{commands:?}");
    // RFC 9051 §6.2.1: what was offered in the clear is asked for anew.
    assert!(commands[1].contains("CAPABILITY"), "{commands:?}");
}

/// Kills: a login in the clear when TLS was wanted, whoever says that there is none.
#[test]
fn there_is_no_way_round_starttls() {
    let authority = Authority::new();
    let preauth = Fault::new(When::Connection(1), Act::Say(b"* PREAUTH welcome\r\n".to_vec()));
    let refusing = Fault::at("STARTTLS", 1, Act::No("not today".to_owned()));
    let servers: [(MockImap, ErrorKind); 3] = [
        (server(), ErrorKind::Config),
        (server().tls(authority.certificate().server_config()).fault(preauth), ErrorKind::Config),
        (server().tls(authority.certificate().server_config()).fault(refusing), ErrorKind::Config),
    ];
    for (server, kind) in servers {
        let error = World::new(server.clone()).enter(&authority.spec(Tls::StartTls)).expect_err("no TLS");
        assert_eq!((error.kind(), tries(&server)), (kind, 0), "{error}");
        assert_eq!(error.operation(), "start TLS", "{error}");
    }
}

/// Kills CVE-2011-0411 and its like: what was put behind the answer to STARTTLS in the clear is believed after it.
#[test]
fn answers_put_behind_starttls_end_the_connection() {
    let authority = Authority::new();
    let injected = b"a1 OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n".to_vec();
    let server = server().tls(authority.certificate().server_config()).fault(Fault::at(
        "STARTTLS",
        1,
        Act::Say(injected),
    ));
    let error = World::new(server.clone()).enter(&authority.spec(Tls::StartTls)).expect_err("an injection");
    assert_eq!((error.kind(), tries(&server)), (ErrorKind::Protocol, 0), "{error}");
}

/// Kills: habits that are learnt from whoever wrote the greeting before TLS.
#[test]
fn a_greeting_before_tls_teaches_nothing() {
    let authority = Authority::new();
    let server = server().named("Courier-IMAP ready.", "Mock").tls(authority.certificate().server_config());
    let world = World::new(server.clone());
    let source = world.source(&authority.spec(Tls::StartTls));
    let folders = world.run(source.folders()).expect("folders");
    world.run(source.changes(&folders[0].id, None)).expect("a page");
    assert_eq!((server.counters().command("EXAMINE"), server.counters().command("SELECT")), (1, 0));
}

#[test]
fn a_server_in_the_clear_is_taken_only_on_request() {
    let error = World::new(server()).enter(&with(|spec| spec.tls = Tls::Required)).expect_err("no TLS");
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    assert_eq!(World::new(server()).enter(&spec()).expect("asked for"), 1);
}

//! TLS, and what happens to who wants to keep us from it. In virtual time.

use crate::world::{HOST, World, server, spec, with};
use omm_core::{
    error::{ErrorKind, Result},
    seam::{AccountSpec, Tls},
};
use omm_testkit::{
    ca::{Issued, TestCa, Validity},
    pop::{Act, Extension, Fault, ImplicitTls, MockPop},
    sim::Listener,
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

    fn server(&self) -> MockPop {
        server().tls(self.certificate().server_config())
    }
}

fn enter(listener: impl Listener + 'static, spec: &AccountSpec) -> Result<usize> {
    Ok(World::with(listener, spec).folders()?.len())
}

fn logins(server: &MockPop) -> u64 {
    let counters = server.counters();
    ["USER", "PASS", "APOP", "AUTH"].iter().map(|verb| counters.command(verb)).sum()
}

#[test]
fn tls_of_both_kinds() {
    let authority = Authority::new();
    let implicit = ImplicitTls(server(), authority.certificate().server_config());
    assert_eq!(enter(implicit, &authority.spec(Tls::Required)).expect("TLS"), 1);
    let server = authority.server();
    assert_eq!(enter(server.clone(), &authority.spec(Tls::StartTls)).expect("TLS"), 1);
    let text = server.transcript_text();
    let commands: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with('C'))
        .filter_map(|line| line.split(": ").nth(1))
        .collect();
    // RFC 2595 §4: what was offered in the clear is asked for anew; and after the login once more (RFC 2449 §5).
    let expected = ["STLS", "CAPA", "UTF8", "AUTH PLAIN ...", "CAPA", "LIST", "UIDL"];
    assert_eq!(commands[..7], expected, "{commands:?}");
}

/// Over TLS nobody listens, and APOP would only ask the server to keep the password in the clear.
#[test]
fn apop_is_for_the_clear() {
    let authority = Authority::new();
    let server = authority.server().without(Extension::AuthPlain).without(Extension::AuthLogin);
    enter(server.clone(), &authority.spec(Tls::StartTls)).expect("TLS");
    assert_eq!((server.counters().command("PASS"), server.counters().command("APOP")), (1, 0));
}

/// Kills: a login in the clear when TLS was wanted, whoever says that there is none.
#[test]
fn there_is_no_way_round_stls() {
    let authority = Authority::new();
    let refusing = Fault::at("STLS", 1, Act::No("not today".to_owned()));
    for server in [server(), server().without(Extension::Capa), authority.server().fault(refusing)] {
        let error = enter(server.clone(), &authority.spec(Tls::StartTls)).expect_err("no TLS");
        assert_eq!((error.kind(), logins(&server)), (ErrorKind::Config, 0), "{error}");
        assert_eq!(error.operation(), "start TLS", "{error}");
        assert!(error.to_string().contains("pop3s://"), "{error}");
    }
}

/// Kills CVE-2011-0411 and its like: what was put behind the answer to STLS in the clear is believed after it.
#[test]
fn answers_put_behind_stls_end_the_connection() {
    let authority = Authority::new();
    let injected = b"+OK begin\r\n+OK\r\nSASL PLAIN\r\n.\r\n".to_vec();
    let server = authority.server().fault(Fault::at("STLS", 1, Act::Say(injected)));
    let error = enter(server.clone(), &authority.spec(Tls::StartTls)).expect_err("an injection");
    assert_eq!((error.kind(), logins(&server)), (ErrorKind::Protocol, 0), "{error}");
}

#[test]
fn a_server_in_the_clear_is_taken_only_on_request() {
    let error = enter(server(), &with(|spec| spec.tls = Tls::Required)).expect_err("no TLS");
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    assert!(error.to_string().contains("pop3://"), "{error}");
    assert_eq!(enter(server(), &spec()).expect("asked for"), 1);
}

#[test]
fn a_certificate_for_somebody_else_ends_it_before_the_login() {
    let authority = Authority::new();
    let server = server().tls(authority.ca.issue(&["other.example"], Validity::Current).server_config());
    let error = enter(server.clone(), &authority.spec(Tls::StartTls)).expect_err("another name");
    assert_eq!((error.kind(), logins(&server)), (ErrorKind::Unreachable, 0), "{error}");
}

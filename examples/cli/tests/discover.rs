//! `omm discover` and `auto:`: a name server and mail servers on the loopback, the program told of an address.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

mod world;

use omm_testkit::{
    ca::{Issued, TestCa, Validity},
    dns::{DnsServer, Zone},
    imap::{MockImap, MockMessage, Served},
};
use serde_json::Value;
use std::{fs, process::Command};
use world::{End, World, text};

const WORD: &str = "canary-4711";

/// A domain with one IMAP server, which shows a certificate.
struct Domain {
    world: World,
    names: DnsServer,
    mock: MockImap,
    served: Served,
}

impl Domain {
    fn new(records: &str, show: impl Fn(&TestCa) -> Issued) -> Self {
        let (world, ca) = (World::new(), TestCa::new());
        fs::write(world.path("ca.pem"), ca.pem()).unwrap();
        let mock = MockImap::new().user("anna@example.org", WORD);
        mock.account("anna@example.org").add("INBOX", MockMessage::new(text("one").into_bytes()));
        let served = mock.serve_tls(show(&ca).server_config()).unwrap();
        let records = records.replace("PORT", &served.port().to_string());
        let names = DnsServer::serve(Zone::new(&records)).unwrap();
        Self { world, names, mock, served }
    }

    /// The zone of most tests: SRV names a host below the domain, on whatever port the mock has.
    fn with(show: impl Fn(&TestCa) -> Issued) -> Self {
        let records = "_imaps._tcp.example.org SRV 0 0 PORT imap.example.org.\nimap.example.org A 127.0.0.1";
        Self::new(records, show)
    }

    fn omm(&self, words: &[&str]) -> Command {
        let mut omm = self.world.command(words);
        omm.arg("--name-server").arg(self.names.address().to_string());
        omm.arg("--ca-file").arg(self.world.path("ca.pem"));
        omm.env("WORD", WORD);
        omm
    }

    fn nobody_logged_in(&self) {
        let counters = self.mock.counters();
        assert_eq!((counters.command("LOGIN"), counters.command("AUTHENTICATE")), (0, 0));
        assert!(!self.mock.transcript_text().contains(WORD));
    }
}

fn good(ca: &TestCa) -> Issued {
    ca.issue(&["imap.example.org"], Validity::Current)
}

fn expired(ca: &TestCa) -> Issued {
    ca.issue(&["imap.example.org"], Validity::Expired)
}

#[test]
fn the_servers_of_an_address_for_people_and_for_programs() {
    let domain = Domain::with(good);
    let end = End::of(domain.omm(&["discover", "Anna@example.org"]).output().unwrap());
    assert_eq!(end.code, 0, "{}", end.err);
    let port = domain.served.port();
    for words in
        ["SERVER", &format!("imap imap.example.org:{port}"), "srv (told)", "answers", "Anna@example.org"]
    {
        assert!(end.out.contains(words), "{words:?} not in {}", end.out);
    }
    let end = End::of(domain.omm(&["discover", "anna@example.org", "--json"]).output().unwrap());
    let line: Value = serde_json::from_str(end.out.trim()).expect("one line of JSON");
    assert_eq!(line["event"], "discovery");
    let best = &line["candidates"][0];
    assert_eq!((&best["server_type"], &best["tls"]), (&Value::from("imap"), &Value::from("required")));
    assert_eq!((&best["port"], &best["seen"]["verdict"]), (&Value::from(port), &Value::from("answers")));
    domain.nobody_logged_in();
    // Nothing but what the address implies was looked up.
    assert!(domain.names.asked().iter().all(|question| question.ends_with("example.org.")));
}

#[test]
fn auto_is_the_account_that_was_found_and_goes_on_as_if_it_had_been_typed() {
    let domain = Domain::with(good);
    let migrate = |source: &str| {
        let mut omm = domain.omm(&["migrate", source, "dir:copies", "--source-password-env", "WORD"]);
        End::of(omm.output().unwrap())
    };
    let end = migrate("auto:anna@example.org");
    assert_eq!(end.code, 0, "{}", end.err);
    let found = format!(
        "source: imaps://anna@example.org@imap.example.org:{} was found by srv",
        domain.served.port()
    );
    assert!(end.err.contains(&found), "{}", end.err);
    assert_eq!(domain.world.bodies("copies").len(), 1);
    // The same pair by its server is the same migration: nothing is copied again.
    let typed = migrate(&format!("imaps://anna@example.org@imap.example.org:{}", domain.served.port()));
    assert_eq!(typed.code, 0, "{}", typed.err);
    let id = |end: &End| end.out.split_whitespace().nth(1).map(str::to_owned);
    assert_eq!(id(&typed), id(&end));
    // A source that was moved is found out by the name server that was named; without the authority it is not trusted.
    let id = id(&end).unwrap();
    let mut moved = domain.world.command(&["sync", &id, "--source", "auto:anna@example.org"]);
    moved.arg("--name-server").arg(domain.names.address().to_string());
    End::of(moved.output().unwrap()).refused(1, &["NOT TRUSTED", "imap.example.org"]);
}

#[test]
fn a_plan_says_what_was_found_too() {
    let domain = Domain::with(good);
    let words = ["plan", "auto:anna@example.org", "dir:copies", "--source-password-env", "WORD", "--json"];
    let end = End::of(domain.omm(&words).output().unwrap());
    assert_eq!(end.code, 0, "{}", end.err);
    let first: Value = serde_json::from_str(end.out.lines().next().unwrap()).unwrap();
    assert_eq!((&first["event"], &first["side"]), (&Value::from("found"), &Value::from("source")));
    assert!(first["account"].as_str().unwrap().starts_with("imap:anna@example.org@imap.example.org:"));
}

/// Kills: a password is sent to a server whose certificate proves nothing.
#[test]
fn a_server_that_is_not_trusted_is_said_and_not_taken() {
    let domain = Domain::with(expired);
    let end = End::of(domain.omm(&["discover", "anna@example.org"]).output().unwrap());
    assert_eq!(end.code, 3, "{}", end.err);
    assert!(end.out.contains("NOT TRUSTED: the certificate of imap.example.org"), "{}", end.out);
    let words = ["migrate", "auto:anna@example.org", "dir:copies", "--source-password-env", "WORD"];
    End::of(domain.omm(&words).output().unwrap())
        .refused(1, &["answers over trusted TLS", "expired on 2001-01-01"]);
    domain.nobody_logged_in();
}

/// Kills: who forges an answer of the domain name system gets the password.
#[test]
fn a_server_elsewhere_that_only_dns_names_is_for_a_person_to_confirm() {
    let records =
        "_imaps._tcp.example.org SRV 0 0 PORT imap.hoster.example.\nimap.hoster.example A 127.0.0.1";
    let domain = Domain::new(records, |ca| ca.issue(&["imap.hoster.example"], Validity::Current));
    let end = End::of(domain.omm(&["discover", "anna@example.org"]).output().unwrap());
    assert!(
        end.code == 0 && end.out.contains("is it right? then write imaps://"),
        "{} {}",
        end.code,
        end.out
    );
    let words = ["migrate", "auto:anna@example.org", "dir:copies", "--source-password-env", "WORD"];
    let end = End::of(domain.omm(&words).output().unwrap());
    end.refused(
        2,
        &["only an unprotected srv says so", "write imaps://anna@example.org@imap.hoster.example:"],
    );
    domain.nobody_logged_in();
}

#[test]
fn nothing_found_and_nothing_that_is_an_address() {
    let domain = Domain::new("elsewhere.example A 127.0.0.1", good);
    let end = End::of(domain.omm(&["discover", "anna@example.org", "--quiet"]).output().unwrap());
    end.refused(1, &["no mail server was found for example.org", "write imaps://LOGIN@HOST"]);
    for (address, why) in
        [("anna", "has no @"), ("anna@exa mple.org", "no domain name"), ("a:b@c.example", "password")]
    {
        let end = End::of(domain.omm(&["discover", address]).output().unwrap());
        end.refused(2, &[why]);
    }
}

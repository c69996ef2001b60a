//! `exchange:USER@DOMAIN`: a name server and an Exchange on the loopback, the program told of an address.

use crate::{
    server::{ADMIN, ANN, PASSWORD, trusting, with_ann},
    silence::{CANARY, is_silent, state_is_silent},
    world::{End, World},
};
use omm_testkit::{
    ca::{Issued, TestCa, Validity},
    dns::{DnsServer, Zone},
    ews::{MockEws, Served},
};
use serde_json::Value;
use std::process::Command;

/// A domain whose zone names one Exchange.
struct Domain {
    world: World,
    names: DnsServer,
    mock: MockEws,
    served: Served,
}

const USUAL: &str =
    "_autodiscover._tcp.example.com SRV 0 0 PORT mail.example.com.\nmail.example.com A 127.0.0.1";

impl Domain {
    fn new(mock: MockEws, records: &str, show: impl Fn(&TestCa) -> Issued) -> Self {
        let ca = TestCa::new();
        let world = trusting(&ca);
        world.maildir(1);
        let served = mock.serve_tls(show(&ca).server_config()).unwrap();
        let mock = mock.external(&format!("https://mail.example.com:{}", served.port()));
        let records = records.replace("PORT", &served.port().to_string());
        let names = DnsServer::serve(Zone::new(&records)).unwrap();
        Self { world, names, mock, served }
    }

    fn with(mock: MockEws) -> Self {
        Self::new(mock, USUAL, good)
    }

    fn omm(&self, command: &str, from: &str, to: &str, password: &str) -> Command {
        let mut omm = self.world.command(&[command, from, to, "--ca-file", "ca.pem"]);
        omm.arg("--name-server").arg(self.names.address().to_string());
        omm.args(["--source-password-env", "WORD", "--destination-password-env", "WORD"])
            .env("WORD", password);
        omm
    }

    /// As a source, and as a destination.
    fn said(&self, mailbox: &str, words: &[&str], password: &str) -> [End; 2] {
        [("source", mailbox, "dir:copies"), ("destination", "mail", mailbox)].map(|(side, from, to)| {
            let mut omm = self.omm("migrate", from, to, password);
            let end = omm.args(words.iter().map(|word| word.replace("SIDE", side))).output().unwrap();
            let end = End::of(end);
            println!("{} {}", end.code, end.err.trim());
            end
        })
    }
}

fn good(ca: &TestCa) -> Issued {
    ca.issue(&["mail.example.com"], Validity::Current)
}

fn ann() -> String {
    format!("exchange:{ANN}")
}

/// Kills: a name server that is named and not asked, and a mailbox that is looked for anew each time.
#[test]
fn an_address_is_enough() {
    let domain = Domain::with(with_ann());
    domain.mock.mailbox(ANN).add_mail("inbox", b"Subject: one\r\n\r\nbody\r\n", "2026-01-31T12:00:00Z", true);
    for copied in [1, 0] {
        let mut omm = domain.omm("migrate", &ann(), "dir:copies", PASSWORD);
        let end = End::of(omm.arg("--json").output().unwrap());
        assert_eq!(end.code, 0, "{} {}", end.out, end.err);
        let report: Value = serde_json::from_str(end.out.lines().last().unwrap()).unwrap();
        assert_eq!(report["totals"]["copied"], copied, "{report}");
    }
    assert_eq!(domain.world.bodies("copies").len(), 1);
    let counters = domain.mock.counters();
    assert_eq!(counters.operation("Autodiscover"), 1, "it is found out once: {counters:?}");
    assert!(domain.names.asked().iter().all(|question| question.ends_with("example.com.")));
    assert!(domain.names.asked().iter().any(|question| question.contains("_autodiscover._tcp.")));
}

#[test]
fn an_administrator_writes_where_the_address_leads() {
    let domain = Domain::with(with_ann().administrator(ADMIN, PASSWORD));
    let mut omm = domain.omm("migrate", "mail", &ann(), PASSWORD);
    let end = End::of(omm.args(["--destination-delegate", ADMIN]).output().unwrap());
    assert_eq!(end.code, 0, "{} {}", end.out, end.err);
    let account = domain.mock.mailbox(ANN);
    assert_eq!((account.items("inbox").len(), account.items("Work").len()), (1, 1));
    let impersonated: Vec<_> =
        domain.mock.requests().into_iter().filter_map(|request| request.impersonated).collect();
    assert!(!impersonated.is_empty() && impersonated.iter().all(|whose| whose == ANN), "{impersonated:?}");
    assert!(domain.mock.outbox().is_empty());
}

#[test]
fn who_is_not_let_in_or_not_known() {
    let delegated = ["--SIDE-delegate", ADMIN];
    let with_admin = || with_ann().administrator(ADMIN, PASSWORD);
    let nothing: &[&str] = &[];
    for (mock, mailbox, words, password, says) in [
        (with_ann(), ann(), nothing, "geheim", &["login was refused", "check login and password", ANN][..]),
        (
            with_ann(),
            "exchange:nobody@example.com".to_owned(),
            nothing,
            PASSWORD,
            &["nobody@example.com", "refused"],
        ),
        (
            with_admin(),
            "exchange:nobody@example.com".to_owned(),
            &delegated,
            PASSWORD,
            &["does not know this mailbox", "nobody@example.com", "check its mail address"],
        ),
        (
            with_ann().login(ADMIN, PASSWORD),
            ann(),
            &delegated,
            PASSWORD,
            &["ApplicationImpersonation", ADMIN, ANN],
        ),
    ] {
        let domain = Domain::with(mock);
        for end in domain.said(&mailbox, words, password) {
            end.refused(1, says);
            assert!(!end.err.contains(password), "{}", end.err);
        }
    }
}

/// Kills: a password for whoever answers, and a line that leaves the reader alone.
#[test]
fn nobody_is_told_a_password_who_was_not_asked_for_by_name() {
    let elsewhere =
        "_autodiscover._tcp.example.com SRV 0 0 PORT mail.hoster.example.\nmail.hoster.example A 127.0.0.1";
    let of_hoster = |ca: &TestCa| ca.issue(&["mail.hoster.example"], Validity::Current);
    let expired = |ca: &TestCa| ca.issue(&["mail.example.com"], Validity::Expired);
    type Show = fn(&TestCa) -> Issued;
    let rows: [(&str, Show, &[&str]); 3] = [
        (
            "elsewhere.example A 127.0.0.1",
            good,
            &["nobody says where the Exchange of ann@example.com is", "write ews:https://HOST"],
        ),
        (
            elsewhere,
            of_hoster,
            &[
                "mail.hoster.example",
                "only an unprotected answer says so",
                "write ews:https://mail.hoster.example",
            ],
        ),
        (USUAL, expired, &["certificate", "expired", "write ews:https://HOST"]),
    ];
    for (records, show, says) in rows {
        let domain = Domain::new(with_ann(), records, show);
        for end in domain.said(&ann(), &[], PASSWORD) {
            end.refused(1, says);
        }
        assert_eq!(domain.mock.requests().len(), 0, "{records}");
        let _ = domain.served.port();
    }
}

#[test]
fn a_password_on_the_way_there_is_kept_nowhere() {
    for word in [CANARY, "other"] {
        let domain = Domain::with(MockEws::new().user(ANN, word));
        for (command, words) in [("plan", &["--json"][..]), ("migrate", &["--json"]), ("migrate", &[])] {
            let mut omm = domain.omm(command, &ann(), "dir:copies", CANARY);
            assert_eq!(is_silent(omm.args(words)), word == CANARY, "{command}");
        }
        state_is_silent(&domain.world);
    }
}

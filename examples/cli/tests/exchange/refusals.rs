//! Who is not let in is told why in one clear line, with the remedy and the right exit code.

use crate::{
    server::{ADMIN, ANN, Exchange, PASSWORD, trusting, with_ann},
    world::{End, World},
};
use omm_testkit::{
    ca::{TestCa, Validity},
    ews::{EwsAct, EwsFault, MockEws},
    imap::MockImap,
};

/// What the program says of an account as a source, and as a destination. `SIDE` in an argument is which of them.
fn said(world: &World, address: &str, words: &[&str], password: &str) -> [End; 2] {
    world.maildir(1);
    [("source", address, "dir:copies"), ("destination", "mail", address)].map(|(side, from, to)| {
        let mut omm = world.command(&["migrate", from, to, &format!("--{side}-password-env"), "WORD"]);
        omm.args(words.iter().map(|word| word.replace("SIDE", side))).env("WORD", password);
        End::of(omm.output().unwrap())
    })
}

#[track_caller]
fn check(name: &str, ends: [End; 2], code: i32, words: &[&str]) {
    for end in ends {
        println!("{name}: {} {}", end.code, end.err.trim());
        end.refused(code, words);
        let line = end.err.trim();
        assert!(!line.contains("geheim") && !line.contains(PASSWORD), "{name}: {line}");
        assert!(line.len() < 420, "{name}: {} letters are not one clear line: {line}", line.len());
    }
}

/// A server, how the program is told of Ann's mailbox there, and what it must say.
struct Case<'a> {
    name: &'a str,
    mock: MockEws,
    login: &'a str,
    path: &'a str,
    words: &'a [&'a str],
    password: &'a str,
    says: &'a [&'a str],
}

const USUAL: &str = "/EWS/Exchange.asmx";
const DELEGATED: &[&str] = &["--SIDE-delegate", ADMIN];

impl<'a> Case<'a> {
    fn new(name: &'a str, mock: MockEws, says: &'a [&'a str]) -> Self {
        Self { name, mock, login: ANN, path: USUAL, words: &[], password: PASSWORD, says }
    }

    fn delegated(self) -> Self {
        Self { words: DELEGATED, ..self }
    }
}

/// Everything that is asked for is refused so.
fn refusing(act: EwsAct) -> MockEws {
    with_ann().fault(EwsFault::at_request(1, act).always())
}

fn cases() -> Vec<Case<'static>> {
    let with_admin = || with_ann().administrator(ADMIN, PASSWORD);
    let without_right = || with_ann().login(ADMIN, PASSWORD);
    let page = "<html><head><title>Intranet</title></head><body>Welcome</body></html>";
    let wrong = &["login was refused", "check login and password", ANN];
    let right =
        &["may not open the mailbox", "ApplicationImpersonation", "Add-MailboxPermission", ADMIN, ANN];
    let unknown = &["there is no such mailbox", "check its mail address", "nobody@example.com"];
    let no_page = &["no Exchange Web Services at this address", USUAL, "exchange:USER@DOMAIN"];
    let web_page = &["no EWS", "a web page", "Intranet", "check the address"];
    vec![
        Case { password: "geheim", ..Case::new("a wrong password", with_ann(), wrong) },
        Case {
            password: "geheim",
            ..Case::new("an administrator's", with_admin(), &["login was refused", ADMIN]).delegated()
        },
        Case::new("no right", without_right(), right).delegated(),
        Case {
            words: &["--SIDE-delegate", ADMIN, "--SIDE-option", "delegation=impersonation"],
            ..Case::new("no right of that kind", without_right(), &["ApplicationImpersonation"])
        },
        Case {
            login: "nobody@example.com",
            ..Case::new("an unknown mailbox", with_admin(), unknown).delegated()
        },
        Case {
            login: ADMIN,
            ..Case::new(
                "a login without a mailbox",
                with_admin(),
                &["no mailbox of its own", "delegate", ADMIN],
            )
        },
        Case { path: "/owa/", ..Case::new("another path", with_ann(), no_page) },
        Case::new("no such page", refusing(EwsAct::Status(404, Vec::new())), no_page),
        Case::new("a web page", refusing(EwsAct::Body(page.into())), web_page),
        Case::new("switched off", refusing(EwsAct::Status(403, Vec::new())), &["Set-CASMailbox"]),
        Case::new("no passwords", with_ann().without_basic(), &["auth=bearer"]),
    ]
}

/// Kills: a line without the remedy, a second line, another code, and a password in any of them.
#[test]
fn what_an_exchange_refuses() {
    let ca = TestCa::new();
    for Case { name, mock, login, path, words, password, says } in cases() {
        let (world, exchange) = (trusting(&ca), Exchange::over_tls(mock, &ca));
        let words = [words, &["--ca-file", "ca.pem"]].concat();
        check(name, said(&world, &exchange.address_of(login, path), &words, password), 1, says);
        let counters = exchange.mock.counters();
        assert_eq!((counters.items_created, counters.items_read), (0, 0), "{name}");
        // Two runs, and the password is shown once in each.
        assert!(counters.operation("401") <= 2, "{name}: {counters:?}");
    }
}

#[test]
fn what_is_no_exchange() {
    let ca = TestCa::new();
    let trusted = ["--ca-file", "ca.pem"];
    let world = trusting(&ca);
    let imap = MockImap::new().user(ANN, PASSWORD);
    let served = imap.serve_tls(ca.issue_for_loopback().server_config()).unwrap();
    let address = format!("ews:https://{ANN}@127.0.0.1:{}/EWS/Exchange.asmx", served.port());
    check("a mail server", said(&world, &address, &trusted, PASSWORD), 1, &["no EWS", "check the address"]);

    let clear = Exchange::in_the_clear(with_ann());
    let address = clear.address().replace("ews:http:", "ews:https:");
    check("no TLS there", said(&world, &address, &trusted, PASSWORD), 1, &["TLS"]);
    assert_eq!(clear.mock.requests().len(), 0);
}

/// Kills: a password for a server that did not prove who it is.
#[test]
fn who_is_not_trusted() {
    let ca = TestCa::new();
    for (name, certificate, says) in [
        ("expired", ca.issue(&["127.0.0.1"], Validity::Expired), ["certificate", "expired"]),
        ("another name", ca.issue(&["mail.example.com"], Validity::Current), ["certificate", "name"]),
        ("another authority", TestCa::new().issue_for_loopback(), ["certificate", "--ca-file"]),
    ] {
        let (world, mock) = (trusting(&ca), with_ann());
        let served = mock.serve_tls(certificate.server_config()).unwrap();
        let address = format!("ews:https://{ANN}@127.0.0.1:{}/EWS/Exchange.asmx", served.port());
        check(name, said(&world, &address, &["--ca-file", "ca.pem"], PASSWORD), 1, &says);
        assert_eq!(mock.requests().len(), 0, "{name}: nothing is said to it");
    }
}

#[test]
fn what_makes_no_sense() {
    let (world, exchange) = (World::new(), Exchange::in_the_clear(with_ann()));
    let port = exchange.served.port();
    let usual = format!("127.0.0.1:{port}/EWS/Exchange.asmx");
    let tls_off = ["--tls", "off"];
    let nothing: &[&str] = &[];
    for (name, address, words, says) in [
        ("http", exchange.address(), nothing, ["read the password", "https"]),
        ("no login", format!("ews:https://{usual}"), nothing, ["needs a login", "ews:https://LOGIN@HOST"]),
        (
            "a password in it",
            format!("ews:https://ann:geheim@{usual}"),
            nothing,
            ["password", "a variable or a file"],
        ),
        ("no domain", "exchange:ann".to_owned(), nothing, ["exchange:", "@"]),
        (
            "a delegate for no address",
            exchange.address_of("ann", "/EWS/Exchange.asmx"),
            &["--SIDE-delegate", ADMIN, tls_off[0], tls_off[1]],
            ["mail address", "ann"],
        ),
        (
            "no such option",
            exchange.address(),
            &["--SIDE-option", "auth=ntlm", tls_off[0], tls_off[1]],
            ["auth", "bearer"],
        ),
    ] {
        check(name, said(&world, &address, words, PASSWORD), 2, &says);
    }
    assert_eq!(exchange.mock.requests().len(), 0);
}

/// Kills: an administrator whose right is there and who is not let in, and work in another mailbox than the one that is
/// meant.
#[test]
fn an_administrator_who_may_moves_both_mailboxes() {
    let mail = |server: &MockEws| {
        server.mailbox(ANN).add_mail("inbox", b"Subject: one\r\n\r\nbody\r\n", "2026-01-31T12:00:00Z", true);
    };
    for by_delegate_access in [false, true] {
        let mock = || {
            let mock = with_ann().user("bob@example.com", "other");
            match by_delegate_access {
                // Somebody with a mailbox of his own.
                true => {
                    let mock = mock.user(ADMIN, PASSWORD);
                    mock.mailbox(ANN).delegate(ADMIN);
                    mock
                }
                false => mock.administrator(ADMIN, PASSWORD),
            }
        };
        let (from, to) = (Exchange::in_the_clear(mock()), Exchange::in_the_clear(mock()));
        mail(&from.mock);
        let world = World::new();
        let mut omm = crate::server::between(&world, "migrate", &from.address(), &to.address());
        omm.args(["--source-delegate", ADMIN, "--destination-delegate", ADMIN, "--tls", "off"]);
        let end = End::of(omm.output().unwrap());
        assert_eq!(end.code, 0, "{} {}", end.out, end.err);
        assert_eq!(to.mock.mailbox(ANN).items("inbox").len(), 1);
        assert_eq!(to.mock.mailbox("bob@example.com").items("inbox").len(), 0);
        assert!(to.mock.outbox().is_empty() && from.mock.outbox().is_empty());
    }
}

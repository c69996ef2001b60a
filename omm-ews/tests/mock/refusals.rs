//! Who is not let in is told so in one line, with what to do.

use crate::world::{ANN, server};
use omm_core::{
    error::{Error, ErrorKind, Result},
    host::{BoxFuture, CredentialProvider, CredentialRef, Env, Secret},
    seam::{AccountSpec, Connector, Tls},
};
use omm_ews::EwsConnector;
use omm_testkit::{
    imap::MockImap,
    sim::{self, Listener, SimRuntime},
};
use std::sync::Arc;

struct Password(&'static str);

impl CredentialProvider for Password {
    fn secret<'a>(&'a self, _: &'a CredentialRef, _: &'a str, _: &'a str) -> BoxFuture<'a, Result<Secret>> {
        Box::pin(std::future::ready(Ok(Secret::new(self.0.to_owned()))))
    }
}

fn spec(path: &str) -> AccountSpec {
    let mut spec = AccountSpec::new("ews", format!("http://mock.example{path}"));
    (spec.login, spec.tls) = (ANN.to_owned(), Tls::Off);
    spec
}

/// What each side says.
fn said(server: impl Listener + 'static, spec: &AccountSpec, password: &'static str) -> Vec<Error> {
    said_often(server, spec, password, 1)
}

/// What each side says when it is asked so often.
fn said_often(
    server: impl Listener + 'static,
    spec: &AccountSpec,
    password: &'static str,
    times: usize,
) -> Vec<Error> {
    let runtime = SimRuntime::new();
    runtime.listen("mock.example", 80, server);
    let mut env = Env::new(runtime.shared());
    env.credentials = Arc::new(Password(password));
    sim::run(&runtime, async {
        let source = EwsConnector::new().source(spec, &env).await.expect("a good account").expect("a source");
        let to = EwsConnector::new().destination(spec, &env).await.expect("a good account");
        let to = to.expect("a destination");
        let mut errors = Vec::new();
        for _ in 0..times {
            errors.extend([
                source.folders().await.err(),
                to.capacity().await.err(),
                to.folders().await.err(),
            ]);
        }
        errors.into_iter().map(|error| error.expect("a refusal")).collect()
    })
}

fn check(name: &str, errors: Vec<Error>, kind: ErrorKind, words: &[&str]) {
    for error in errors {
        let text = error.to_string();
        println!("{name}: {text}");
        assert_eq!(error.kind(), kind, "{name}: {text}");
        assert!(!text.contains(['\n', '\r']), "{name}: one line: {text:?}");
        assert!(words.iter().all(|word| text.contains(word)), "{name}: {words:?}: {text}");
        assert!(!text.contains("geheim") && !text.contains("secret"), "{name}: {text}");
    }
}

#[test]
fn a_wrong_password() {
    let mock = server();
    let path = "/EWS/Exchange.asmx";
    check(
        "password",
        said_often(mock.clone(), &spec(path), "geheim", 3),
        ErrorKind::Auth,
        &["check login and password", ANN],
    );
    // However often it is asked: each side shows it once, and once more if it has to find out how to.
    assert!(mock.counters().operation("401") <= 4, "{:?}", mock.counters());
}

#[test]
fn a_server_without_passwords() {
    let said = said(server().without_basic(), &spec("/EWS/Exchange.asmx"), "secret");
    check("no Basic", said, ErrorKind::Auth, &["Basic", "auth=bearer"]);
}

fn delegated(whose: &str) -> AccountSpec {
    let mut spec = spec("/EWS/Exchange.asmx");
    (spec.login, spec.delegate) = (whose.to_owned(), Some("admin@example.com".to_owned()));
    spec
}

#[test]
fn a_right_that_is_missing() {
    let mock = || server().login("admin@example.com", "secret");
    let words = ["ApplicationImpersonation", "Add-MailboxPermission", "admin@example.com", ANN];
    check("no right", said(mock(), &delegated(ANN), "secret"), ErrorKind::Auth, &words);
    for (way, words) in
        [("impersonation", ["ApplicationImpersonation"]), ("delegate-access", ["Add-MailboxPermission"])]
    {
        let mut spec = delegated(ANN);
        spec.options.insert("delegation".to_owned(), way.to_owned());
        check(way, said(mock(), &spec, "secret"), ErrorKind::Auth, &words);
    }
}

#[test]
fn a_mailbox_that_is_not_there() {
    let mock = server().administrator("admin@example.com", "secret");
    let said = said(mock, &delegated("nobody@example.com"), "secret");
    check("no mailbox", said, ErrorKind::Config, &["no such mailbox", "check its mail address"]);
    // Somebody who is known, and has none.
    let mut spec = spec("/EWS/Exchange.asmx");
    spec.login = "admin@example.com".to_owned();
    let mock = server().administrator("admin@example.com", "secret");
    let said = self::said(mock, &spec, "secret");
    check("none of one's own", said, ErrorKind::Config, &["no mailbox of its own", "name the mailbox"]);
}

#[test]
fn a_server_that_speaks_no_ews() {
    let elsewhere = said(server(), &spec("/owa/"), "secret");
    check("another path", elsewhere, ErrorKind::Config, &["/EWS/Exchange.asmx", "exchange:USER@DOMAIN"]);
    let said = said(MockImap::new().user("x", "y"), &spec("/EWS/Exchange.asmx"), "secret");
    check("IMAP", said, ErrorKind::Protocol, &["HTTP"]);
}

//! Tokens that have expired: asked for anew once, and the run goes on where it was.

use crate::{
    vault::Vault,
    world::{PASSWORD, World, auth, server, spec, tries},
};
use omm_core::error::{ErrorKind, Retry};
use omm_testkit::imap::{Act, Fault};

/// Kills: a run that ends since a token was kept too long, and one that asks for tokens without end.
#[test]
fn a_token_that_was_refused_is_renewed_once() {
    for mechanism in ["xoauth2", "oauthbearer"] {
        let server = server();
        let vault = Vault::of(&server);
        let world = World::new(server.clone()).knowing(&vault);
        assert_eq!(world.enter(&auth(mechanism)).expect("the first token"), 1);
        server.expire_tokens();
        assert_eq!(world.enter(&auth(mechanism)).expect("the second token"), 1);
        assert_eq!((vault.asked(), vault.renewed(), tries(&server)), (2, 1, 3), "{mechanism}");
        // Nobody has a newer one.
        server.expire_tokens();
        vault.runs_dry();
        let error = world.enter(&auth(mechanism)).expect_err("no token");
        assert_eq!((error.kind(), error.retry_advice()), (ErrorKind::Auth, Retry::Never), "{error}");
        assert_eq!((vault.asked(), vault.renewed(), tries(&server)), (3, 2, 4), "{mechanism}");
    }
}

/// Kills: a token that is not renewed since the server ended the connection over it.
#[test]
fn a_goodbye_over_a_token_is_a_refusal_too() {
    let server = server();
    let vault = Vault::of(&server);
    let world = World::new(server.clone()).knowing(&vault);
    server.expire_tokens();
    let goodbye = Act::Bye("[AUTHENTICATIONFAILED] your token has expired".to_owned());
    server.add_fault(Fault::at("AUTHENTICATE", 1, goodbye.clone()));
    let error = world.enter(&auth("xoauth2")).expect_err("a goodbye");
    assert_eq!((error.kind(), error.retry_advice()), (ErrorKind::Unreachable, Retry::Backoff), "{error}");
    assert_eq!(world.enter(&auth("xoauth2")).expect("the new token"), 1);
    assert_eq!((vault.asked(), vault.renewed(), server.counters().password_attempts), (2, 1, 1));
    // Without a newer one it is the end.
    vault.runs_dry();
    server.add_fault(Fault::at("AUTHENTICATE", 1, goodbye));
    assert_eq!(world.enter(&auth("xoauth2")).expect_err("no token").kind(), ErrorKind::Auth);
}

/// Kills: a password that is asked for again, and shown again, as if it could expire; unless the server says that it has.
#[test]
fn a_password_is_renewed_only_when_the_server_says_that_it_has_expired() {
    for (said, renewed) in [("[AUTHENTICATIONFAILED] wrong", 0), ("wrong", 0), ("[EXPIRED] too old", 1)] {
        let server = server().fault(Fault::at("AUTHENTICATE", 1, Act::No(said.to_owned())));
        let vault = Vault::of(&server);
        let world = World::new(server.clone()).knowing(&vault);
        let error = world.enter(&spec()).expect_err("the same password");
        assert_eq!((error.kind(), vault.renewed(), tries(&server)), (ErrorKind::Auth, renewed, 1), "{error}");
        assert!(!error.to_string().contains(PASSWORD));
    }
}

/// Kills: a login that fails although the provider said when to come back, or who was to blame.
#[test]
fn a_provider_that_fails_is_no_wrong_password() {
    for retry in [Retry::Never, Retry::Backoff] {
        let server = server();
        let vault = Vault::of(&server);
        vault.seal(retry, u64::MAX);
        let error = World::new(server.clone()).knowing(&vault).enter(&spec()).expect_err("a sealed vault");
        assert_eq!((error.kind(), error.retry_advice()), (ErrorKind::Credentials, retry), "{error}");
        assert!(error.to_string().contains("the vault is sealed"), "{error}");
        assert_eq!(tries(&server), 0);
    }
}

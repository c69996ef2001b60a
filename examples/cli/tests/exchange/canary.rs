//! Passwords and tokens go to the server and nowhere else.

use crate::{
    server::{ADMIN, ANN, Exchange, between, with_ann},
    silence::{CANARY, is_silent, state_is_silent},
    world::World,
};
use omm_testkit::ews::{EwsAct, EwsFault, MockEws};
use std::fs;

fn with_one_of_each(mock: MockEws) -> MockEws {
    mock.mailbox(ANN).add_one_of_each();
    mock
}

fn is_kept_nowhere(from: MockEws, to: MockEws, words: &[&str], is_right: bool) {
    let (world, from, to) = (World::new(), Exchange::in_the_clear(from), Exchange::in_the_clear(to));
    fs::write(world.path("word"), CANARY).unwrap();
    for (command, form) in
        [("plan", &["--json"][..]), ("plan", &[]), ("migrate", &["--json"]), ("migrate", &["--quiet"])]
    {
        let mut omm = between(&world, command, &from.address(), &to.address());
        omm.env("FROM_WORD", CANARY).env("TO_WORD", CANARY).args(["--tls", "off"]);
        assert_eq!(is_silent(omm.args(form).args(words)), is_right, "{command} {words:?}");
    }
    state_is_silent(&world);
}

#[test]
fn a_password_that_is_right() {
    let mock = || MockEws::new().user(ANN, CANARY);
    is_kept_nowhere(with_one_of_each(mock()), mock(), &[], true);
    let mock = || with_ann().administrator(ADMIN, CANARY);
    is_kept_nowhere(
        with_one_of_each(mock()),
        mock(),
        &["--source-delegate", ADMIN, "--destination-delegate", ADMIN],
        true,
    );
}

#[test]
fn a_password_that_is_refused() {
    is_kept_nowhere(with_one_of_each(with_ann()), with_ann(), &[], false);
    let mock = || with_ann().administrator(ADMIN, "other");
    is_kept_nowhere(
        with_one_of_each(mock()),
        mock(),
        &["--source-delegate", ADMIN, "--destination-delegate", ADMIN],
        false,
    );
}

#[test]
fn a_token() {
    let bearer = ["--source-option", "auth=bearer", "--destination-option", "auth=bearer"];
    for token in [CANARY, "other"] {
        let mock = || with_ann().token(ANN, token);
        is_kept_nowhere(with_one_of_each(mock()), mock(), &bearer, token == CANARY);
    }
}

/// What goes wrong is told with what the server says, and without what it was told.
#[test]
fn what_goes_wrong_under_way() {
    for act in [
        EwsAct::Status(403, Vec::new()),
        EwsAct::Body(b"<html><title>Login</title></html>".to_vec()),
        EwsAct::Code(None, "ErrorAccessDenied".to_owned()),
    ] {
        let from = with_one_of_each(MockEws::new().user(ANN, CANARY))
            .fault(EwsFault::at("GetItem", 1, act).always());
        let (world, from) = (World::new(), Exchange::in_the_clear(from));
        let mut omm = world.command(&["migrate", &from.address(), "dir:copies", "--tls", "off"]);
        assert!(!is_silent(omm.args(["--source-password-env", "WORD"]).env("WORD", CANARY)));
        state_is_silent(&world);
    }
}

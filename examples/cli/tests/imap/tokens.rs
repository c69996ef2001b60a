//! Tokens from a command: renewed while a run goes on, and a run that pauses when the command gives none.

use crate::{
    faults::{USER, account, all_there, full},
    post::in_the_clear,
    world::{End, World},
};
use omm_testkit::imap::{Expiry, MockImap};
use std::{fs, process::Command};

/// Keeps the number of the token; a refusal makes the next one, unless the vault is sealed.
const VAULT: &str = "#!/bin/sh
echo asked >> asked
n=$(cat number 2>/dev/null || echo 0)
if [ -n \"$OMM_SECRET_REFUSED\" ]; then
    [ -e sealed ] && { echo geheim; echo geheim >&2; exit 3; }
    n=$((n + 1)); echo $n > number
fi
[ $n = 0 ] && echo pass || echo pass-$n
";

fn migrate(
    world: &World,
    from: &omm_testkit::servers::Account,
    to: &omm_testkit::servers::Account,
) -> Command {
    let address = |account: &omm_testkit::servers::Account| {
        format!("imap://{}@{}:{}", account.login, account.host, account.port)
    };
    let mut omm = world.command(&["migrate", &address(from), &address(to), "--tls", "off"]);
    omm.args(["--source-password-command", "sh ./vault", "--source-option", "auth=xoauth2"]);
    omm.args(["--destination-password-env", "TO_WORD", "--connections", "1"]).env("TO_WORD", &to.password);
    omm
}

fn times_asked(world: &World) -> usize {
    fs::read_to_string(world.path("asked")).unwrap_or_default().lines().count()
}

/// Kills: a run that ends, or begins its folder again, when a token expires; and a token that is read once and kept.
#[test]
fn a_token_that_expires_under_way_is_renewed() {
    for expiry in [Expiry::No, Expiry::Bye] {
        let from = full(MockImap::new().user(USER, "pass").tokens_last(6, 2, expiry));
        let (to, world) = (MockImap::new().user(USER, "pass"), World::new());
        fs::write(world.path("vault"), VAULT).unwrap();
        let (one, other) = (from.serve().unwrap(), to.serve().unwrap());
        let end = End::of(migrate(&world, &account(&one, USER), &account(&other, USER)).output().unwrap());
        assert_eq!(end.code, 0, "{} {}", end.out, end.err);
        all_there(&from, &to);
        assert_eq!((from.counters().bodies_fetched, to.counters().messages_appended), (40, 40));
        let renewed: usize = fs::read_to_string(world.path("number")).unwrap().trim().parse().unwrap();
        assert_eq!(renewed, 2);
        assert_eq!(times_asked(&world), from.counters().connections as usize + renewed);
    }
}

/// Kills: items that fail since nobody gave a token, a state that cannot go on, and a line that does not say why.
#[test]
fn a_command_that_fails_pauses_the_migration() {
    let from = full(MockImap::new().user(USER, "pass").tokens_last(6, 1, Expiry::No));
    let (to, world) = (MockImap::new().user(USER, "pass"), World::new());
    fs::write(world.path("vault"), VAULT).unwrap();
    fs::write(world.path("sealed"), "").unwrap();
    let (one, other) = (from.serve().unwrap(), to.serve().unwrap());
    let run = |words: &[&str]| {
        let mut omm = migrate(&world, &account(&one, USER), &account(&other, USER));
        End::of(omm.args(words).output().unwrap())
    };
    let end = run(&[]);
    assert_eq!(end.code, 5, "{} {}", end.out, end.err);
    let last = end.err.lines().last().unwrap();
    for word in [
        "omm: paused: the credential provider says: ",
        "exit status: 3",
        "the same command goes on from there",
    ] {
        assert!(last.contains(word), "{word:?} not in {last:?}");
    }
    assert!(!end.err.contains("geheim") && !end.out.contains("geheim"), "{} {}", end.out, end.err);
    assert!(end.out.contains("not complete") || end.out.contains("sync point 1"), "{}", end.out);
    let done = to.counters().messages_appended;
    assert!(done < 40, "{done}");
    let said = run(&["--json"]);
    assert_eq!(said.code, 5);
    assert!(said.out.lines().last().unwrap().contains("\"kind\":\"credentials\""), "{}", said.out);
    fs::remove_file(world.path("sealed")).unwrap();
    let end = run(&[]);
    assert_eq!(end.code, 0, "{} {}", end.out, end.err);
    all_there(&from, &to);
    assert_eq!(to.counters().messages_appended, 40, "nothing twice");
    let again = run(&[]);
    assert_eq!((again.code, to.counters().messages_appended), (0, 40));
}

#[test]
fn one_place_for_a_password_is_enough() {
    let world = World::new();
    let args =
        ["plan", "imap://a@h", "dir:x", "--source-password-command", "true", "--source-password-env", "X"];
    let end = world.omm(&args);
    assert_eq!(end.code, 2, "{}", end.err);
    let from = full(MockImap::new().user(USER, "pass"));
    let one = from.serve().unwrap();
    // Before anything was opened it is the same.
    let mut omm = in_the_clear(&world, "plan", &account(&one, USER), &account(&one, USER));
    let clash = omm.args(["--source-password-command", "exit 3"]).output().unwrap();
    assert_eq!(clash.status.code(), Some(2));
    let address = format!("imap://{USER}@127.0.0.1:{}", one.port());
    let end = world.omm(&["plan", &address, "dir:x", "--tls", "off", "--source-password-command", "exit 3"]);
    assert_eq!(end.code, 5, "{}", end.err);
    assert_eq!(from.counters().password_attempts, 0);
}

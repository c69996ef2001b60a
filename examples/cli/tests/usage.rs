//! What is typed wrongly is refused with exit code 2, before anything is touched.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

mod world;

use world::World;

#[test]
fn wrong_words_are_usage_errors() {
    let world = World::new();
    for args in [
        &["frobnicate"][..],
        &["migrate"],
        &["migrate", "a"],
        &["migrate", "a", "dir:b", "--max-size", "many"],
        &["migrate", "a", "dir:b", "--since", "yesterday"],
        &["migrate", "a", "dir:b", "--kinds", "mail,fish"],
        &["migrate", "a", "dir:b", "--rename", "a"],
        &["migrate", "a", "dir:b", "--tls", "maybe"],
        &["migrate", "a", "dir:b", "--connections", "0"],
        &["migrate", "a", "dir:b", "--memory-limit", "1K"],
        &["undo", "x", "--from-sync-point", "0"],
        &["report", "x", "--format", "pdf"],
    ] {
        let end = world.omm(args);
        assert_eq!(end.code, 2, "{args:?}: {}", end.err);
        assert!(end.err.contains("error:") && end.out.is_empty(), "{args:?}: {} {}", end.out, end.err);
    }
    assert!(!world.path("state").exists());
}

#[test]
fn passwords_are_refused_and_not_repeated() {
    let world = World::new();
    for args in [
        &["migrate", "imaps://anna:geheim@mail.example", "dir:b"][..],
        &["migrate", "a", "ews:https://anna:geheim@mail.example/x"],
        &["migrate", "imaps://mail.example", "dir:b", "--source-password", "geheim"],
        &["plan", "a", "imaps://mail.example", "--destination-password=geheim"],
    ] {
        let end = world.omm(args);
        end.refused(2, &["password", "other users can see it"]);
        assert!(!end.err.contains("geheim"), "{}", end.err);
    }
    assert!(!world.path("state").exists());
}

#[test]
fn servers_of_a_later_version_are_named() {
    let world = World::new();
    world.maildir(1);
    world
        .omm(&["migrate", "jmap://anna@mail.example/x", "dir:b"])
        .refused(2, &["no jmap connector", "dir, ews, exchange, files"]);
}

#[test]
fn an_account_on_a_server_needs_a_login() {
    let world = World::new();
    for words in [["imaps://mail.example", "dir:b"], ["mail", "imap://mail.example:1143"]] {
        let end = world.omm(&["migrate", words[0], words[1]]);
        end.refused(2, &["mail.example", "imaps://LOGIN@", "--source-login"]);
    }
    let help = world.omm(&["migrate", "--help"]).out;
    for words in ["imaps://LOGIN@HOST", "omm migrate imaps://anna@old.example imaps://anna@new.example"] {
        assert!(help.contains(words), "{help}");
    }
}

#[test]
fn bad_folder_patterns_are_named() {
    let world = World::new();
    world.maildir(1);
    world.omm(&["migrate", "mail", "dir:copies", "--folder", "a["]).refused(2, &["\"a[\"", "pattern"]);
    assert!(!world.path("copies").exists());
}

#[test]
fn undo_without_a_terminal_needs_a_word() {
    World::new().omm(&["undo", "abc"]).refused(2, &["--yes", "--dry-run"]);
}

#[test]
fn unknown_ids_are_named() {
    let world = World::new();
    for args in [
        &["sync", "abc"][..],
        &["status", "abc"],
        &["stop", "abc"],
        &["undo", "abc", "--yes"],
        &["verify", "abc"],
        &["retry", "abc"],
        &["report", "abc"],
        &["forget", "abc"],
    ] {
        world.omm(args).refused(2, &["no migration abc"]);
    }
}

#[test]
fn help_and_completions_are_there() {
    let world = World::new();
    for args in [&["--help"][..], &["migrate", "--help"]] {
        let end = world.omm(args);
        assert_eq!(end.code, 0);
        for line in ["0  everything", "1  failed", "2  wrong usage", "3  finished", "4  stopped"] {
            assert!(end.out.contains(line), "{args:?}: no {line:?} in {}", end.out);
        }
    }
    for shell in ["bash", "zsh", "fish"] {
        assert!(world.omm(&["completions", shell]).out.contains("migrate"));
    }
}

//! Folders, and what is found out before anything is written.

use crate::world::{World, mails, opened, server};
use omm_core::{
    error::{ErrorKind, Scope},
    model::{FolderPath, ItemKind, Role},
    seam::Wanted,
};
use omm_testkit::{
    imap::{Act, Extension, Fault, MockMessage, Quirk},
    sim::{self, SimRuntime},
};

fn wanted(path: &[&str]) -> Wanted {
    Wanted::new(FolderPath::new(path.iter().copied()), ItemKind::Mail)
}

#[test]
fn a_run_without_news_costs_one_flight_after_the_login() {
    let runtime = SimRuntime::new();
    let server = server();
    let account = server.account("ann");
    for number in 0..30 {
        account.add_folder(&format!("f{number}"));
    }
    let (dest, _) = sim::run(&runtime, opened(server.clone(), &runtime, 143));
    sim::run(&runtime, dest.capacity()).expect("the capacity");
    let login = server.counters().all_round_trips();
    let folders = sim::run(&runtime, dest.folders()).expect("the folders");
    assert_eq!((folders.len(), server.counters().all_round_trips()), (31, login), "the listing was kept");
    sim::run(&runtime, dest.mark(&folders[3].id)).expect("a mark");
    assert_eq!(server.counters().all_round_trips(), login, "the mark is known from the listing");
    // What is kept is given once: the next question is a real one.
    account.add_folder("later");
    assert_eq!(sim::run(&runtime, dest.folders()).expect("the folders").len(), 32);
}

#[test]
fn many_folders_cost_one_flight() {
    let world = World::new(server());
    let names: Vec<String> = (0..50).map(|number| format!("f{number}")).collect();
    let all: Vec<Wanted> = names.iter().map(|name| wanted(&[name])).collect();
    world.server.reset_counters();
    let made = world.run(world.dest.ensure_folders(&all)).expect("answers");
    assert!(made.iter().all(|made| made.as_ref().is_ok_and(|made| made.created)));
    assert!(world.server.counters().all_round_trips() <= 1, "{:?}", world.server.counters());
}

#[test]
fn a_refused_name_is_its_own_trouble_and_says_what_to_do() {
    let world = World::new(server().refuse_name("evil"));
    let all = [wanted(&["good"]), wanted(&["evil"]), wanted(&["a/b"]), wanted(&["better"])];
    let made = world.run(world.dest.ensure_folders(&all)).expect("answers");
    assert!(made[0].is_ok() && made[3].is_ok());
    for error in [&made[1], &made[2]].map(|made| made.as_ref().expect_err("refused")) {
        assert_eq!((error.kind(), error.reach()), (ErrorKind::Rejected, Scope::Folder), "{error}");
    }
    assert!(made[1].as_ref().expect_err("refused").to_string().contains("--rename"));
}

#[test]
fn roles_and_subscriptions_are_told() {
    let world = World::new(server());
    let mut sent = wanted(&["Gesendet"]);
    (sent.role, sent.subscribed) = (Some(Role::Sent), false);
    let made = world.run(world.dest.ensure_folder(sent)).expect("made");
    assert_eq!(made.role, Some(Role::Sent));
    world.folder("Seen");
    let listed = world.run(world.dest.folders()).expect("the folders");
    let role = |name: &str| listed.iter().find(|one| one.path.name() == name).and_then(|one| one.role);
    assert_eq!((role("Gesendet"), role("Seen")), (Some(Role::Sent), None));
    assert_eq!(world.server.account("ann").subscriptions(), ["Seen"]);
}

#[test]
fn a_role_that_the_server_does_not_give_is_done_without() {
    let world = World::new(server());
    world.server.add_fault(Fault::at("CREATE", 1, Act::No("[USEATTR] not supported".to_owned())));
    let mut sent = wanted(&["Gesendet"]);
    sent.role = Some(Role::Sent);
    let made = world.run(world.dest.ensure_folder(sent)).expect("made");
    assert!(made.created && made.role.is_none());
}

#[test]
fn names_that_differ_in_case_may_be_one_folder() {
    let world = World::new(server().quirk(Quirk::FoldsCase));
    let first = world.folder("Sent");
    let made = world.run(world.dest.ensure_folder(wanted(&["SENT"]))).expect("found");
    assert_eq!((made.id, made.created), (first, false));
    assert!(world.run(world.dest.capacity()).expect("the capacity").folds_case);
}

#[test]
fn what_is_free_and_what_is_too_large() {
    let server = server().append_limit(1000);
    server.account("ann").quota(1 << 20);
    server.account("ann").add("INBOX", MockMessage::new(vec![b'x'; 512 << 10]));
    let world = World::new(server);
    let capacity = world.run(world.dest.capacity()).expect("the capacity");
    assert_eq!((capacity.largest_item, capacity.bytes_free), (Some(1000), Some(512 << 10)));
    assert!(capacity.names.forbidden.contains('/') && capacity.remarks.is_empty(), "{capacity:?}");
}

#[test]
fn what_separates_and_what_a_directory_cannot_be_called_is_in_no_name() {
    for (delimiter, spelled) in
        [(Some('/'), "a.b_c_ d"), (Some('.'), "a_b_c_ d"), (Some('\\'), "a.b/c_ d"), (None, "a.b/c_ d")]
    {
        let world = World::new(server().delimiter(delimiter));
        let capacity = world.run(world.dest.capacity()).expect("the capacity");
        assert_eq!(capacity.names.spell("a.b/c\t d"), spelled, "{delimiter:?}");
    }
}

#[test]
fn a_plan_is_told_what_will_be_lost() {
    let rev1 = server().without(Extension::UidPlus).without(Extension::Imap4Rev2);
    let world = World::new(rev1.named("Cyrus IMAP 3.8 server ready", "Cyrus IMAP"));
    let remarks = world.run(world.dest.capacity()).expect("the capacity").remarks;
    assert_eq!(remarks.len(), 2, "{remarks:?}");
}

#[test]
fn a_folder_that_is_gone_or_was_opened_is_removed() {
    for server in [server(), server().plain()] {
        let world = World::new(server);
        let folder = world.folder("Empty");
        let ids = world.ids(&folder, &mails(1));
        assert!(!world.run(world.dest.remove_folder_if_empty(&folder)).expect("looked"), "not empty");
        assert_eq!(world.there(&folder, &ids), [true]);
        world.server.account("ann").delete("Empty", 1);
        for _ in 0..2 {
            assert!(world.run(world.dest.remove_folder_if_empty(&folder)).expect("removed"));
        }
    }
}

/// Kills: a mail that arrived while the folder was open, deleted with it because STATUS told of the time before.
#[test]
fn a_folder_is_let_go_of_before_it_is_asked_whether_it_is_empty() {
    for server in [server(), server().plain()] {
        let world = World::new(server);
        let folder = world.folder("Old");
        world.there(&folder, &world.ids(&folder, &mails(1)));
        world.server.account("ann").delete("Old", 1);
        let before = world.server.transcript_text().len();
        assert!(world.run(world.dest.remove_folder_if_empty(&folder)).expect("removed"));
        let said = world.server.transcript_text().split_off(before);
        let at = |word: &str| said.find(word).unwrap_or_else(|| panic!("no {word}: {said}"));
        let closed = if said.contains("UNSELECT") { at("UNSELECT") } else { at("CLOSE") };
        assert!(closed < at("STATUS"), "{said}");
    }
}

/// Kills: a folder reported as removed, or deleted without a look at what is below it, because the server wanted a pause.
#[test]
fn a_pause_says_nothing_about_a_folder() {
    for (verbs, kind) in [
        (&["LIST", "STATUS"][..], ErrorKind::Throttled),
        (&["LIST"], ErrorKind::Throttled),
        (&["STATUS"], ErrorKind::Throttled),
    ] {
        let world = World::new(server());
        let folder = world.folder("Old");
        for verb in verbs {
            world.server.add_fault(Fault::at(verb, 1, Act::No("[THROTTLED] slow down".to_owned())).times(2));
        }
        let error = world.run(world.dest.remove_folder_if_empty(&folder)).expect_err("not known");
        assert_eq!(error.kind(), kind, "{verbs:?}: {error}");
        assert!(
            world.server.account("ann").snapshot().iter().any(|folder| folder.name == "Old"),
            "{verbs:?}"
        );
        world.server.clear_faults();
        assert!(world.run(world.dest.remove_folder_if_empty(&folder)).expect("removed"));
    }
}

/// Kills: a twin beside a folder that is there under a name that we would spell otherwise.
#[test]
fn what_was_listed_is_subscribed_by_the_name_it_has() {
    // RFC 9051 §5.1: INBOX is one folder in any case; what lies below it was listed as somebody wrote it.
    let server = server();
    server.account("ann").add_folder("inbox/Old").add_folder("Gone");
    let world = World::new(server);
    let paths: Vec<_> =
        world.run(world.dest.folders()).expect("the folders").into_iter().map(|one| one.path).collect();
    assert!(paths.contains(&FolderPath::new(["INBOX", "Old"])), "{paths:?}");
    // What went away since the listing is made anew.
    world.server.account("ann").delete_folder("Gone");
    let all = [wanted(&["INBOX", "Old"]), wanted(&["Gone"]), wanted(&["New"])];
    let made = world.run(world.dest.ensure_folders(&all)).expect("answers");
    let made: Vec<_> = made.into_iter().map(|one| one.expect("a folder")).collect();
    let said: Vec<_> = made.iter().map(|one| (one.id.as_str(), one.created)).collect();
    assert_eq!(said, [("inbox/Old", false), ("Gone", true), ("New", true)]);
    let account = world.server.account("ann");
    assert!(account.subscriptions().contains(&"inbox/Old".to_owned()), "{:?}", account.subscriptions());
    let names: Vec<_> = account.snapshot().into_iter().map(|folder| folder.name).collect();
    assert!(!names.contains(&"INBOX/Old".to_owned()), "{names:?}");
}

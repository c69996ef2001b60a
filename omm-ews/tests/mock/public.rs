//! Public folders: listed level by level and by pages, from the mailboxes that hold them. And archives, which are asked for
//! likewise.

use crate::world::{ANN, Secrets, server};
use omm_core::{
    engine::Migration,
    host::Env,
    model::FolderPath,
    report::Report,
    seam::{AccountSpec, Connector, Tls},
};
use omm_ews::EwsConnector;
use omm_testkit::{
    ews::{EwsRequest, MockEws, Policy, Quirk},
    journal::MemoryJournal,
    memory::MemoryAccount,
    sim::{self, SimRuntime},
    step_stop::Time,
};
use std::sync::Arc;

const FIRST: &str = "11111111-2222-3333-4444-555555555555";
const SECOND: &str = "aaaaaaaa-2222-3333-4444-555555555555";

struct World {
    runtime: SimRuntime,
    server: MockEws,
    migration: Migration,
    copy: MemoryAccount,
}

/// A server with folders on three levels, the items of two of them in other mailboxes than the hierarchy.
fn filled() -> MockEws {
    let server = server();
    let public = server.public_folders();
    public.add_folder("Sales/Reports/2026", "IPF.Note");
    public.add_folder("Sales/People", "IPF.Contact");
    public.add_folder("Empty", "IPF.Note");
    public
        .held_by("Sales/Reports", FIRST)
        .held_by("Sales/Reports/2026", SECOND)
        .held_by("Sales/People", FIRST);
    for (path, word) in [("Sales", "one"), ("Sales/Reports", "two"), ("Sales/Reports/2026", "three")] {
        add(&server, path, word);
    }
    let file = "<t:FileAttachment><t:Name>a.txt</t:Name><t:Content>aGVsbG8=</t:Content></t:FileAttachment>";
    public.add_xml(
        "Sales/People",
        &format!(
            "<t:Contact><t:Attachments>{file}</t:Attachments><t:DisplayName>Ann</t:DisplayName></t:Contact>"
        ),
    );
    server
}

fn add(server: &MockEws, path: &str, word: &str) {
    let text = format!("Subject: {word}\r\nMessage-ID: <{word}@example.org>\r\n\r\nabout {word}\r\n");
    server.public_folders().add_mail(path, text.as_bytes(), "2026-01-31T12:00:00Z", false);
}

fn world(server: MockEws, value: &str) -> World {
    opened(server, "public-folders", value)
}

/// A source with this option.
fn opened(server: MockEws, option: &str, value: &str) -> World {
    let (runtime, copy) = (SimRuntime::new(), MemoryAccount::new());
    runtime.listen("mock.example", 80, server.clone());
    let mut env = Env::new(runtime.shared());
    env.credentials = Arc::new(Secrets);
    let mut spec = AccountSpec::new("ews", "http://mock.example/EWS/Exchange.asmx");
    (spec.login, spec.tls) = (ANN.to_owned(), Tls::Off);
    spec.options.insert(option.to_owned(), value.to_owned());
    let source = sim::run(&runtime, EwsConnector::new().source(&spec, &env));
    let source = source.expect("a good account").expect("a source");
    let migration = Migration::new(source, copy.destination(), MemoryJournal::new().shared(), env);
    World { runtime, server, migration, copy }
}

impl World {
    fn run(&self) -> Report {
        sim::run(&self.runtime, self.migration.run()).expect("a run")
    }

    fn items(&self, path: &str) -> usize {
        self.copy.items(&FolderPath::new(path.split('/'))).len()
    }

    fn count(&self, operation: &str) -> Vec<EwsRequest> {
        self.server.requests().into_iter().filter(|request| request.operation == operation).collect()
    }
}

#[test]
fn all_of_them_by_level() {
    let world = world(filled(), "on");
    let report = world.run();
    assert_eq!(
        (report.totals.copied, report.totals.failed),
        (4, 0),
        "{report}\n{}",
        world.server.transcript_text()
    );
    let paths = ["Sales", "Sales/Reports", "Sales/Reports/2026", "Sales/People"];
    assert_eq!(paths.map(|path| world.items(path)), [1, 1, 1, 1]);
    let refused: Vec<_> = world
        .server
        .requests()
        .into_iter()
        .filter(|request| request.codes.iter().any(|code| code != "NoError"))
        .collect();
    assert!(refused.is_empty(), "{refused:?}");
    // The root with two folders below it, then three levels: nobody looks below what has nothing below it.
    assert_eq!(world.count("FindFolder").len(), 3, "{}", world.server.transcript_text());
    // Items are asked for in the mailbox that holds them.
    for (guid, items) in [(FIRST, 2), (SECOND, 1)] {
        let address = format!("{guid}@example.com");
        let asked = world.count("FindItem");
        let asked: Vec<_> = asked
            .iter()
            .filter(|request| request.header("x-publicfoldermailbox") == Some(&address))
            .collect();
        assert_eq!(asked.len(), items);
        assert!(asked.iter().all(|request| request.header("x-anchormailbox") == Some(&address)));
    }
}

#[test]
fn what_is_new_is_found_by_the_journal() {
    let world = world(filled(), "on");
    world.run();
    add(&world.server, "Sales/Reports", "four");
    let contact = world.server.public_folders().items("Sales/People")[0].id.clone();
    world.server.public_folders().set(&contact, "JobTitle", "another");
    world.server.public_folders().remove(&world.server.public_folders().items("Sales")[0].id);
    world.server.reset_counters();
    let report = world.run();
    assert_eq!(report.totals.failed, 0, "{report}");
    assert_eq!(world.server.counters().mime_read, 1, "only what is new is read");
    assert_eq!(["Sales/Reports", "Sales/People", "Sales"].map(|path| world.items(path)), [2, 1, 1]);
    let people = world.copy.items(&FolderPath::new(["Sales", "People"]));
    assert!(String::from_utf8_lossy(&people[0].1.bytes).contains("another"), "an edit travels");
    world.server.reset_counters();
    world.run();
    assert_eq!(world.server.counters().items_read, 0, "nothing is new");
}

/// Kills: an item that moves up to where the list was read already, and is missed.
#[test]
fn a_list_that_moves_while_it_is_read_is_begun_again() {
    let server = server();
    server.public_folders().add_folder("Many", "IPF.Note");
    for number in 0..25 {
        add(&server, "Many", &format!("number {number}"));
    }
    // Pages of seven and fewer: what is larger is refused.
    server.set_policy(Policy { page: Some((7, "ErrorMessageSizeExceeded")), ..Policy::default() });
    let world = world(server, "on");
    let first = world.server.public_folders().items("Many")[0].id.clone();
    let public = world.server.public_folders();
    let deleted = std::cell::Cell::new(false);
    let ended = world.runtime.run_until(world.migration.run(), || {
        let pages = world.count("FindItem").iter().filter(|request| request.codes == ["NoError"]).count();
        if pages == 2 && !deleted.replace(true) {
            public.remove(&first);
        }
        false
    });
    let report = ended.expect("nobody broke it off").expect("a run");
    assert!(deleted.get());
    assert_eq!(report.totals.failed, 0, "{report}");
    let copies = world.copy.items(&FolderPath::new(["Many"]));
    let texts: Vec<String> =
        copies.iter().map(|(_, item)| String::from_utf8_lossy(&item.bytes).into_owned()).collect();
    for number in 1..25 {
        let word = format!("about number {number}\r\n");
        assert_eq!(texts.iter().filter(|text| text.ends_with(&word)).count(), 1, "{word}: {texts:?}");
    }
}

/// Kills: a list that is read for ever, since its server begins again, or promises more whatever it gives; and a run that ends
/// over it.
#[test]
fn a_list_that_comes_to_no_end_costs_its_folder_alone() {
    for (quirk, says) in [(Quirk::ListsRound, "comes to no end"), (Quirk::ListsTheLast, "")] {
        let server = filled().quirk(quirk);
        for word in ["four", "five"] {
            add(&server, "Sales/Reports", word);
        }
        let world = world(server, "on");
        let asked = || world.count("FindItem").len();
        let ended = world.runtime.run_until(world.migration.run(), || asked() > 12);
        let report = ended.unwrap_or_else(|| panic!("{quirk:?}: asked {} times", asked())).expect("a run");
        assert!(report.to_string().contains(says), "{quirk:?}: {report}");
        assert_eq!(world.items("Sales/Reports"), 3, "{quirk:?}: what it told is there: {report}");
    }
}

/// Kills: a mailbox that is moved where its archive was meant, or the other way round.
#[test]
fn an_archive_is_read_instead_of_its_mailbox() {
    for (value, path, missing) in [("on", "Old years", "Inbox"), ("off", "Inbox", "Old years")] {
        let server = server();
        let account = server.mailbox(ANN);
        account.archive().add_folder("archivemsgfolderroot/Old years", "IPF.Note");
        for (folder, word) in [("archivemsgfolderroot/Old years", "old"), ("inbox", "new")] {
            let text = format!("Subject: {word}\r\n\r\n{word}\r\n");
            account.add_mail(folder, text.as_bytes(), "2026-01-31T12:00:00Z", false);
        }
        let world = opened(server, "archive", value);
        let report = world.run();
        assert_eq!((report.totals.copied, report.totals.failed), (1, 0), "{value}: {report}");
        let items =
            |path: &str| world.copy.paths().contains(&FolderPath::new([path])).then(|| world.items(path));
        assert_eq!((items(path), items(missing).unwrap_or(0)), (Some(1), 0), "{value}: {report}");
    }
}

#[test]
fn the_hierarchy_is_asked_for_where_it_is() {
    let world = world(filled(), "folders@public.example");
    world.run();
    let asked = world.count("FindFolder");
    assert!(
        asked.iter().all(|request| request.header("x-publicfoldermailbox") == Some("folders@public.example"))
    );
    let address = format!("{SECOND}@public.example");
    let items = world.count("FindItem");
    assert!(items.iter().any(|request| request.header("x-publicfoldermailbox") == Some(&address)));
}

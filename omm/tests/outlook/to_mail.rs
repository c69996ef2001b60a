//! To a mail server, which takes mail and nothing else.

use crate::export::{Export, PstWorld, run};
use futures::FutureExt;
use omm::{
    AccountSpec, Connector, CredentialRef, Tls,
    core::{
        host::Env,
        model::ItemKind,
        seam::{Destination, Source},
    },
};
use omm_imap::ImapConnector;
use omm_testkit::{
    imap::{Extension, MockAccount, MockImap, StoredMessage},
    memory::Snapshot,
    pst::filled,
    sim::SimRuntime,
    step_stop::{Account, Time, World},
};
use std::sync::Arc;

const HOST: &str = "new.example";
const USER: &str = "anna";

/// An account on a mock server.
struct Server(MockImap);

impl Server {
    fn account(&self) -> MockAccount {
        self.0.account(USER)
    }
}

impl Account for Server {
    fn open_source(&self, _: &Env) -> Arc<dyn Source> {
        unreachable!("it is only written")
    }

    fn open_destination(&self, env: &Env) -> Arc<dyn Destination> {
        let mut spec = AccountSpec::new("imap", HOST);
        spec.login = USER.to_owned();
        spec.credentials = CredentialRef::Named("geheim".to_owned());
        spec.tls = Tls::Off;
        let mut env = env.clone();
        env.credentials = Arc::new(crate::world::ByName);
        let opened = ImapConnector.destination(&spec, &env).now_or_never();
        opened.expect("nothing is waited for").expect("a good account").expect("a destination")
    }

    fn contents(&self) -> Snapshot {
        unreachable!("the server shows it")
    }
}

fn world(export: Export) -> PstWorld<Server> {
    let clock = SimRuntime::new();
    let server = MockImap::new().user(USER, "geheim").without(Extension::AuthScramSha256);
    clock.listen(HOST, 143, server.clone());
    World::with_clock(export, Server(server), clock)
}

fn text(message: &StoredMessage) -> String {
    String::from_utf8_lossy(&message.bytes).into_owned()
}

#[test]
fn a_plan_counts_what_cannot_go_there() {
    let (export, made) = Export::of(|pst| filled::everything(pst, 0).expect("written"));
    let world = world(export);
    let plan = world.clock.run(world.migration().plan()).expect("a plan");
    let others = made.items.iter().filter(|(folder, ..)| {
        ["Calendar", "Contacts", "Journal", "Notes", "Tasks"].contains(&folder.as_str())
    });
    let others = others.count() as u64;
    assert!(others > 20);
    assert_eq!(plan.left_out.get("kind-not-held"), Some(&others), "{plan:?}");
    assert_eq!(plan.items, (made.items.len() + made.orphans.len()) as u64 - others);
    for kind in [ItemKind::Event, ItemKind::Contact, ItemKind::Task, ItemKind::Note] {
        let lines: Vec<_> = plan.folders.iter().filter(|line| line.kind == kind).collect();
        assert!(!lines.is_empty());
        for line in lines {
            let remark = line.remark.as_deref().unwrap_or_default();
            assert!(remark.contains("destination cannot hold"), "{line:?}");
            assert_eq!((line.to_copy, line.left_out), (0, line.found), "{line:?}");
        }
    }
    assert!(world.destination.account().snapshot().iter().all(|folder| folder.messages.is_empty()));
}

/// Kills: folders of other kinds that only a note knows, and numbers that do not come to what is in the file; bodies
/// that are read for nothing; a second run that reads anything.
#[test]
fn the_report_counts_what_the_plan_foresees() {
    let (export, made) = Export::of(|pst| filled::everything(pst, 0).expect("written"));
    let world = world(export);
    let plan = world.clock.run(world.migration().plan()).expect("a plan");
    let first = run(&world);
    let in_the_file = made.items.len() + made.orphans.len() + made.associated.len();
    assert_eq!(first.totals.found, in_the_file as u64, "{first}");
    assert_eq!(plan.left_out, first.totals.skipped, "{first}");
    let mut planned: Vec<_> =
        plan.folders.iter().map(|line| (&line.folder, line.found, line.left_out)).collect();
    planned.sort();
    let counts =
        first.folders.iter().map(|line| (&line.folder, line.counts.found, line.counts.skipped_in_all()));
    assert_eq!(counts.collect::<Vec<_>>(), planned, "{first}");
    assert!(first.folders.iter().all(|line| line.counts.adds_up()), "{first}");
    assert_eq!(world.source.fetched() as u64, plan.items, "bodies of what is not carried");
    let again = run(&world);
    assert_eq!((again.totals.found, &again.totals.skipped), (first.totals.found, &first.totals.skipped));
    assert_eq!((world.source.fetched(), again.totals.already_there), (0, plan.items), "{again}");
}

#[test]
fn mail_goes_there_with_its_marks_and_the_rest_is_told() {
    let (export, made) = Export::of(|pst| filled::everything(pst, 0).expect("written"));
    let world = world(export);
    let plan = world.clock.run(world.migration().plan()).expect("a plan");
    let report = run(&world);
    assert_eq!((report.totals.copied, report.totals.failed), (plan.items, 0), "{report}");
    for folder in ["Calendar", "Contacts", "Journal", "Notes", "Tasks"] {
        let line = format!("{folder} is not carried: of a kind that the destination cannot hold");
        assert!(report.notes.contains(&line), "{line}: {report}");
    }
    let census = format!("census: {} items", made.items.len());
    assert!(report.notes.iter().any(|note| note.contains(&census)), "{report}");
    let account = world.destination.account();
    let folders = account.snapshot();
    let of = |subject: &str| {
        let all =
            folders.iter().flat_map(|folder| folder.messages.iter().map(move |message| (folder, message)));
        all.into_iter()
            .find(|(_, message)| text(message).contains(&format!("Subject: {subject}")))
            .expect("it is there")
    };
    let sorted = |message: &StoredMessage| {
        let mut flags = message.flags.clone();
        flags.sort();
        flags.join(" ")
    };
    for (subject, folder, flags) in [
        ("Unread", "INBOX", ""),
        ("Plain", "INBOX", "\\Seen"),
        ("AW: Answered", "INBOX", "\\Answered \\Seen"),
        ("Not finished", "Drafts", "\\Draft"),
        ("Sent", "Sent Items", "\\Seen"),
        ("Deep down", "INBOX/Projekte &- &AN4-bersicht/2023", "\\Seen"),
    ] {
        let (found, message) = of(subject);
        assert_eq!(sorted(message), flags, "{subject}");
        let is_deep = subject == "Deep down" && found.name.ends_with("/2023");
        assert!(found.name == folder || is_deep, "{subject}: {}", found.name);
    }
    let (_, full) = of("RE: =?utf-8?Q?Everything");
    for flag in ["\\Seen", "Red_Category"] {
        assert!(full.flags.iter().any(|known| known == flag), "{flag}: {:?}", full.flags);
    }
    assert_eq!(full.received.to_rfc3339(), "2023-02-03T09:16:00+00:00");
    let report = run(&world);
    assert_eq!(report.totals.copied, 0, "{report}");
}

//! A second run carries what changed and nothing else, and no run changes the source.

use crate::{
    on_mock::world,
    stories::text,
    world::{Place, World, or_skip},
};
use omm::{
    Options,
    core::model::{Flags, FolderPath},
};
use omm_testkit::{
    imap::{MockImap, MockMessage},
    mailbox,
    servers::{
        self,
        corpus::{Corpus, Shape},
        witness::{Snapshot, Witness, assert_identical},
    },
    step_stop::Time,
};

/// Every message: its folder, its place there, its UID.
fn places(account: &Snapshot) -> Vec<(FolderPath, usize, u32)> {
    let in_folder = |(path, folder): (&FolderPath, &servers::witness::SeenFolder)| {
        let path = path.clone();
        let uids: Vec<u32> = folder.messages.iter().map(|message| message.uid).collect();
        uids.into_iter().enumerate().map(move |(at, uid)| (path.clone(), at, uid))
    };
    account.folders.iter().flat_map(in_folder).collect()
}

/// The same change to all of these.
fn store<'a>(
    place: &Place,
    change: &str,
    messages: impl Iterator<Item = &'a (FolderPath, usize, u32)> + Clone,
) {
    let mut witness = Witness::enter(&place.account).expect("a login");
    let mut folders: Vec<&FolderPath> = messages.clone().map(|(path, ..)| path).collect();
    folders.dedup();
    for folder in folders {
        let uids: Vec<u32> =
            messages.clone().filter(|(path, ..)| path == folder).map(|(.., uid)| *uid).collect();
        witness.store(folder, &uids, change).expect("flags are changed");
    }
    witness.leave().expect("a goodbye");
}

fn look(place: &Place) -> Snapshot {
    Witness::look(&place.account).expect("the account is read").without_roles()
}

#[test]
fn a_hundred_new_messages_and_five_hundred_flag_changes() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let (from, to) = (Place::on_dovecot(dovecot), Place::on_dovecot(dovecot));
    let corpus = Corpus::new(Shape { messages: 1_000, ..Shape::default() });
    Witness::enter(&from.account).and_then(|mut witness| witness.fill(&corpus)).expect("filled");
    let world = World::new();
    world.migrate(&from, &to).expect("a first run");

    let (source, first) = (places(&look(&from)), places(&look(&to)));
    assert_eq!((source.len(), first.len()), (1_000, 1_000));
    // Every second one changes; the keyword is in no other message, so that each is a change.
    let changed: Vec<_> = source.iter().step_by(2).cloned().collect();
    store(&from, "+FLAGS (neu)", changed.iter());
    store(&from, "-FLAGS (\\Seen)", changed.iter().step_by(3));
    // The user does something at the destination meanwhile, to messages that change and to others.
    let touched: Vec<_> = first.iter().step_by(25).cloned().collect();
    store(&to, "+FLAGS (mine)", touched.iter());
    let mut witness = Witness::enter(&from.account).expect("a login");
    for (at, folder) in corpus.folders().iter().take(10).enumerate() {
        let new = (0..10).map(|number| mailbox::message(77, at as u64 * 10 + number).flagged("\\Answered"));
        witness.append(&folder.path, new).expect("room");
    }
    witness.leave().expect("a goodbye");

    let before = look(&to);
    let report = world.migrate(&from, &to).expect("a second run");
    assert_eq!((report.totals.copied, report.totals.failed), (100, 0), "{report}");
    let copy = look(&to);
    let mut expected = look(&from);
    for (path, at, _) in &touched {
        let message = &mut expected.folders.get_mut(path).expect("the same folders").messages[*at];
        message.flags = Flags::parse(&format!("{} mine", message.flags));
    }
    assert_identical(&expected, &copy);
    // What was there is still the same message, and only those that changed at the source have other flags.
    let mut moved = 0;
    for (path, at, uid) in &first {
        let (old, new) = (&before.folders[path].messages[*at], &copy.folders[path].messages[*at]);
        assert_eq!((new.uid, new.digest), (*uid, old.digest), "{path}");
        moved += usize::from(old.flags != new.flags);
    }
    assert_eq!(moved, changed.len());

    let report = world.migrate(&from, &to).expect("a third run");
    assert_eq!((report.totals.copied, report.totals.failed), (0, 0), "{report}");
    assert_eq!(copy, look(&to), "nothing was left to do");
}

#[test]
fn nothing_changes_at_the_source() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let from = Place::on_dovecot(dovecot);
    Witness::enter(&from.account).and_then(|mut witness| witness.fill(&Corpus::small())).expect("filled");
    let before = Witness::look(&from.account).expect("read");
    for read_back in [false, true] {
        let mut options = Options::default();
        options.read_back = read_back;
        let (world, to) = (World::new(), Place::on_dovecot(dovecot));
        world.migrate_with(&from, &to, options).expect("a run");
        // UIDs, UIDVALIDITY, \Seen and all.
        assert_eq!(before, Witness::look(&from.account).expect("read"));
    }
}

/// Kills: a client that opens with SELECT and fetches BODY[] and puts the flags right afterwards.
#[test]
fn nothing_is_said_to_the_source_that_changes_anything() {
    let world = world(MockImap::new(), MockImap::new());
    world.source.account().add("INBOX", MockMessage::new(text("unread")));
    for _ in 0..2 {
        world.clock.run(world.migration().run()).expect("a run");
    }
    let counters = world.source.server.counters();
    for verb in ["SELECT", "STORE", "UID STORE", "APPEND", "CREATE", "EXPUNGE", "UID EXPUNGE", "SUBSCRIBE"] {
        assert_eq!(counters.command(verb), 0, "{verb}: {counters:?}");
    }
    assert_eq!(world.source.account().messages("INBOX")[0].flags, Vec::<String>::new());
}

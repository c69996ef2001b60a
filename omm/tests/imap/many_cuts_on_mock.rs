//! Many cuts on the mock server, in virtual time: exactly at the byte that was planned.

use crate::{
    cut_plan::{CutPlan, Place, Side, Undisturbed},
    many_cuts::{Measure, Survived},
    on_mock::{MockWorld, OnMock, world},
};
use omm::{
    Options,
    core::model::{Flags, FolderPath},
};
use omm_testkit::{
    imap::{Act, Extension, Fault, FolderSnapshot, MockImap, MockMessage, StoredMessage, When},
    servers::{
        Cut,
        corpus::{Corpus, CorpusFolder},
        witness::{SeenFolder, SeenMessage, Snapshot, assert_identical},
    },
    step_stop::Time,
};

#[test]
fn with_every_extension() {
    check("many cuts on the mock", MockImap::new);
}

#[test]
fn without_uidplus_and_multiappend() {
    let poor = || MockImap::new().without(Extension::UidPlus).without(Extension::MultiAppend);
    check("many cuts on the mock, no UIDPLUS, no MULTIAPPEND", poor);
}

fn check(name: &str, destination: fn() -> MockImap) {
    let measure = Measure::asked(200, 32);
    // The mock refuses a name that LIST would take for a pattern.
    let corpus = measure.corpus().without_in_names(&['%', '*']);
    let messages = messages(&corpus);
    let fresh = || filled(&messages, destination());
    let clean = fresh();
    assert_eq!(finish(&clean, &CutPlan::default()), 0, "undisturbed");
    let undisturbed =
        Undisturbed { source: carried(&clean.source), destination: carried(&clean.destination) };
    measure.cut(name, 2, &undisturbed, |plan| {
        let world = fresh();
        plan.places.iter().for_each(|place| server(&world, place.side).add_fault(fault(place)));
        let resumed = finish(&world, plan);
        Survived { cuts: plan.places.len() - faults_left(&world), resumed }
    });
}

/// A folder to be made: its path, whether it is subscribed, and its messages.
type Made = (FolderPath, bool, Vec<MockMessage>);

/// Made once: they are put into many accounts.
fn messages(corpus: &Corpus) -> Vec<Made> {
    let made = |folder: &CorpusFolder| {
        let messages = folder.messages.iter().map(|planned| MockMessage::from(&corpus.item(planned)));
        (folder.path.clone(), folder.subscribed, messages.collect())
    };
    corpus.folders().iter().map(made).collect()
}

fn filled(folders: &[Made], destination: MockImap) -> MockWorld {
    let world = world(MockImap::new(), destination);
    world.choose(|options| *options = Options::default());
    let account = world.source.account();
    for (path, is_subscribed, messages) in folders {
        let name = account.name_of(path);
        account.add_folder(&name);
        if *is_subscribed {
            account.subscribe(&name);
        }
        for message in messages {
            account.add(&name, message.clone());
        }
    }
    world
}

/// Runs until all is done, judges the end, and runs once more, for nothing. The answer is how often it was begun again.
fn finish(world: &MockWorld, plan: &CutPlan) -> usize {
    let mut again = 0;
    loop {
        let left = faults_left(world);
        let is_killed = || plan.kills && faults_left(world) < left;
        match world.clock.run_until(world.migration().run(), is_killed) {
            Some(Ok(_)) => break,
            ended => assert!(again < plan.places.len(), "begun {again} times: {ended:?}"),
        }
        again += 1;
    }
    let seen = seen(&world.source);
    assert_identical(&seen, &self::seen(&world.destination));
    world.clock.run(world.migration().run()).expect("another run");
    assert_identical(&seen, &self::seen(&world.destination));
    again
}

fn faults_left(world: &MockWorld) -> usize {
    world.source.server.faults_left() + world.destination.server.faults_left()
}

fn server(world: &MockWorld, side: Side) -> &MockImap {
    match side {
        Side::Source => &world.source.server,
        Side::Destination => &world.destination.server,
    }
}

/// What a client has sent, a server has received.
fn fault(place: &Place) -> Fault {
    let when = match place.cut {
        Cut::AfterSent(bytes) => When::ReceivedInAll(bytes),
        Cut::AfterReceived(bytes) => When::SentInAll(bytes),
        Cut::Never => unreachable!("no plan has it"),
    };
    Fault::new(when, Act::Close)
}

fn carried(account: &OnMock) -> (u64, u64) {
    let counters = account.server.counters();
    (counters.bytes_received, counters.bytes_sent)
}

/// An account as the witness would tell it.
fn seen(account: &OnMock) -> Snapshot {
    let folder = |folder: &FolderSnapshot| {
        let message = |message: &StoredMessage| {
            let flags = Flags::parse(&message.flags.join(" "));
            SeenMessage { uid: message.uid, ..SeenMessage::of(&message.bytes, flags, Some(message.received)) }
        };
        let seen = SeenFolder {
            subscribed: folder.is_subscribed,
            messages: folder.messages.iter().map(message).collect(),
            ..SeenFolder::default()
        };
        (FolderPath::new(folder.name.split('/')), seen)
    };
    Snapshot { folders: account.account().snapshot().iter().map(folder).collect() }
}

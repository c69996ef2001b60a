//! The connection is cut at every byte of small sessions, on either side and in either direction: the run goes on or is
//! resumed, and the end is what it would have been.

use crate::{
    on_mock::{MockWorld, OnMock, world},
    stories::text,
};
use omm::{
    Error,
    core::{engine::UndoOptions, model::SyncPoint},
};
use omm_testkit::{
    imap::{Fault, MockImap, MockMessage},
    step_stop::{Account, Time},
};

/// How often an operation that was cut is begun again at most.
const RUNS: usize = 3;

/// A session that is recorded, and then cut: always the same.
struct Session {
    name: &'static str,
    /// Everything that goes before.
    world: fn() -> MockWorld,
    play: fn(&MockWorld) -> Result<(), Error>,
    ends: fn(&MockWorld),
}

/// One cut.
#[derive(Clone, Copy, Debug)]
struct Cut {
    at_source: bool,
    connection: u64,
    /// Of what the server sends, else of what it receives.
    of_sent: bool,
    at: u64,
}

#[test]
fn at_every_byte() {
    check(7, &Session { name: "first run", world: filled, play: run, ends: same_on_both_sides });
}

#[test]
fn at_every_byte_between_servers_that_can_do_little() {
    let filled = || fill(world(MockImap::new().plain(), MockImap::new().plain()));
    check(23, &Session { name: "no extension", world: filled, play: run, ends: same_on_both_sides });
}

#[test]
fn at_every_byte_of_a_later_run() {
    check(23, &Session { name: "later run", world: changed, play: run, ends: same_on_both_sides });
}

#[test]
fn at_every_byte_of_an_undo() {
    let world = || {
        let world = filled();
        world.destination.account().add("INBOX", MockMessage::new(text("was there")));
        run(&world).expect("a first run");
        world
    };
    let ends = |world: &MockWorld| {
        let left = world.destination.account().snapshot();
        assert_eq!(left.len(), 1, "a folder of ours goes when it is empty: {left:?}");
        assert_eq!(left[0].messages.len(), 1, "what was there before us is there: {left:?}");
    };
    check(23, &Session { name: "undo", world, play: undo, ends });
}

#[test]
fn at_the_same_byte_again_and_again() {
    let session =
        Session { name: "first run, cut three times", world: filled, play: run, ends: same_on_both_sides };
    let mut cuts = 0;
    for cut in places(&session).into_iter().step_by(stride(29)) {
        let world = filled();
        // On any connection: what is opened to go on is cut at this byte too.
        cut.server(&world).add_fault(cut.fault().times(3));
        finish(&session, &world, &format!("{cut:?}"));
        cuts += 1;
    }
    println!("{}: {cuts} places", session.name);
}

fn filled() -> MockWorld {
    fill(world(MockImap::new(), MockImap::new()))
}

fn fill(world: MockWorld) -> MockWorld {
    let account = world.source.account();
    account.add_folder("Work");
    for (folder, word) in [("INBOX", "one"), ("INBOX", "two"), ("Work", "three"), ("Work", "three")] {
        account.add(folder, MockMessage::new(text(word)).flag("\\Seen"));
    }
    world
}

/// After a first run: a message more, other flags, one that has moved.
fn changed() -> MockWorld {
    let world = filled();
    run(&world).expect("a first run");
    let account = world.source.account();
    account.add("INBOX", MockMessage::new(text("four")).flag("todo"));
    account.set_flags("INBOX", 1, &["\\Flagged"]);
    account.move_to("INBOX", 2, "Work");
    world
}

fn run(world: &MockWorld) -> Result<(), Error> {
    world.clock.run(world.migration().run()).map(drop)
}

fn undo(world: &MockWorld) -> Result<(), Error> {
    world.clock.run(world.migration().undo(&UndoOptions::from(SyncPoint(1)))).map(drop)
}

fn same_on_both_sides(world: &MockWorld) {
    assert_eq!(world.source.contents(), world.destination.contents());
}

/// Plays a session, cut at every `usual`-th byte; with `OMM_FULL=1` at every one.
fn check(usual: usize, session: &Session) {
    let (mut cuts, mut late) = (0, 0);
    for cut in places(session).into_iter().step_by(stride(usual)) {
        let world = (session.world)();
        cut.server(&world).add_fault(cut.fault().on_connection(cut.connection));
        finish(session, &world, &format!("{cut:?}"));
        cuts += 1;
        late += cut.server(&world).faults_left();
    }
    println!("{}: {} cuts, {late} more came after the end", session.name, cuts - late);
    assert!(cuts > 50, "a session has more bytes than {cuts}");
    // Folders have their turn in any order, so that a session may be some bytes shorter than the recorded one.
    assert!(late * 100 < cuts, "{}: {late} of {cuts} cuts did not happen", session.name);
}

fn stride(usual: usize) -> usize {
    if std::env::var_os("OMM_FULL").is_some() { 1 } else { usual }
}

/// Every byte of every connection of the undisturbed session.
fn places(session: &Session) -> Vec<Cut> {
    let world = (session.world)();
    for server in [&world.source.server, &world.destination.server] {
        server.reset_counters();
    }
    finish(session, &world, "undisturbed");
    let mut cuts = Vec::new();
    for (at_source, OnMock { server, .. }) in [(true, &world.source), (false, &world.destination)] {
        for (connection, (received, sent)) in server.counters().bytes_by_connection {
            for (of_sent, bytes) in [(true, sent), (false, received)] {
                cuts.extend((0..bytes).map(|at| Cut { at_source, connection, of_sent, at }));
            }
        }
    }
    cuts
}

impl Cut {
    fn server(self, world: &MockWorld) -> &MockImap {
        if self.at_source { &world.source.server } else { &world.destination.server }
    }

    fn fault(self) -> Fault {
        if self.of_sent { Fault::close_after_sent(self.at) } else { Fault::close_after_received(self.at) }
    }
}

/// Does it until it succeeds: what was cut may fail.
fn finish(session: &Session, world: &MockWorld, place: &str) {
    let name = session.name;
    let failed = (0..RUNS).map_while(|_| (session.play)(world).err()).collect::<Vec<_>>();
    assert!(failed.len() < RUNS, "{name}: {place}: {RUNS} runs did not do it: {failed:?}");
    let naming = Naming(name, place);
    (session.ends)(world);
    drop(naming);
}

/// Says where a session was cut when its end is another one.
struct Naming<'a>(&'a str, &'a str);

impl Drop for Naming<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("in the session {:?}, cut at {}", self.0, self.1);
        }
    }
}

//! What one bad item, one bad server, or one long pause may cost: itself, and nobody else.

use async_trait::async_trait;
use futures::{FutureExt, stream::BoxStream};
use omm_core::{
    Error, Result,
    engine::Migration,
    error::{ErrorKind, Side},
    host::{Env, LaneKey, MemoryBudget, Runtime, Spool, Stop},
    journal::{Class, Fate, Journal, PointState, Query, Verified, Want},
    model::{Cursor, Folder, FolderPath, Intake, ItemKind, SourceFolderId, SourceItemId},
    options::Options,
    seam::{ChangePage, Fetched, Source},
};
use omm_testkit::{
    journal::MemoryJournal,
    mailbox::{Mailbox, MailboxItem, plain},
    memory::{Habits, Lost, MemoryAccount, Settings},
    sim::{self, SimRuntime},
};
use std::{
    cell::RefCell,
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

fn behave(account: &MemoryAccount, set: impl FnOnce(&mut Habits)) {
    let mut habits = Habits::default();
    set(&mut habits);
    account.behave(habits);
}

/// An account on a lane of its own, holding a mailbox.
fn account(lane: &str, mailbox: &Mailbox) -> MemoryAccount {
    let mut settings = Settings::default();
    settings.lane = lane.to_owned();
    MemoryAccount::with(settings).holding(mailbox)
}

struct World {
    clock: SimRuntime,
    source: MemoryAccount,
    dest: MemoryAccount,
    journal: Arc<MemoryJournal>,
    migration: Migration,
}

impl World {
    fn new(mailbox: &Mailbox) -> Self {
        let clock = SimRuntime::new();
        let env = Env::new(clock.shared());
        Self::sharing(&clock, env, mailbox, "one")
    }

    fn sharing(clock: &SimRuntime, env: Env, mailbox: &Mailbox, name: &str) -> Self {
        let source = account(&format!("{name} source"), mailbox);
        let dest = account(&format!("{name} destination"), &Mailbox { folders: Vec::new() });
        let journal = Arc::new(MemoryJournal::new());
        let migration = Migration::new(
            source.source(),
            dest.destination(),
            Arc::clone(&journal) as Arc<dyn Journal>,
            env,
        );
        Self { clock: clock.clone(), source, dest, journal, migration }
    }

    fn in_doubt(&self) -> u64 {
        let tallies = sim::run(&self.clock, self.journal.tallies()).expect("tallies");
        tallies.iter().filter(|tally| tally.key.class == Class::InDoubt).map(|tally| tally.items).sum()
    }
}

/// A mailbox in which some items break connections.
fn with_poison(items: u64, poisoned: &[usize]) -> Mailbox {
    let mut mailbox = plain(3, 1, items);
    for at in poisoned {
        let item: &mut MailboxItem = &mut mailbox.folders[0].items[*at];
        item.bytes = [&item.bytes[..], b"poison"].concat().into();
    }
    mailbox
}

#[test]
fn an_item_that_breaks_the_connection_of_the_source_fails_alone() {
    for poisoned in [&[0][..], &[17], &[99], &[3, 4, 70]] {
        let world = World::new(&with_poison(100, poisoned));
        behave(&world.source, |habits| habits.breaks_on = Some(b"poison".to_vec()));
        let report = sim::run(&world.clock, world.migration.run()).expect("the run goes on");
        let bad = poisoned.len() as u64;
        assert_eq!((report.totals.copied, report.totals.failed), (100 - bad, bad), "{report}");
        assert!(report.to_string().contains("the connection broke on it"), "{report}");

        behave(&world.source, |_| {});
        let healed = sim::run(&world.clock, world.migration.run()).expect("the next run");
        assert_eq!((healed.totals.copied, healed.totals.failed), (bad, 0), "{healed}");
    }
}

#[test]
fn an_item_that_breaks_the_connection_of_the_destination_fails_alone_and_nothing_is_doubled() {
    for poisoned in [&[0][..], &[17], &[99], &[3, 4, 70]] {
        let world = World::new(&with_poison(100, poisoned));
        behave(&world.dest, |habits| habits.breaks_on = Some(b"poison".to_vec()));
        let report = sim::run(&world.clock, world.migration.run()).expect("the run goes on");
        let bad = poisoned.len() as u64;
        assert_eq!((report.totals.copied, report.totals.failed), (100 - bad, bad), "{report}");
        assert_eq!(world.dest.snapshot().items() as u64, 100 - bad);

        behave(&world.dest, |_| {});
        sim::run(&world.clock, world.migration.run()).expect("the next run");
        assert_eq!(world.source.snapshot().as_sets(), world.dest.snapshot().as_sets());
    }
}

#[test]
fn where_every_item_breaks_the_connection_it_is_the_folder() {
    let poisoned: Vec<usize> = (0..60).collect();
    for side in 0..2 {
        let world = World::new(&with_poison(60, &poisoned));
        let bad = if side == 0 { &world.source } else { &world.dest };
        behave(bad, |habits| habits.breaks_on = Some(b"poison".to_vec()));
        let report = sim::run(&world.clock, world.migration.run()).expect("other folders could go on");
        assert!(report.is_troubled(), "{report}");
    }
}

#[test]
fn a_restart_of_some_minutes_is_waited_out_and_a_server_that_is_gone_is_not() {
    for (minutes, ends_well) in [(1, true), (5, true), (60, false)] {
        for side in 0..2 {
            let world = World::new(&plain(5, 2, 100));
            let late = Duration::from_secs(1);
            let away = late * 4..MINUTE * minutes;
            let server = if side == 0 { &world.source } else { &world.dest };
            behave(server, |habits| {
                habits.late = Some((world.clock.shared(), late));
                habits.away = Some((world.clock.shared(), away));
            });
            let result = sim::run(&world.clock, world.migration.run());
            match ends_well {
                true => assert_eq!(result.expect("it came back").totals.copied, 200),
                false => {
                    let error = result.expect_err("it did not come back");
                    assert_eq!(error.kind(), ErrorKind::Unreachable);
                    assert!(world.clock.elapsed() > 9 * MINUTE && world.clock.elapsed() < 30 * MINUTE);
                }
            }
        }
    }
}

/// Kills: a look at every batch for which the next one waits: on a far server, twice the time.
#[test]
fn copies_are_looked_at_while_the_next_batch_is_sent() {
    let clock = SimRuntime::new();
    let source = account("source", &plain(5, 1, 20));
    let mut settings = Settings::default();
    settings.batch_items = 1;
    let dest = MemoryAccount::with(settings);
    let late = Duration::from_secs(1);
    behave(&dest, |habits| habits.late = Some((clock.shared(), late)));
    let journal = MemoryJournal::new();
    let env = Env::new(clock.shared());
    let migration = Migration::new(source.source(), dest.destination(), journal.shared(), env);
    let report = sim::run(&clock, migration.run()).expect("a run");
    assert_eq!((report.totals.copied, report.totals.verdict(Verified::Listed)), (20, 20), "{report}");
    // Capacity, folders, making them, a mark, twenty batches, and the last look.
    assert_eq!(clock.elapsed(), 25 * late);
}

/// Kills: a source that lies idle while the destination's folders are made.
#[test]
fn first_pages_are_read_while_folders_are_made() {
    let world = World::new(&plain(5, 1, 3));
    let late = Duration::from_secs(1);
    for account in [&world.source, &world.dest] {
        behave(account, |habits| habits.late = Some((world.clock.shared(), late)));
    }
    let report = sim::run(&world.clock, world.migration.run()).expect("a run");
    assert_eq!(report.totals.copied, 3, "{report}");
    // Capacity with the source's folders, the destination's, making them with the first page, fetch, mark, append, look.
    assert_eq!(world.clock.elapsed(), 7 * late);
}

/// Kills: a pause that is only kept when the folder has its turn, or forgotten.
#[test]
fn a_pause_that_is_heard_while_looking_ahead_begins_at_once() {
    let world = World::new(&plain(5, 1, 3));
    let late = Duration::from_secs(20);
    behave(&world.dest, |habits| habits.late = Some((world.clock.shared(), late)));
    behave(&world.source, |habits| habits.throttles = Some((2, MINUTE)));
    let report = sim::run(&world.clock, world.migration.run()).expect("a run");
    assert_eq!((report.totals.copied, report.totals.failed), (3, 0), "{report}");
    // The page is refused while the folder is being made: that pause is over a making later. So is the first fetch.
    assert_eq!(world.clock.elapsed(), 2 * late + MINUTE + MINUTE + 3 * late);
}

/// Kills: writes that stay in doubt as long as the source is away.
#[test]
fn what_is_in_doubt_is_settled_although_the_source_cannot_be_listed() {
    let world = World::new(&plain(5, 1, 3));
    behave(&world.dest, |habits| habits.lost = Some(Lost::WithTheFolder(2)));
    let _ = sim::run(&world.clock, world.migration.run());
    assert!(world.in_doubt() > 0, "the story needs a doubt");
    behave(&world.dest, |_| {});
    let away = Duration::ZERO..HOUR * 1000;
    behave(&world.source, |habits| habits.away = Some((world.clock.shared(), away)));
    sim::run(&world.clock, world.migration.run()).expect_err("the source is away");
    assert_eq!(world.in_doubt(), 0);
}

#[test]
fn a_server_that_rests_does_not_starve_the_others() {
    for side in 0..2 {
        for closed in [false, true] {
            let clock = SimRuntime::new();
            let mut env = Env::new(clock.shared());
            env.memory = MemoryBudget::new(16 * 1024);
            let tired = World::sharing(&clock, env.clone(), &plain(5, 8, 60), "tired");
            let awake = World::sharing(&clock, env.clone(), &plain(6, 8, 60), "awake");
            let (server, lane) = match side {
                0 => (&tired.source, "tired source"),
                _ => (&tired.dest, "tired destination"),
            };
            behave(&awake.source, |habits| habits.late = Some((clock.shared(), Duration::from_millis(10))));
            behave(server, |habits| {
                habits.late = Some((clock.shared(), Duration::from_millis(10)));
                habits.throttles = (!closed).then_some((15, HOUR));
            });
            let lane = LaneKey(lane.into());
            let first = async {
                let report = awake.migration.run().await.expect("the one that is awake");
                let took = clock.elapsed();
                env.limiter.set_limit(&lane, 4);
                (report, took)
            };
            let closing = async {
                if closed {
                    clock.sleep(Duration::from_millis(120)).await;
                    env.limiter.set_limit(&lane, 0);
                }
            };
            let both = futures::future::join3(tired.migration.run(), first, closing);
            let (tired_report, (report, took), ()) = sim::run(&clock, both);
            assert_eq!(report.totals.copied, 480, "{report}");
            assert!(
                took < MINUTE * 30,
                "side {side}, closed {closed}: it waited {took:?} for a server not its own"
            );
            assert_eq!(tired_report.expect("it came back").totals.copied, 480);
            assert_eq!(env.memory.reserved(), 0);
        }
    }
}

#[test]
fn a_stop_in_a_pause_leaves_no_doubt_about_what_was_never_sent() {
    let world = World::new(&plain(5, 1, 100));
    world.dest.change_settings(|settings| settings.searchable = false);
    // The fifth call is the first append: nothing was done, and it is to be asked again in an hour.
    behave(&world.dest, |habits| habits.throttles = Some((5, HOUR)));
    let stop = Stop::new();
    let migration = world.migration.clone().with_stop(stop.clone());
    let (result, ()) = sim::run(&world.clock, async {
        let stopping = async {
            world.clock.sleep(MINUTE).await;
            stop.request();
        };
        futures::future::join(migration.run(), stopping).await
    });
    assert_eq!(result.expect_err("it was stopped").kind(), ErrorKind::Stopped);
    assert_eq!(world.in_doubt(), 0);
    let points = sim::run(&world.clock, world.journal.points()).expect("points");
    assert_eq!(points.last().map(|row| row.state), Some(PointState::Open));
}

#[test]
fn items_that_fail_each_time_fail_with_their_own_error() {
    let world = World::new(&plain(5, 1, 10));
    behave(&world.dest, |habits| habits.fails_items_every = Some(1));
    let report = sim::run(&world.clock, world.migration.run()).expect("the run");
    assert_eq!(report.totals.failed, 10, "{report}");
    assert!(report.to_string().contains("this one item did not go through"), "{report}");
    // Five pauses for the whole batch; halving it would have made hundreds of requests.
    assert!(world.clock.elapsed() < MINUTE, "{:?}", world.clock.elapsed());
}

/// A source on which no cursor is worth anything.
struct Forgetful(Arc<dyn Source>, AtomicU32);

#[async_trait]
impl Source for Forgetful {
    fn lane(&self) -> LaneKey {
        self.0.lane()
    }
    async fn folders(&self) -> Result<Vec<Folder>> {
        self.0.folders().await
    }
    async fn changes(&self, folder: &SourceFolderId, since: Option<&Cursor>) -> Result<ChangePage> {
        if since.is_some() {
            return Err(Error::new(ErrorKind::CursorExpired, Side::Source, "list changes", "what cursor?"));
        }
        let listings = self.1.fetch_add(1, Ordering::SeqCst);
        assert!(listings < 10, "it lists for ever");
        self.0.changes(folder, None).await
    }
    fn fetch<'a>(
        &'a self,
        folder: &'a SourceFolderId,
        ids: &'a [SourceItemId],
        intake: &'a Intake,
    ) -> BoxStream<'a, Fetched> {
        self.0.fetch(folder, ids, intake)
    }
    async fn close(&self) -> Result<()> {
        self.0.close().await
    }
}

#[test]
fn a_source_that_takes_its_cursors_back_again_and_again_costs_the_folder() {
    let mut world = World::new(&plain(5, 1, 10));
    world.source.change_settings(|settings| settings.page_size = 4);
    let source = Arc::new(Forgetful(world.source.source(), AtomicU32::new(0)));
    let journal = Arc::clone(&world.journal) as Arc<dyn Journal>;
    let env = Env::new(world.clock.shared());
    world.migration =
        Migration::new(Arc::clone(&source) as Arc<dyn Source>, world.dest.destination(), journal, env);
    let report = sim::run(&world.clock, world.migration.run()).expect("other folders could go on");
    assert!(report.is_troubled(), "{report}");
    assert_eq!(source.1.load(Ordering::SeqCst), 3, "once, and two restarts");
    assert_eq!(report.totals.copied, 4, "{report}");
}

#[test]
fn what_was_skipped_in_an_interrupted_run_under_other_options_is_offered_again() {
    let world = World::new(&plain(5, 2, 5));
    let run = |max_size, cut_at_move: bool| {
        let mut options = Options::default();
        (options.max_size, options.folders_at_once) = (max_size, 1);
        let migration = world.migration.clone().with_options(options);
        let positions = || {
            let rows = world.journal.folders().now_or_never().expect("in memory").expect("rows");
            rows.into_iter().map(|row| row.position.map(|position| position.cursor)).collect::<Vec<_>>()
        };
        let before = positions();
        sim::run_until(&world.clock, migration.run(), || cut_at_move && positions() != before)
            .map(|report| report.expect("the run"))
    };
    run(None, false).expect("the first run is whole");
    for folder in ["INBOX", "Folder 1"] {
        let item = MailboxItem::new(ItemKind::Mail, vec![b'x'; 5_000]);
        world.source.add(&FolderPath::new([folder]), item);
    }
    behave(&world.source, |habits| habits.late = Some((world.clock.shared(), Duration::from_secs(1))));
    assert!(run(Some(100), true).is_none(), "it was cut");
    let report = run(None, false).expect("it is whole");
    assert_eq!(report.totals.copied, 2, "{report}");
    assert_eq!(world.source.snapshot().as_sets(), world.dest.snapshot().as_sets());
}

#[test]
fn an_item_larger_than_the_spool_may_be_fails_alone() {
    let mut mailbox = plain(5, 1, 10);
    mailbox.folders[0].items[4].bytes = vec![b'x'; 50_000].into();
    let clock = SimRuntime::new();
    let mut env = Env::new(clock.shared());
    env.memory = MemoryBudget::new(16 * 1024);
    env.spool = Spool::new(std::env::temp_dir(), 40_000);
    let world = World::sharing(&clock, env, &mailbox, "one");
    let report = sim::run(&clock, world.migration.run()).expect("the run goes on");
    assert_eq!((report.totals.copied, report.totals.failed), (9, 1), "{report}");
    assert!(report.to_string().contains("larger than the spool limit"), "{report}");
}

#[test]
fn what_is_searched_for_a_lost_answer_is_a_page_and_not_the_folder() {
    let world = World::new(&plain(5, 1, 12));
    world.source.change_settings(|settings| settings.page_size = 4);
    behave(&world.dest, |habits| habits.late = Some((world.clock.shared(), Duration::from_secs(1))));
    let marks = RefCell::new(BTreeSet::new());
    let watching = || {
        let query = Query { folder: None, want: Want::InDoubt };
        let doubtful =
            world.journal.page(query, None, 100).now_or_never().expect("in memory").expect("a page");
        marks.borrow_mut().extend(doubtful.into_iter().filter_map(|entry| match entry.fate {
            Fate::Sending { mark, .. } => Some(mark.to_string()),
            _ => None,
        }));
        false
    };
    sim::run_until(&world.clock, world.migration.run(), watching).expect("not cut").expect("the run");
    assert_eq!(marks.borrow().len(), 3, "one for each page: {marks:?}");
}

//! The post office and its outbox, with a carrier that does as it is told and a clock that stands still.

use crate::{full, moment, notice, of_project};
use async_trait::async_trait;
use chrono::TimeDelta;
use futures::{FutureExt, executor::block_on};
use omm_core::{
    error::{Error, ErrorKind, Result, Side},
    host::Runtime,
};
use omm_project::notify::{
    Brink, Carrier, Channel, Event, Fate, Letter, Notifier, Pace, Post, Recipient, Silent, Tried, Turn,
    WAITS,
    outbox::{Ask, Choice, Claim, MemoryOutbox, Outbox, Row, Settlement, State},
};
use omm_testkit::sim::SimRuntime;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

/// Gives the fates that it was told, then takes everything. Some hang.
#[derive(Default)]
struct Told {
    fates: Mutex<VecDeque<Doing>>,
    carried: Mutex<Vec<Letter>>,
}

enum Doing {
    /// Cross the brink, then this.
    Then(Fate),
    /// This, without crossing.
    Before(Fate),
    /// Hang before the brink, and behind it.
    HangBefore,
    HangBehind,
}

#[async_trait]
impl Carrier for Told {
    fn channel(&self) -> Channel {
        Channel::Mail
    }

    async fn carry(&self, letter: &Letter, brink: &dyn Brink) -> Fate {
        let doing = self.fates.lock().unwrap().pop_front();
        match doing {
            Some(Doing::Before(fate)) => return fate,
            Some(Doing::HangBefore) => futures::future::pending::<()>().await,
            _ => {}
        }
        if let Err(error) = brink.cross().await {
            return Fate::later(error.to_string());
        }
        self.carried.lock().unwrap().push(letter.clone());
        match doing {
            Some(Doing::Then(fate)) => fate,
            Some(Doing::HangBehind) => futures::future::pending().await,
            _ => Fate::Taken("250 taken".to_owned()),
        }
    }
}

struct World {
    clock: SimRuntime,
    outbox: Arc<MemoryOutbox>,
    carrier: Arc<Told>,
    post: Post,
}

fn world(fates: impl IntoIterator<Item = Doing>) -> World {
    let clock = SimRuntime::new();
    let outbox = Arc::new(MemoryOutbox::new());
    let carrier = Arc::new(Told { fates: Mutex::new(fates.into_iter().collect()), ..Told::default() });
    let post = Post::new(clock.shared(), outbox.clone(), vec![carrier.clone()]);
    World { clock, outbox, carrier, post }
}

impl World {
    fn tell(&self, notice: &omm_project::notify::Notice) -> (usize, usize) {
        let delivered = block_on(self.post.notify(notice)).unwrap();
        (delivered.filed, delivered.known)
    }

    fn deliver(&self) -> Turn {
        block_on(self.post.deliver()).unwrap()
    }

    fn tried(&self) -> Tried {
        match self.deliver() {
            Turn::Tried(tried) => tried,
            idle => panic!("{idle:?}"),
        }
    }

    fn carried(&self) -> usize {
        self.carrier.carried.lock().unwrap().len()
    }

    fn row(&self) -> Row {
        let mut rows = self.outbox.rows();
        assert_eq!(rows.len(), 1);
        rows.remove(0)
    }

    fn forward(&self, minutes: u64) {
        self.clock.advance(Duration::from_secs(60 * minutes));
    }
}

#[test]
fn an_event_that_is_told_again_is_told_nobody_again() {
    let world = world([]);
    let both = notice(Event::Created, 0, &["ann@example.org", "bob@example.org"]);
    assert_eq!(world.tell(&both), (2, 0));
    assert_eq!(world.tell(&both), (0, 2));
    world.tried();
    world.tried();
    assert_eq!(world.deliver(), Turn::Idle(None));
    assert_eq!(world.tell(&both), (0, 2));
    assert_eq!(world.tell(&notice(Event::Created, 0, &["ann@example.org", "eve@example.org"])), (1, 1));
    world.tried();
    assert_eq!(world.carried(), 3);
    // Another run of the same migration is another event.
    assert_eq!(world.tell(&notice(Event::Started, 1, &["ann@example.org"])), (1, 0));
    assert_eq!(world.tell(&notice(Event::Started, 2, &["ann@example.org"])), (1, 0));
    assert_eq!(world.tell(&notice(Event::Started, 2, &[])), (0, 0));
}

#[test]
fn what_was_dropped_before_the_brink_is_sent_and_behind_it_is_not() {
    for (doing, mails, state) in [(Doing::HangBefore, 1, State::Sent), (Doing::HangBehind, 1, State::Unknown)]
    {
        let world = world([doing]);
        world.tell(&notice(Event::Started, 1, &["ann@example.org"]));
        assert!(world.post.deliver().now_or_never().is_none());
        let lease = world.clock.now() + TimeDelta::minutes(20);
        // Nobody takes it while the lease holds.
        world.forward(19);
        assert_eq!(world.deliver(), Turn::Idle(Some(lease)));
        world.forward(2);
        while let Turn::Tried(_) = world.deliver() {}
        assert_eq!((world.carried(), world.row().state), (mails, state));
        let unknown = block_on(world.post.unknown()).unwrap();
        assert_eq!(unknown.len(), usize::from(state == State::Unknown));
        assert!(block_on(world.post.unknown()).unwrap().is_empty());
        world.forward(10_000);
        assert_eq!((world.deliver(), world.carried()), (Turn::Idle(None), mails));
    }
}

#[test]
fn every_step_of_the_outbox_may_be_the_last() {
    // Two workers with one outbox: the first is dropped at each of its awaits in turn, by an outbox that hangs there.
    for hang in 0..6 {
        let clock = SimRuntime::new();
        let inner = Arc::new(MemoryOutbox::new());
        let carrier = Arc::new(Told::default());
        let hanging = Arc::new(Hanging { inner: inner.clone(), left: Mutex::new(hang) });
        let first = Post::new(clock.shared(), hanging, vec![carrier.clone()]);
        let second = Post::new(clock.shared(), inner.clone(), vec![carrier.clone()]);
        block_on(second.notify(&notice(Event::Started, 1, &["ann@example.org"]))).unwrap();
        assert!(first.deliver().now_or_never().is_none(), "{hang}");
        drop(first);
        for _ in 0..3 {
            clock.advance(Duration::from_secs(3600));
            while let Turn::Tried(_) = block_on(second.deliver()).unwrap() {}
        }
        let carried = carrier.carried.lock().unwrap().len();
        let state = inner.rows()[0].state;
        let expected = match hang {
            // Before and after the claim, and before the mark.
            0..=2 => (1, State::Sent),
            // The mark is there and nothing has left.
            3 => (0, State::Unknown),
            // It has left, and its note is not there.
            4 => (1, State::Unknown),
            _ => (1, State::Sent),
        };
        assert_eq!((carried, state), expected, "{hang}");
    }
}

/// An outbox that never comes back at one of its steps: before or after its effect.
struct Hanging {
    inner: Arc<MemoryOutbox>,
    left: Mutex<usize>,
}

impl Hanging {
    async fn point(&self) {
        let hangs = {
            let mut left = self.left.lock().unwrap();
            let hangs = *left == 0;
            *left = left.wrapping_sub(1);
            hangs
        };
        if hangs {
            futures::future::pending::<()>().await;
        }
    }
}

#[async_trait]
impl Outbox for Hanging {
    async fn file(&self, rows: Vec<Row>) -> Result<usize> {
        self.inner.file(rows).await
    }

    async fn claim(&self, ask: Ask) -> Result<Choice<Claim>> {
        self.point().await;
        let claim = self.inner.claim(ask).await;
        self.point().await;
        claim
    }

    async fn begin(
        &self,
        claim: u64,
        now: chrono::DateTime<chrono::Utc>,
        lease: chrono::DateTime<chrono::Utc>,
    ) -> Result<bool> {
        self.point().await;
        let begun = self.inner.begin(claim, now, lease).await;
        self.point().await;
        begun
    }

    async fn settle(
        &self,
        claim: u64,
        settlement: Settlement,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Result<bool> {
        self.point().await;
        let settled = self.inner.settle(claim, settlement, now).await;
        self.point().await;
        settled
    }

    async fn sweep(&self, now: chrono::DateTime<chrono::Utc>) -> Result<Vec<Row>> {
        self.inner.sweep(now).await
    }

    async fn row(&self, key: &omm_project::notify::Key) -> Result<Option<Row>> {
        self.inner.row(key).await
    }

    async fn of_project(&self, project: &str, limit: u32) -> Result<Vec<Row>> {
        self.inner.of_project(project, limit).await
    }

    async fn take_up(&self, now: chrono::DateTime<chrono::Utc>) -> Result<()> {
        self.inner.take_up(now).await
    }

    async fn forget(&self, migration: &str) -> Result<usize> {
        self.inner.forget(migration).await
    }

    async fn forget_project(&self, project: &str) -> Result<usize> {
        self.inner.forget_project(project).await
    }

    async fn clear(&self, before: chrono::DateTime<chrono::Utc>) -> Result<usize> {
        self.inner.clear(before).await
    }
}

#[test]
fn failures_are_tried_again_and_end() {
    let busy = || Doing::Then(Fate::later("451 busy"));
    let world = world(std::iter::repeat_with(busy).take(20));
    world.tell(&notice(Event::Started, 1, &["ann@example.org"]));
    let mut waited = Duration::ZERO;
    for wait in WAITS {
        assert!(matches!(world.tried().settlement, Settlement::Later { .. }));
        let Turn::Idle(Some(due)) = world.deliver() else { panic!("it waits") };
        let left = (due - world.clock.now()).to_std().unwrap();
        assert_eq!(left, wait);
        waited += left;
        world.clock.advance(left);
    }
    assert!(waited > Duration::from_secs(40 * 3600) && waited < Duration::from_secs(48 * 3600), "{waited:?}");
    assert!(matches!(world.tried().settlement, Settlement::GaveUp { .. }));
    assert_eq!(world.deliver(), Turn::Idle(None));
    assert_eq!((world.row().state, world.row().attempts), (State::GaveUp, 10));
}

#[test]
fn no_answer_means_again_only_where_nothing_can_have_arrived() {
    for (doing, state) in [
        (Doing::Before(Fate::Unknown("cut".to_owned())), State::Waiting),
        (Doing::Then(Fate::Unknown("cut".to_owned())), State::Unknown),
        (Doing::Then(Fate::Refused("no".to_owned())), State::GaveUp),
    ] {
        let world = world([doing]);
        world.tell(&notice(Event::Started, 1, &["ann@example.org"]));
        world.tried();
        assert_eq!(world.row().state, state);
    }
}

#[test]
fn what_a_server_says_is_kept_as_one_short_line() {
    let words = format!("550 \u{1b}[31mno\r\n{}", "x".repeat(10_000));
    let world = world([Doing::Then(Fate::Refused(words))]);
    world.tell(&notice(Event::Started, 1, &["ann@example.org"]));
    world.tried();
    let said = world.row().said;
    assert!(said.starts_with("550  [31mno  x") && said.len() == 300, "{said}");
}

#[test]
fn nobody_to_send_is_told_and_no_error() {
    let world = world([]);
    let mut hook = notice(Event::Started, 1, &[]);
    hook.to = vec![Recipient::webhook("panel")];
    world.tell(&hook);
    let Settlement::GaveUp { said } = world.tried().settlement else { panic!("nobody sends that") };
    assert_eq!(said, "nobody here sends by webhook");
    assert_eq!(block_on(Silent.notify(&hook)).unwrap().filed, 0);
}

#[test]
fn a_store_that_fails_is_a_value() {
    struct Broken;
    let failed = || Error::new(ErrorKind::Local, Side::Host, "file a notice", "the disk is full");
    #[async_trait]
    impl Outbox for Broken {
        async fn file(&self, _: Vec<Row>) -> Result<usize> {
            Err(Error::new(ErrorKind::Local, Side::Host, "file a notice", "the disk is full"))
        }
        async fn claim(&self, _: Ask) -> Result<Choice<Claim>> {
            Ok(Choice::Not(None))
        }
        async fn begin(
            &self,
            _: u64,
            _: chrono::DateTime<chrono::Utc>,
            _: chrono::DateTime<chrono::Utc>,
        ) -> Result<bool> {
            Ok(false)
        }
        async fn settle(&self, _: u64, _: Settlement, _: chrono::DateTime<chrono::Utc>) -> Result<bool> {
            Ok(false)
        }
        async fn sweep(&self, _: chrono::DateTime<chrono::Utc>) -> Result<Vec<Row>> {
            Ok(Vec::new())
        }
        async fn row(&self, _: &omm_project::notify::Key) -> Result<Option<Row>> {
            Ok(None)
        }
        async fn of_project(&self, _: &str, _: u32) -> Result<Vec<Row>> {
            Ok(Vec::new())
        }
        async fn take_up(&self, _: chrono::DateTime<chrono::Utc>) -> Result<()> {
            Ok(())
        }
        async fn forget(&self, _: &str) -> Result<usize> {
            Ok(0)
        }
        async fn forget_project(&self, _: &str) -> Result<usize> {
            Ok(0)
        }
        async fn clear(&self, _: chrono::DateTime<chrono::Utc>) -> Result<usize> {
            Ok(0)
        }
    }
    let post = Post::new(SimRuntime::new().shared(), Arc::new(Broken), Vec::new());
    let untold = block_on(post.notify(&notice(Event::Started, 1, &["ann@example.org"]))).unwrap_err();
    assert_eq!(untold.why(), failed().to_string());
}

#[test]
fn a_project_is_told_by_digest_and_its_troubles_at_once() {
    let world = world([]);
    let to = ["admin@example.org"];
    for at in 0..3 {
        world.tell(&of_project(Event::Started, &format!("m{at}"), &to));
    }
    let hour = world.clock.now() + TimeDelta::hours(1);
    assert_eq!(world.deliver(), Turn::Idle(Some(hour)));
    // The first trouble takes along what waits; those that follow wait for each other.
    world.tell(&of_project(full(), "m1", &to));
    assert_eq!(world.tried().keys.len(), 4);
    world.forward(10);
    world.tell(&of_project(full(), "m2", &to));
    world.forward(10);
    world.tell(&of_project(full(), "m3", &to));
    assert_eq!(world.deliver(), Turn::Idle(Some(hour)));
    world.forward(40);
    assert_eq!(world.tried().keys.len(), 2);
    // Another project, and another recipient, have clocks of their own.
    world.tell(&of_project(full(), "m4", &["other@example.org"]));
    let mut other = of_project(full(), "m5", &to);
    other.about.project = Some("other".to_owned());
    world.tell(&other);
    assert_eq!((world.tried().keys.len(), world.tried().keys.len()), (1, 1));
    assert_eq!(world.deliver(), Turn::Idle(None));
    let subjects: Vec<String> =
        world.carrier.carried.lock().unwrap().iter().map(|letter| letter.subject.clone()).collect();
    assert_eq!(subjects[0], "Needs you: 4 events in project k7m3-q9xd");
    assert_eq!(subjects.len(), 4);
}

#[test]
fn a_digest_that_may_have_arrived_counts_and_its_rows_stay_together() {
    let world = world([Doing::HangBehind, Doing::Then(Fate::later("451 busy"))]);
    let to = ["admin@example.org"];
    world.tell(&of_project(full(), "m1", &to));
    world.tell(&of_project(full(), "m2", &to));
    assert!(world.post.deliver().now_or_never().is_none());
    // While one is under way no second one is begun.
    world.tell(&of_project(full(), "m3", &to));
    let lease = world.clock.now() + TimeDelta::minutes(20);
    assert_eq!(world.deliver(), Turn::Idle(Some(lease)));
    world.forward(21);
    // The two are of unknown fate; the third one waits until the hour is over.
    let Turn::Idle(Some(due)) = world.deliver() else { panic!("the hour is not over") };
    assert_eq!(due - world.clock.now(), TimeDelta::minutes(39));
    assert_eq!(block_on(world.post.unknown()).unwrap().len(), 2);
    world.forward(39);
    assert!(matches!(world.tried().settlement, Settlement::Later { .. }));
    // A server that was busy is not asked again because something urgent came.
    world.tell(&of_project(full(), "m4", &to));
    let Turn::Idle(Some(due)) = world.deliver() else { panic!("it waits") };
    assert_eq!(due - world.clock.now(), TimeDelta::seconds(30));
    world.forward(1);
    assert_eq!(world.tried().keys.len(), 2);
}

#[test]
fn the_interval_is_the_hosts() {
    let mut pace = Pace::default();
    pace.interval = TimeDelta::minutes(5);
    let world = world([]);
    let post =
        Post::new(world.clock.shared(), world.outbox.clone(), vec![world.carrier.clone()]).with_pace(pace);
    world.tell(&of_project(Event::Started, "m1", &["admin@example.org"]));
    let due = world.clock.now() + TimeDelta::minutes(5);
    assert_eq!(block_on(post.deliver()).unwrap(), Turn::Idle(Some(due)));
}

#[test]
fn an_outbox_is_written_down_and_read_again() {
    let world = world([]);
    world.tell(&notice(Event::Created, 0, &["ann@example.org"]));
    world.tried();
    world.tell(&notice(Event::Started, 1, &["ann@example.org"]));
    world.tell(&of_project(Event::Started, "m1", &["ann@example.org"]));
    let again = MemoryOutbox::read(&world.outbox.write().unwrap()).unwrap();
    assert_eq!(again.rows(), world.outbox.rows());
    assert_eq!(again.rows()[0].at, moment());
}

//! Who is told what while a worker works, and that it is told once.

use crate::town::World;
use async_trait::async_trait;
use chrono::TimeDelta;
use futures::executor::block_on;
use omm_core::{error::ErrorKind, host::Stop};
use omm_project::{
    notify::{
        Brink, Carrier, Channel, Delivered, Fate, Letter, Notice, Notifier, Post, Untold,
        outbox::{MemoryOutbox, Outbox, Row, State as Told},
    },
    project::{Mail, Project, ProjectId},
    store::{Change, State},
    work::{Task, Until, Worker},
};
use omm_testkit::sim;
use std::{
    cell::Cell,
    sync::{Arc, Mutex},
    time::Duration,
};

/// A mail server of the host's: keeps what it gets, with the time.
#[derive(Default)]
struct Letterbox {
    letters: Mutex<Vec<Letter>>,
    /// It says nothing, ever.
    is_silent: bool,
}

#[async_trait]
impl Carrier for Letterbox {
    fn channel(&self) -> Channel {
        Channel::Mail
    }

    async fn carry(&self, letter: &Letter, brink: &dyn Brink) -> Fate {
        if brink.cross().await.is_err() {
            return Fate::later("not ours any more");
        }
        self.letters.lock().unwrap().push(letter.clone());
        if self.is_silent {
            std::future::pending::<()>().await;
        }
        Fate::Taken("ok".to_owned())
    }
}

struct Stage {
    world: World,
    outbox: Arc<MemoryOutbox>,
    mails: Arc<Letterbox>,
}

fn by_host(project: &mut Project) {
    project.options.notices.mail = Mail::Host;
    project.options.keep_passwords = true;
}

impl Stage {
    fn new(is_silent: bool) -> Self {
        let mails = Letterbox { is_silent, ..Letterbox::default() };
        Self { world: World::new(), outbox: Arc::new(MemoryOutbox::new()), mails: Arc::new(mails) }
    }

    fn worker(&self) -> Worker {
        let outbox: Arc<dyn Outbox> = self.outbox.clone();
        let post = Post::new(self.world.clock.shared(), outbox, vec![self.mails.clone()]);
        self.world.worker().telling_by(Arc::new(post.with_projects(self.world.store.clone())))
    }

    fn work(&self) {
        sim::run(&self.world.clock, self.worker().run(Until::Idle, &Stop::new())).unwrap();
    }

    /// Which events were filed, of which migration.
    fn told(&self, project: &ProjectId) -> Vec<String> {
        let rows = block_on(self.outbox.of_project(project.as_str(), 1000)).unwrap();
        let of = |row: &Row| {
            format!("{} {}", row.about.migration.as_deref().unwrap_or_default(), row.event.name())
        };
        let mut events: Vec<_> = rows.iter().map(of).collect();
        events.sort();
        events
    }

    fn letters(&self) -> Vec<Letter> {
        self.mails.letters.lock().unwrap().clone()
    }
}

#[test]
fn starts_and_ends_go_in_one_mail_at_the_end() {
    let told = Stage::new(false);
    let project = told.world.project(by_host);
    let keys = told.world.add(&project, 0..3);
    told.work();
    let letters = told.letters();
    let subjects: Vec<_> = letters.iter().map(|letter| letter.subject.as_str()).collect();
    assert_eq!(letters.len(), 1, "{subjects:?}");
    let text = &letters[0].text;
    assert!(text.contains("3 of 3 migrations done"), "{text}");
    for key in &keys {
        assert!(text.contains(&format!("a{0} → b{0}: started", key.0 - 1)), "{text}");
        assert!(text.contains(&format!("a{0} → b{0}: done; copied 20 of 20", key.0 - 1)), "{text}");
    }
    // Nothing new: the worker has nothing to do, and nobody hears of it.
    told.work();
    assert_eq!(told.letters().len(), 1);
    // Somebody asks for another round, and it is another one.
    told.world.change(&project, keys[1], Change::Task(Task::Verify { read_back: false }));
    told.work();
    assert_eq!(told.letters().len(), 2);
    assert!(told.letters()[1].text.contains("a1 → b1: done"), "{}", told.letters()[1].text);
}

#[test]
fn a_refused_password_is_told_at_once_and_again_only_if_somebody_asked_again() {
    let told = Stage::new(false);
    let world = &told.world;
    let project = world.project(by_host);
    let keys = world.add(&project, 0..2);
    world.town.trouble("a1", Some(ErrorKind::Auth));
    told.work();
    let letters = told.letters();
    assert!(
        letters[0].subject.starts_with("a1 → b1 needs you: ")
            || letters[0].subject.starts_with("Needs you: ")
    );
    assert!(letters[0].text.contains("the login was refused (source)"), "{}", letters[0].text);
    assert!(letters[0].text.contains("the server says no"), "{}", letters[0].text);
    told.work();
    assert_eq!(told.letters().len(), letters.len(), "nobody did anything");
    world.change(&project, keys[1], Change::Task(Task::Copy));
    told.work();
    let again = told.letters();
    assert_eq!(again.len(), letters.len() + 1, "it was tried again and refused again");
    assert!(letters.iter().chain(&again).all(|letter| !format!("{letter:?}").contains("canary")));
}

// Would catch: a mail for each hour in which a mailbox is still full.
#[test]
fn a_full_mailbox_is_told_once_however_often_it_is_tried() {
    let told = Stage::new(false);
    let world = &told.world;
    let project = world.project(by_host);
    let key = world.add(&project, 0..1)[0];
    world.town.trouble("b0", Some(ErrorKind::Quota));
    let (stop, worker) = (Stop::new(), told.worker());
    let hours = async {
        world.sleep(3.5 * 3600.0).await;
        assert!(world.row(&project, key).failed_turns > 2);
        stop.request();
    };
    let work = worker.run(Until::Stopped, &stop);
    let (ended, ()) = sim::run(&world.clock, futures::future::join(work, hours));
    ended.unwrap();
    let letters = told.letters();
    let full =
        letters.iter().filter(|letter| letter.text.contains("the mailbox is full (destination)")).count();
    assert_eq!((letters.len(), full), (1, 1), "{letters:?}");
}

#[test]
fn a_failure_is_told_with_its_reason_and_a_server_that_comes_back_is_not() {
    let told = Stage::new(false);
    let world = &told.world;
    let project = world.project(by_host);
    world.add(&project, 0..2);
    world.town.trouble("b0", Some(ErrorKind::Config));
    world.town.trouble("b1", Some(ErrorKind::Unreachable));
    let (stop, worker) = (Stop::new(), told.worker());
    let hour = async {
        world.sleep(600.0).await;
        world.town.trouble("b1", None);
        world.sleep(3600.0).await;
        stop.request();
    };
    let (ended, ()) = sim::run(&world.clock, futures::future::join(worker.run(Until::Stopped, &stop), hour));
    ended.unwrap();
    assert_eq!(told.told(&project), ["1 ended", "1 started", "2 ended", "2 started"]);
}

#[test]
fn only_trouble_where_no_more_is_asked_for() {
    let told = Stage::new(false);
    let world = &told.world;
    let project = world.project(|project| {
        by_host(project);
        project.options.notices.told = omm_project::project::Told::Trouble;
    });
    world.add(&project, 0..2);
    world.town.trouble("a0", Some(ErrorKind::Auth));
    told.work();
    assert_eq!(told.told(&project), ["1 needs-person"]);
}

/// Cannot tell anybody anything.
struct Broken;

#[async_trait]
impl Notifier for Broken {
    async fn notify(&self, _: &Notice) -> Result<Delivered, Untold> {
        Err(Untold::new("the disk is full"))
    }
}

#[test]
fn a_notice_that_cannot_be_given_costs_no_migration() {
    let world = World::new();
    let project = world.project(by_host);
    let keys = world.add(&project, 0..3);
    let worker = world.worker().telling(Arc::new(Broken));
    sim::run(&world.clock, worker.run(Until::Idle, &Stop::new())).unwrap();
    assert!(world.states(&project, &keys).iter().all(|state| *state == State::Done));
}

#[test]
fn a_mail_server_that_never_answers_keeps_no_worker() {
    let told = Stage::new(true);
    let world = &told.world;
    let project = world.project(by_host);
    let keys = world.add(&project, 0..3);
    let began = world.now();
    told.work();
    assert!(world.states(&project, &keys).iter().all(|state| *state == State::Done));
    assert!(world.now() - began < TimeDelta::minutes(3), "{}", world.now() - began);
    // It may have arrived, so it is not sent again.
    told.work();
    assert_eq!(told.letters().len(), 1);
    let rows = block_on(told.outbox.of_project(project.as_str(), 100)).unwrap();
    assert!(rows.iter().all(|row| row.state == Told::Unknown), "{rows:?}");
}

#[test]
fn of_what_is_erased_nothing_is_kept() {
    let told = Stage::new(false);
    let project = told.world.project(by_host);
    told.world.add(&project, 0..1);
    told.work();
    assert_eq!(told.told(&project).len(), 2);
    told.world.clock.advance(Duration::from_hours(24) * 61);
    told.work();
    assert_eq!(told.told(&project), [""; 0]);
}

// Would catch: an event told under another name by the next worker, and one that is told by nobody.
#[test]
fn a_worker_that_is_dropped_anywhere_tells_nothing_twice() {
    for most in 1.. {
        let told = Stage::new(false);
        let world = &told.world;
        let project = world.project(by_host);
        world.add(&project, 0..2);
        let polls = Cell::new(0);
        let cut = || {
            polls.set(polls.get() + 1);
            polls.get() > most
        };
        let ended = sim::run_until(&world.clock, told.worker().run(Until::Idle, &Stop::new()), cut);
        told.work();
        assert_eq!(
            told.told(&project),
            ["1 ended", "1 started", "2 ended", "2 started"],
            "cut after {most} polls"
        );
        let letters = told.letters();
        for line in ["a0 → b0: started", "a0 → b0: done", "a1 → b1: started", "a1 → b1: done"] {
            let times: usize = letters.iter().map(|letter| letter.text.matches(line).count()).sum();
            assert_eq!(times, 1, "{line}, cut after {most} polls");
        }
        if ended.is_some() {
            assert!(most > 15, "it was cut at many places: {most}");
            break;
        }
    }
}

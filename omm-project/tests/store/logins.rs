//! Who is let in.

use crate::world::{World, holds, secret};
use chrono::{DateTime, TimeDelta, Utc};
use futures::{FutureExt, executor::block_on};
use omm_core::{
    error::{ErrorKind, Retry},
    host::{BoxFuture, Connection, Runtime},
};
use omm_project::{
    project::{Logins, PasswordHash, ProjectId, Rule, Token, Visitor},
    store::Subject,
};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

const PASSWORD: &str = "correct horse";

fn log_in(logins: &Logins, id: &str, password: &str, address: &str) -> omm_core::Result<Token> {
    block_on(logins.log_in(id, secret(password), Visitor { address }))
}

#[test]
fn a_session_opens_ends_and_expires() {
    let world = World::new();
    let project = world.project(PasswordHash::of(&secret(PASSWORD)).unwrap());
    let logins =
        Logins::new(Arc::clone(&world.projects), Arc::clone(&world.runtime)).lasting(TimeDelta::hours(1));
    let typed = project.id.as_str().to_uppercase().replace('-', " ");
    let token = log_in(&logins, &typed, PASSWORD, "192.0.2.1").unwrap();
    let visit = |token: &Token| block_on(logins.visit(token)).unwrap();
    assert_eq!(visit(&token), Some(project.id.clone()));
    assert_eq!(visit(&Token::random().unwrap()), None);
    assert!(
        !holds(&world.dump(), PASSWORD) && !holds(&world.dump(), &token.expose()),
        "neither is on the disk"
    );
    assert!(!holds(&world.dump(), "192.0.2.1"), "nor where it came from");
    let second = log_in(&logins, project.id.as_str(), PASSWORD, "192.0.2.1").unwrap();
    block_on(logins.log_out(&token)).unwrap();
    block_on(logins.log_out(&token)).unwrap();
    assert_eq!((visit(&token), visit(&second)), (None, Some(project.id.clone())));
    world.clock.advance(Duration::from_secs(3600));
    assert_eq!(visit(&second), None);
    block_on(world.projects.sweep(world.now())).unwrap();
    assert_eq!(block_on(world.projects.session(&second.hash())).unwrap(), None);
    let third = log_in(&logins, project.id.as_str(), PASSWORD, "192.0.2.1").unwrap();
    block_on(world.projects.end_sessions(&project.id, &world.host())).unwrap();
    assert_eq!(visit(&third), None);
    let lines = ["host: project created", "visitor: logged in", "visitor: logged in", "visitor: logged out"];
    assert_eq!(world.audit(&project.id)[..4], lines);
}

// Whether there is such a project, nobody learns by trying; and after a while, nobody tries.
#[test]
fn attempts_are_counted_whether_there_is_such_a_project_or_not() {
    let world = World::new();
    let project = world.project(PasswordHash::of(&secret(PASSWORD)).unwrap());
    let logins = Logins::new(Arc::clone(&world.projects), Arc::clone(&world.runtime));
    let unknown = ProjectId::random().unwrap();
    let told = |id: &str, address: &str| {
        let answers = (0..7).map(|_| log_in(&logins, id, "wrong password", address).unwrap_err());
        answers.map(|error| (error.kind(), error.retry_advice(), error.to_string())).collect::<Vec<_>>()
    };
    let known = told(project.id.as_str(), "192.0.2.1");
    assert_eq!(known[4].0, ErrorKind::Auth);
    assert_eq!(known[5], (ErrorKind::Throttled, Retry::After(Duration::from_secs(30)), known[5].2.clone()));
    assert!(known[5].2.contains("try again in 31 seconds"), "{}", known[5].2);
    assert_eq!(told(unknown.as_str(), "192.0.2.2"), known);
    assert_eq!(told("no id", "192.0.2.3"), known);
    // Whoever waits may try again; who knows the password is let in from elsewhere at once.
    log_in(&logins, project.id.as_str(), PASSWORD, "192.0.2.9").unwrap();
    assert_eq!(
        log_in(&logins, project.id.as_str(), PASSWORD, "192.0.2.1").unwrap_err().kind(),
        ErrorKind::Throttled
    );
    world.clock.advance(Duration::from_secs(30));
    log_in(&logins, project.id.as_str(), PASSWORD, "192.0.2.1").unwrap();
    // One who has a project of his own cannot use it to go on guessing.
    assert_eq!(
        log_in(&logins, unknown.as_str(), "wrong password", "192.0.2.1").unwrap_err().kind(),
        ErrorKind::Throttled
    );
}

#[test]
fn attempts_at_once_are_attempts_each() {
    let world = World::new();
    let subject = Subject::address("192.0.2.1");
    let attempt = || world.projects.attempt(&subject, &Rule::ADDRESS, world.now());
    let answers = block_on(futures::future::join_all((0..10).map(|_| attempt())));
    assert_eq!(answers.into_iter().filter(|answer| answer.as_ref().unwrap().is_ok()).count(), 5);
    world.clock.advance(Duration::from_secs(3 * 24 * 60 * 60));
    block_on(world.projects.sweep(world.now())).unwrap();
    assert_eq!(block_on(attempt()).unwrap(), Ok(()));
}

type Work = Box<dyn FnOnce() + Send>;

/// A runtime whose blocking work waits until somebody runs it.
struct Slow {
    of: Arc<dyn Runtime>,
    waiting: Mutex<Vec<Work>>,
}

impl Runtime for Slow {
    fn now(&self) -> DateTime<Utc> {
        self.of.now()
    }

    fn monotonic(&self) -> Duration {
        self.of.monotonic()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.of.sleep(duration)
    }

    fn start_blocking(&self, work: Work) {
        self.waiting.lock().expect("nobody panicked").push(work);
    }

    fn dial(&self, host: &str, port: u16) -> BoxFuture<'static, std::io::Result<Box<dyn Connection>>> {
        self.of.dial(host, port)
    }
}

// Would catch: whoever knocks and hangs up, again and again, and takes 64 MiB each time while the comparisons still run.
#[test]
fn passwords_are_compared_one_at_a_time_even_for_those_who_hang_up() {
    let world = World::new();
    let slow = Arc::new(Slow { of: Arc::clone(&world.runtime), waiting: Mutex::default() });
    let logins = Logins::new(Arc::clone(&world.projects), Arc::clone(&slow) as _);
    let knock = |address| Box::pin(logins.log_in("no id", secret(PASSWORD), Visitor { address }));
    let running = || slow.waiting.lock().unwrap().len();
    assert!(knock("192.0.2.1").now_or_never().is_none(), "hung up while it was compared");
    assert_eq!(running(), 1);
    let mut second = knock("192.0.2.2");
    assert!((&mut second).now_or_never().is_none());
    assert_eq!(running(), 1, "the first still runs");
    let first = slow.waiting.lock().unwrap().pop().unwrap();
    first();
    assert!((&mut second).now_or_never().is_none());
    assert_eq!(running(), 1, "now the second");
}

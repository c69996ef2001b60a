//! Workers that have not every key.

use crate::town::{World, word};
use omm_core::{
    Result,
    host::{BoxFuture, CredentialProvider, CredentialRef, Secret, Stop},
};
use omm_project::{
    project::ProjectId,
    sealed::{Key, KeyId, KeyRing, Keys, NoKeys},
    store::{MigrationKey, State},
    work::{Until, Worker},
};
use omm_testkit::sim;
use std::{sync::Arc, time::Duration};

/// A host that knows everybody's password.
struct Host;

impl CredentialProvider for Host {
    fn secret<'a>(
        &'a self,
        _: &'a CredentialRef,
        login: &'a str,
        _: &'a str,
    ) -> BoxFuture<'a, Result<Secret>> {
        Box::pin(std::future::ready(Ok(Secret::new(word(login)))))
    }
}

fn worker(world: &World, keys: impl Keys + 'static) -> Worker {
    let (turns, town) = (Arc::clone(&world.store) as _, Arc::clone(&world.town) as _);
    Worker::new(turns, town, Arc::new(world.journals()), Arc::new(keys), world.env.clone())
}

/// One whose passwords the host keeps.
fn unsealed(world: &World, project: &ProjectId, at: usize) -> MigrationKey {
    world.add_one(project, &format!("a{at}"), &format!("b{at}"), |new| {
        (new.source_password, new.destination_password) = (None, None);
        (new.source.credentials, new.destination.credentials) = (CredentialRef::Ask, CredentialRef::Ask);
    })
}

// Would catch: a migration that is paused, and fails in the end, because a worker without the key came first; one that never
// has its turn behind those; and a worker that waits for ever for what it cannot do.
#[test]
fn what_is_sealed_is_left_for_whoever_has_the_key() {
    let mut world = World::new();
    world.env.credentials = Arc::new(Host);
    let project = world.project(|_| ());
    // More than a worker looks at, before the one that it can do.
    let sealed = world.add(&project, 0..90);
    let key = unsealed(&world, &project, 95);
    let another = Key::random(KeyId::new("another").unwrap()).unwrap();
    for keys in [Arc::new(NoKeys) as Arc<dyn Keys>, Arc::new(KeyRing::new(another))] {
        let began = world.now();
        let worker = worker(&world, OneOf(keys)).only(project.clone());
        sim::run(&world.clock, worker.run(Until::Idle, &Stop::new())).unwrap();
        assert!((world.now() - began).num_seconds() < 30, "it waits for nothing");
        assert_eq!(world.row(&project, key).state, State::Done);
        for sealed in &sealed {
            let row = world.row(&project, *sealed);
            assert_eq!((row.state, row.reason, row.failed_turns), (State::NotStarted, None, 0));
            assert!(row.source_password.is_some() && row.journal.is_none());
        }
    }
    world.work();
    assert_eq!(world.states(&project, &sealed), [State::Done; 90]);
    world.is_whole("a0", "b0");
    world.is_whole("a95", "b95");
}

// Would catch: a worker that goes home before the time of what it can do, because something else is sealed.
#[test]
fn what_can_be_done_at_its_time_is_waited_for() {
    let mut world = World::new();
    world.env.credentials = Arc::new(Host);
    let project = world.project(|_| ());
    let sealed = world.add(&project, 0..2);
    let later = world.now() + Duration::from_mins(10);
    let key = unsealed(&world, &project, 2);
    world.change(&project, key, omm_project::store::Change::Start(Some(later)));
    sim::run(&world.clock, worker(&world, NoKeys).run(Until::Idle, &Stop::new())).unwrap();
    assert!(world.now() >= later);
    assert_eq!(world.row(&project, key).state, State::Done);
    assert_eq!(world.states(&project, &sealed), [State::NotStarted; 2]);
}

struct OneOf(Arc<dyn Keys>);

impl Keys for OneOf {
    fn current(&self) -> BoxFuture<'_, Result<Key>> {
        self.0.current()
    }

    fn named<'a>(&'a self, id: &'a KeyId) -> BoxFuture<'a, Result<Key>> {
        self.0.named(id)
    }
}

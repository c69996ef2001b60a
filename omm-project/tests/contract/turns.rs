//! Whose turn it is, what is wished, and how turns end.

use super::keep::{Keep, by, day};
use futures::executor::block_on;
use omm_project::{
    sealed::{Field, Key, KeyId, Place, Sealed},
    store::{Change, Changed, MigrationKey, Page, State, Take},
    work::{Ending, Progress, Task, Wish},
};

pub(crate) fn the_first_in_line_comes_first(keep: &Keep) {
    let project = keep.made(|_| ());
    let id = &project.id;
    let keys = keep.add(id, 5);
    keep.is_changed(id, keys[3], Change::Priority(2));
    keep.is_changed(id, keys[1], Change::Priority(-1));
    assert_eq!(keep.due(id, day(0), 9), [keys[3], keys[0], keys[2], keys[4], keys[1]]);
    assert_eq!(keep.due(id, day(0), 2), [keys[3], keys[0]]);
    keep.takes(id, keys[3]);
    assert_eq!(keep.take(id, keys[3]), Take::Gone, "it is taken once");
    assert_eq!(keep.due(id, day(0), 2), [keys[0], keys[2]]);
    assert!(block_on(keep.0.is_waiting()).unwrap());
    let mut held = block_on(keep.0.project(id)).unwrap().unwrap();
    held.held = true;
    block_on(keep.0.change(&held, &by())).unwrap();
    assert_eq!(keep.due(id, day(0), 9), []);
}

pub(crate) fn a_time_to_start_schedules(keep: &Keep) {
    let id = keep.project();
    let keys = keep.add(&id, 3);
    keep.is_changed(&id, keys[0], Change::Start(Some(day(1))));
    keep.is_changed(&id, keys[1], Change::Start(Some(day(2))));
    keep.is_changed(&id, keys[2], Change::State(State::Paused, Some("full\0".to_owned())));
    assert_eq!((keep.state(&id, keys[0]), keep.row(&id, keys[0]).start), (State::Scheduled, Some(day(1))));
    assert_eq!(keep.row(&id, keys[2]).reason.as_deref(), Some("full\0"));
    assert_eq!(keep.due(&id, day(0), 9), []);
    assert_eq!(keep.take(&id, keys[0]), Take::Gone, "its time has not come");
    assert!(block_on(keep.0.is_waiting()).unwrap(), "for a time");
    assert_eq!(keep.due(&id, day(1), 9), [keys[0]]);
    assert_eq!((keep.state(&id, keys[0]), keep.row(&id, keys[0]).start), (State::NotStarted, None));
    keep.is_changed(&id, keys[1], Change::Start(None));
    assert_eq!(keep.due(&id, day(1), 9), keys[..2]);
    // What somebody lets rest is woken by no time.
    keep.is_changed(&id, keys[0], Change::Start(Some(day(2))));
    keep.is_changed(&id, keys[0], Change::State(State::Paused, None));
    assert_eq!(keep.due(&id, day(3), 9), [keys[1]]);
}

pub(crate) fn what_rests_is_taken_by_nobody(keep: &Keep) {
    let id = keep.project();
    let keys = keep.add(&id, 2);
    let read = keep.row(&id, keys[0]);
    assert_eq!(keep.wish(&id, keys[0], Wish::Pause), Changed::Changed);
    let taken = block_on(keep.0.take(&id, &read, &by())).unwrap();
    assert_eq!((taken, keep.state(&id, keys[0])), (Take::Gone, State::Paused), "it was read before");
    keep.takes(&id, keys[1]);
    let running = Changed::Refused(State::Running);
    for change in [
        Change::State(State::Paused, None),
        Change::State(State::NotStarted, None),
        Change::Task(Task::Retry),
        Change::ErasePasswords,
    ] {
        assert_eq!(keep.change(&id, keys[1], change.clone()), running, "{change:?}");
    }
    keep.is_changed(&id, keys[1], Change::Journal("own".to_owned()));
    assert_eq!(keep.ends(&id, keys[0], State::Done), Changed::Refused(State::Paused), "nobody works on it");
}

pub(crate) fn what_waits_hears_a_wish_at_once(keep: &Keep) {
    let id = keep.project();
    let keys = keep.add(&id, 3);
    keep.is_changed(&id, keys[1], Change::Start(Some(day(1))));
    for (key, wish) in keys.iter().zip([Wish::Pause, Wish::Pause, Wish::Stop]) {
        assert_eq!(keep.wish(&id, *key, wish), Changed::Changed);
    }
    let row = keep.row(&id, keys[1]);
    assert_eq!((row.state, row.reason.as_deref(), row.start), (State::Paused, Some("on request"), None));
    assert_eq!((keep.state(&id, keys[0]), keep.state(&id, keys[2])), (State::Paused, State::Stopped));
    assert_eq!(keep.wish(&id, keys[0], Wish::Pause), Changed::Refused(State::Paused), "it does");
    keep.is_changed(&id, keys[0], Change::Start(Some(day(1))));
    assert_eq!(keep.wish(&id, keys[0], Wish::Pause), Changed::Changed, "it would go on by itself");
    assert_eq!(keep.wish(&id, keys[0], Wish::Stop), Changed::Changed);
    for wish in [Wish::Pause, Wish::Stop] {
        assert_eq!(keep.wish(&id, keys[2], wish), Changed::Refused(State::Stopped));
    }
    assert_eq!(block_on(keep.0.wishes(&keys)).unwrap(), [], "there is nothing to hear");
}

pub(crate) fn a_wish_that_was_not_heard_counts_unless_it_came_to_its_end(keep: &Keep) {
    let id = keep.project();
    let keys = keep.add(&id, 4);
    keys.iter().for_each(|key| keep.takes(&id, *key));
    let wished = [(keys[0], Wish::Pause), (keys[1], Wish::Stop), (keys[2], Wish::Pause)];
    for (key, wish) in wished {
        assert_eq!(keep.wish(&id, key, wish), Changed::Changed);
    }
    assert_eq!(keep.state(&id, keys[0]), State::Running);
    assert_eq!(keep.state(&id, keys[1]), State::Stopping);
    let mut heard = block_on(keep.0.wishes(&keys)).unwrap();
    heard.sort_unstable_by_key(|(key, _)| *key);
    assert_eq!(heard, wished);
    let mut rests = Ending::becoming(State::Scheduled);
    (rests.again, rests.reason) = (Some(day(1)), Some("busy".to_owned()));
    keep.is_changed(&id, keys[0], Change::Ended(rests.clone()));
    assert_eq!(keep.ends(&id, keys[1], State::NotStarted), Changed::Changed);
    assert_eq!(keep.ends(&id, keys[2], State::Done), Changed::Changed);
    keep.is_changed(&id, keys[3], Change::Ended(rests));
    let found = keys.iter().map(|key| keep.row(&id, *key)).map(|row| (row.state, row.reason, row.start));
    let found: Vec<_> = found.collect();
    assert_eq!(
        found,
        [
            (State::Paused, Some("on request".to_owned()), None),
            (State::Stopped, None, None),
            (State::Done, None, None),
            (State::Scheduled, Some("busy".to_owned()), Some(day(1))),
        ]
    );
    assert_eq!(block_on(keep.0.wishes(&keys)).unwrap(), [], "each is heard once");
    keep.is_changed(&id, keys[0], Change::Task(Task::Copy));
    keep.takes(&id, keys[0]);
    assert_eq!(block_on(keep.0.wishes(&keys)).unwrap(), []);
}

pub(crate) fn how_a_turn_ended_is_kept(keep: &Keep) {
    let id = keep.project();
    let keys = keep.add(&id, 2);
    let key = Key::random(KeyId::new("k").unwrap()).unwrap();
    let seal = |migration: MigrationKey, field| -> Sealed {
        let place = Place { project: &id, migration, field };
        key.seal(place, &omm_core::host::Secret::new("secret".to_owned())).unwrap()
    };
    for migration in &keys {
        for field in [Field::SourcePassword, Field::DestinationPassword] {
            let to = seal(*migration, field);
            keep.is_changed(&id, *migration, Change::Password { field, from: None, to });
        }
    }
    let (field, other) = (Field::SourcePassword, seal(keys[0], Field::SourcePassword));
    let stale = Change::Password { field, from: Some(other.clone()), to: other.clone() };
    assert_eq!(keep.change(&id, keys[0], stale), Changed::Refused(State::NotStarted));
    let from = keep.row(&id, keys[0]).source_password;
    keep.is_changed(&id, keys[0], Change::Password { field, from, to: other.clone() });
    assert_eq!(keep.row(&id, keys[0]).source_password, Some(other));
    let secrets = |after| block_on(keep.0.secrets(after, 1000)).unwrap();
    let of_these = secrets(Some(MigrationKey(keys[0].0 - 1)));
    assert_eq!(of_these.iter().map(|secrets| secrets.key).collect::<Vec<_>>(), keys);
    assert!(of_these.iter().all(|secrets| secrets.project == id && secrets.sealed.len() == 2));

    let task = Task::Undo { from: 1, keep_read: true };
    keep.is_changed(&id, keys[0], Change::Task(task));
    keep.takes(&id, keys[0]);
    let mut progress = Progress::default();
    progress.items.found = 7;
    block_on(keep.0.note(vec![(keys[0], progress.clone())])).unwrap();
    assert_eq!(keep.row(&id, keys[0]).progress, Some(progress));
    let mut trouble = Ending::becoming(State::Failed);
    trouble.failed_turns = 3;
    keep.is_changed(&id, keys[0], Change::Ended(trouble));
    let row = keep.row(&id, keys[0]);
    assert_eq!((row.task, row.failed_turns), (task, 3), "it is to be done still");
    assert!(row.source_password.is_some());
    keep.is_changed(&id, keys[0], Change::Task(task));
    assert_eq!(keep.row(&id, keys[0]).failed_turns, 0);
    keep.takes(&id, keys[0]);
    let mut done = Ending::becoming(State::Done);
    (done.is_over, done.erases_passwords) = (true, true);
    keep.is_changed(&id, keys[0], Change::Ended(done));
    let row = keep.row(&id, keys[0]);
    assert_eq!((row.task, row.source_password, row.destination_password), (Task::Copy, None, None));
    let lacks = |at: usize| keep.row(&id, keys[at]).lacks_password();
    assert_eq!((lacks(0), lacks(1)), (false, false), "none was sealed for these accounts");
    assert_eq!(secrets(Some(keys[0])).first().map(|secrets| secrets.key), Some(keys[1]));
    keep.is_changed(&id, keys[1], Change::ErasePasswords);
    assert!(secrets(Some(keys[0])).iter().all(|secrets| secrets.key != keys[1]));
}

pub(crate) fn each_time_it_is_given_something_to_do_is_counted(keep: &Keep) {
    let id = keep.project();
    let key = keep.add(&id, 1)[0];
    let asked = || keep.row(&id, key).asked;
    assert_eq!(asked(), 0);
    keep.takes(&id, key);
    assert_eq!(keep.ends(&id, key, State::NotStarted), Changed::Changed);
    keep.takes(&id, key);
    assert_eq!(keep.ends(&id, key, State::Done), Changed::Changed);
    assert_eq!(asked(), 0, "it is the first time still");
    keep.is_changed(&id, key, Change::State(State::NotStarted, None));
    assert_eq!(asked(), 1, "what was over begins anew");
    keep.is_changed(&id, key, Change::State(State::Paused, None));
    keep.is_changed(&id, key, Change::State(State::NotStarted, None));
    assert_eq!(asked(), 1);
    keep.is_changed(&id, key, Change::Task(Task::Retry));
    assert_eq!(asked(), 2);
}

pub(crate) fn what_was_begun_and_waits_is_told_from_what_was_not(keep: &Keep) {
    let id = keep.project();
    let keys = keep.add(&id, 6);
    let begin = |key: MigrationKey| {
        keep.takes(&id, key);
        keep.is_changed(&id, key, Change::Journal(format!("journal-{key}")));
    };
    keys[..4].iter().for_each(|key| begin(*key));
    // Put back; put back until a time; asked for again; let go by a host that knows nothing of it.
    assert_eq!(keep.ends(&id, keys[0], State::NotStarted), Changed::Changed);
    let mut later = Ending::becoming(State::Scheduled);
    later.again = Some(day(1));
    keep.is_changed(&id, keys[1], Change::Ended(later));
    for (key, state) in [(keys[2], State::Done), (keys[3], State::Stopped)] {
        assert_eq!(keep.ends(&id, key, state), Changed::Changed);
    }
    keep.is_changed(&id, keys[2], Change::Task(Task::Copy));
    keep.is_changed(&id, keys[3], Change::State(State::NotStarted, None));
    assert_eq!(keep.counts(&id), [(State::NotStarted, 2), (State::Waiting, 3), (State::Scheduled, 1)]);
    // They stand in one line, and each is found in its own state.
    assert_eq!(keep.due(&id, day(1), 9), keys);
    assert_eq!(keep.counts(&id), [(State::NotStarted, 2), (State::Waiting, 4)]);
    assert_eq!(keep.keys(&id, Page::first(9).in_state(State::Waiting)), keys[..4]);
    assert_eq!(keep.keys(&id, Page::first(9).in_state(State::NotStarted)), keys[4..]);
    keep.is_changed(&id, keys[0], Change::Start(Some(day(2))));
    keep.is_changed(&id, keys[0], Change::Start(None));
    assert_eq!(
        (keep.state(&id, keys[0]), keep.wish(&id, keys[1], Wish::Pause)),
        (State::Waiting, Changed::Changed)
    );
    keep.takes(&id, keys[0]);
}

//! What every store of projects does, whoever keeps it. The crate of the one in PostgreSQL asks it, too.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

#[path = "keep.rs"]
pub(crate) mod keep;
#[path = "turns.rs"]
mod turns;

use chrono::TimeDelta;
use futures::executor::block_on;
use keep::{Keep, account, by, day, migration};
use omm_core::{error::ErrorKind, seam::AccountSpec};
use omm_project::{
    import::SharedDestination,
    project::{HouseLimits, ProjectId, Rule, Session, Token},
    store::{Added, By, Change, Changed, MigrationKey, NewMigration, Page, State, Subject},
};

/// Each takes a store that may hold other projects.
pub(crate) const CONTRACT: [fn(&Keep); 17] = [
    a_project_comes_back_as_it_was,
    migrations_come_in_pages_and_are_counted,
    the_same_accounts_are_added_once,
    what_is_erased_leaves_its_journals_and_its_lines,
    the_house_has_limits,
    retention_begins_anew_and_spares_what_still_moves,
    each_migration_goes_so_long_after_its_own_end,
    sessions_end,
    attempts_are_counted,
    turns::the_first_in_line_comes_first,
    turns::a_time_to_start_schedules,
    turns::what_was_begun_and_waits_is_told_from_what_was_not,
    turns::what_rests_is_taken_by_nobody,
    turns::what_waits_hears_a_wish_at_once,
    turns::a_wish_that_was_not_heard_counts_unless_it_came_to_its_end,
    turns::how_a_turn_ended_is_kept,
    turns::each_time_it_is_given_something_to_do_is_counted,
];

fn a_project_comes_back_as_it_was(keep: &Keep) {
    let mut project = keep.made(|project| project.source = Some(AccountSpec::new("imap", "old.example")));
    let read = || block_on(keep.0.project(&project.id)).unwrap().unwrap();
    assert_eq!(read(), project);
    let first = read();
    project.name = "Mov\0ed \u{1}0".to_owned();
    project.options.retention_days = 7;
    let changed = block_on(keep.0.change(&project, &by())).unwrap();
    assert_eq!((changed.revision, &changed.name), (1, &project.name));
    // Whoever has read it before is told.
    let error = block_on(keep.0.change(&first, &by())).unwrap_err();
    assert!(error.to_string().contains("read it again"), "{error}");
    let listed = block_on(keep.0.projects(None, 1000)).unwrap();
    assert!(listed.is_sorted_by_key(|project| project.id.to_string()) && listed.contains(&changed));
    let behind = block_on(keep.0.projects(Some(&changed.id), 1000)).unwrap();
    assert!(behind.iter().all(|other| other.id.as_str() > changed.id.as_str()));
    let unknown = ProjectId::random().unwrap();
    assert_eq!(block_on(keep.0.project(&unknown)).unwrap(), None);
    assert_eq!(block_on(keep.0.counts(&unknown)).unwrap_err().kind(), ErrorKind::Config);
    assert_eq!(keep.audit(&project.id), ["host: project created", "host: project changed"]);
}

fn migrations_come_in_pages_and_are_counted(keep: &Keep) {
    let (id, other) = (keep.project(), keep.project());
    let totals = block_on(keep.0.totals()).unwrap();
    let keys = keep.add(&id, 5);
    let others = keep.add(&other, 3);
    let all = [keys.clone(), keep.add(&id, 2)].concat();
    let mut paged = Vec::new();
    let mut page = Page::first(2);
    while let [.., last] = keep.keys(&id, page)[..] {
        paged.extend(keep.keys(&id, page));
        page = page.behind(last);
    }
    assert_eq!(paged, all);
    assert_eq!(keep.keys(&other, Page::first(10)), others);
    // Against their order as well, a page at a time.
    let newest: Vec<_> = all.iter().rev().copied().collect();
    let (mut paged, mut page) = (Vec::new(), Page::first(2).newest_first());
    while let [.., last] = keep.keys(&id, page)[..] {
        paged.extend(keep.keys(&id, page));
        page = page.behind(last);
    }
    assert_eq!(paged, newest);
    assert_eq!(keep.keys(&id, Page::first(2).newest_first().in_state(State::NotStarted)), newest[..2]);
    assert_eq!(block_on(keep.0.migration(&id, others[0])).unwrap(), None, "of another project");
    assert_eq!(block_on(keep.0.migration(&id, MigrationKey(u64::MAX))).unwrap(), None);
    keep.takes(&id, keys[0]);
    keep.is_changed(&id, keys[1], Change::State(State::Stopped, None));
    assert_eq!(keep.change(&other, keys[2], Change::Priority(1)), Changed::Missing);
    assert_eq!(keep.counts(&id), [(State::NotStarted, 5), (State::Running, 1), (State::Stopped, 1)]);
    assert_eq!(keep.keys(&id, Page::first(10).in_state(State::Stopped)), [keys[1]]);
    assert_eq!(keep.keys(&id, Page::first(10).in_state(State::NotStarted).behind(keys[3])), all[4..]);
    let now = block_on(keep.0.totals()).unwrap();
    let more = |state| now.of(state) - totals.of(state);
    assert_eq!((more(State::NotStarted), more(State::Running), more(State::Stopped)), (8, 1, 1));
}

fn the_same_accounts_are_added_once(keep: &Keep) {
    let (id, other) = (keep.project(), keep.project());
    let keys = keep.add(&id, 1);
    let user = keys[0].0;
    let first = block_on(keep.0.reserve(10)).unwrap();
    let into = account("NEW.example:993", &format!("user{user}"));
    let mut shared = NewMigration::new(first.plus(3), account("third.example", "x"), into);
    shared.shared_destination = SharedDestination::Allowed;
    let mut refused = shared.clone();
    (refused.key, refused.shared_destination) = (first.plus(2), SharedDestination::Refused);
    let own = first.plus(1);
    let new = vec![migration(first, user), migration(own, own.0), refused, shared];
    let answers = block_on(keep.0.add(&id, new, &by())).unwrap();
    let expected = [Added::SamePair(keys[0]), Added::Added, Added::SameDestination(keys[0]), Added::Added];
    assert_eq!(answers, expected);
    // Another project is another matter, until both would be written into.
    let again = first.plus(5);
    let answers = block_on(keep.0.add(&other, vec![migration(again, user)], &by())).unwrap();
    assert_eq!(answers, [Added::Added]);
    assert_eq!(keep.audit(&id).last().unwrap(), &format!("host: 2 migrations added from {own}"));
    assert!(block_on(keep.0.reserve(1)).unwrap() > again, "no number is given twice");
}

fn what_is_erased_leaves_its_journals_and_its_lines(keep: &Keep) {
    let (id, other) = (keep.project(), keep.project());
    let (keys, others) = (keep.add(&id, 4), keep.add(&other, 1));
    let name = |at: usize| format!("journal-{}", keys[at]);
    let is_one = |journal: &String| (0..4).any(|at| name(at) == *journal);
    for at in [1, 2] {
        keep.is_changed(&id, keys[at], Change::Journal(name(at)));
    }
    keep.takes(&id, keys[0]);
    keep.is_changed(&id, keys[0], Change::Journal(name(0)));
    let some = vec![keys[0], keys[1], others[0]];
    assert_eq!(block_on(keep.0.erase_migrations(&id, some, &by())).unwrap(), 1, "somebody works on one");
    let of_these = || keep.orphans().into_iter().filter(is_one);
    assert_eq!(of_these().collect::<Vec<_>>(), [name(1)]);
    assert!(block_on(keep.0.erase(&id, &by())).unwrap());
    assert!(!block_on(keep.0.erase(&id, &by())).unwrap());
    assert_eq!(of_these().count(), 3, "whoever works on one loses it, too");
    let behind = block_on(keep.0.orphans(Some(&name(1)), 1000)).unwrap();
    assert!(!behind.contains(&name(0)) && !behind.contains(&name(1)) && behind.contains(&name(2)));
    block_on(keep.0.buried(&name(1))).unwrap();
    assert_eq!(of_these().count(), 2);
    assert_eq!(block_on(keep.0.wishes(&keys[..1])).unwrap().len(), 1, "whoever works on it is to stop");
    assert_eq!(block_on(keep.0.project(&id)).unwrap(), None);
    assert_eq!(keep.counts(&other), [(State::NotStarted, 1)]);
    let lines = keep.audit(&id);
    assert_eq!(lines.first().unwrap(), "host: project created");
    assert_eq!(lines[lines.len() - 2], format!("host: migration {} erased", keys[1]));
    assert_eq!(lines.last().unwrap(), "host: project erased");
}

fn retention_begins_anew_and_spares_what_still_moves(keep: &Keep) {
    let made = |held| keep.made(|project| (project.held, project.options.retention_days) = (held, 10)).id;
    let [empty, waits, held, planned, rests] =
        [made(false), made(false), made(true), made(false), made(false)];
    keep.add(&waits, 1);
    keep.add(&held, 1);
    let key = keep.add(&planned, 1)[0];
    keep.is_changed(&planned, key, Change::Start(Some(day(90))));
    let key = keep.add(&rests, 1)[0];
    keep.is_changed(&rests, key, Change::State(State::Paused, None));
    let overdue = |now| {
        let all = block_on(keep.0.overdue(day(now), 1000)).unwrap();
        [&empty, &waits, &held, &planned, &rests].map(|id| all.contains(id))
    };
    assert_eq!(overdue(9), [false; 5]);
    assert_eq!(overdue(10), [true, false, true, false, true]);
    keep.is_changed(&rests, key, Change::Start(Some(day(90))));
    assert_eq!(overdue(10), [true, false, true, false, false], "it goes on by itself");
    assert!(!block_on(keep.0.retire(&waits, day(10), &by())).unwrap());
    assert!(!block_on(keep.0.retire(&empty, day(9), &by())).unwrap());
    assert!(block_on(keep.0.retire(&empty, day(10), &by())).unwrap());
    assert!(!block_on(keep.0.retire(&empty, day(10), &by())).unwrap());
    assert_eq!(keep.audit(&empty).last().unwrap(), "host: project erased");
    let mut later = by();
    later.when += TimeDelta::days(5);
    let key = keep.keys(&held, Page::first(1))[0];
    block_on(keep.0.change_migrations(&held, vec![(key, Change::Priority(1))], &later)).unwrap();
    assert_eq!((overdue(14)[2], overdue(15)[2]), (false, true), "it began anew");
}

// Would catch: passwords' owners whose data stay for ever, since somebody else in their project is still at work; a move that is gone
// before it began, or while it rests.
fn each_migration_goes_so_long_after_its_own_end(keep: &Keep) {
    let id = keep.made(|project| project.options.retention_days = 10).id;
    let keys = keep.add(&id, 5);
    for (key, end) in keys.iter().zip([State::Done, State::Failed, State::Done, State::Paused]) {
        keep.takes(&id, *key);
        keep.ends(&id, *key, end);
    }
    let later = |days| By::host(day(days));
    block_on(keep.0.change_migrations(&id, vec![(keys[2], Change::Priority(1))], &later(5))).unwrap();
    let retired = |now, most| block_on(keep.0.retire_migrations(day(now), most, &later(now))).unwrap();
    let project = || block_on(keep.0.project(&id)).unwrap().unwrap();
    let changed = project().changed;
    assert_eq!(retired(9, 1000), []);
    assert_eq!([retired(10, 1), retired(10, 1), retired(10, 1)], [vec![keys[0]], vec![keys[1]], vec![]]);
    assert_eq!(retired(14, 1000), []);
    assert_eq!(retired(15, 1000), [keys[2]]);
    assert_eq!(retired(40, 1000), [], "what rests, or waits for its turn, has not ended");
    assert_eq!(keep.keys(&id, Page::first(9)), keys[3..]);
    assert_eq!(keep.counts(&id), [(State::NotStarted, 1), (State::Paused, 1)]);
    assert_eq!(keep.audit(&id).last().unwrap(), &format!("host: migration {} erased", keys[2]));
    let token = Token::random().unwrap().hash();
    block_on(keep.0.open_session(&Session::new(token, id.clone(), day(50), day(51)), &later(50))).unwrap();
    assert_eq!(project().changed, changed, "neither that nor a login makes the project younger");
}

fn sessions_end(keep: &Keep) {
    let project = keep.project();
    let tokens = [(); 3].map(|()| Token::random().unwrap().hash());
    let session = |at: usize| Session::new(tokens[at], project.clone(), day(0), day(at as i64 + 1));
    for at in 0..3 {
        block_on(keep.0.open_session(&session(at), &by())).unwrap();
    }
    let found = || tokens.map(|token| block_on(keep.0.session(&token)).unwrap());
    assert_eq!(found(), [0, 1, 2].map(|at| Some(session(at))));
    block_on(keep.0.sweep(day(1))).unwrap();
    assert_eq!(found(), [None, Some(session(1)), Some(session(2))]);
    for _ in 0..2 {
        block_on(keep.0.end_session(&tokens[1], &by())).unwrap();
    }
    assert_eq!(found(), [None, None, Some(session(2))]);
    block_on(keep.0.end_sessions(&project, &by())).unwrap();
    assert_eq!(found(), [None, None, None]);
    let outs = keep.audit(&project).into_iter().filter(|line| line == "host: logged out").count();
    assert_eq!(outs, 2, "one that is over is not ended again");
    let mut unknown = session(0);
    unknown.project = ProjectId::random().unwrap();
    assert_eq!(block_on(keep.0.open_session(&unknown, &by())).unwrap_err().kind(), ErrorKind::Config);
}

fn attempts_are_counted(keep: &Keep) {
    let id = keep.project();
    let (address, project) = (Subject::address(id.as_str()), Subject::project(Some(&id)));
    let attempt = |subject: &Subject| block_on(keep.0.attempt(subject, &Rule::ADDRESS, day(0))).unwrap();
    let together = (0..9).map(|_| keep.0.attempt(&address, &Rule::ADDRESS, day(0)));
    let answers = block_on(futures::future::join_all(together));
    assert_eq!(answers.into_iter().filter(|answer| answer.as_ref().unwrap().is_ok()).count(), 5);
    for _ in 0..5 {
        assert_eq!(attempt(&project), Ok(()));
    }
    assert!(attempt(&project).is_err());
    block_on(keep.0.succeeded(&address, &project)).unwrap();
    assert_eq!(attempt(&project), Ok(()), "those upon the project are forgotten");
    assert_eq!(attempt(&address), Ok(()), "the address has one less");
    assert!(attempt(&address).is_err());
    block_on(keep.0.sweep(day(3))).unwrap();
    assert_eq!(attempt(&address), Ok(()));
}

fn the_house_has_limits(keep: &Keep) {
    let known = || block_on(keep.0.house_limits()).unwrap();
    assert_eq!(known(), HouseLimits::default(), "nobody has said anything");
    let mut limits = HouseLimits::default();
    (limits.requests_per_server, limits.migrations_at_once) = (Some(3), Some(7));
    limits.requests_at_once = Some(40);
    for limits in [limits, HouseLimits::default()] {
        block_on(keep.0.limit_house(&limits)).unwrap();
        assert_eq!(known(), limits);
    }
    limits.requests_at_once = Some(0);
    assert_eq!(limits.check().len(), 1);
}

//! Who is offered, and what keeps nobody waiting.

use super::{account, by, with};
use omm_project::{
    store::{Change, Entry, FoundOut, Projects, State, Take, Turns},
    work::Ending,
};

// Would catch: an idle server whose migrations wait because those before them lead to one that is full.
#[test]
fn a_full_server_keeps_nobody_from_another_one() {
    with(&[("a", "x"), ("b", "y")], |place| async move {
        let one = place.worker("one").await;
        let mut project = one.project(&place.project).await.unwrap().unwrap();
        project.options.requests_per_server = 1;
        one.change(&project, &by()).await.unwrap();
        let key = place.add(&one, &place.project, "elsewhere.example:993", "c").await;
        let line = async || {
            let rows = one.first(&place.project, 9).await.unwrap();
            rows.into_iter().map(|row| row.key).collect::<Vec<_>>()
        };
        assert_eq!(line().await, [place.keys[0], place.keys[1], key]);
        assert!(matches!(place.take(&one, 0).await, Take::Taken { .. }));
        assert_eq!((place.take(&one, 1).await, line().await), (Take::Full, vec![key]));
        place.change(&one, 0, Change::Ended(Ending::becoming(State::Done))).await;
        assert_eq!(line().await, [place.keys[1], key]);
    });
}

// Would catch: a server that is full for the project by what all may have, and keeps what leads to others waiting; and one that is
// never wanted, so that others keep it.
#[test]
fn a_server_that_is_full_for_all_keeps_nobody_from_another_one() {
    with(&[("a", "x"), ("b", "y")], |place| async move {
        let one = place.worker("one").await;
        let key = place.add(&one, &place.project, "elsewhere.example:993", "c").await;
        place.limit(&one, |limits| limits.requests_per_server = Some(1)).await;
        assert!(matches!(place.take(&one, 0).await, Take::Taken { .. }));
        let line = one.first(&place.project, 9).await.unwrap();
        assert_eq!(line.into_iter().map(|row| row.key).collect::<Vec<_>>(), [key]);
        assert_eq!(
            place.ask("SELECT string_agg(what, ' ') FROM omm_projects.wanted"),
            "requests at mail.example"
        );
        assert!(matches!(place.take_of(&one, &place.project, key).await, Take::Taken { .. }));
        assert_eq!(one.first(&place.project, 9).await.unwrap().len(), 0);
    });
}

// Would catch: a table that is sorted by servers, of which only the first is at work.
#[test]
fn what_is_far_behind_a_full_server_is_found() {
    with(&[("a", "x"), ("b", "y")], |place| async move {
        let one = place.worker("one").await;
        let mut project = one.project(&place.project).await.unwrap().unwrap();
        project.options.requests_per_server = 1;
        one.change(&project, &by()).await.unwrap();
        assert!(matches!(place.take(&one, 0).await, Take::Taken { .. }));
        let key = place.add(&one, &place.project, "elsewhere.example:993", "c").await;
        // As many as a table has, before it and to the full server.
        let columns =
            "project, source, destination, source_server, destination_server, state, created, changed";
        place.ask(&format!(
            "INSERT INTO omm_projects.migrations (key, pair, target, priority, {columns}) \
             SELECT 100 + n, int8send(n), int8send(n), 1, {columns} \
             FROM omm_projects.migrations, generate_series(1, 2000) AS n WHERE key = {}",
            place.keys[1].0
        ));
        let line = one.first(&place.project, 9).await.unwrap();
        assert_eq!(line.into_iter().map(|row| row.key).collect::<Vec<_>>(), [key]);
    });
}

// Would catch: two migrations at once into a mailbox that only its server showed to be one.
#[test]
fn a_mailbox_is_found_out_and_written_into_by_one() {
    with(&[("a", "x"), ("b", "y"), ("c", "z")], |place| async move {
        let (one, other) = (place.worker("one").await, place.worker("two").await);
        for (worker, at) in [(&one, 0), (&other, 1)] {
            assert!(matches!(place.take(worker, at).await, Take::Taken { .. }));
        }
        let into = |login: &str| FoundOut::of(&account("from"), &account(login));
        let (found, z, free) = (into("found"), into("z"), Entry::Free(None));
        assert_eq!(one.leads_to(place.keys[0], &found).await.unwrap(), free);
        assert_eq!(other.leads_to(place.keys[1], &found).await.unwrap(), Entry::Busy, "one writes into it");
        assert_eq!(other.leads_to(place.keys[0], &z).await.unwrap(), Entry::Busy, "it is not the other's");
        // It waits for that, and has its turn when it is over and no moment later.
        place.change(&other, 1, Change::Ended(Ending::becoming(State::NotStarted))).await;
        assert_eq!((place.due(&other).await, place.take(&other, 1).await), (1, Take::Gone));
        assert_eq!(one.leads_to(place.keys[0], &z).await.unwrap(), free);
        assert!(matches!(place.take(&other, 1).await, Take::Taken { .. }));
        assert_eq!(other.leads_to(place.keys[1], &found).await.unwrap(), free, "it is free");
        assert_eq!(place.take(&one, 2).await, Take::Gone, "by its address it goes into the same");
        assert_eq!(place.due(&one).await, 0, "nobody is offered it meanwhile");
        place.change(&one, 0, Change::Ended(Ending::becoming(State::Done))).await;
        assert!(matches!(place.take(&one, 2).await, Take::Taken { .. }));
    });
}

// Would catch: two that are known to lead into one mailbox, taken one after the other, until the second has found it out again.
#[test]
fn what_was_found_out_holds_when_it_is_taken_again() {
    with(&[("a", "x"), ("b", "y")], |place| async move {
        let one = place.worker("one").await;
        place.ask("UPDATE omm_projects.migrations SET leads_to = int8send(7)");
        assert!(matches!(place.take(&one, 0).await, Take::Taken { .. }));
        assert_eq!((place.due(&one).await, place.take(&one, 1).await), (0, Take::Gone));
    });
}

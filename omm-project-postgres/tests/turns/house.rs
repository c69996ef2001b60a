//! What all projects together may have, over all workers.

use super::{account, by, with};
use omm_project::{
    project::ProjectId,
    store::{Change, Entry, FoundOut, NewMigration, Part, Projects, State, Take, Turns},
    work::Ending,
};

// Would catch: two projects that ask one server each as much as it may be asked in all; one that keeps all of it while another
// one waits; and one that has again what became free, though the other has waited longer.
#[test]
fn what_all_projects_may_have_is_counted_over_all_projects() {
    with(&[("a", "x"), ("b", "y"), ("c", "z")], |place| async move {
        let (one, two) = (place.worker("one").await, place.worker("two").await);
        let mut other = one.project(&place.project).await.unwrap().unwrap();
        other.id = ProjectId::random().unwrap();
        one.create(&other, &by()).await.unwrap();
        let key = one.reserve(1).await.unwrap();
        let new = vec![NewMigration::new(key, account("q"), account("r"))];
        one.add(&other.id, new, &by()).await.unwrap();
        let mut limits = one.house_limits().await.unwrap();
        limits.requests_per_server = Some(4);
        one.limit_house(&limits).await.unwrap();
        let each = |take: Take| match take {
            Take::Taken { part, .. } => part.unwrap().each_server,
            _ => 0,
        };
        let take_other = async || {
            let row = two.migration(&other.id, key).await.unwrap().unwrap();
            each(two.take(&other.id, &row, &by()).await.unwrap())
        };
        let parts = async |each_server| {
            let in_force = [(place.keys[0], Part { each_server, in_all: 9 })];
            let parts = one.parts(&place.project, &in_force).await.unwrap().unwrap();
            parts.of.into_iter().map(|(_, part)| part.each_server).collect::<Vec<_>>()
        };
        // Of the ten that its project may have at once it is one of three.
        let has = each(place.take(&one, 0).await);
        assert!(has > 0 && has <= 4, "{has}");
        place.ask("UPDATE omm_projects.migrations SET each_server = 4 WHERE holder IS NOT NULL");
        assert_eq!(take_other().await, 0, "all of it is open");
        assert_eq!(each(place.take(&one, 1).await), 0, "and nothing for another one of the same");
        // However slow the machine is: it asks again each second.
        let still =
            || place.ask("UPDATE omm_projects.wanted SET last = clock_timestamp() + interval '1 hour'");
        still();
        // It gives up half of it, and that is free when it says so.
        assert_eq!((parts(4).await, take_other().await), (vec![2], 0));
        assert_eq!(parts(2).await, [2]);
        assert_eq!(take_other().await, 2);
        place.change(&one, 0, Change::Ended(Ending::becoming(State::Done))).await;

        // In all of the house one migration runs: whoever has waited longest has the next turn.
        (limits.requests_per_server, limits.migrations_at_once) = (None, Some(1));
        one.limit_house(&limits).await.unwrap();
        assert_eq!(place.take(&one, 1).await, Take::Full);
        still();
        let ended = vec![(key, Change::Ended(Ending::becoming(State::NotStarted)))];
        two.change_migrations(&other.id, ended, &by()).await.unwrap();
        assert_eq!(take_other().await, 0, "the other one has waited");
        assert!(each(place.take(&one, 1).await) > 0);
    });
}

// Would catch: places that are kept for a project that has nothing more to take them with.
#[test]
fn a_part_is_kept_for_whoever_can_use_it() {
    with(&[("a", "x")], |place| async move {
        let (one, other) = (place.worker("one").await, place.worker("two").await);
        place.limit(&one, |limits| limits.migrations_at_once = Some(4)).await;
        assert!(matches!(place.take(&one, 0).await, Take::Taken { .. }));
        let beside = place.another(&one).await;
        let mut taken = 0;
        for login in ["q", "r", "s", "t"] {
            let key = place.add(&one, &beside, "mail.example:993", login).await;
            taken += usize::from(matches!(place.take_of(&other, &beside, key).await, Take::Taken { .. }));
        }
        assert_eq!(taken, 3, "the house has four, and one is taken by who has nothing more");
        assert!(one.erase(&beside, &by()).await.unwrap());
        assert_eq!(place.ask("SELECT count(*) FROM omm_projects.wanted"), "0", "who is gone wants nothing");
    });
}

// Would catch: one that is at work, and is refused the place that it has because somebody else wants one.
#[test]
fn who_is_at_work_has_his_place_wherever_he_is_found_to_lead() {
    with(&[("a", "x"), ("b", "y")], |place| async move {
        let one = place.worker("one").await;
        place.limit(&one, |limits| limits.migrations_at_once = Some(2)).await;
        for at in 0..2 {
            assert!(matches!(place.take(&one, at).await, Take::Taken { .. }));
        }
        let beside = place.another(&one).await;
        let key = place.add(&one, &beside, "mail.example:993", "q").await;
        assert_eq!(place.take_of(&one, &beside, key).await, Take::Full);
        let found = |to: &str| {
            let (mut from, mut to) = (account("from"), account(to));
            [&mut from, &mut to].into_iter().for_each(|side| side.server = "found.example:993".to_owned());
            FoundOut::of(&from, &to)
        };
        let entry = one.leads_to(place.keys[0], &found("x")).await.unwrap();
        assert!(matches!(entry, Entry::Free(Some(_))), "{entry:?}");
        // At the server itself there is as much as all may have, and no more.
        place.limit(&one, |limits| limits.requests_per_server = Some(1)).await;
        assert_eq!(one.leads_to(place.keys[1], &found("y")).await.unwrap(), Entry::Full);
    });
}

// Would catch: a project that waits for one server, and is the last there again whenever it has something at another one.
#[test]
fn who_has_something_elsewhere_has_waited_as_long() {
    with(&[("a", "x")], |place| async move {
        let one = place.worker("one").await;
        place.limit(&one, |limits| limits.requests_per_server = Some(1)).await;
        assert!(matches!(place.take(&one, 0).await, Take::Taken { .. }));
        let beside = place.another(&one).await;
        let here = place.add(&one, &beside, "mail.example:993", "q").await;
        let there = place.add(&one, &beside, "elsewhere.example:993", "r").await;
        assert_eq!(place.take_of(&one, &beside, here).await, Take::Full);
        place.later(2);
        assert!(matches!(place.take_of(&one, &beside, there).await, Take::Taken { .. }));
        let wanted = "SELECT string_agg(what, ' ') FROM omm_projects.wanted";
        assert_eq!(place.ask(wanted), "requests at mail.example");
    });
}

// Would catch: more sent home than must be where the house allows fewer at once, by whoever has more of them or asks later; and
// a project that loses all while another one keeps its own.
#[test]
fn as_many_stay_as_the_house_allows_whoever_has_them() {
    with(&[("a", "x"), ("b", "y"), ("c", "z"), ("d", "w")], |place| async move {
        let (one, other) = (place.worker("one").await, place.worker("two").await);
        for at in 0..4 {
            let worker = if at == 0 { &one } else { &other };
            assert!(matches!(place.take(worker, at).await, Take::Taken { .. }));
        }
        let beside = place.another(&one).await;
        let key = place.add(&one, &beside, "mail.example:993", "q").await;
        assert!(matches!(place.take_of(&other, &beside, key).await, Take::Taken { .. }));
        let staying = async |most| one.staying(most).await.unwrap().unwrap();
        assert_eq!(staying(9).await.len(), 5);
        assert_eq!(staying(3).await, [place.keys[0], key, place.keys[1]]);
        assert_eq!(staying(1).await, [place.keys[0]], "there are more workers than places");
        place.change(&other, 3, Change::Ended(Ending::becoming(State::NotStarted))).await;
        assert_eq!(staying(3).await, [place.keys[0], key, place.keys[1]], "who asks later hears the same");
    });
}

//! Tables that a version before has made, and its workers.

use super::{Place, long, with};
use omm_project::{
    store::{Change, MigrationKey, Page, Projects, State, Take},
    work::Ending,
};
use omm_project_postgres::PostgresProjects;

/// As the first version made the tables.
const BACK: &str = "
    DROP INDEX omm_projects.migrations_begun, omm_projects.migrations_by_end;
    DROP TABLE omm_projects.house, omm_projects.wanted;
    ALTER TABLE omm_projects.migrations DROP COLUMN leads_to;
    UPDATE omm_projects.version SET number = 1;
";

// Would catch: a step that writes all rows anew, or leaves what workers of before cannot read; and what was begun before it, not told
// from what was not.
#[test]
fn what_the_first_version_made_is_taken_on_and_left_readable() {
    with(&[("a", "x"), ("b", "y")], |place| async move {
        let one = place.worker("one").await;
        assert!(matches!(place.take(&one, 0).await, Take::Taken { .. }));
        place.change(&one, 0, Change::Journal("begun".to_owned())).await;
        place.change(&one, 0, Change::Ended(Ending::becoming(State::NotStarted))).await;
        place.ask(BACK);
        let written =
            || place.ask("SELECT string_agg(xmin::text, ' ' ORDER BY key) FROM omm_projects.migrations");
        let before = written();
        let one = PostgresProjects::open(&place.store, "next", long()).await.unwrap();
        assert_eq!(written(), before, "no row is written");
        assert_eq!(told(&place, &one).await, [vec![place.keys[1]], vec![place.keys[0]]]);
        let states = "SELECT string_agg(DISTINCT state::text, ' ') FROM omm_projects.counts WHERE count > 0";
        assert_eq!(place.ask(states), "0");
        assert!(matches!(place.take(&one, 0).await, Take::Taken { .. }));
        place.forget_all();
        assert_eq!((place.due(&one).await, place.ask(states).as_str()), (2, "0"));
        assert_eq!(told(&place, &one).await, [vec![place.keys[1]], vec![place.keys[0]]]);
    });
}

/// What was never begun, and what was and waits, by the pages; they are as many as are counted.
async fn told(place: &Place, one: &PostgresProjects) -> [Vec<MigrationKey>; 2] {
    let counts = one.counts(&place.project).await.unwrap();
    let totals = one.totals().await.unwrap();
    let mut told = [Vec::new(), Vec::new()];
    for (told, state) in told.iter_mut().zip([State::NotStarted, State::Waiting]) {
        for page in [Page::first(9), Page::first(9).newest_first()] {
            let rows = one.page(&place.project, page.in_state(state)).await.unwrap();
            *told = rows.iter().map(|row| row.key).collect();
            assert_eq!((counts.of(state), totals.of(state)), (rows.len() as u64, rows.len() as u64));
            assert!(rows.iter().all(|row| row.state == state));
        }
    }
    told
}

use super::*;

// Would catch: a project that has all because it came first or could use it, one that has nothing beside it, and more in all
// than there is.
#[test]
fn a_limit_is_divided_between_projects() {
    for (limit, could, given) in [
        (10, &[100, 100][..], &[5, 5][..]),
        (7, &[100, 100], &[4, 3]),
        (10, &[2, 100, 100], &[2, 4, 4]),
        (10, &[3, 4], &[3, 4]),
        (2, &[100, 1, 100], &[1, 1, 0]),
        (1, &[100, 1], &[1, 0]),
        (0, &[5], &[0]),
        (5, &[], &[]),
    ] {
        assert_eq!(fair(limit, could), given, "{limit} of {could:?}");
    }
}

fn house(limit: u32, at_work: &[(i64, u64)], wanted: &[i64]) -> House {
    let mut house = House::default();
    house.limits.requests_per_server = Some(limit);
    let servers = || ["from".to_owned(), "to".to_owned()];
    let rows = at_work.iter().zip(1..).map(|((project, has), key)| AtWork {
        key,
        project: *project,
        servers: servers(),
        each_server: *has,
        in_all: 9,
    });
    house.at_work = rows.collect();
    let at = |server: &str, project| (What::At(server).name(), project);
    house.wanted = wanted.iter().flat_map(|of| [at("from", *of), at("to", *of)]).collect();
    house.options = (1..9).map(|project| (project, Options::default())).collect();
    house
}

// Would catch: what becomes free going to whoever had it again, a project that waits and gets nothing, and more at a server
// than the house allows.
#[test]
fn one_more_has_what_is_left_of_its_projects_part() {
    let usual = Options::default();
    for (limit, at_work, wanted, project, expected) in [
        // Alone it has all that it could use; the next has what is free, and waits where nothing is.
        (6, &[][..], &[][..], 1, 6),
        (6, &[(1, 6)], &[], 2, 0),
        (6, &[(1, 3)], &[], 2, 3),
        (6, &[(1, 3)], &[2], 1, 0),
        (6, &[(1, 2), (1, 2)], &[], 1, 2),
        // Somebody has waited longer.
        (1, &[], &[2], 1, 0),
        (1, &[], &[2], 2, 1),
        (2, &[(1, 1)], &[2], 1, 0),
    ] {
        let more = house(limit, at_work, wanted).one_more(project, &usual, ["from", "to"]);
        let more = more.map_or(0, |part| part.each_server);
        assert_eq!(more, expected, "{limit}, {at_work:?}, {wanted:?}: of {project}");
    }
}

#[test]
fn what_is_at_work_gives_up_what_others_want() {
    let allowed = |limit, at_work: &[(i64, u64)], wanted: &[i64]| {
        let house = house(limit, at_work, wanted);
        (1..=at_work.len() as i64).map(|key| house.allowed(key).0).collect::<Vec<_>>()
    };
    assert_eq!(allowed(6, &[(1, 6)], &[]), [6]);
    assert_eq!(allowed(6, &[(1, 6)], &[2]), [3]);
    assert_eq!(allowed(6, &[(1, 2), (1, 2), (2, 2)], &[]), [2, 1, 2], "what is not given up is not there");
    assert_eq!(allowed(7, &[(1, 2), (1, 2), (2, 2)], &[]), [2, 2, 3]);
    assert_eq!(allowed(2, &[(1, 3), (1, 2), (2, 2)], &[]), [1, 0, 1]);
}

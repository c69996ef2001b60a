//! What whoever runs a worker sees of it.

use crate::town::{ITEMS, World};
use futures::{executor::block_on, future::join};
use omm_core::host::Stop;
use omm_project::{observe::Metrics, store::State, work::Until};
use omm_testkit::{mailbox, sim};

/// The value of a line of the text.
fn value(text: &str, name: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
}

// Would catch: a turn that is counted twice or not, items by another outcome, a gauge that is never taken down.
#[test]
fn what_was_done_is_counted() {
    let world = World::new();
    let text = world.counted();
    let counted = [
        (r#"omm_items_total{outcome="copied"}"#, 40.0),
        (r#"omm_items_total{outcome="failed"}"#, 0.0),
        (r#"omm_turns_total{state="done"}"#, 2.0),
        (r#"omm_turns_total{state="paused"}"#, 1.0),
        ("omm_turns_running", 0.0),
        (r#"omm_folders_total{outcome="done"}"#, 4.0),
        (r#"omm_migrations{state="done"}"#, 2.0),
        (r#"omm_migrations{state="paused"}"#, 1.0),
        (r#"omm_migrations{state="running"}"#, 0.0),
    ];
    for (name, count) in counted {
        assert_eq!(value(&text, name), Some(count), "{name} in\n{text}");
    }
    assert!(value(&text, "omm_copied_bytes_total").is_some_and(|bytes| bytes > 1_000.0), "{text}");
    let lane =
        world.env.limiter.lanes().into_iter().find(|lane| lane.granted > 0).expect("servers were asked");
    let requests = format!(r#"omm_requests_total{{server="{}"}}"#, lane.key);
    assert_eq!(value(&text, &requests), Some(lane.granted as f64), "{text}");
    assert!(text.ends_with("# EOF\n"), "{text}");
}

// Would catch: a turn that was broken off counted as one of what was never begun, while the store says that it waits.
#[test]
fn what_is_put_back_is_counted_as_what_it_is_then() {
    let world = World::new();
    let project = world.project(|_| ());
    let key = world.add(&project, 0..1)[0];
    let (metrics, stop) = (Metrics::default(), Stop::new());
    let worker = world.worker().counting(metrics.clone());
    let ends = async {
        world.sleep(1.0).await;
        stop.request();
    };
    sim::run(&world.clock, join(worker.run(Until::Stopped, &stop), ends)).0.unwrap();
    let state = world.row(&project, key).state;
    assert_eq!(state, State::Waiting);
    let text = block_on(metrics.text(&world.env.limiter, world.store.as_ref())).unwrap();
    let turns = format!(r#"omm_turns_total{{state="{}"}}"#, state.name());
    assert_eq!(value(&text, &turns), Some(1.0), "{text}");
}

// Would catch: a time left of the folders in work alone, and one of a migration that goes on that counts what is there already.
#[test]
fn how_much_a_turn_has_to_do_is_known_from_its_beginning() {
    let world = World::new();
    let project = world.project(|project| {
        project.options.requests_at_once = 1;
        project.options.migration.folders_at_once = 1;
    });
    let key = world.add(&project, 0..1)[0];
    let more = 400;
    let mut folders: Vec<_> = world.folders("a0").into_iter().collect();
    folders.sort();
    for folder in &folders {
        (0..more).for_each(|at| drop(world.town.account("a0").add(folder, mailbox::message(77, at))));
    }
    let all = ITEMS as u64 + more * folders.len() as u64;
    let (mut seen, mut is_put_back, mut was_told) = (Vec::new(), false, false);
    let looks = async {
        loop {
            world.sleep(0.1).await;
            let row = world.row(&project, key);
            let Some(progress) = row.progress.filter(|_| row.state == State::Running) else { continue };
            was_told |= progress.time_left().is_some();
            seen.extend(progress.planned);
            if progress.folders_done == 1 && !is_put_back {
                is_put_back = true;
                world.change_project(&project, |project| project.options.migration.folders_at_once = 2);
            }
        }
    };
    let until_done: Option<()> = world.work_while(looks);
    assert_eq!((until_done, world.row(&project, key).state), (None, State::Done));
    seen.dedup();
    let ([first, second], true) = (&seen[..], was_told) else { panic!("{seen:?} {was_told}") };
    // All of both folders, and then what was left of the second.
    assert_eq!(*first, all);
    assert!(*second > 0 && *second <= all / 2, "{second} of {all}");
}

//! What whoever runs a worker sees of it.

use crate::town::World;

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

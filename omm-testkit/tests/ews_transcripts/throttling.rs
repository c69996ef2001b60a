//! How the server says that it is too much.

use crate::talk::{Bench, create, parse, server};
use omm_testkit::ews::{Busy, Policy};

#[test]
fn every_way_to_be_busy() {
    let message = create("inbox", "<t:Message/>");
    for (busy, status, code) in [
        (Busy::Fault(Some(10)), 500, "ErrorServerBusy"),
        (Busy::Messages(10), 200, "ErrorServerBusy"),
        (Busy::Status(503, Some(2)), 503, ""),
        (Busy::Status(429, None), 429, ""),
        (Busy::TooManyObjectsOpened, 200, "ErrorTooManyObjectsOpened"),
        (Busy::ConnectionCount, 500, "ErrorExceededConnectionCount"),
        (Busy::Timeout, 200, "ErrorTimeoutExpired"),
    ] {
        let policy = Policy { busy_after: Some((2, busy)), ..Policy::default() };
        let bench = Bench::new(server().policy(policy));
        let statuses: Vec<u16> = (0..4).map(|_| bench.reply(&message).status).collect();
        assert_eq!(statuses, [200, 200, status, 200], "{busy:?}");
        let refused = &bench.server.requests()[2];
        assert_eq!(refused.codes.first().map(String::as_str).unwrap_or_default(), code, "{busy:?}");
        assert_eq!(bench.server.counters().throttled, 1);
        assert_eq!(bench.server.mailbox("ann@example.com").items("inbox").len(), 3, "{busy:?}");
    }
}

#[test]
fn who_comes_back_too_early_is_noted() {
    let policy = Policy { busy_after: Some((0, Busy::Messages(3_600_000))), ..Policy::default() };
    let bench = Bench::new(server().policy(policy));
    for _ in 0..3 {
        let root = parse(&bench.reply(&create("inbox", "<t:Message/>")).body);
        assert_eq!(root.text("Value"), "3600000");
    }
    assert_eq!(bench.server.counters().too_early, 2);
}

#[test]
fn sizes_have_limits() {
    let limits = (Some(3), Some(5000), Some(2));
    let policy = Policy {
        largest_batch: limits.0,
        largest_request: limits.1,
        items_per_request: limits.2,
        ..Policy::default()
    };
    let bench = Bench::new(server().policy(policy));
    let many = |count: usize| create("inbox", &"<t:Message/>".repeat(count));
    assert_eq!(bench.ask(&many(3)).codes(), ["NoError", "NoError", "ErrorServerBusy"]);
    assert_eq!(bench.reply(&many(4)).status, 500);
    assert_eq!(bench.reply(&create("inbox", &" ".repeat(6000))).status, 413);
}

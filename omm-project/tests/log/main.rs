//! What a log tells of a worker, and what it does not. A process of its own: who listens is remembered for all threads of one.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

#[allow(dead_code, reason = "the tests of the worker use the rest of it")]
#[path = "../work/town.rs"]
mod town;

use std::{
    io,
    sync::{Arc, Mutex},
};
use town::World;
use tracing::Level;

/// What was written to a log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn logged(level: Level) -> (String, String) {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let metrics = tracing::subscriber::with_default(subscriber, || World::new().counted());
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    (log, metrics)
}

// Would catch: a login, an address or a password in a log or in the metrics.
#[test]
fn nobody_is_named_unless_asked() {
    let (log, metrics) = logged(Level::DEBUG);
    for line in ["migration{number=1 source=\"town.example\" destination=\"town.example\"}", "run complete"] {
        assert!(log.contains(line), "{line} in\n{log}");
    }
    assert_eq!(log.matches("turn ended").count(), 3, "{log}");
    let warned: Vec<&str> = log.lines().filter(|line| line.contains(" WARN ")).collect();
    assert!(warned.iter().any(|line| line.contains("met trouble kind=\"auth\"")), "{warned:?}");
    for text in [&log, &metrics] {
        for name in ["canary", "a1", "b2", "anna", "the server says no"] {
            assert!(!text.contains(name), "{name} in\n{text}");
        }
    }
    let (all, _) = logged(Level::TRACE);
    assert!(all.contains("the server says no") && !all.contains("canary"), "{all}");
}

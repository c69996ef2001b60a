//! A migration as a line of a table, in words; the page and the live events tell it alike.

use crate::words::Words;
use omm::project::{
    store::{MigrationRow, State},
    work::{Items, Progress},
};
use serde::Serialize;

/// A line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Line {
    pub(crate) number: u64,
    /// The state as the stylesheet knows it.
    pub(crate) class: &'static str,
    pub(crate) state: &'static str,
    #[serde(skip)]
    pub(crate) source: String,
    #[serde(skip)]
    pub(crate) destination: String,
    pub(crate) items: String,
    pub(crate) failed: u64,
    /// What was copied, and how fast.
    pub(crate) bytes: String,
    pub(crate) rate: String,
    /// How much of what is known of is done, of a hundred.
    pub(crate) percent: Option<u64>,
    pub(crate) remark: String,
}

impl Line {
    pub(crate) fn of(row: &MigrationRow, words: &Words) -> Self {
        let progress = row.progress.clone().unwrap_or_default();
        let there = progress.items.copied + progress.items.adopted + progress.items.already_there;
        Self {
            number: row.key.0,
            class: class(row.state),
            state: words.state(row.state),
            source: source(row),
            destination: row.destination.label(),
            items: match row.progress {
                Some(_) => format!("{there} / {}", progress.items.found),
                None => String::new(),
            },
            failed: progress.items.failed,
            bytes: if progress.items.bytes > 0 { bytes(progress.items.bytes, words) } else { String::new() },
            rate: match row.state {
                State::Running if progress.bytes_per_second > 0.0 => rate(progress.bytes_per_second, words),
                _ => String::new(),
            },
            percent: if row.state == State::Running { percent(&progress) } else { None },
            remark: remark(row, &progress, words),
        }
    }
}

/// The account that is read; of a file its name, and not where we keep it.
fn source(row: &MigrationRow) -> String {
    match row.source.server_type.as_str() {
        "files" => row.source.server.rsplit(['/', '\\']).next().unwrap_or_default().to_owned(),
        _ => row.source.label(),
    }
}

/// The name of a state in addresses, in the stylesheet and in events.
pub(crate) fn class(state: State) -> &'static str {
    match state {
        State::NotStarted => "not-started",
        State::Waiting => "waiting",
        State::Scheduled => "scheduled",
        State::Running => "running",
        State::Paused => "paused",
        State::Stopping => "stopping",
        State::Stopped => "stopped",
        State::Done => "done",
        State::DoneWithFailures => "done-with-failures",
        State::Failed => "failed",
    }
}

/// The state of that name.
pub(crate) fn state_of(name: &str) -> Option<State> {
    State::ALL.into_iter().find(|state| class(*state) == name)
}

/// What was dealt with.
fn done(items: &Items) -> u64 {
    items.copied + items.adopted + items.already_there + items.skipped + items.failed
}

/// Of the folders that were begun: of the others nobody knows yet.
fn percent(progress: &Progress) -> Option<u64> {
    let left: u64 =
        progress.in_work.values().filter_map(|folder| folder.items?.checked_sub(folder.done)).sum();
    let done = done(&progress.items);
    (100 * done).checked_div(done + left)
}

fn remark(row: &MigrationRow, progress: &Progress, words: &Words) -> String {
    match row.state {
        State::Running => match (&progress.waiting, progress.time_left()) {
            (Some(waiting), _) => waiting.clone(),
            (None, Some(left)) => format!("{} {}", words.time_left, words.duration(left.as_secs())),
            (None, None) => String::new(),
        },
        State::Scheduled | State::Paused => {
            let at = row.start.map(|at| format!("{} {}", words.goes_on_at, words.moment(at)));
            let parts = [row.reason.clone(), at].into_iter().flatten();
            parts.collect::<Vec<_>>().join("; ")
        }
        _ => row.reason.clone().unwrap_or_default(),
    }
}

/// Bytes for people.
pub(crate) fn bytes(count: u64, words: &Words) -> String {
    let [bytes, larger @ ..] = words.units;
    let (mut size, mut unit) = (count as f64, bytes);
    for larger in larger {
        if size < 1000.0 {
            break;
        }
        (size, unit) = (size / 1000.0, larger);
    }
    if unit == bytes { format!("{count} {bytes}") } else { format!("{} {unit}", tenths(size, words)) }
}

/// So many of them in a second; no rate is negative.
pub(crate) fn rate(bytes_per_second: f64, words: &Words) -> String {
    format!("{}/s", bytes(bytes_per_second as u64, words))
}

/// A number with one decimal, as the language writes it.
pub(crate) fn tenths(number: f64, words: &Words) -> String {
    format!("{number:.1}").replace('.', words.decimal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words;

    #[test]
    fn every_state_has_a_name_that_leads_back() {
        for state in State::ALL {
            assert_eq!(state_of(class(state)), Some(state));
        }
        assert_eq!(state_of("../"), None);
    }

    #[test]
    fn sizes() {
        for (count, text) in [(0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (12_345_678, "12.3 MB")] {
            assert_eq!(bytes(count, words::ALL[0]), text);
        }
        assert_eq!(bytes(1_500_000, words::ALL[1]), "1,5 Mo");
    }
}

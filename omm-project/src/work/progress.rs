//! How far a turn is, as whoever looks on sees it.

use omm_core::{event::Event, model::FolderPath, report::Counts};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};

/// How far a turn is. It stays small however large the mailbox: of folders, only those in work are named.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Progress {
    /// Items dealt with, and how.
    pub items: Items,
    /// Folders in work, by path.
    pub in_work: BTreeMap<String, FolderProgress>,
    /// Folders that are done, or had nothing new.
    pub folders_done: u64,
    /// Folders that could not be finished.
    pub folders_failed: u64,
    /// How many items this turn is to deal with, where every folder says how many it has.
    pub planned: Option<u64>,
    /// Items a second, lately.
    pub items_per_second: f64,
    /// The same over the last minute or so: it does not jump.
    pub steady_items_per_second: f64,
    /// Bytes a second, lately.
    pub bytes_per_second: f64,
    /// What the engine waits for, if it waits.
    pub waiting: Option<String>,
    /// What the last trouble with an item was.
    pub last_failure: Option<String>,
}

/// Sums of a turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the words of Event::Progress")]
#[non_exhaustive]
pub struct Items {
    pub found: u64,
    pub copied: u64,
    pub adopted: u64,
    pub already_there: u64,
    pub skipped: u64,
    pub failed: u64,
    pub bytes: u64,
}

/// One folder in work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct FolderProgress {
    /// How many items it has, where known.
    pub items: Option<u64>,
    /// How many of them are dealt with.
    pub done: u64,
}

impl Items {
    fn done(&self) -> u64 {
        self.copied + self.adopted + self.already_there + self.skipped + self.failed
    }
}

impl Progress {
    /// How long the rest of the turn will take as fast as it was lately, where it is known how much is left.
    pub fn time_left(&self) -> Option<Duration> {
        let left = self.planned?.saturating_sub(self.items.done());
        let is_known = left > 0 && self.steady_items_per_second > 0.0;
        is_known
            .then(|| Duration::try_from_secs_f64(left as f64 / self.steady_items_per_second).ok())
            .flatten()
    }
}

/// Hears the events of a turn and keeps its progress.
#[derive(Debug, Default)]
pub(super) struct Ear {
    now: Progress,
    /// What was done when rates were last worked out, and when.
    then: (u64, u64, Duration),
    /// The steady rate that was told last.
    told: f64,
    is_new: bool,
}

/// Rates are of so long at least: shorter ones jump.
const LATELY: Duration = Duration::from_secs(2);
/// What was so long ago counts for a third of what is now in the steady one.
const MEMORY: Duration = Duration::from_secs(30);
/// Slower than this it stands still.
const STILL: f64 = 0.001;

impl Ear {
    pub(super) fn hears(&mut self, event: &Event) {
        self.is_new = true;
        match event {
            Event::Planned { items } => self.now.planned = *items,
            Event::FolderStarted { folder, items, .. } => {
                self.now.in_work.insert(name(folder), FolderProgress { items: *items, done: 0 });
            }
            Event::FolderUnchanged { .. } => self.now.folders_done += 1,
            Event::FolderFinished { folder } => {
                self.now.in_work.remove(&name(folder));
                self.now.folders_done += 1;
            }
            Event::FolderFailed { folder, .. } => {
                self.now.in_work.remove(&name(folder));
                self.now.folders_failed += 1;
            }
            Event::ItemFailed { failure, .. } => self.now.last_failure = Some(failure.message.clone()),
            Event::Waiting { reason, .. } => self.now.waiting = Some(reason.clone()),
            Event::Progress { .. } => self.adds(event),
            _ => self.is_new = false,
        }
    }

    fn adds(&mut self, event: &Event) {
        let Event::Progress { folder, found, copied, adopted, already_there, skipped, failed, bytes } = event
        else {
            return;
        };
        let step = Items {
            found: *found,
            copied: *copied,
            adopted: *adopted,
            already_there: *already_there,
            skipped: *skipped,
            failed: *failed,
            bytes: *bytes,
        };
        let items = &mut self.now.items;
        items.found += step.found;
        items.copied += step.copied;
        items.adopted += step.adopted;
        items.already_there += step.already_there;
        items.skipped += step.skipped;
        items.failed += step.failed;
        items.bytes += step.bytes;
        if let Some(folder) = self.now.in_work.get_mut(&name(folder)) {
            folder.done += step.done();
        }
        self.now.waiting = None;
    }

    /// A whole run is over: what is there now, with what earlier runs copied, is counted by the journal.
    pub(super) fn ends(&mut self, totals: &Counts) {
        self.now.items = Items {
            found: totals.found,
            copied: totals.copied,
            adopted: totals.adopted,
            already_there: totals.already_there,
            skipped: totals.skipped_in_all(),
            failed: totals.failed,
            bytes: totals.copied_bytes,
        };
    }

    /// How far it came, if it began.
    pub(super) fn last(&self) -> Option<Progress> {
        let last = Progress {
            in_work: BTreeMap::new(),
            planned: None,
            items_per_second: 0.0,
            steady_items_per_second: 0.0,
            bytes_per_second: 0.0,
            ..self.now.clone()
        };
        (last != Progress::default()).then_some(last)
    }

    /// How far it is, if something is new since this was last asked.
    pub(super) fn news(&mut self, at: Duration) -> Option<Progress> {
        let (done, bytes, then) = self.then;
        let passed = at.saturating_sub(then);
        if passed >= LATELY {
            let rate = |now: u64, then: u64| now.saturating_sub(then) as f64 / passed.as_secs_f64();
            let items = self.now.items;
            let rates = (rate(items.done(), done), rate(items.bytes, bytes));
            self.is_new |= rates != (self.now.items_per_second, self.now.bytes_per_second);
            (self.now.items_per_second, self.now.bytes_per_second) = rates;
            let steady = steady(self.now.steady_items_per_second, rates.0, passed);
            // It goes on falling where nothing moves, and is told again when it has noticeably.
            self.is_new |= (steady - self.told).abs() > self.told / 10.0;
            self.now.steady_items_per_second = steady;
            self.then = (items.done(), items.bytes, at);
        }
        if !std::mem::take(&mut self.is_new) {
            return None;
        }
        self.told = self.now.steady_items_per_second;
        Some(self.now.clone())
    }
}

/// The steady rate, after so long at this one.
fn steady(before: f64, rate: f64, passed: Duration) -> f64 {
    if before == 0.0 {
        return rate;
    }
    let kept = (-passed.as_secs_f64() / MEMORY.as_secs_f64()).exp();
    let steady = before * kept + rate * (1.0 - kept);
    if steady < STILL { 0.0 } else { steady }
}

fn name(folder: &FolderPath) -> String {
    folder.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn started(folder: &str, items: u64) -> Event {
        let folder = FolderPath::new([folder]);
        Event::FolderStarted { folder: folder.clone(), target: folder, items: Some(items), bytes: None }
    }

    fn step(folder: &str, copied: u64, bytes: u64) -> Event {
        let folder = FolderPath::new([folder]);
        let (adopted, already_there, skipped, failed) = (0, 0, 1, 0);
        Event::Progress { folder, found: copied + 1, copied, adopted, already_there, skipped, failed, bytes }
    }

    #[test]
    fn sums_rates_and_the_time_left() {
        let mut ear = Ear::default();
        assert_eq!(ear.news(Duration::ZERO), None);
        for event in [started("A", 100), started("B", 10), step("A", 19, 4_000), step("B", 9, 2_000)] {
            ear.hears(&event);
        }
        ear.hears(&Event::FolderFinished { folder: FolderPath::new(["B"]) });
        let progress = ear.news(Duration::from_secs(10)).expect("there is something new");
        assert_eq!((progress.items.found, progress.items.copied, progress.items.skipped), (30, 28, 2));
        assert_eq!((progress.folders_done, progress.in_work.len()), (1, 1));
        assert_eq!((progress.items_per_second, progress.bytes_per_second), (3.0, 600.0));
        assert_eq!(ear.news(Duration::from_secs(11)), None, "nothing new, and too early for a rate");
        let still = ear.news(Duration::from_secs(20)).expect("the rate is new");
        assert_eq!((still.items_per_second, still.time_left()), (0.0, None));
    }

    fn left(ear: &mut Ear, at: u64) -> Option<u64> {
        let progress = ear.news(Duration::from_secs(at)).expect("there is something new");
        progress.time_left().map(|left| left.as_secs())
    }

    // Would catch: a time that is only of the folders in work, one that is told of nothing, and one that jumps with each batch or
    // stands still when nothing moves.
    #[test]
    fn the_time_left_is_of_the_whole_turn_and_does_not_jump() {
        let mut ear = Ear::default();
        ear.hears(&Event::Planned { items: Some(1000) });
        ear.hears(&started("A", 100));
        ear.hears(&step("A", 99, 0));
        // 900 are left, of which none is in a folder in work.
        ear.hears(&Event::FolderFinished { folder: FolderPath::new(["A"]) });
        assert_eq!(left(&mut ear, 10), Some(90));
        // A batch of 100 within two seconds is five times as fast, and for a moment only.
        ear.hears(&step("B", 99, 0));
        let soon = left(&mut ear, 12).expect("it is known");
        assert!((55..80).contains(&soon), "{soon}");
        // Nothing moves: it takes longer and longer, and then nobody can tell.
        let mut told = Vec::new();
        for at in 7..300 {
            let news = ear.news(Duration::from_secs(2 * at));
            told.extend(news.map(|progress| progress.time_left()));
        }
        let (last, before) = told.split_last().expect("it was told");
        assert!(before.is_sorted() && before.len() > 10, "{told:?}");
        assert_eq!(*last, None);
        // More than was announced, or nobody knows how much there is.
        ear.hears(&step("B", 2000, 0));
        assert_eq!(left(&mut ear, 1000), None);
        let mut ear = Ear::default();
        ear.hears(&Event::Planned { items: None });
        ear.hears(&started("A", 100));
        ear.hears(&step("A", 9, 0));
        assert_eq!(left(&mut ear, 10), None);
    }

    // Would catch: a line of status that grows with the mailbox.
    #[test]
    fn it_stays_small() {
        let mut ear = Ear::default();
        for number in 0..10_000 {
            let folder = format!("F{number}");
            ear.hears(&started(&folder, 1));
            ear.hears(&Event::FolderFinished { folder: FolderPath::new([folder.as_str()]) });
        }
        let progress = ear.news(Duration::ZERO).expect("there is something new");
        assert_eq!((progress.folders_done, progress.in_work.len()), (10_000, 0));
    }
}

//! Who did what, and when: lines that cannot be changed afterwards without anybody noticing.
//!
//! Each line of a project carries the hash of the one before it. Whoever changes a line, takes one out of the middle or puts one in must write all
//! that follow anew; whoever keeps the hash of the last line elsewhere (in the mail that reports the end, say) notices that as well, and a
//! missing end too. No content, no address and no password is in a line.

use super::{Change, MigrationKey};
use crate::{
    project::ProjectId,
    work::{Task, Wish},
};
use chrono::{DateTime, SubsecRound, Utc};
use std::borrow::Cow;

/// Who does something, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// A word of the host's for who it is: `visitor`, `host anna`, `worker north:71`.
    pub who: String,
    /// When.
    pub when: DateTime<Utc>,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Act {
    /// The project was made.
    ProjectCreated,
    /// Its name, contact, servers, options or password were changed.
    ProjectChanged,
    /// All that is known of it was erased, but for these lines.
    ProjectErased,
    /// Migrations were added.
    MigrationsAdded {
        /// How many.
        count: u64,
        /// The first.
        first: MigrationKey,
    },
    /// The same was done with migrations: see [`Act::of_changes`].
    MigrationsChanged {
        /// Which, in the order of their numbers.
        keys: Vec<MigrationKey>,
        /// What, in words that follow their numbers.
        what: Cow<'static, str>,
    },
    /// All that is known of some migrations was erased.
    MigrationsErased {
        /// How many.
        count: u64,
        /// The first.
        first: MigrationKey,
    },
    /// Somebody logged in.
    LoggedIn,
    /// Somebody logged out.
    LoggedOut,
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditLine {
    /// 1, 2, 3 … in each project.
    pub number: u64,
    /// Who.
    pub who: String,
    /// What, in words.
    pub what: String,
    /// When, to the microsecond.
    pub when: DateTime<Utc>,
    /// Of this line and all before it.
    pub hash: [u8; 32],
}

/// The first line that does not follow from the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Which line should have been here.
    pub number: u64,
}

impl By {
    /// Somebody who has the project's password.
    pub fn visitor(when: DateTime<Utc>) -> Self {
        Self { who: "visitor".to_owned(), when }
    }

    /// The program that embeds us.
    pub fn host(when: DateTime<Utc>) -> Self {
        Self { who: "host".to_owned(), when }
    }
}

impl Act {
    /// What was done with migrations: one act for each kind of change, in the order in which the kinds came.
    pub fn of_changes<'a>(changes: impl IntoIterator<Item = &'a (MigrationKey, Change)>) -> Vec<Self> {
        let mut kinds: Vec<(Cow<'static, str>, Vec<MigrationKey>)> = Vec::new();
        for (key, change) in changes {
            let what = words(change);
            match kinds.iter_mut().find(|(known, _)| *known == what) {
                Some((_, keys)) => keys.push(*key),
                None => kinds.push((what, vec![*key])),
            }
        }
        let act = |(what, mut keys): (_, Vec<MigrationKey>)| {
            keys.sort_unstable();
            // Two passwords are given to one migration.
            keys.dedup();
            Self::MigrationsChanged { keys, what }
        };
        kinds.into_iter().map(act).collect()
    }

    /// Some worker has them at work.
    pub fn taken_up(key: MigrationKey) -> Self {
        Self::MigrationsChanged { keys: vec![key], what: Cow::Borrowed(TAKEN_UP) }
    }

    /// Whoever worked on them is gone: they wait for their turn again.
    pub fn left_behind(mut keys: Vec<MigrationKey>) -> Self {
        keys.sort_unstable();
        Self::MigrationsChanged { keys, what: Cow::Borrowed("left by a worker that is gone") }
    }

    /// In words.
    pub fn sentence(&self) -> String {
        match self {
            Self::ProjectCreated => "project created".to_owned(),
            Self::ProjectChanged => "project changed".to_owned(),
            Self::ProjectErased => "project erased".to_owned(),
            Self::MigrationsAdded { count: 1, first } => format!("migration {first} added"),
            Self::MigrationsChanged { keys, what } => format!("{}: {what}", named(keys)),
            Self::MigrationsErased { count: 1, first } => format!("migration {first} erased"),
            Self::MigrationsAdded { count, first } => format!("{count} migrations added from {first}"),
            Self::MigrationsErased { count, first } => format!("{count} migrations erased from {first}"),
            Self::LoggedIn => "logged in".to_owned(),
            Self::LoggedOut => "logged out".to_owned(),
        }
    }
}

const TAKEN_UP: &str = "taken up";

/// What a change is, without anything that came from outside.
fn words(change: &Change) -> Cow<'static, str> {
    match change {
        Change::State(super::State::Running, _) => TAKEN_UP.into(),
        Change::State(state, _) => format!("{} from now on", state.name()).into(),
        Change::Task(Task::Copy) => "to be copied".into(),
        Change::Task(Task::Retry) => "to be copied, with what failed".into(),
        Change::Task(Task::Verify { .. }) => "to be verified".into(),
        Change::Task(Task::Undo { from, .. }) => format!("to be undone from sync point {from}").into(),
        Change::Wish(Wish::Pause) => "asked to rest".into(),
        Change::Wish(Wish::Stop) => "asked to stop".into(),
        Change::Ended(ending) => format!("turn over, {}", ending.state.name()).into(),
        Change::Priority(priority) => format!("priority {priority}").into(),
        Change::Start(Some(at)) => format!("not before {}", at.format("%Y-%m-%d %H:%M:%S UTC")).into(),
        Change::Start(None) => "to begin when the turn comes".into(),
        Change::Journal(_) => "begun".into(),
        Change::ErasePasswords => "passwords erased".into(),
        Change::Password { from: Some(_), .. } => "passwords sealed under another key".into(),
        Change::Password { .. } => "passwords given".into(),
    }
}

/// As many are named one by one.
const NAMED: usize = 20;

fn named(keys: &[MigrationKey]) -> String {
    match keys {
        [] => "no migration".to_owned(),
        [key] => format!("migration {key}"),
        [first, .., last] if keys.len() > NAMED => {
            format!("{} migrations from {first} to {last}", keys.len())
        }
        _ => {
            let numbers: Vec<_> = keys.iter().map(MigrationKey::to_string).collect();
            format!("migrations {}", numbers.join(", "))
        }
    }
}

impl AuditLine {
    /// A line as it was stored; [`verify`] says whether it is what was written.
    pub fn stored(number: u64, who: String, what: String, when: DateTime<Utc>, hash: [u8; 32]) -> Self {
        Self { number, who, what, when, hash }
    }

    /// The line behind `last`.
    pub fn after(last: Option<&Self>, project: &ProjectId, by: &By, act: &Act) -> Self {
        let mut line = Self {
            number: last.map_or(1, |last| last.number.saturating_add(1)),
            who: by.who.clone(),
            what: act.sentence(),
            // What is stored must hash as what was hashed.
            when: by.when.trunc_subsecs(6),
            hash: [0; 32],
        };
        line.hash = line.chained(&last.map_or_else(|| start(project), |last| last.hash));
        line
    }

    fn chained(&self, before: &[u8; 32]) -> [u8; 32] {
        let mut hash = blake3::Hasher::new_derive_key("omm project audit line");
        hash.update(before);
        hash.update(&self.number.to_le_bytes());
        hash.update(&self.when.timestamp_micros().to_le_bytes());
        for text in [&self.who, &self.what] {
            hash.update(&(text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        }
        *hash.finalize().as_bytes()
    }
}

/// Whether each line follows from the one before it. `last` is the line before the first of them, if they are not from the
/// beginning.
///
/// # Errors
/// The first that does not.
pub fn verify(project: &ProjectId, last: Option<&AuditLine>, lines: &[AuditLine]) -> Result<(), Broken> {
    let mut before = last.map_or_else(|| start(project), |last| last.hash);
    let mut number = last.map_or(0, |last| last.number);
    for line in lines {
        number += 1;
        if line.number != number || line.hash != line.chained(&before) {
            return Err(Broken { number });
        }
        before = line.hash;
    }
    Ok(())
}

/// Before the first line: no line of another project fits.
fn start(project: &ProjectId) -> [u8; 32] {
    *blake3::Hasher::new_derive_key("omm project audit start")
        .update(project.as_str().as_bytes())
        .finalize()
        .as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    // Would catch: a line that says no more than that something changed, and one that names rows that did not.
    #[test]
    fn what_was_done_is_said_by_its_kind() {
        let key = MigrationKey;
        let changes = [
            (key(57), Change::Wish(Wish::Pause)),
            (key(1), Change::Wish(Wish::Pause)),
            (key(1), Change::Task(Task::Undo { from: 2, keep_read: false })),
            (key(99), Change::Wish(Wish::Pause)),
            (key(9), Change::Journal("k7m-3qx".to_owned())),
        ];
        let acts = Act::of_changes(&changes);
        assert_eq!(
            acts.iter().map(Act::sentence).collect::<Vec<_>>(),
            [
                "migrations 1, 57, 99: asked to rest",
                "migration 1: to be undone from sync point 2",
                "migration 9: begun"
            ]
        );
        let many: Vec<_> = (1..=500).map(|at| (key(at), Change::ErasePasswords)).collect();
        let acts = Act::of_changes(&many);
        assert_eq!(acts[0].sentence(), "500 migrations from 1 to 500: passwords erased");
    }

    #[test]
    fn a_change_is_noticed_wherever_it_is() {
        let (project, other) = (ProjectId::random().unwrap(), ProjectId::random().unwrap());
        let mut lines: Vec<AuditLine> = Vec::new();
        for at in 0..5 {
            let when = DateTime::from_timestamp(at, 123_456_789).unwrap();
            let act = Act::MigrationsAdded { count: 1, first: MigrationKey(at as u64) };
            let line = AuditLine::after(lines.last(), &project, &By::host(when), &act);
            lines.push(line);
        }
        let check = |lines: &[AuditLine]| verify(&project, None, lines).map_err(|broken| broken.number);
        assert_eq!(check(&lines), Ok(()));
        assert_eq!(verify(&project, Some(&lines[1]), &lines[2..]), Ok(()));
        assert_eq!(verify(&other, None, &lines), Err(Broken { number: 1 }));
        let changed = |at: usize, change: &dyn Fn(&mut AuditLine)| {
            let mut lines = lines.clone();
            change(&mut lines[at]);
            check(&lines)
        };
        assert_eq!(changed(2, &|line| line.who.push('x')), Err(3));
        assert_eq!(changed(2, &|line| line.what.push('x')), Err(3));
        assert_eq!(changed(2, &|line| line.when += chrono::TimeDelta::microseconds(1)), Err(3));
        assert_eq!(changed(2, &|line| line.hash[0] ^= 1), Err(3));
        // Moved from one field to the next.
        assert_eq!(
            changed(2, &|line| (line.who, line.what) = ("hos".into(), format!("t{}", line.what))),
            Err(3)
        );
        assert_eq!(check(&[&lines[..2], &lines[3..]].concat()), Err(3));
        assert_eq!(check(&[&lines[..2], &lines[1..]].concat()), Err(3));
    }
}

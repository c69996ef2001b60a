//! Who did what, and when: lines that cannot be changed afterwards without anybody noticing.
//!
//! Each line of a project carries the hash of the one before it. Whoever changes a line, takes one out of the middle or puts one in must write all
//! that follow anew; whoever keeps the hash of the last line elsewhere (in the mail that reports the end, say) notices that as well, and a
//! missing end too. No content, no address and no password is in a line.

use super::MigrationKey;
use crate::project::ProjectId;
use chrono::{DateTime, SubsecRound, Utc};

/// Who does something, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// A word of the host's for who it is: `visitor`, `host`, `worker 3`.
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
    /// Migrations changed: state, priority, time, passwords.
    MigrationsChanged {
        /// How many.
        count: u64,
        /// The first.
        first: MigrationKey,
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
    /// In words.
    pub fn sentence(&self) -> String {
        match self {
            Self::ProjectCreated => "project created".to_owned(),
            Self::ProjectChanged => "project changed".to_owned(),
            Self::ProjectErased => "project erased".to_owned(),
            Self::MigrationsAdded { count: 1, first } => format!("migration {first} added"),
            Self::MigrationsChanged { count: 1, first } => format!("migration {first} changed"),
            Self::MigrationsErased { count: 1, first } => format!("migration {first} erased"),
            Self::MigrationsAdded { count, first } => format!("{count} migrations added from {first}"),
            Self::MigrationsChanged { count, first } => format!("{count} migrations changed from {first}"),
            Self::MigrationsErased { count, first } => format!("{count} migrations erased from {first}"),
            Self::LoggedIn => "logged in".to_owned(),
            Self::LoggedOut => "logged out".to_owned(),
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

//! A migration as a row of its project.

use super::State;
use crate::{
    import::{Row, SharedDestination},
    project::ProjectId,
    sealed::{Field, Key, Place, Sealed},
    work::{Ending, Progress, Task, Wish},
};
use chrono::{DateTime, Utc};
use omm_core::{
    Result,
    error::Side,
    host::{CredentialRef, Secret},
    seam::AccountSpec,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A migration's number: unique among all projects of a store, and never given twice. It is reserved before the row is
/// written, because passwords are sealed for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MigrationKey(pub u64);

impl MigrationKey {
    /// The one so many behind this.
    #[must_use]
    pub fn plus(self, count: u64) -> Self {
        Self(self.0.saturating_add(count))
    }

    /// What the account on this side says when its password is sealed in this migration's row.
    pub(crate) fn credentials(self, side: Side) -> CredentialRef {
        let side = if side == Side::Source { "source" } else { "destination" };
        CredentialRef::Named(format!("sealed:{self}:{side}"))
    }
}

impl fmt::Display for MigrationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A migration that is to be added. Its passwords are sealed already: nothing else can be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewMigration {
    /// Its number, reserved before.
    pub key: MigrationKey,
    /// Where it stood in the table that it came from.
    pub line: Option<u64>,
    /// What is read.
    pub source: AccountSpec,
    /// What is written.
    pub destination: AccountSpec,
    /// The password of the source.
    pub source_password: Option<Sealed>,
    /// The password of the destination.
    pub destination_password: Option<Sealed>,
    /// The higher, the earlier.
    pub priority: i32,
    /// Not before this time.
    pub start: Option<DateTime<Utc>>,
    /// Whether another source may go into the same destination.
    pub shared_destination: SharedDestination,
}

/// A migration as it is stored.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MigrationRow {
    /// Its number.
    pub key: MigrationKey,
    /// Where it stood in the table that it came from.
    pub line: Option<u64>,
    /// What is read.
    pub source: AccountSpec,
    /// What is written.
    pub destination: AccountSpec,
    /// The password of the source, until it is erased.
    pub source_password: Option<Sealed>,
    /// The password of the destination, until it is erased.
    pub destination_password: Option<Sealed>,
    /// What it is doing.
    pub state: State,
    /// Why it paused or failed.
    pub reason: Option<String>,
    /// The higher, the earlier.
    pub priority: i32,
    /// Not before this time.
    pub start: Option<DateTime<Utc>>,
    /// The name of its journal, once it has one.
    pub journal: Option<String>,
    /// What it does at its next turn.
    pub task: Task,
    /// How far it came at its last turn.
    pub progress: Option<Progress>,
    /// Who works on it, where several may.
    pub worker: Option<String>,
    /// How many turns in a row have ended in trouble.
    pub failed_turns: u32,
    /// How often it was given something to do, after it was added. Whoever is told of a start, an end or a trouble is told once
    /// for each.
    pub asked: u64,
    /// When it was added.
    pub created: DateTime<Utc>,
    /// When it last changed here.
    pub changed: DateTime<Utc>,
}

impl MigrationRow {
    /// Whether a password is missing that was sealed here and is erased: nothing can be opened before it is given again.
    pub fn lacks_password(&self) -> bool {
        let lacks = |account: &AccountSpec, sealed: &Option<Sealed>, side| {
            sealed.is_none() && account.credentials == self.key.credentials(side)
        };
        lacks(&self.source, &self.source_password, Side::Source)
            || lacks(&self.destination, &self.destination_password, Side::Destination)
    }
}

/// What became of a migration that was to be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is there.
    Added,
    /// The project has this one between the same accounts.
    SamePair(MigrationKey),
    /// The project has this one into the same destination.
    SameDestination(MigrationKey),
}

/// A change of one migration.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// It does something else now; not while somebody works on it, who hears [`Change::Wish`] alone. That it is taken to be
    /// worked on ([`State::Running`]) is said by [`super::Turns::take`]; a store of one worker hears it here as well.
    State(State, Option<String>),
    /// It has this to do, and waits for its turn, whatever it was doing before; not while it runs.
    Task(Task),
    /// Somebody wishes this of it. Of what nobody works on it is done at once.
    Wish(Wish),
    /// Its turn is over. What was wished of it and not heard counts, unless it came to its end.
    Ended(Ending),
    /// Another priority.
    Priority(i32),
    /// Another time to start.
    Start(Option<DateTime<Utc>>),
    /// It has a journal now.
    Journal(String),
    /// The passwords are erased; not while it runs.
    ErasePasswords,
    /// A password was given anew, or sealed anew. With `from`, only if that one is still there.
    Password {
        /// Which.
        field: Field,
        /// What must be there for the change to be made.
        from: Option<Sealed>,
        /// What takes its place.
        to: Sealed,
    },
}

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It is made.
    Changed,
    /// The migration is not there.
    Missing,
    /// A state that may not follow the one it is in, which is this; or the password is another one.
    Refused(State),
}

/// A part of a project's migrations, in the order of their numbers or against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page {
    /// In this state only.
    pub state: Option<State>,
    /// Those behind this one.
    pub after: Option<MigrationKey>,
    /// So many at most.
    pub limit: u32,
    /// Against the order of their numbers: those behind one are those before it.
    pub newest_first: bool,
}

/// How many migrations there are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts([u64; State::ALL.len()]);

/// The passwords of a migration, for whoever seals them anew.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Secrets {
    /// Its project.
    pub project: ProjectId,
    /// Its number.
    pub key: MigrationKey,
    /// Its passwords, as far as there are any.
    pub sealed: Vec<(Field, Sealed)>,
}

impl NewMigration {
    /// A migration between two accounts without passwords.
    pub fn new(key: MigrationKey, source: AccountSpec, destination: AccountSpec) -> Self {
        Self {
            key,
            line: None,
            source,
            destination,
            source_password: None,
            destination_password: None,
            priority: 0,
            start: None,
            shared_destination: SharedDestination::Refused,
        }
    }

    /// A row of a table, whose passwords are sealed here. The row is gone afterwards, and with it what was not sealed.
    ///
    /// # Errors
    /// As for [`Key::seal`].
    pub fn sealing(row: Row, key: MigrationKey, project: &ProjectId, with: &Key) -> Result<Self> {
        let Row { line, source, destination, priority, start } = row;
        let new = Self::new(key, source.spec, destination.spec);
        let mut new = Self { line: Some(line), priority, start, ..new };
        new.seal(Side::Source, &source.password, project, with)?;
        new.seal(Side::Destination, &destination.password, project, with)?;
        Ok(new)
    }

    /// Seals the password of one side into it, which is read nowhere else from now on.
    ///
    /// # Errors
    /// As for [`Key::seal`].
    pub fn seal(&mut self, side: Side, password: &Secret, project: &ProjectId, with: &Key) -> Result<()> {
        let (account, sealed, field) = match side {
            Side::Source => (&mut self.source, &mut self.source_password, Field::SourcePassword),
            _ => (&mut self.destination, &mut self.destination_password, Field::DestinationPassword),
        };
        *sealed = Some(with.seal(Place { project, migration: self.key, field }, password)?);
        account.credentials = self.key.credentials(side);
        Ok(())
    }
}

impl MigrationRow {
    /// As it is when it was just added.
    pub fn of(new: NewMigration, created: DateTime<Utc>) -> Self {
        Self {
            key: new.key,
            line: new.line,
            source: new.source,
            destination: new.destination,
            source_password: new.source_password,
            destination_password: new.destination_password,
            state: if new.start.is_some() { State::Scheduled } else { State::NotStarted },
            reason: None,
            priority: new.priority,
            start: new.start,
            journal: None,
            task: Task::default(),
            progress: None,
            worker: None,
            failed_turns: 0,
            asked: 0,
            created,
            changed: created,
        }
    }
}

impl Secrets {
    /// Of this migration.
    pub fn new(project: ProjectId, key: MigrationKey, sealed: Vec<(Field, Sealed)>) -> Self {
        Self { project, key, sealed }
    }
}

impl Page {
    /// The first so many.
    pub fn first(limit: u32) -> Self {
        Self { state: None, after: None, limit, newest_first: false }
    }

    /// The next so many behind this one.
    #[must_use]
    pub fn behind(self, key: MigrationKey) -> Self {
        Self { after: Some(key), ..self }
    }

    /// The last that was added comes first.
    #[must_use]
    pub fn newest_first(self) -> Self {
        Self { newest_first: true, ..self }
    }

    /// Those in one state only.
    #[must_use]
    pub fn in_state(self, state: State) -> Self {
        Self { state: Some(state), ..self }
    }
}

impl Counts {
    /// How many are in this state.
    pub fn of(&self, state: State) -> u64 {
        self.0.get(usize::from(state.code())).copied().unwrap_or_default()
    }

    /// How many there are.
    pub fn all(&self) -> u64 {
        self.0.iter().sum()
    }

    /// So many are in this state.
    pub fn set(&mut self, state: State, count: u64) {
        if let Some(place) = self.0.get_mut(usize::from(state.code())) {
            *place = count;
        }
    }
}

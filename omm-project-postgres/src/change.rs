//! Changes of migrations.

use crate::{
    audit, migration,
    project::{self, ProjectKey},
    value::{get, json, micros, signed},
};
use omm_project::{
    project::ProjectId,
    sealed::{Field, Sealed},
    store::{Act, By, Change, Changed, MigrationKey, MigrationRow, State},
    work::{Ending, Task, Wish},
};
use omm_store_postgres::sql::{Fault, stored};
use sqlx::PgConnection;

pub(crate) async fn change(
    conn: &mut PgConnection,
    (id, key): (&ProjectId, ProjectKey),
    changes: &[(MigrationKey, Change)],
    by: &By,
    worker: &str,
) -> Result<Vec<Changed>, Fault> {
    let mut answers = Vec::with_capacity(changes.len());
    for (migration, change) in changes {
        answers.push(change_one(conn, key, *migration, change, by, worker).await?);
    }
    let changed = answers.iter().zip(changes).filter(|(answer, _)| **answer == Changed::Changed);
    let acts = Act::of_changes(changed.map(|(_, change)| change));
    if !acts.is_empty() {
        project::touch(conn, id, by.when).await?;
    }
    for act in acts {
        audit::append(conn, id, by, &act).await?;
    }
    Ok(answers)
}

/// A migration, with what only the store knows of it.
struct Kept {
    row: MigrationRow,
    wish: Option<Wish>,
    holder: Option<String>,
}

async fn change_one(
    conn: &mut PgConnection,
    ProjectKey(project): ProjectKey,
    key: MigrationKey,
    change: &Change,
    by: &By,
    worker: &str,
) -> Result<Changed, Fault> {
    let Ok(number) = signed(key.0) else { return Ok(Changed::Missing) };
    let sql = concat!(
        "SELECT ",
        migration::columns!(),
        " FROM omm_projects.migrations AS m WHERE key = $1 AND project = $2 FOR UPDATE"
    );
    let row = sqlx::query(sql).bind(number).bind(project).fetch_optional(&mut *conn).await?;
    let Some(row) = row else { return Ok(Changed::Missing) };
    let wish = get::<Option<i16>>(&row, "wish")?.and_then(|code| Wish::of_code(code.into()));
    let mut kept = Kept { row: migration::read(&row)?, wish, holder: get(&row, "holder")? };
    let known = kept.row.state;
    if !kept.apply(change, worker) {
        return Ok(Changed::Refused(known));
    }
    if let Change::Journal(name) = change {
        project::named_now(conn, name).await?;
    }
    kept.write(conn, number, by).await?;
    Ok(Changed::Changed)
}

fn is_at_work(state: State) -> bool {
    matches!(state, State::Running | State::Stopping)
}

impl Kept {
    /// Says whether the change may be made.
    fn apply(&mut self, change: &Change, worker: &str) -> bool {
        let known = self.row.state;
        let is_ours = self.holder.as_deref() == Some(worker);
        let row = &mut self.row;
        let is_begun = row.journal.is_some();
        match change {
            // Nobody becomes a holder by saying that it runs; and whoever works on it is asked by a wish.
            Change::State(next, reason) => {
                let next = next.knowing(is_begun);
                if is_at_work(known) || next == State::Running || !known.may_become(next) {
                    return false;
                }
                (row.state, row.reason) = (next, reason.clone());
                // What was over begins anew.
                row.asked += u64::from(known.is_final());
                if next == State::Paused {
                    // By somebody: it goes on when he says so, and not when the time comes that it had.
                    row.start = None;
                }
            }
            Change::Task(task) => {
                if is_at_work(known) {
                    return false;
                }
                (row.state, row.reason, row.start, row.failed_turns) =
                    (State::in_line(is_begun), None, None, 0);
                row.asked += 1;
                row.task = *task;
            }
            Change::Wish(wish) => return self.wish(*wish),
            // Whoever was too late has nothing to say any more: somebody else has it, or it waits for its turn.
            Change::Ended(ending) => {
                if !is_at_work(known) || !is_ours || !known.may_become(ending.state) {
                    return false;
                }
                self.ends(ending);
            }
            Change::Priority(priority) => row.priority = *priority,
            Change::Start(start) => {
                row.start = *start;
                if known.is_in_line() || known == State::Scheduled {
                    row.state = if start.is_some() { State::Scheduled } else { State::in_line(is_begun) };
                }
            }
            // A second journal would know nothing of what the first one wrote.
            Change::Journal(name) => {
                if (is_at_work(known) && !is_ours) || row.journal.is_some() {
                    return false;
                }
                row.journal = Some(name.clone());
            }
            Change::ErasePasswords if is_at_work(known) => return false,
            Change::ErasePasswords => (row.source_password, row.destination_password) = (None, None),
            Change::Password { field, from, to } => return self.give(*field, from.as_ref(), to),
            _ => return false,
        }
        true
    }

    /// Whoever works on it hears it; of what nobody works on it is done at once.
    fn wish(&mut self, wish: Wish) -> bool {
        match (self.row.state, wish) {
            (State::Running | State::Stopping, Wish::Stop) => {
                (self.row.state, self.wish) = (State::Stopping, Some(wish));
            }
            (State::Running | State::Stopping, _) => self.wish = Some(wish),
            (State::Paused, Wish::Pause) if self.row.start.is_none() => return false,
            (State::NotStarted | State::Waiting | State::Scheduled | State::Paused, _) => self.comes_to(wish),
            _ => return false,
        }
        true
    }

    fn comes_to(&mut self, wish: Wish) {
        let reason = wish.reason().map(str::to_owned);
        (self.row.state, self.row.reason, self.row.start) = (wish.state(), reason, None);
    }

    /// What somebody wished, and the turn did not come to hear, is done now.
    fn ends(&mut self, ending: &Ending) {
        let row = &mut self.row;
        let state = ending.state.knowing(row.journal.is_some());
        (row.state, row.reason, row.start) = (state, ending.reason.clone(), ending.again);
        row.failed_turns = ending.failed_turns;
        if ending.is_over {
            row.task = Task::default();
        }
        if ending.erases_passwords {
            (row.source_password, row.destination_password) = (None, None);
        }
        if let Some(wish) = self.wish.take().filter(|_| !ending.state.is_final()) {
            self.comes_to(wish);
        }
    }

    fn give(&mut self, field: Field, from: Option<&Sealed>, to: &Sealed) -> bool {
        let known = match field {
            Field::SourcePassword => &mut self.row.source_password,
            Field::DestinationPassword => &mut self.row.destination_password,
            _ => return false,
        };
        if from.is_some() && known.as_ref() != from {
            return false;
        }
        *known = Some(to.clone());
        true
    }

    async fn write(self, conn: &mut PgConnection, key: i64, by: &By) -> Result<(), Fault> {
        let Self { row, wish, holder } = self;
        let sql = "UPDATE omm_projects.migrations SET state = $2, reason = $3, priority = $4, start = $5, journal = $6, \
                       task = $7, wish = $8, failed_turns = $9, source_password = $10, destination_password = $11, \
                       changed = $12, holder = $13, asked = $14, \
                       free_at = CASE WHEN $13::text IS NULL THEN NULL ELSE free_at END, \
                       mailbox = CASE WHEN $13::text IS NULL THEN NULL ELSE mailbox END, \
                       each_server = CASE WHEN $13::text IS NULL THEN NULL ELSE each_server END, \
                       in_all = CASE WHEN $13::text IS NULL THEN NULL ELSE in_all END WHERE key = $1";
        sqlx::query(sql)
            .bind(key)
            .bind(migration::code(row.state))
            .bind(row.reason.as_deref().map(stored))
            .bind(row.priority)
            .bind(row.start.map(micros))
            .bind(row.journal)
            .bind(json(&row.task)?)
            .bind(wish.map(|wish| i16::from(wish.code())))
            .bind(i64::from(row.failed_turns))
            .bind(row.source_password.as_ref().map(Sealed::as_bytes))
            .bind(row.destination_password.as_ref().map(Sealed::as_bytes))
            .bind(micros(by.when))
            .bind(holder.filter(|_| is_at_work(row.state)))
            .bind(signed(row.asked)?)
            .execute(conn)
            .await?;
        Ok(())
    }
}

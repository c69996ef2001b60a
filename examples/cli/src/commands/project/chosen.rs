//! Which migrations are meant, and what became of what was asked of them.

use super::by;
use crate::{
    args::{Global, project::Chosen},
    exit::{Exit, Failure},
    output,
};
use omm::project::{
    project::Project,
    store::{Change, Changed, MigrationKey, MigrationRow, Page, Turns},
};
use serde_json::json;
use std::collections::BTreeSet;

/// So many at a time.
const PAGE: u32 = 500;

/// The migrations that are meant, page by page.
pub(super) enum Those {
    Named(Vec<MigrationRow>),
    All(Page),
}

impl Those {
    /// All that are named, or nothing is done: who mistypes one number may mean another one by the next, too.
    pub(super) async fn of(args: &Chosen, projects: &dyn Turns, project: &Project) -> Result<Self, Failure> {
        if args.numbers.is_empty() {
            return Ok(Self::All(Page::first(PAGE)));
        }
        let (mut rows, mut unknown) = (Vec::new(), Vec::new());
        for number in args.numbers.iter().copied().collect::<BTreeSet<_>>() {
            match projects.migration(&project.id, MigrationKey(number)).await? {
                Some(row) => rows.push(row),
                None => unknown.push(number.to_string()),
            }
        }
        if unknown.is_empty() {
            return Ok(Self::Named(rows));
        }
        let unknown = unknown.join(", ");
        Err(Failure::Usage(format!("project {} has no migration {unknown}; nothing was done", project.id)))
    }

    pub(super) async fn next(
        &mut self,
        projects: &dyn Turns,
        project: &Project,
    ) -> Result<Option<Vec<MigrationRow>>, Failure> {
        match self {
            Self::All(page) => {
                let rows = projects.page(&project.id, *page).await?;
                let Some(last) = rows.last() else { return Ok(None) };
                *page = page.behind(last.key);
                Ok(Some(rows))
            }
            Self::Named(rows) => {
                let some: Vec<_> = rows.drain(..rows.len().min(PAGE as usize)).collect();
                Ok((!some.is_empty()).then_some(some))
            }
        }
    }
}

/// Why a migration is left as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// It does something else. Told of those that are named.
    AsItIs,
    NeverRan,
    NoPassword,
}

/// What is asked, in words.
pub(super) struct Words {
    /// Behind how many.
    pub(super) done: &'static str,
    /// Where there is nothing that it could be asked of.
    pub(super) none: &'static str,
}

#[derive(Default)]
struct Answers {
    changed: u64,
    as_they_are: u64,
    never_ran: u64,
    no_password: u64,
}

/// Changes those that are named, or all that `what` says something for; says how many.
pub(super) async fn change(
    global: &Global,
    args: &Chosen,
    words: &Words,
    what: impl Fn(&MigrationRow) -> Result<Vec<Change>, Why>,
) -> Result<Exit, Failure> {
    let super::Opened { projects, project, .. } = super::open(global, &args.named.project).await?;
    let mut chosen = Those::of(args, &*projects, &project).await?;
    let (is_named, mut answers) = (!args.numbers.is_empty(), Answers::default());
    while let Some(rows) = chosen.next(&*projects, &project).await? {
        let (mut changes, mut meant) = (Vec::new(), 0);
        for row in &rows {
            match what(row) {
                Ok(of_this) => {
                    meant += 1;
                    changes.extend(of_this.into_iter().map(|change| (row.key, change)));
                }
                Err(Why::AsItIs) => answers.as_they_are += u64::from(is_named),
                Err(Why::NeverRan) => answers.never_ran += 1,
                Err(Why::NoPassword) => answers.no_password += 1,
            }
        }
        let keys: Vec<_> = changes.iter().map(|(key, _)| *key).collect();
        let made = projects.change_migrations(&project.id, changes, &by()).await?;
        let changed = keys.into_iter().zip(made).filter(|(_, answer)| *answer == Changed::Changed);
        let changed = changed.map(|(key, _)| key).collect::<BTreeSet<_>>().len() as u64;
        answers.changed += changed;
        answers.as_they_are += meant - changed;
    }
    answers.tell(global, words)
}

impl Answers {
    fn tell(&self, global: &Global, words: &Words) -> Result<Exit, Failure> {
        let Self { changed, as_they_are, never_ran, no_password } = *self;
        let left = as_they_are + never_ran + no_password;
        if global.json {
            output::json(&json!({
                "event": "changed", "changed": changed, "left": left, "never_ran": never_ran,
                "without_password": no_password,
            }))?;
        } else if !global.quiet {
            let mut parts = vec![format!("{} {}", output::counted(changed, "migration"), words.done)];
            if changed == 0 && left == 0 {
                parts = vec![words.none.to_owned()];
            }
            if as_they_are > 0 {
                parts.push(format!("{as_they_are} left: `omm project status` says what they do"));
            }
            if never_ran > 0 {
                parts.push(format!("{never_ran} left: not run yet, `omm project run` begins them"));
            }
            output::line(parts.join("; "))?;
        }
        if no_password > 0 {
            // Said now, instead of by each when its turn comes.
            output::note(&format!(
                "{} left: the passwords were erased when they were done; import the same table again, then repeat this \
                 (`omm project options PROJECT --keep-passwords yes` keeps them the next time)",
                output::counted(no_password, "migration")
            ));
        }
        Ok(Exit::problems_if(left > 0))
    }
}

//! Looking at the copies, any time.

use super::{
    Migration,
    outcome::{Look, compare, is_changed, look},
    recover::by_folder,
    run::{Run, attended},
};
use crate::{
    error::{ErrorKind, Result, Scope},
    host::Stop,
    journal::{Copy, DestFolderRow, Entry, Fact, Query, Verified, Want},
    model::{DestItemId, Flags, FolderPath},
};
use serde::Serialize;

const PAGE: usize = 256;

/// How closely.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Id, size, flags and date are read: one metadata request per batch.
    Listed,
    /// Every body is read again and hashed.
    ReadBack,
}

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Verification {
    /// Copies looked at.
    pub copies: u64,
    /// As they should be.
    pub good: u64,
    /// Not there.
    pub missing: u64,
    /// With another body.
    pub altered: u64,
    /// The destination would not show them, or not all of them: nothing new is known of these.
    pub unreadable: u64,
    /// The copies that are missing, altered or unreadable; at most [`crate::report::PROBLEM_LIMIT`] of them.
    pub bad: Vec<BadCopy>,
}

/// A copy that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct BadCopy {
    /// The destination folder.
    pub folder: FolderPath,
    /// The item, by its source id.
    pub item: String,
    /// What is wrong: `missing`, `altered` or `unreadable`.
    pub verdict: &'static str,
}

/// Looks at every copy and notes what was found.
pub(super) async fn verify(m: &Migration, level: Level) -> Result<Verification> {
    let halt = Stop::new();
    let work = async {
        let run = Run::open(m, halt.clone(), false).await?;
        let result = async {
            run.recover().await?;
            run.verify_all(level).await
        };
        let result = result.await;
        let remembered = run.remember_findings().await;
        let found = result?;
        remembered.map(|()| found)
    };
    attended(m, &halt, work).await
}

impl Run<'_> {
    async fn verify_all(&self, level: Level) -> Result<Verification> {
        let mut found = Verification::default();
        let mut after = None;
        loop {
            self.dest.stop.check()?;
            let query = Query { folder: None, want: Want::Copies };
            let page = self.pen.journal().page(query, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(found) };
            after = Some(last.key);
            for (folder, entries) in by_folder(page) {
                let folder = self.dest_folder(folder).await?;
                self.verify_some(&folder, entries, level, &mut found).await?;
            }
        }
    }

    async fn verify_some(
        &self,
        folder: &DestFolderRow,
        entries: Vec<(Entry, Copy)>,
        level: Level,
        found: &mut Verification,
    ) -> Result<()> {
        let ids: Vec<DestItemId> = entries.iter().map(|(_, copy)| copy.id.clone()).collect();
        let seen = match self.inspect(&folder.id, &ids).await {
            Err(error) if error.reach() <= Scope::Folder => {
                self.note(format!("the copies in {} could not be looked at: {error}", folder.path));
                entries.iter().for_each(|(entry, _)| found.unreadable(folder, entry));
                return Ok(());
            }
            answer => answer?,
        };
        let mut records = Vec::new();
        for ((entry, copy), presence) in entries.into_iter().zip(seen) {
            let told = match (look(&copy.content, &Flags::none(), presence.as_ref()), &presence) {
                (Look::Good(_), Some(presence)) if is_changed(&copy, presence) => Look::Differs,
                (told, _) => told,
            };
            let fact = match (told, level) {
                (Look::Missing, _) => verdict(Verified::Missing),
                (Look::Good(_), Level::Listed) if copy.verified == Verified::Altered => {
                    Fact::Altered { stored_size: copy.content.stored_size }
                }
                // A closer look taken earlier still counts.
                (Look::Good(_), Level::Listed) => {
                    verdict(copy.verified.max(Verified::Listed).min(Verified::ReadBack))
                }
                _ => match self.read_and_compare(folder, &copy).await {
                    Err(error) if error.reach() <= Scope::Folder => {
                        self.note(format!("a copy in {} could not be read: {error}", folder.path));
                        found.unreadable(folder, &entry);
                        continue;
                    }
                    fact => fact?,
                },
            };
            found.count(folder, &entry, &fact);
            records.push(self.pen.record(entry.key, fact));
        }
        self.pen.items(records).await
    }

    async fn read_and_compare(&self, folder: &DestFolderRow, copy: &Copy) -> Result<Fact> {
        match self.read_back(&folder.id, &copy.id).await {
            Ok(body) => Ok(compare(&copy.content, &body, Flags::none())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(verdict(Verified::Missing)),
            Err(error) => Err(error.with("folder", &folder.path)),
        }
    }
}

impl Verification {
    fn unreadable(&mut self, folder: &DestFolderRow, entry: &Entry) {
        self.copies += 1;
        self.unreadable += 1;
        self.list(folder, entry, "unreadable");
    }

    fn count(&mut self, folder: &DestFolderRow, entry: &Entry, fact: &Fact) {
        self.copies += 1;
        let verdict = match fact {
            Fact::Altered { .. } => {
                self.altered += 1;
                "altered"
            }
            Fact::Verified { verdict: Verified::Missing, .. } => {
                self.missing += 1;
                "missing"
            }
            _ => {
                self.good += 1;
                return;
            }
        };
        self.list(folder, entry, verdict);
    }

    fn list(&mut self, folder: &DestFolderRow, entry: &Entry, verdict: &'static str) {
        if self.bad.len() < crate::report::PROBLEM_LIMIT {
            self.bad.push(BadCopy { folder: folder.path.clone(), item: entry.source.to_string(), verdict });
        }
    }
}

fn verdict(verdict: Verified) -> Fact {
    Fact::Verified { verdict, lost: Flags::none() }
}

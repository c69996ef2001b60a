//! Looking at fresh copies: nothing counts as done that was not seen at the destination.

use super::{FolderRun, Losses, ask::inspect};
use crate::{
    engine::{
        outcome::{Look, compare, look},
        run::Run,
        targets::Carried,
    },
    error::{ErrorKind, Result, Scope},
    event::Event,
    journal::{Copy, EntryKey, Fact, Verified},
    model::{Content, DestItemId, Flags, ItemKind, Received},
    seam::{Presence, Probe},
};

/// A copy that was just written, and what it should be.
pub(super) struct Fresh {
    pub(super) key: EntryKey,
    pub(super) id: DestItemId,
    pub(super) kind: ItemKind,
    pub(super) content: Content,
    pub(super) flags: Flags,
    pub(super) received: Option<Received>,
    /// What was seen of it when it was written.
    pub(super) seen: Option<Presence>,
}

/// What a look said.
#[derive(Default)]
pub(super) struct Looked {
    facts: Vec<(EntryKey, Fact)>,
    missing: Vec<Fresh>,
    losses: Losses,
}

/// What was seen when the copies were written counts; one metadata request for the others; a body is read where that
/// says too little, or on request. It holds nothing of the folder's state, so that the next batch can be sent meanwhile.
/// What was seen before an error counts.
pub(super) async fn look_at(run: &Run<'_>, one: &Carried, copies: Vec<Fresh>) -> (Looked, Result<()>) {
    let mut looked = Looked::default();
    let (shown, unseen): (Vec<Fresh>, Vec<Fresh>) =
        copies.into_iter().partition(|fresh| fresh.seen.is_some());
    for mut fresh in shown {
        let presence = fresh.seen.take();
        if let Err(error) = looked.add(run, one, fresh, presence).await {
            return (looked, Err(error));
        }
    }
    let ids: Vec<DestItemId> = unseen.iter().map(|fresh| fresh.id.clone()).collect();
    let seen = match inspect(run, one, &ids).await {
        Ok(seen) => seen,
        Err(error) => return (looked, Err(error)),
    };
    for (fresh, presence) in unseen.into_iter().zip(seen) {
        if let Err(error) = looked.add(run, one, fresh, presence).await {
            return (looked, Err(error));
        }
    }
    (looked, Ok(()))
}

/// What is seen of a copy, and whether that is enough.
enum Said {
    Missing,
    Enough(Fact),
    /// Its body is to be read; the flags that it lost.
    TooLittle(Flags),
}

fn said(run: &Run<'_>, fresh: &Fresh, presence: Option<&Presence>) -> Said {
    match look(&fresh.content, &fresh.flags, presence) {
        Look::Missing => Said::Missing,
        Look::Good(lost) if !run.m.options.read_back => {
            Said::Enough(Fact::Verified { verdict: Verified::Listed, lost })
        }
        Look::Good(lost) => Said::TooLittle(lost),
        Look::Differs => {
            Said::TooLittle(presence.map(|seen| fresh.flags.minus(&seen.flags)).unwrap_or_default())
        }
    }
}

impl Looked {
    async fn add(
        &mut self,
        run: &Run<'_>,
        one: &Carried,
        fresh: Fresh,
        presence: Option<Presence>,
    ) -> Result<()> {
        let said = said(run, &fresh, presence.as_ref());
        let is_missing = matches!(said, Said::Missing);
        let fact = match said {
            Said::Missing => Some(Fact::Verified { verdict: Verified::Missing, lost: Flags::none() }),
            Said::Enough(fact) => Some(fact),
            Said::TooLittle(lost) => read_back(run, one, &fresh.id, &fresh.content, lost).await?,
        };
        self.note(&fresh, presence.as_ref(), fact);
        self.missing.extend(is_missing.then_some(fresh));
        Ok(())
    }

    fn note(&mut self, fresh: &Fresh, presence: Option<&Presence>, fact: Option<Fact>) {
        self.losses.dates += u64::from(presence.is_some_and(|seen| fresh.is_dated_otherwise(seen)));
        if let Some(Fact::Verified { verdict: Verified::Listed, lost }) = &fact {
            self.losses.flags += u64::from(!lost.is_empty());
        }
        let revision = presence.and_then(|presence| presence.revision.clone());
        let shown = revision.map(|revision| Fact::Shown { revision });
        self.facts.extend(fact.into_iter().chain(shown).map(|fact| (fresh.key, fact)));
    }
}

impl Fresh {
    /// INTERNALDATE has no fractions of a second (RFC 9051 §9, date-time).
    fn is_dated_otherwise(&self, seen: &Presence) -> bool {
        self.received.zip(seen.received).is_some_and(|(sent, kept)| sent.timestamp() != kept.timestamp())
    }
}

/// What reading a copy says; nothing where it cannot be read.
async fn read_back(
    run: &Run<'_>,
    one: &Carried,
    id: &DestItemId,
    content: &Content,
    lost: Flags,
) -> Result<Option<Fact>> {
    let path = &one.target.path;
    match run.read_back(&one.target.id, id).await {
        Ok(body) => {
            let fact = compare(content, &body, lost);
            if matches!(fact, Fact::Altered { .. }) && !run.capacity.rewrites_bodies {
                let message = format!("a copy in {path} is not what was sent; the report counts it");
                run.tell(Event::Warning { message });
            }
            Ok(Some(fact))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Ok(Some(Fact::Verified { verdict: Verified::Missing, lost: Flags::none() }))
        }
        // It is there, but cannot be read: not verified, and said so.
        Err(error) if error.reach() == Scope::Item => {
            run.note(format!("a copy in {path} could not be read back: {error}"));
            Ok(None)
        }
        Err(error) => Err(one.of_folder(error)),
    }
}

impl FolderRun<'_, '_> {
    /// Notes what the answer that named a copy showed of it. Where that is not enough, the copy is to be looked at.
    pub(super) fn seen_at_once(&mut self, fresh: Fresh) -> Option<Fresh> {
        let Said::Enough(fact) = said(self.run, &fresh, fresh.seen.as_ref()) else { return Some(fresh) };
        let mut looked = Looked::default();
        looked.note(&fresh, fresh.seen.as_ref(), Some(fact));
        self.note_seen(looked.facts, &looked.losses);
        None
    }

    fn note_seen(&mut self, facts: Vec<(EntryKey, Fact)>, losses: &Losses) {
        facts.into_iter().for_each(|(key, fact)| self.pend(key, fact));
        self.losses.flags += losses.flags;
        self.losses.dates += losses.dates;
    }

    /// Looks at the copies that were not looked at yet.
    pub(super) async fn look_at_fresh(&mut self) -> Result<()> {
        let looked = look_at(self.run, self.one, std::mem::take(&mut self.fresh)).await;
        self.looked(looked).await
    }

    /// Notes what a look said.
    pub(super) async fn looked(&mut self, (looked, result): (Looked, Result<()>)) -> Result<()> {
        let Looked { facts, missing, losses } = looked;
        self.note_seen(facts, &losses);
        result?;
        self.find_missing(missing).await
    }

    /// The answer named a copy, and it is not there. An answer can name the wrong one; if the right one is found, it
    /// is taken. If not, a rule of the destination may have moved it: it is reported as missing, and copied again
    /// only on request, or each run would add another one.
    async fn find_missing(&mut self, missing: Vec<Fresh>) -> Result<()> {
        if missing.is_empty() {
            return Ok(());
        }
        let mark = self.mark().await?;
        let probe = |one: &Fresh| Probe::of(one.kind, &one.content, one.received);
        let probes: Vec<Probe> = missing.iter().map(probe).collect();
        let found = self.locate(Some(&mark), &probes).await?;
        let lost = found.iter().filter(|id| id.is_none()).count();
        for (one, id) in missing.into_iter().zip(found) {
            let Some(id) = id else { continue };
            let copy = Copy {
                folder: self.one.target.key,
                id,
                sent: self.run.pen.point(),
                adopted: false,
                replaced: None,
                content: one.content,
                flags: one.flags,
                verified: Verified::Listed,
                revision: None,
            };
            self.pend(one.key, Fact::Forgotten);
            self.pend(one.key, Fact::TookOver { copy });
        }
        if lost > 0 {
            let path = &self.one.target.path;
            let message = format!("{lost} items were accepted in {path}, but are not there; see the report");
            self.run.tell(Event::Warning { message });
        }
        Ok(())
    }

    /// One line in the report for what the destination did not keep.
    pub(super) fn note_losses(&mut self) {
        let Losses { flags, dates } = std::mem::take(&mut self.losses);
        let target = &self.one.target.path;
        if flags > 0 {
            self.run.note(format!("{target}: the destination did not keep all flags of {flags} items"));
        }
        if dates > 0 {
            self.run.note(format!("{target}: the destination did not keep the date of {dates} items"));
        }
    }
}

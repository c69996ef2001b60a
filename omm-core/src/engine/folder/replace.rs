//! Edited items: a newer body takes the place of our untouched copy.

use super::{FolderRun, Loaded, Offer, look::Fresh};
use crate::{
    engine::{
        native::{may_be_the_form, weight},
        outcome::expected,
        retry::{Decision, Tries},
    },
    error::{Effect, Error, Result},
    journal::{Entry, Fact, SkipReason},
    model::{Content, FlagDelta, Flags, Item, ItemMeta},
    seam::Replaced,
};

impl FolderRun<'_, '_> {
    /// Replaces copies one by one: each is its own intent and its own act.
    pub(in crate::engine) async fn replace(&mut self, edited: Vec<(Entry, ItemMeta)>) -> Result<()> {
        for (entry, meta) in edited {
            self.run.source.stop.check()?;
            let offer = Offer { key: entry.key, noted: true, meta: meta.clone() };
            let weight = weight(&meta, self.run.native_form().as_ref());
            let expected_bytes = weight.unwrap_or(64 * 1024).min(self.limits().bytes);
            let loaded = self.run.fetch(&self.one.folder.id, vec![offer], expected_bytes).await?;
            for Loaded { item, .. } in loaded {
                match item.and_then(|item| self.fits(item)) {
                    Ok((item, content)) => self.replace_one(&entry, &meta, item, content).await?,
                    Err(error) => self.fail(entry.key, &meta, &error),
                }
            }
        }
        self.flush().await
    }

    async fn replace_one(
        &mut self,
        entry: &Entry,
        meta: &ItemMeta,
        mut item: Item,
        mut content: Content,
    ) -> Result<()> {
        let Some(copy) = &entry.copy else { return Ok(()) };
        if copy.folder != self.one.target.key {
            // Its copy stayed where it was when the item moved, since its user had touched it.
            self.pend(entry.key, Fact::Revised { revision: meta.revision.clone() });
            self.leave(entry, SkipReason::MovedButTouched);
            return Ok(());
        }
        if content.fingerprint.body == copy.content.fingerprint.body {
            return self.only_revised(entry, meta).await;
        }
        // Three-way: what the user set at the copy is kept as far as it is known to us; a copy he touched is left.
        let source = item.flags.clone();
        item.flags = FlagDelta::between(&entry.flags, &source).apply(&copy.flags);
        if item.flags != source {
            // A native form carries the source's, and nothing else.
            (item.native, content.native) = (None, None);
        }
        let mut tries = Tries::default();
        loop {
            self.intend(entry, meta, &item, &content, &source).await?;
            let error = match self.ask_replace(entry, &item).await {
                Ok(Replaced::Done(id)) => {
                    self.pend(entry.key, Fact::Copied { id: id.clone() });
                    let carried = u64::from(item.native.is_some());
                    self.run.natives.arrived(carried, 1 - carried);
                    let Item { kind, flags, received, .. } = item;
                    self.fresh.push(Fresh { key: entry.key, id, kind, content, flags, received, seen: None });
                    return self.look_at_fresh().await;
                }
                Ok(Replaced::Conflict(_)) => return self.not_replaced(entry, meta, SkipReason::Conflict),
                Ok(Replaced::Missing) => {
                    return self.not_replaced(entry, meta, SkipReason::DeletedAtDestination);
                }
                Err(error) => error,
            };
            if self.was_replaced(entry, &error).await? {
                return Ok(());
            }
            match error.decision(tries) {
                Decision::Again { wait, .. } => {
                    tries.count(&error, wait);
                    self.run.dest.pause(&error, wait).await?;
                }
                Decision::NoteAndGoOn | Decision::EndFolder | Decision::EndRun
                    if may_be_the_form(&error) && self.run.without_native(&mut item, Some(&error)) =>
                {
                    // What it was known by stays: one that was sent in it may be there after all.
                    tries = Tries::default();
                }
                Decision::NoteAndGoOn => {
                    self.fail(entry.key, meta, &error);
                    return Ok(());
                }
                Decision::EndFolder | Decision::EndRun => return Err(self.of_folder(error)),
            }
        }
    }

    /// Durable before the act.
    async fn intend(
        &mut self,
        entry: &Entry,
        meta: &ItemMeta,
        item: &Item,
        content: &Content,
        source: &Flags,
    ) -> Result<()> {
        let mark = self.mark().await?;
        self.pend(
            entry.key,
            Fact::Replacing {
                mark,
                content: content.clone(),
                revision: meta.revision.clone(),
                flags: source.clone(),
                sent: item.flags.clone(),
            },
        );
        self.flush().await
    }

    /// After an error: whether the new body is there all the same. If not, the old copy stands again.
    async fn was_replaced(&mut self, entry: &Entry, error: &Error) -> Result<bool> {
        if error.effect() == Effect::Unknown {
            return self.run.settle_replacing(entry.key).await;
        }
        self.pend(entry.key, Fact::NotSent);
        self.flush().await?;
        Ok(false)
    }

    async fn ask_replace(&self, entry: &Entry, item: &Item) -> Result<Replaced> {
        let Some(copy) = &entry.copy else { return Ok(Replaced::Missing) };
        let run = self.run;
        let _permit = run.dest.permit().await?;
        run.m.destination.replace(&self.one.target.id, &copy.id, item, &expected(copy)).await
    }

    async fn only_revised(&mut self, entry: &Entry, meta: &ItemMeta) -> Result<()> {
        self.pend(entry.key, Fact::Revised { revision: meta.revision.clone() });
        let delta = FlagDelta::between(&entry.flags, &meta.flags);
        if delta.is_empty() {
            return Ok(());
        }
        self.flush().await?;
        self.change_flags(vec![(entry.clone(), delta)]).await
    }

    fn not_replaced(&mut self, entry: &Entry, meta: &ItemMeta, reason: SkipReason) -> Result<()> {
        self.pend(entry.key, Fact::NotSent);
        self.pend(entry.key, Fact::Revised { revision: meta.revision.clone() });
        self.leave(entry, reason);
        Ok(())
    }
}

//! Setting marks and categories of messages that are there.
//!
//! A copy that its user has changed stays his: its new state is told as ours only where the one before was. What he does between
//! the look and the change is seen by its change key, and looked at again.

use crate::{
    account::Account,
    append::unknown,
    convert,
    error::{Doing, Trouble},
    fetch::item_ref,
    look::{Shown, look_anywhere},
    ops::{Conflict, ItemChange, ItemId, ItemRef, UpdateItem},
    seal::Seal,
    soap::{Batch, Failure},
};
use omm_core::{
    error::{Error, Result, Scope},
    model::DestItemId,
    seam::{FlagChange, Flagged},
};

/// So often an item is looked at anew that somebody is changing. Then it is changed all the same, and is not ours.
const LOOKS: usize = 3;

/// Adds and removes marks. The results line up with `changes`.
pub(crate) async fn set(account: &Account, changes: &[FlagChange]) -> Result<Vec<Result<Flagged>>> {
    let mut outcomes = Vec::with_capacity(changes.len());
    let mut all = account.portions.change.through(changes);
    while let Some(batch) = all.batch() {
        let done = set_some(account, batch).await;
        outcomes.extend(all.passed(batch, done)?.unwrap_or_default());
    }
    Ok(outcomes)
}

async fn set_some(account: &Account, changes: &[FlagChange]) -> Result<Vec<Result<Flagged>>> {
    let mut round =
        Round { account, changes, outcomes: std::iter::repeat_with(|| None).take(changes.len()).collect() };
    let mut open: Vec<usize> = (0..changes.len()).collect();
    for left in (0..LOOKS).rev() {
        if open.is_empty() {
            break;
        }
        let conflict = if left == 0 { Conflict::Overwrite } else { Conflict::Leave };
        open = round.play(&open, conflict).await?;
    }
    let unanswered = || Err(account.failed(doing(account), Trouble::unanswered()));
    Ok(round.outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(unanswered)).collect())
}

/// Changes that are made with one look before, one request, and one look behind.
struct Round<'a> {
    account: &'a Account,
    changes: &'a [FlagChange],
    outcomes: Vec<Option<Result<Flagged>>>,
}

/// A change that is asked for.
struct Asked {
    at: usize,
    item: ItemId,
    updates: Vec<crate::ops::Update>,
    /// Whether the copy was ours when it was looked at.
    is_ours: bool,
}

/// One that was made, with the change key that the server says it has now.
struct Made {
    at: usize,
    key: Option<String>,
}

impl Round<'_> {
    /// Looks at these and changes them. Gives those that somebody else changed meanwhile.
    async fn play(&mut self, open: &[usize], conflict: Conflict) -> Result<Vec<usize>> {
        let asked = self.look(open).await?;
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let has_keys = asked.iter().all(|one| one.item.change_key.is_some());
        let conflict = if has_keys { conflict } else { Conflict::Overwrite };
        let change = |one: &Asked| ItemChange {
            item: match conflict {
                Conflict::Leave => ItemRef::Id(one.item.clone()),
                Conflict::Overwrite => item_ref(&one.item.id),
            },
            updates: one.updates.clone(),
        };
        let operation = UpdateItem { changes: asked.iter().map(change).collect(), conflict };
        let answers = self.account.call(doing(self.account), &operation).await?;
        let is_sure = conflict == Conflict::Leave || !has_keys;
        let (again, made) = self.take(&asked, answers, is_sure)?;
        self.look_behind(made).await?;
        Ok(again)
    }

    /// What is to be done. Where nothing is, it was done before, and the answer lost.
    async fn look(&mut self, open: &[usize]) -> Result<Vec<Asked>> {
        let changes = self.changes;
        let known: Vec<(usize, &FlagChange)> =
            open.iter().filter_map(|at| Some((*at, changes.get(*at)?))).collect();
        let ids: Vec<DestItemId> = known.iter().map(|(_, change)| change.id.clone()).collect();
        let mut asked = Vec::new();
        for ((at, change), shown) in known.into_iter().zip(look_anywhere(self.account, &ids).await?) {
            let shown = match shown {
                Ok(Some(shown)) => shown,
                Ok(None) => {
                    self.put(at, Ok(Flagged::Missing));
                    continue;
                }
                Err(error) => {
                    self.put(at, Err(error));
                    continue;
                }
            };
            let is_ours = is_ours(&shown, change);
            let mut updates = convert::mail_changes(&shown.main.element, &change.delta).updates();
            if updates.is_empty() {
                self.put(at, Ok(told(&shown, is_ours)));
                continue;
            }
            if is_ours {
                let upon = change.expected.clone().or_else(|| shown.revision());
                let seal = Seal::at(self.account.server_time_behind(open.len())).upon(upon);
                updates.push(seal.update(convert::Schema::Message.element()));
            }
            asked.push(Asked { at, item: shown.main.id, updates, is_ours });
        }
        Ok(asked)
    }

    fn take(
        &mut self,
        asked: &[Asked],
        answers: Batch<Option<ItemId>>,
        is_sure: bool,
    ) -> Result<(Vec<usize>, Vec<Made>)> {
        let (mut again, mut made) = (Vec::new(), Vec::new());
        for (one, answer) in asked.iter().zip(answers.each()) {
            let outcome = match answer {
                Some(Ok(id)) => {
                    if one.is_ours && is_sure {
                        made.push(Made { at: one.at, key: id.and_then(|id| id.change_key) });
                    }
                    Ok(Flagged::Done)
                }
                Some(Err(failure)) if failure.is_conflict() => {
                    again.push(one.at);
                    continue;
                }
                Some(Err(failure)) if failure.is_missing() => Ok(Flagged::Missing),
                Some(Err(failure)) => Err(self.failed(failure)),
                None => Err(self.account.failed(doing(self.account), Trouble::unanswered())),
            };
            // It is not this message: the server wants a pause, or is gone. Doing it twice is harmless.
            match outcome {
                Err(error) if error.reach() > Scope::Item => return Err(error),
                outcome => self.put(one.at, outcome),
            }
        }
        Ok((again, made))
    }

    /// The state that the copies are in now: our own change must not look like their user's, nor his like ours.
    async fn look_behind(&mut self, made: Vec<Made>) -> Result<()> {
        let id = |one: &Made| self.changes.get(one.at).map(|change| change.id.clone());
        let ids: Vec<DestItemId> = made.iter().filter_map(id).collect();
        let after = look_anywhere(self.account, &ids).await.map_err(unknown)?;
        for (one, shown) in made.into_iter().zip(after) {
            let Ok(Some(shown)) = shown else { continue };
            let is_it = one.key.as_ref().is_none_or(|key| shown.main.id.change_key.as_ref() == Some(key));
            self.put(one.at, Ok(told(&shown, is_it)));
        }
        Ok(())
    }

    fn failed(&self, failure: Failure) -> Error {
        self.account.failed(doing(self.account), failure.into())
    }

    fn put(&mut self, at: usize, outcome: Result<Flagged>) {
        if let Some(place) = self.outcomes.get_mut(at) {
            *place = Some(outcome);
        }
    }
}

/// Whether a copy is in the state that is expected, or in that which an earlier try of the change made of it. One of which no
/// state was ever seen tells itself whether somebody has changed it.
fn is_ours(shown: &Shown, change: &FlagChange) -> bool {
    let Some(expected) = &change.expected else { return !shown.is_touched() };
    let made_by_us = || shown.seal().is_some_and(|seal| seal.is_upon(expected)) && !shown.is_touched();
    shown.revision().as_ref() == Some(expected) || made_by_us()
}

fn told(shown: &Shown, is_ours: bool) -> Flagged {
    match shown.revision().filter(|_| is_ours) {
        Some(revision) => Flagged::Revised { revision, flags: shown.presence().flags },
        None => Flagged::Done,
    }
}

fn doing(account: &Account) -> Doing {
    account.doing::<UpdateItem>("set flags", Scope::Item)
}

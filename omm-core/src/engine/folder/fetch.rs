//! Getting bodies.

use super::Offer;
use crate::{
    engine::{
        batch::UNKNOWN_BYTES,
        native::{may_be_the_form, may_be_too_much, weight},
        retry::{Decision, LONG, Tries},
        run::Run,
    },
    error::{Error, ErrorKind, Result, Retry, Scope, Side},
    host::{Env, Permit},
    model::{Intake, Item, NativeForm, SourceFolderId, SourceItemId},
};
use futures::stream::StreamExt;
use std::collections::{HashMap, HashSet};

/// An item over which the connection breaks so often, while the account works otherwise, is to blame for it.
pub(super) const STRIKES: u32 = 3;
/// So many of them, and not one that goes through: it is not the items.
pub(super) const TOO_MANY_BREAK: u32 = 10;

/// An offer and what the source gave for it: the item, or why it could not.
pub(in crate::engine) struct Loaded {
    pub(in crate::engine) offer: Offer,
    pub(in crate::engine) item: Result<Item>,
}

/// A batch on its way.
struct Fetching {
    /// What is still to be asked for, with the expected size.
    open: Vec<(SourceItemId, u64)>,
    /// The last answer to each.
    answers: HashMap<SourceItemId, Result<Item>>,
    most_bytes: u64,
    /// The native form that is asked for beside.
    form: Option<NativeForm>,
    intake: Option<Intake>,
    /// Since the last item came.
    tries: Tries,
    breaks: u32,
    /// Whether items are asked for one by one, to learn which one breaks the connection.
    alone: bool,
    strikes: HashMap<SourceItemId, u32>,
    given_up: u32,
}

impl Run<'_> {
    /// Fetches a batch. Memory is reserved while the lane is open, then a permit is taken: nobody holds a permit
    /// while he waits for memory, nor memory while the server rests. Items that came are kept when others have to
    /// be asked for again.
    ///
    /// # Errors
    /// When the folder or the account cannot go on. An item's own error is in its place.
    pub(in crate::engine) async fn fetch(
        &self,
        folder: &SourceFolderId,
        offers: Vec<Offer>,
        expected_bytes: u64,
    ) -> Result<Vec<Loaded>> {
        let mut work = Fetching::new(&offers, expected_bytes, self);
        let in_two_forms = work.form.is_some();
        while !work.open.is_empty() {
            let asked = work.to_ask();
            let permit = self.permit_with_memory(&mut work).await?;
            self.fetch_once(folder, &asked, &mut work).await?;
            drop(permit);
            if let Some(worst) = work.sort_out(&asked) {
                self.after_error(folder, &asked, &worst, &mut work).await?;
            }
        }
        let missing =
            || Error::new(ErrorKind::Protocol, Side::Source, "fetch", UNANSWERED).scope(Scope::Item);
        let take = |offer: Offer| {
            let item = work.answers.remove(&offer.meta.id).unwrap_or_else(|| Err(missing()));
            if in_two_forms && item.as_ref().is_ok_and(|item| item.native.is_none()) {
                self.natives.refused(None);
            }
            Loaded { offer, item }
        };
        Ok(offers.into_iter().map(take).collect())
    }

    /// A permit, while memory for what is still to come is reserved.
    async fn permit_with_memory(&self, work: &mut Fetching) -> Result<Permit> {
        loop {
            if work.intake.is_some() {
                if let Some(permit) = self.source.permit_while_open().await? {
                    return Ok(permit);
                }
                work.put_aside(&self.m.env).await;
            }
            self.source.open_again().await?;
            if work.intake.is_none() {
                let reserved = match work.whole_bytes().and_then(|bytes| self.m.env.memory.reserve_now(bytes))
                {
                    Some(reserved) => reserved,
                    None => {
                        let reserved = self.m.env.memory.reserve(work.expected_bytes());
                        self.source.stop.interrupts(reserved).await?
                    }
                };
                work.intake = Some(Intake::new(&self.m.env, reserved));
            }
        }
    }

    /// One request. Everything that was asked for has an answer afterwards.
    async fn fetch_once(
        &self,
        folder: &SourceFolderId,
        ids: &[SourceItemId],
        work: &mut Fetching,
    ) -> Result<()> {
        let Some(intake) = &work.intake else { return Ok(()) };
        let mut unanswered: HashSet<&SourceItemId> = ids.iter().collect();
        let mut stream = match &work.form {
            Some(form) => self.m.source.fetch_native(folder, ids, form, intake),
            None => self.m.source.fetch(folder, ids, intake),
        };
        while let Some(fetched) = self.source.stop.interrupts(stream.next()).await? {
            unanswered.remove(&fetched.id);
            if !matches!(work.answers.get(&fetched.id), Some(Ok(_))) {
                work.answers.insert(fetched.id, fetched.item);
            }
        }
        for id in unanswered {
            let error = Error::new(ErrorKind::Protocol, Side::Source, "fetch", UNANSWERED);
            work.answers.insert(id.clone(), Err(error));
        }
        Ok(())
    }

    /// Waits before the next request, or gives up the items, the folder, the account.
    async fn after_error(
        &self,
        folder: &SourceFolderId,
        asked: &[SourceItemId],
        worst: &SourceItemId,
        work: &mut Fetching,
    ) -> Result<()> {
        let Some(Err(error)) = work.answers.remove(worst) else { return Ok(()) };
        let is_too_much = work.form.is_some() && may_be_too_much(&error, work.tries);
        let decision = error.decision(work.tries);
        let Some(wait) = decision.pause().filter(|_| !is_too_much) else {
            // It may be had in one form, if not in two.
            if may_be_the_form(&error) && work.form.take().is_some() {
                work.tries = Tries::default();
                work.answers.insert(worst.clone(), Err(error));
                return Ok(());
            }
            if error.reach() > Scope::Item {
                return Err(error.with("folder", folder));
            }
            // Nobody else is hurt: the items that are still open fail, each with its own error.
            work.answers.insert(worst.clone(), Err(error));
            work.open.retain(|(id, _)| !asked.contains(id));
            return Ok(());
        };
        work.tries.count(&error, wait);
        if wait > LONG {
            work.put_aside(&self.m.env).await;
        }
        self.source.pause(&error, wait).await?;
        if !error.is_break() {
            work.answers.insert(worst.clone(), Err(error));
            return Ok(());
        }
        work.breaks += 1;
        work.alone |= work.breaks >= STRIKES;
        let works = asked.len() == 1 && self.source.works(self.m.source.folders()).await?;
        if works { work.strike(worst, error, folder) } else { Ok(()) }
    }
}

impl Fetching {
    fn new(offers: &[Offer], most_bytes: u64, run: &Run<'_>) -> Self {
        let form = run.native_form();
        let size = |offer: &Offer| weight(&offer.meta, form.as_ref()).unwrap_or(UNKNOWN_BYTES);
        let open = offers.iter().map(|offer| (offer.meta.id.clone(), size(offer))).collect();
        let (answers, intake, tries, breaks, alone, strikes, given_up) = Default::default();
        Self { open, answers, most_bytes, form, intake, tries, breaks, alone, strikes, given_up }
    }

    fn to_ask(&self) -> Vec<SourceItemId> {
        let many = if self.alone { 1 } else { self.open.len() };
        self.open.iter().take(many).map(|(id, _)| id.clone()).collect()
    }

    fn expected_bytes(&self) -> u64 {
        self.open_bytes().min(self.most_bytes)
    }

    /// What a single item wants that is larger than a batch may be: without it, it goes by way of the spool.
    fn whole_bytes(&self) -> Option<u64> {
        Some(self.open_bytes()).filter(|bytes| *bytes > self.most_bytes)
    }

    fn open_bytes(&self) -> u64 {
        self.open.iter().fold(0u64, |sum, (_, size)| sum.saturating_add(*size))
    }

    /// Closes what has its last answer. Gives the item whose error reaches furthest, of those to be asked for again.
    fn sort_out(&mut self, asked: &[SourceItemId]) -> Option<SourceItemId> {
        let before = self.open.len();
        self.open.retain(|(id, _)| match self.answers.get(id) {
            Some(Ok(_)) => false,
            Some(Err(error)) => !is_final(error),
            None => true,
        });
        if self.open.len() < before {
            (self.tries, self.breaks) = Default::default();
        }
        let errors = asked.iter().filter_map(|id| match self.answers.get(id) {
            Some(Err(error)) if !is_final(error) => Some((error.reach(), id)),
            _ => None,
        });
        errors.max_by_key(|(reach, _)| *reach).map(|(_, id)| id.clone())
    }

    /// The account works, and this item alone broke the connection again. The next time it is another one's turn.
    fn strike(&mut self, id: &SourceItemId, error: Error, folder: &SourceFolderId) -> Result<()> {
        self.tries = Tries::default();
        let strikes = self.strikes.entry(id.clone()).or_default();
        *strikes += 1;
        if *strikes < STRIKES {
            self.open.rotate_left(1);
            return Ok(());
        }
        if self.form.take().is_some() {
            self.strikes.clear();
            return Ok(());
        }
        self.given_up += 1;
        if self.given_up >= TOO_MANY_BREAK && !self.answers.values().any(Result::is_ok) {
            return Err(error.scope(Scope::Folder).with("folder", folder));
        }
        self.open.retain(|(open, _)| open != id);
        self.answers.insert(id.clone(), Err(breaks_each_time(error)));
        Ok(())
    }

    /// Gives the reserved memory back for as long as nothing comes; what came goes to the spool.
    async fn put_aside(&mut self, env: &Env) {
        let mut in_memory = false;
        for item in self.answers.values_mut().flatten() {
            in_memory |= !put_aside(item, env).await;
        }
        // Whoever holds memory must not wait for more of it.
        if !in_memory {
            self.intake = None;
        }
    }
}

/// What came, for a while that is too long to keep it in memory.
pub(super) async fn put_all_aside(loaded: &mut [Loaded], env: &Env) {
    for item in loaded.iter_mut().filter_map(|loaded| loaded.item.as_mut().ok()) {
        put_aside(item, env).await;
    }
}

/// Moves an item's bodies to the spool. `false` if one stays where it is, which is no harm but to others.
pub(super) async fn put_aside(item: &mut Item, env: &Env) -> bool {
    let mut is_aside = true;
    let native = item.native.as_mut().map(|native| &mut native.body);
    for body in std::iter::once(&mut item.body).chain(native) {
        match body.spilled(env).await {
            Ok(spilled) => *body = spilled,
            Err(_) => is_aside = false,
        }
    }
    is_aside
}

/// The error of an item over which the connection broke again and again.
pub(super) fn breaks_each_time(error: Error) -> Error {
    let message = format!("the connection broke on it each of {STRIKES} times, and works without it");
    Error::new(error.kind(), error.side(), error.operation(), message)
        .scope(Scope::Item)
        .retry(Retry::Never)
        .caused_by(error)
}

const UNANSWERED: &str = "the source left an item unanswered";

/// Whether asking again would give the same answer, and only this item is concerned.
fn is_final(error: &Error) -> bool {
    error.first_decision() == Decision::NoteAndGoOn
}

//! Writing messages.
//!
//! | room | what lives there |
//! |---|---|
//! | `draft` | what is sent for an item, and whether it can be |
//! | `send` | one command for all, or one for each |
//! | `look` | looking at the copies behind the drafts |
//! | `told` | reading APPENDUID |
//! | `settle` | from what the server said to the fate of each item |

mod draft;
mod look;
mod send;
mod settle;
mod told;

use crate::{
    account::{Account, Lease},
    copy_id::{Position, is_nowhere},
    destination::ImapDestination,
    error::Doing,
    flags::keepable,
    listing,
    mailbox::id_of,
    open::Opening,
    proto::command,
    selected::Selected,
    session::Session,
};
use draft::{Draft, Draftsman};
use look::Shown;
use omm_core::{
    error::{Effect, Error, ErrorKind, Result, Scope},
    model::{DestItemId, Item},
    seam::Stored,
};
use send::Flight;

/// The fate of an item; nothing as long as it is not known.
type Fate = Option<Result<Stored>>;

/// What an append knows of the folder while it runs.
struct Target {
    /// Its name on the wire.
    folder: Vec<u8>,
    /// Once it is known to be open to write.
    open: Option<Selected>,
    /// The position before this append; it may be too low.
    before: Option<Position>,
    /// What was seen behind the drafts.
    shown: Shown,
    /// Whether something was sent a second time, so that the copies are not in the order of the batch.
    resent: bool,
}

impl ImapDestination {
    /// Writes a batch, for those who need to know where each copy is.
    pub(crate) async fn append_batch(
        &self,
        folder: &[u8],
        batch: &[Item],
    ) -> Result<Vec<Result<DestItemId>>> {
        let placed = |Stored { id, .. }| if is_nowhere(&id) { Err(self.lost(folder)) } else { Ok(id) };
        let fates = self.append_all(folder, batch).await?;
        Ok(fates.into_iter().map(|fate| fate.and_then(placed)).collect())
    }

    /// Writes a batch: everything in one flight, unless the server must be asked what it can keep, or is not believed.
    /// What the server took and nobody can find has an id that names nothing: it is looked for by whoever looks at
    /// that copy, and never sent again.
    pub(crate) async fn append_all(&self, folder: &[u8], batch: &[Item]) -> Result<Vec<Result<Stored>>> {
        let account = &self.account;
        let mut fates: Vec<Fate> = batch.iter().map(|_| None).collect();
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let mut session = account.lease(Some(folder)).await?;
        let must_know_flags = must_know_flags(account, batch);
        let (mut target, mut opening) = self.begin(&mut session, folder, must_know_flags);
        if must_know_flags && let Some(opening) = opening.take() {
            target.open = Some(opening.finish(&mut session, account).await?.0);
        }
        let permanent = permanent_flags(account, &target);
        let draftsman = Draftsman::new(account, &session, permanent);
        let drafts = draftsman.draft(batch, &mut fates).await?;
        let mut done = self.fly(session, target, opening, &drafts, &mut fates).await?;
        while done < drafts.len() {
            match self.go_on(folder, &drafts[done..], &mut fates).await {
                Ok(more) => done += more,
                Err(error) => {
                    // It is about all of these; those before have a fate of their own.
                    drafts[done..].iter().for_each(|draft| fates[draft.at] = Some(Err(same(&error))));
                    break;
                }
            }
        }
        Ok(fates.into_iter().map(|fate| fate.unwrap_or_else(|| Err(self.lost(folder)))).collect())
    }

    /// Goes on over another connection, since the last one bears no more refusals.
    async fn go_on(&self, folder: &[u8], drafts: &[Draft], fates: &mut [Fate]) -> Result<usize> {
        let mut session = self.account.lease(Some(folder)).await?;
        let (target, opening) = self.begin(&mut session, folder, false);
        self.fly(session, target, opening, drafts, fates).await
    }

    /// Sends drafts and finds out what became of them; of how many, from the first on: of one at least.
    async fn fly(
        &self,
        mut session: Lease<'_>,
        mut target: Target,
        opening: Option<Opening>,
        drafts: &[Draft],
        fates: &mut [Fate],
    ) -> Result<usize> {
        let asked = self.ask_position(&mut session, &target.folder);
        let look_from = target.before;
        let folder = target.folder.clone();
        let mut flight = Flight {
            session: &mut session,
            account: &self.account,
            folder: &folder,
            opening,
            asked,
            look_from,
            looking: None,
            resent: false,
        };
        let sent = flight.send(drafts, &mut target).await?;
        let done = sent.len();
        self.settle(&mut session, &target, drafts, sent, fates).await;
        Ok(done)
    }

    /// The folder as it is, or is being, opened in front of the drafts. Where the copies are looked at behind them, it is
    /// opened there, unless its flags must be known first.
    fn begin(
        &self,
        session: &mut Session,
        folder: &[u8],
        must_know_flags: bool,
    ) -> (Target, Option<Opening>) {
        let (open, before) = (open_now(session, folder), self.look_from(session, folder));
        let wanted = open.is_none() && (before.is_none() || must_know_flags);
        let opening = wanted.then(|| Opening::submit(session, &self.account, folder, true));
        let (shown, resent) = Default::default();
        (Target { folder: folder.to_vec(), open, before, shown, resent }, opening)
    }

    /// From where on the copies are looked at behind the drafts: only where the server will say which ones they are.
    fn look_from(&self, session: &Session, folder: &[u8]) -> Option<Position> {
        let known = self.account.ask(|facts| {
            let quirks = &facts.quirks;
            let is_odd = quirks.distrust_append_uid || quirks.gmail || quirks.bye_after_errors;
            let folder = facts.folders.get(folder).filter(|_| !is_odd)?;
            Some(Position::new(folder.uid_validity?, folder.uid_next?))
        })?;
        let given = self.highest_given(folder).filter(|given| given.uid_validity == known.uid_validity);
        let behind = given.map_or(0, |given| given.uid.saturating_add(1));
        let says_uids = session.capabilities.has("UIDPLUS");
        says_uids.then(|| Position::new(known.uid_validity, known.uid.max(behind).max(1)))
    }

    /// Where UIDs are not said, or not believed, the position before the append is where the search begins.
    fn ask_position(&self, session: &mut Session, folder: &[u8]) -> Option<u32> {
        let says_uids = session.capabilities.has("UIDPLUS");
        let distrusted = self.account.ask(|facts| facts.quirks.distrust_append_uid);
        let gmail = self.account.ask(|facts| facts.quirks.gmail);
        let ask = !says_uids || distrusted || gmail;
        ask.then(|| session.submit(command::status(folder, &listing::STATUS_ITEMS, session.dialect())))
    }

    /// The error about an item that was sent and is not found.
    fn lost(&self, folder: &[u8]) -> Error {
        let message = "the server said OK and did not say under which UID, and the copy was not found";
        let doing = Doing::item(self.account.side, "append");
        let error = Error::new(ErrorKind::Protocol, doing.side, doing.operation, message);
        error.scope(Scope::Item).effect_unknown().with("folder", id_of(folder))
    }
}

/// The error again, about another item.
fn same(error: &Error) -> Error {
    let copy = Error::new(error.kind(), error.side(), error.operation(), error.message());
    let copy = copy.scope(error.reach()).retry(error.retry_advice());
    if error.effect() == Effect::Unknown { copy.effect_unknown() } else { copy }
}

/// The folder, if it is open to write on this connection.
fn open_now(session: &Session, folder: &[u8]) -> Option<Selected> {
    session.selected.clone().filter(|open| open.name == folder && !open.examined)
}

/// Whether the answer to SELECT must be waited for: it says which flags the folder keeps. Folders of one account are
/// alike, so that what the last one said is good enough, unless it allows no new keywords.
fn must_know_flags(account: &Account, batch: &[Item]) -> bool {
    let known = account.ask(|facts| facts.permanent_flags.clone());
    known.is_none_or(|known| {
        batch.iter().any(|item| {
            // Some keyword, as the next folder may know others than the last one.
            let all = keepable(&item.flags, None).len();
            all != keepable(&item.flags, Some(&known)).len()
        })
    })
}

/// What this folder keeps, else what the last one did.
fn permanent_flags(account: &Account, target: &Target) -> Option<Vec<String>> {
    match &target.open {
        Some(open) => open.permanent_flags.clone(),
        None => account.ask(|facts| facts.permanent_flags.clone()),
    }
}

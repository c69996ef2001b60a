//! Making items.
//!
//! | room | what |
//! |---|---|
//! | `mail` | messages, from MIME |
//! | `kept` | contacts, appointments, tasks, notes, from their interchange forms: what is to be done for each |
//! | `steps` | items that need more than one request: files, changed and deleted occurrences |
//! | `upload` | all of them from the streams of another Exchange |
//!
//! Whatever one request can make goes with others in one request. What needs several is marked as a part until its last step
//! is done, so that half of it is never taken for the whole ([`crate::print`]).

mod kept;
mod mail;
mod steps;
mod upload;

use crate::{
    account::Account,
    batches::is_divisible,
    copy_id,
    error::{Doing, Trouble, wants_less},
    folders, kind, native,
    ops::{CreateItem, Draft, Item as Made},
    print::Print,
    soap::{Batch, Version},
};
use omm_core::{
    error::{Effect, Error, Result, Scope},
    model::{DestFolderId, Item, ItemKind, Native},
    seam::Stored,
};
use steps::Steps;
use upload::Stream;

/// Where items are made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    /// In this folder.
    pub(crate) folder: &'a DestFolderId,
    /// What it is for, as far as that is known.
    pub(crate) kind: Option<ItemKind>,
}

impl Place<'_> {
    /// The folder of every mailbox in which an item is made that this folder does not take.
    pub(crate) fn workshop(self, account: &Account, item: ItemKind) -> Option<&'static str> {
        // Before 2010 SP1 nobody is told what something is called once it was moved; and into an archive nothing is moved.
        let knows = account.facts().version >= Some(Version::E2010Sp1) && !account.config.is_elsewhere();
        self.kind.filter(|_| knows).and_then(|folder| kind::workshop(item, folder))
    }
}

/// What is done to make an item.
enum Work {
    /// One item of a request for many.
    Draft(Draft),
    /// Several requests of its own, for one item of Exchange or more.
    Steps(Print, Vec<Steps>),
    /// As another Exchange had it.
    Stream(Native),
}

/// Makes a batch. The results line up with it.
pub(crate) async fn append(
    account: &Account,
    place: Place<'_>,
    batch: &[Item],
) -> Result<Vec<Result<Stored>>> {
    account.enter().await?;
    let folder = place.folder;
    let mut outcomes: Vec<Option<Result<Stored>>> = Vec::with_capacity(batch.len());
    let (mut streams, mut together, mut alone) = (Vec::new(), Vec::new(), Vec::new());
    for (at, item) in batch.iter().enumerate() {
        outcomes.push(None);
        match work(account, place, item).await {
            Ok(Work::Stream(native)) => streams.push(Stream::new(at, item, native)),
            Ok(Work::Draft(draft)) => together.push((at, draft)),
            Ok(Work::Steps(print, steps)) => alone.push((at, print, steps)),
            Err(error) => put(&mut outcomes, at, Err(error)),
        }
    }
    upload::make(account, folder, streams, &mut outcomes).await?;
    make(account, folder, together, &mut outcomes).await?;
    for (at, print, steps) in alone {
        // A server that asked for a pause, or that is gone, is not asked for the next one at once.
        let outcome = match outcomes.iter().flatten().find_map(of_the_account) {
            Some(error) => Err(error),
            None => steps::make(account, folder, &print, steps).await,
        };
        put(&mut outcomes, at, outcome);
    }
    let unanswered = |outcome: Option<_>| outcome.unwrap_or_else(|| Err(unanswered(account)));
    Ok(outcomes.into_iter().map(unanswered).collect())
}

async fn work(account: &Account, place: Place<'_>, item: &Item) -> Result<Work> {
    match (&item.native, item.kind) {
        (Some(stream), _) if stream.form == native::form() => Ok(Work::Stream(stream.clone())),
        (_, ItemKind::Mail) => Ok(Work::Draft(mail::draft(item))),
        _ => kept::work(account, item, place.workshop(account, item.kind)).await,
    }
}

/// Those that one request can make with others: with as few requests as the server takes.
async fn make(
    account: &Account,
    folder: &DestFolderId,
    drafts: Vec<(usize, Draft)>,
    outcomes: &mut [Option<Result<Stored>>],
) -> Result<()> {
    let portions = &account.portions.make;
    let mut rest = &drafts[..];
    while !rest.is_empty() {
        let (now, later) = rest.split_at(portions.size().min(rest.len()));
        if let Some(error) = outcomes.iter().flatten().find_map(of_the_account) {
            rest.iter().for_each(|(at, _)| put(outcomes, *at, Err(error.repeated())));
            return Ok(());
        }
        let items = now.iter().map(|(_, draft)| draft.clone()).collect();
        let operation = CreateItem { folder: folders::by_id(folder.as_str()), items };
        let made = account.call(doing(account), &operation).await;
        rest = match made {
            Ok(answers) => {
                take(account, now, answers, outcomes);
                later
            }
            Err(error) if is_divisible(now.len(), &error) => {
                portions.went_wrong(now.len(), &error);
                rest
            }
            // Nothing is known of any: the whole is looked for.
            Err(error) if is_about_all(&error) && is_nothing_there(outcomes) => {
                portions.went_wrong(now.len(), &error);
                return Err(error);
            }
            Err(error) => {
                portions.went_wrong(now.len(), &error);
                now.iter().for_each(|(at, _)| put(outcomes, *at, Err(error.repeated())));
                later
            }
        };
    }
    Ok(())
}

/// Whether nothing was made so far, for certain: what may be there must not be sent again unseen.
fn is_nothing_there(outcomes: &[Option<Result<Stored>>]) -> bool {
    let is_nothing =
        |outcome: &Result<Stored>| outcome.as_ref().is_err_and(|error| error.effect() == Effect::None);
    outcomes.iter().flatten().all(is_nothing)
}

fn is_about_all(error: &Error) -> bool {
    error.reach() >= Scope::Account || error.effect() == Effect::Unknown
}

/// The answers to one request.
fn take(
    account: &Account,
    asked: &[(usize, Draft)],
    answers: Batch<Made>,
    outcomes: &mut [Option<Result<Stored>>],
) {
    let portions = &account.portions.make;
    let mut is_less = false;
    for ((at, _), answer) in asked.iter().zip(answers.each()) {
        let outcome = match answer {
            Some(Ok(made)) => Ok(Stored::new(copy_id::of([made.id.id]))),
            Some(Err(failure)) => Err(account.failed(doing(account), failure.into())),
            None => Err(unanswered(account)),
        };
        if let Some(error) = outcome.as_ref().err().filter(|error| !is_less && wants_less(error)) {
            portions.went_wrong(asked.len(), error);
            is_less = true;
        }
        put(outcomes, *at, outcome);
    }
    if !is_less {
        portions.went_well(asked.len());
    }
}

/// What keeps the other items from being made as well; of them nothing was made.
fn of_the_account(outcome: &Result<Stored>) -> Option<Error> {
    let error = outcome.as_ref().err().filter(|error| error.reach() >= Scope::Account)?;
    let unsaid = Error::new(error.kind(), error.side(), error.operation(), error.message());
    let unsaid = unsaid.scope(error.reach()).retry(error.retry_advice());
    // Codes and names, for those who decide by them.
    Some(error.context().fold(unsaid, |unsaid, (key, value)| unsaid.with(key, value)))
}

fn put(outcomes: &mut [Option<Result<Stored>>], at: usize, outcome: Result<Stored>) {
    if let Some(place) = outcomes.get_mut(at) {
        *place = Some(outcome);
    }
}

fn doing(account: &Account) -> Doing {
    account.doing::<CreateItem>("append", Scope::Item)
}

fn unanswered(account: &Account) -> Error {
    account.failed(doing(account), Trouble::unanswered())
}

/// The error of a step behind one that was done already.
pub(crate) fn unknown(error: Error) -> Error {
    error.effect_unknown()
}

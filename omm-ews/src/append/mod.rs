//! Making items.
//!
//! | room | what |
//! |---|---|
//! | `together` | many of a kind with one request |
//! | `drafts` | what one request can make with others |
//! | `mail` | messages, from MIME |
//! | `kept` | contacts, appointments, tasks, notes, from their interchange forms: what is to be done for each |
//! | `text` | those forms as text, without the large files inside |
//! | `steps` | what is done for items that need more than one request: files, changed and deleted occurrences |
//! | `maker` | doing it, step by step |
//! | `half` | how far those have come that are not finished |
//! | `upload` | all of them from the streams of another Exchange |
//!
//! Whatever one request can make goes with others in one request. What needs several is marked as a part until its last step
//! is done, so that half of it is never taken for the whole ([`crate::print`]).

mod drafts;
mod half;
mod kept;
mod mail;
mod maker;
mod steps;
mod text;
mod together;
mod upload;

pub(crate) use half::Halves;

use crate::{
    account::Account,
    error::{Doing, Trouble},
    kind, native,
    ops::{CreateItem, Draft},
    print::Print,
    soap::Version,
};
use drafts::One;
use omm_core::{
    error::{Error, Result, Scope},
    model::{DestFolderId, Item, ItemKind, Native},
    seam::Stored,
};
use steps::Steps;
use together::{of_the_account, put};
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
    let (mut streams, mut drafts, mut alone) = (Vec::new(), Vec::new(), Vec::new());
    for (at, item) in batch.iter().enumerate() {
        // What it is made of may have to be asked for: a server that wants a pause is not asked for the next one at once.
        let work = match of_the_account(&outcomes) {
            Some(error) => Err(error),
            None => work(account, place, item).await,
        };
        outcomes.push(None);
        match work {
            Ok(Work::Stream(native)) => streams.push(Stream::new(at, item, native)),
            Ok(Work::Draft(draft)) => drafts.push(One { at, draft }),
            Ok(Work::Steps(print, steps)) => alone.push((at, print, steps)),
            Err(error) => put(&mut outcomes, at, Err(error)),
        }
    }
    together::make(account, folder, &streams, &mut outcomes).await?;
    together::make(account, folder, &drafts, &mut outcomes).await?;
    for (at, print, steps) in alone {
        // A server that asked for a pause, or that is gone, is not asked for the next one at once.
        let outcome = match of_the_account(&outcomes) {
            Some(error) => Err(error),
            None => maker::make(account, folder, &print, steps).await,
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

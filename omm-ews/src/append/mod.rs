//! Making items.
//!
//! | room | what |
//! |---|---|
//! | `mail` | messages, from MIME |
//! | `kept` | contacts, appointments, tasks, notes, from their interchange forms: what is to be done for each |
//! | `steps` | items that need more than one request: files, changed and deleted occurrences |
//!
//! Whatever one request can make goes with others in one request. What needs several is marked as a part until its last step
//! is done, so that half of it is never taken for the whole ([`crate::print`]).

mod kept;
mod mail;
mod steps;

use crate::{
    account::Account,
    copy_id,
    error::{Doing, Trouble},
    folders,
    ops::{CreateItem, Draft},
};
use omm_core::{
    error::{Error, Result, Scope},
    model::{DestFolderId, Item, ItemKind},
    seam::Stored,
};
use steps::Steps;

/// What is done to make an item.
enum Work {
    /// One item of a request for many.
    Draft(Draft),
    /// Several requests of its own.
    Steps(Vec<Steps>),
}

/// Makes a batch. The results line up with it.
pub(crate) async fn append(
    account: &Account,
    folder: &DestFolderId,
    batch: &[Item],
) -> Result<Vec<Result<Stored>>> {
    account.enter().await?;
    let mut outcomes: Vec<Option<Result<Stored>>> = Vec::with_capacity(batch.len());
    let (mut together, mut alone) = (Vec::new(), Vec::new());
    for (at, item) in batch.iter().enumerate() {
        let work = match item.kind {
            ItemKind::Mail => Ok(Work::Draft(mail::draft(item))),
            _ => kept::work(account, item).await,
        };
        outcomes.push(None);
        match work {
            Ok(Work::Draft(draft)) => together.push((at, draft)),
            Ok(Work::Steps(steps)) => alone.push((at, steps)),
            Err(error) => place(&mut outcomes, at, Err(error)),
        }
    }
    make(account, folder, together, &mut outcomes).await?;
    for (at, steps) in alone {
        place(&mut outcomes, at, steps::make(account, folder, steps).await);
    }
    let unanswered = |outcome: Option<_>| outcome.unwrap_or_else(|| Err(unanswered(account)));
    Ok(outcomes.into_iter().map(unanswered).collect())
}

/// Those that one request can make.
async fn make(
    account: &Account,
    folder: &DestFolderId,
    drafts: Vec<(usize, Draft)>,
    outcomes: &mut [Option<Result<Stored>>],
) -> Result<()> {
    if drafts.is_empty() {
        return Ok(());
    }
    let (places, items): (Vec<usize>, Vec<Draft>) = drafts.into_iter().unzip();
    let operation = CreateItem { folder: folders::by_id(folder.as_str()), items };
    let answers = account.call(doing(account), &operation).await?;
    for (at, answer) in places.into_iter().zip(answers.each()) {
        let outcome = match answer {
            Some(Ok(made)) => Ok(Stored::new(copy_id::of([made.id.id]))),
            Some(Err(failure)) => Err(account.failed(doing(account), failure.into())),
            None => Err(unanswered(account)),
        };
        place(outcomes, at, outcome);
    }
    Ok(())
}

fn place(outcomes: &mut [Option<Result<Stored>>], at: usize, outcome: Result<Stored>) {
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

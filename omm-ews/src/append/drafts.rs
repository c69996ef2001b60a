//! Items that one request can make with others.

use super::{
    doing,
    together::{Outcomes, Together, put},
    unanswered,
};
use crate::{
    account::Account,
    batches::Batches,
    copy_id,
    error::wants_less,
    folders,
    ops::{CreateItem, Draft, Item as Made},
    soap::Batch,
};
use omm_core::{error::Result, host::BoxFuture, model::DestFolderId, seam::Stored};

/// An item, and which one of the batch it is.
pub(super) struct One {
    pub(super) at: usize,
    pub(super) draft: Draft,
}

impl Together for One {
    type Made = Made;

    fn at(&self) -> usize {
        self.at
    }

    fn portions(account: &Account) -> &Batches {
        &account.portions.make
    }

    fn ask<'a>(
        account: &'a Account,
        folder: &'a DestFolderId,
        these: &'a [Self],
    ) -> BoxFuture<'a, Result<Batch<Made>>> {
        let items = these.iter().map(|one| one.draft.clone()).collect();
        let operation = CreateItem { folder: folders::by_id(folder.as_str()), items };
        Box::pin(async move { account.call(doing(account), &operation).await })
    }

    fn take<'a>(
        account: &'a Account,
        these: &'a [Self],
        answers: Batch<Made>,
        outcomes: &'a mut Outcomes,
    ) -> BoxFuture<'a, ()> {
        let portions = Self::portions(account);
        let mut less = None;
        for (one, answer) in these.iter().zip(answers.each()) {
            let outcome = match answer {
                Some(Ok(made)) => Ok(Stored::new(copy_id::of([made.id.id]))),
                Some(Err(failure)) => Err(account.failed(doing(account), failure.into())),
                None => Err(unanswered(account)),
            };
            if let Some(error) = outcome.as_ref().err().filter(|error| wants_less(error)) {
                less.get_or_insert_with(|| error.repeated());
            }
            put(outcomes, one.at, outcome);
        }
        match less {
            Some(error) => portions.went_wrong(these.len(), &error),
            None => portions.went_well(these.len()),
        }
        Box::pin(std::future::ready(()))
    }
}

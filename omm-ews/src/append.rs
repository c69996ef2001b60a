//! Making items.

use crate::{
    account::Account,
    convert,
    error::Trouble,
    folders,
    ops::{CreateItem, Draft},
    print::{self, Print, WHOLE},
};
use omm_core::{
    error::{Error, ErrorKind, Result, Scope},
    model::{DestFolderId, DestItemId, Item, ItemKind},
    seam::Stored,
};

/// Makes a batch with one request. The results line up with it.
pub(crate) async fn append(
    account: &Account,
    folder: &DestFolderId,
    batch: &[Item],
) -> Result<Vec<Result<Stored>>> {
    let mut outcomes: Vec<Result<Stored>> = Vec::with_capacity(batch.len());
    let (mut asked, mut drafts) = (Vec::new(), Vec::new());
    for (at, item) in batch.iter().enumerate() {
        match draft(account, item).await {
            Ok(draft) => {
                asked.push(at);
                drafts.push(draft);
                outcomes.push(Err(account.failed(doing(account), Trouble::unanswered())));
            }
            Err(error) => outcomes.push(Err(error)),
        }
    }
    if drafts.is_empty() {
        return Ok(outcomes);
    }
    let operation = CreateItem { folder: folders::by_id(folder.as_str()), items: drafts };
    let answers = account.call(doing(account), &operation).await?;
    for (at, answer) in asked.into_iter().zip(answers.each()) {
        let outcome = match answer {
            Some(Ok(made)) => Ok(Stored::new(DestItemId::new(made.id.id))),
            Some(Err(failure)) => Err(account.failed(doing(account), failure.into())),
            None => continue,
        };
        if let Some(place) = outcomes.get_mut(at) {
            *place = outcome;
        }
    }
    Ok(outcomes)
}

fn doing(account: &Account) -> crate::error::Doing {
    account.doing::<CreateItem>("append", Scope::Item)
}

async fn draft(account: &Account, item: &Item) -> Result<Draft> {
    match item.kind {
        ItemKind::Mail => {
            let mail = convert::Mail {
                received: item.received,
                sent: None,
                flags: item.flags.clone(),
                ..convert::Mail::default()
            };
            let mut draft = convert::mail_draft(&mail, item.body.clone());
            print::put(&mut draft, &Print::of(&item.body), WHOLE);
            Ok(draft.finish())
        }
        kind => {
            let message = format!("{} are not written to Exchange yet", kind.plural());
            Err(Error::new(ErrorKind::Rejected, account.side, "append", message))
        }
    }
}

/// The error of a step behind one that was done already.
pub(crate) fn unknown(error: Error) -> Error {
    error.effect_unknown()
}

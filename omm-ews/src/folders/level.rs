//! The folders right below others.

use super::{check, page, shape};
use crate::{
    account::Account,
    ops::{EwsFolder, FindFolder, FolderId, FolderRef, FolderShape, Page},
};
use omm_core::error::{Result, Scope};

/// The folders right below these. What one may not look into, or is not there any more, has none.
///
/// # Errors
/// Of account scope.
pub(super) async fn below(
    account: &Account,
    parents: &[FolderId],
    with: &FolderShape,
) -> Result<Vec<EwsFolder>> {
    let portions = &account.portions.folders;
    let (mut found, mut rest) = (Vec::new(), parents);
    while !rest.is_empty() {
        let (now, later) = rest.split_at(portions.size().min(rest.len()));
        for (parent, next) in some(account, now, with, 0, &mut found).await? {
            let mut next = Some(next);
            while let Some(offset) = next {
                let again = some(account, std::slice::from_ref(parent), with, offset, &mut found).await?;
                next = again.into_iter().next().map(|(_, next)| next);
                check(account, found.len())?;
            }
        }
        portions.went_well(now.len());
        rest = later;
    }
    Ok(found)
}

/// The folder of this name right below another, if there is one, hidden or not.
///
/// # Errors
/// Of account scope.
pub(super) async fn named(account: &Account, parent: &FolderId, name: &str) -> Result<Option<EwsFolder>> {
    let found = below(account, std::slice::from_ref(parent), &shape()).await?;
    let same = |folder: &EwsFolder| folder.name.trim().to_lowercase() == name.trim().to_lowercase();
    Ok(found.into_iter().find(same))
}

/// A page of what is below each of these, as long as the server gives it; answers with those of which there is more, and where
/// it begins.
async fn some<'a>(
    account: &Account,
    parents: &'a [FolderId],
    with: &FolderShape,
    offset: u32,
    found: &mut Vec<EwsFolder>,
) -> Result<Vec<(&'a FolderId, u32)>> {
    let portions = &account.portions.tree;
    loop {
        let ((many, page), mut here) = (page(account, offset), Vec::new());
        match once(account, parents, with, page, &mut here).await {
            Err(error) if portions.is_too_much(many, &error) => {}
            more => {
                found.extend(here);
                check(account, found.len())?;
                return more;
            }
        }
    }
}

async fn once<'a>(
    account: &Account,
    parents: &'a [FolderId],
    with: &FolderShape,
    page: Page,
    found: &mut Vec<EwsFolder>,
) -> Result<Vec<(&'a FolderId, u32)>> {
    let below = parents.iter().cloned().map(FolderRef::Id).collect();
    let operation = FindFolder { below, deep: false, shape: with.clone(), page };
    let doing = account.doing::<FindFolder>("list folders", Scope::Account);
    let answers = account.call(doing, &operation).await?;
    let mut more = Vec::new();
    for (parent, answer) in parents.iter().zip(answers.each()) {
        match answer {
            Some(Ok(page)) => {
                more.extend(page.next.map(|next| (parent, next)));
                found.extend(page.entries);
            }
            Some(Err(failure)) if failure.is_missing() => {}
            Some(Err(failure)) if failure.is_denied() => {
                account.losses.note(&parent.id, &["the folders below it may not be seen".to_owned()]);
            }
            Some(Err(failure)) => {
                let error = account.failed(doing, failure.into());
                account.portions.folders.went_wrong(parents.len(), &error);
                return Err(error);
            }
            None => return Err(account.failed(doing, crate::error::Trouble::unanswered())),
        }
    }
    Ok(more)
}

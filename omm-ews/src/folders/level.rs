//! The folders right below others.

use super::{PAGE, check, shape};
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
        for (parent, next) in page(account, now, with, Page::first(PAGE), &mut found).await? {
            let mut next = Some(next);
            while let Some(offset) = next {
                let rest = Page { offset, most: PAGE };
                let again = page(account, std::slice::from_ref(parent), with, rest, &mut found).await?;
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

/// A page of what is below each of these; answers with those of which there is more, and where it begins.
async fn page<'a>(
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
    check(account, found.len())?;
    Ok(more)
}

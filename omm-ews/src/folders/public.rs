//! Public folders, level by level: their servers refuse to look into them deeply.

use super::{
    Listed, check, known, level, shape,
    tree::{self, DEEPEST},
};
use crate::{
    account::Account,
    ops::{EwsFolder, FolderId, REPLICAS},
};
use omm_core::error::Result;
use std::collections::HashSet;

/// The root, and the public folders below it that people see, each with the mailbox that holds its items.
///
/// # Errors
/// Of account scope.
pub(super) async fn list(account: &Account) -> Result<(FolderId, Vec<Listed>)> {
    let hierarchy = account.at_hierarchy().await?;
    let (root, roles) = known(&hierarchy).await?;
    let all = all(&hierarchy, &root).await?;
    Ok((root.clone(), tree::listed(&root, &roles, all)))
}

async fn all(account: &Account, root: &FolderId) -> Result<Vec<EwsFolder>> {
    let shape = shape().with([REPLICAS.into()]);
    let mut all = Vec::new();
    let mut known: HashSet<String> = HashSet::from([root.id.clone()]);
    let mut parents = vec![root.clone()];
    for _ in 0..DEEPEST {
        if parents.is_empty() {
            break;
        }
        let mut found = level::below(account, &parents, &shape).await?;
        // A folder that is said to lie in itself is not looked into again.
        found.retain(|folder| known.insert(folder.id.id.clone()));
        parents =
            found.iter().filter(|folder| folder.children != Some(0)).map(|one| one.id.clone()).collect();
        // The mailbox with the hierarchy does not know how much the others hold.
        found.iter_mut().for_each(|folder| folder.items = None);
        all.extend(found);
        check(account, all.len())?;
    }
    Ok(all)
}

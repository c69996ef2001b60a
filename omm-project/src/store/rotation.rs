//! Another key for all passwords.

use super::{By, Change, Changed, Projects};
use crate::{
    project::ProjectId,
    sealed::{Keys, Place, reseal},
};
use omm_core::Result;
use std::collections::BTreeMap;

/// What became of the passwords.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rotated {
    /// Sealed anew.
    pub resealed: u64,
    /// Under the current key already.
    pub current: u64,
    /// They do not open: their key is not there any more, or they were changed.
    pub lost: u64,
}

const PAGE: u32 = 500;

/// Seals every password that is under another key anew, under the current one. When none was lost, no password needs an
/// older key any more. May be broken off and called again.
///
/// # Errors
/// Whatever the store says, and [`Keys::current`].
pub async fn rotate(projects: &dyn Projects, keys: &dyn Keys, by: &By) -> Result<Rotated> {
    keys.current().await?;
    let (mut rotated, mut after) = (Rotated::default(), None);
    loop {
        let page = projects.secrets(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(rotated) };
        after = Some(last.key);
        let mut changes: BTreeMap<ProjectId, Vec<_>> = BTreeMap::new();
        for secrets in page {
            for (field, sealed) in secrets.sealed {
                let place = Place { project: &secrets.project, migration: secrets.key, field };
                match reseal(keys, place, &sealed).await {
                    Ok(None) => rotated.current += 1,
                    Ok(Some(to)) => {
                        // A password that was given anew meanwhile stays.
                        let change = Change::Password { field, from: Some(sealed), to };
                        changes.entry(secrets.project.clone()).or_default().push((secrets.key, change));
                    }
                    Err(_) => rotated.lost += 1,
                }
            }
        }
        for (project, changes) in changes {
            let answers = projects.change_migrations(&project, changes, by).await?;
            rotated.resealed +=
                answers.into_iter().filter(|answer| *answer == Changed::Changed).count() as u64;
        }
    }
}

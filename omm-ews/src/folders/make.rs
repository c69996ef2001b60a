//! Making folders, and removing those that are empty.

use super::{Listed, by_id, level, list};
use crate::{
    account::Account,
    error::Trouble,
    kind,
    ops::{CreateFolder, DeleteFolder, FolderId, FolderRef, GetFolder, NewFolder},
};
use omm_core::{
    error::{Error, ErrorKind, Result, Scope},
    model::{DestFolderId, FolderPath, ItemKind},
    seam::{DestFolder, Wanted},
};
use std::collections::{HashMap, HashSet};

/// What there is, and what was made.
struct Tree<'a> {
    account: &'a Account,
    root: FolderId,
    /// By the path as Exchange compares it.
    known: HashMap<String, Listed>,
    /// What was made now, likewise.
    made: HashSet<String>,
}

/// Finds or makes folders, level by level: those in one folder with one request.
pub(crate) async fn ensure(account: &Account, wanted: &[Wanted]) -> Result<Vec<Result<DestFolder>>> {
    let (root, listed) = list(account).await?;
    let known = listed.into_iter().map(|listed| (folded(&listed.path), listed)).collect();
    let mut tree = Tree { account, root, known, made: HashSet::new() };
    let deepest = wanted.iter().map(|wanted| wanted.path.depth()).max().unwrap_or(0);
    let mut failed: HashMap<String, Error> = HashMap::new();
    for depth in 1..=deepest {
        tree.level(wanted, depth, &mut failed).await?;
    }
    let answer = |wanted: &Wanted| {
        let path = folded(&wanted.path);
        match tree.known.get(&path) {
            Some(listed) => Ok(shown(listed.clone(), tree.made.contains(&path))),
            None => Err(tree.refusal(&wanted.path, &failed)),
        }
    };
    Ok(wanted.iter().map(answer).collect())
}

impl Tree<'_> {
    /// Makes what is missing on one level.
    async fn level(
        &mut self,
        wanted: &[Wanted],
        depth: usize,
        failed: &mut HashMap<String, Error>,
    ) -> Result<()> {
        let mut missing: Vec<(FolderId, Vec<(FolderPath, ItemKind)>)> = Vec::new();
        for wanted in wanted.iter().filter(|wanted| wanted.path.depth() >= depth) {
            let path = FolderPath::new(wanted.path.segments().take(depth));
            let Some(parent) = self.parent_of(&path) else { continue };
            let is_pending =
                missing.iter().flat_map(|(_, all)| all).any(|(known, _)| folded(known) == folded(&path));
            if is_pending || self.known.contains_key(&folded(&path)) || failed.contains_key(&folded(&path)) {
                continue;
            }
            match missing.iter_mut().find(|(id, _)| id.id == parent.id) {
                Some((_, all)) => all.push((path, wanted.kind)),
                None => missing.push((parent, vec![(path, wanted.kind)])),
            }
        }
        for (parent, folders) in missing {
            self.make(parent, folders, failed).await?;
        }
        Ok(())
    }

    fn parent_of(&self, path: &FolderPath) -> Option<FolderId> {
        let parent = path.parent()?;
        if parent.depth() == 0 {
            return Some(self.root.clone());
        }
        self.known.get(&folded(&parent)).map(|listed| listed.id.clone())
    }

    async fn make(
        &mut self,
        parent: FolderId,
        folders: Vec<(FolderPath, ItemKind)>,
        failed: &mut HashMap<String, Error>,
    ) -> Result<()> {
        let new = |(path, kind): &(FolderPath, ItemKind)| NewFolder {
            name: path.name().trim().to_owned(),
            class: kind::class_of_folder(*kind),
        };
        let all = folders.iter().map(new).collect();
        let operation = CreateFolder { parent: FolderRef::Id(parent.clone()), folders: all };
        let doing = self.account.doing::<CreateFolder>("make folders", Scope::Folder);
        let answers = self.account.call(doing, &operation).await?;
        for ((path, kind), answer) in folders.into_iter().zip(answers.each()) {
            match answer {
                Some(Ok(id)) => {
                    let spelled = self.spelled(&path);
                    let listed = Listed { id, path: spelled, role: None, kind, items: Some(0), holder: None };
                    self.known.insert(folded(&path), listed);
                    self.made.insert(folded(&path));
                }
                Some(Err(failure)) => {
                    let there = if failure.is_taken() { self.find(&parent, &path).await? } else { None };
                    match there {
                        Some(listed) => drop(self.known.insert(folded(&path), listed)),
                        None => {
                            failed.insert(folded(&path), self.account.failed(doing, failure.into()));
                        }
                    }
                }
                None => {
                    failed.insert(folded(&path), self.account.failed(doing, Trouble::unanswered()));
                }
            }
        }
        Ok(())
    }

    /// A folder that was not listed, and whose name is taken: somebody made it meanwhile, or hides it.
    async fn find(&self, parent: &FolderId, path: &FolderPath) -> Result<Option<Listed>> {
        let Some(found) = level::named(self.account, parent, path.name()).await? else { return Ok(None) };
        // One that programs keep for themselves is not for items of people.
        let Some(kind) = kind::of_folder(found.class.as_deref()) else { return Ok(None) };
        if found.is_hidden {
            let remark = "is hidden from its user: what comes into it is seen when the folder is shown";
            self.account.losses.note(&format!("the folder {path}"), &[remark.to_owned()]);
        }
        let (path, items) = (self.spelled(path), found.items);
        Ok(Some(Listed { id: found.id, path, role: None, kind, items, holder: None }))
    }

    /// A folder's path as the server spells it: under names that are there, and without blanks at the ends of its own.
    fn spelled(&self, path: &FolderPath) -> FolderPath {
        let parent = path.parent().unwrap_or_default();
        let parent = self.known.get(&folded(&parent)).map_or(parent, |listed| listed.path.clone());
        parent.child(path.name().trim())
    }

    /// Why a folder is not there: itself, or the nearest above it that could not be made.
    fn refusal(&self, path: &FolderPath, failed: &HashMap<String, Error>) -> Error {
        let mut above = Some(path.clone());
        while let Some(path) = above {
            if let Some(error) = failed.get(&folded(&path)) {
                return error.repeated().with("folder", &path);
            }
            above = path.parent();
        }
        let message = "the folder could not be made";
        Error::new(ErrorKind::Rejected, self.account.side, "make folders", message)
            .scope(Scope::Folder)
            .with("folder", path)
    }
}

/// Removes a folder in which there is nothing. `false`: there is.
pub(crate) async fn remove_if_empty(account: &Account, folder: &DestFolderId) -> Result<bool> {
    let doing = account.doing::<GetFolder>("remove a folder", Scope::Folder);
    let operation = GetFolder { folders: vec![by_id(folder.as_str())] };
    let found = match account.call(doing, &operation).await?.into_iter().next() {
        Some(Ok(found)) => found,
        // It is gone already; asking again is harmless.
        Some(Err(refusal)) if refusal.is_missing() => return Ok(true),
        Some(Err(refusal)) => return Err(account.failed(doing, refusal.into())),
        None => return Err(account.failed(doing, Trouble::unanswered())),
    };
    // What is not counted is not empty.
    if found.items != Some(0) || found.children != Some(0) {
        return Ok(false);
    }
    let doing = account.doing::<DeleteFolder>("remove a folder", Scope::Folder);
    let answer = account.call(doing, &DeleteFolder { folders: vec![found.id] }).await?.only();
    match answer {
        Ok(()) => Ok(true),
        Err(failure) if failure.is_missing() => Ok(true),
        Err(failure) => Err(account.failed(doing, failure.into())),
    }
}

/// A folder as core sees it.
pub(crate) fn shown(listed: Listed, created: bool) -> DestFolder {
    let mut folder = DestFolder::new(DestFolderId::new(listed.id.id), listed.path, listed.kind);
    (folder.role, folder.items, folder.created) = (listed.role, listed.items, created);
    folder
}

/// As Exchange compares names: without case, and without blanks at their ends.
fn folded(path: &FolderPath) -> String {
    FolderPath::new(path.segments().map(|name| name.trim().to_lowercase())).to_string()
}

//! The folders of an account, as both sides see them.

mod level;
mod make;
mod public;
mod tree;

pub(crate) use make::{ensure, remove_if_empty, shown};

use crate::{
    account::Account,
    ops::{Base, EwsFolder, FindFolder, FolderId, FolderRef, FolderShape, GetFolder, HIDDEN, Page},
};
use omm_core::{
    error::{Error, ErrorKind, Result, Scope},
    model::{DestFolderId, FolderPath, ItemKind, Role},
};

/// Folders that are read in all.
const MOST: usize = 100_000;

/// Folders that every mailbox has, and what for.
const KNOWN: [(&str, Role); 9] = [
    ("inbox", Role::Inbox),
    ("sentitems", Role::Sent),
    ("drafts", Role::Drafts),
    ("deleteditems", Role::Trash),
    ("junkemail", Role::Junk),
    ("contacts", Role::Contacts),
    ("calendar", Role::Calendar),
    ("tasks", Role::Tasks),
    ("notes", Role::Notes),
];

/// A folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) id: FolderId,
    pub(crate) path: FolderPath,
    pub(crate) role: Option<Role>,
    pub(crate) kind: ItemKind,
    pub(crate) items: Option<u64>,
    /// Of a public folder: in which mailbox its items are.
    pub(crate) holder: Option<String>,
}

/// All folders with items that people see, parents before their children; and the root they are in. Two round trips for up
/// to a thousand of them.
///
/// # Errors
/// Of account scope.
pub(crate) async fn list(account: &Account) -> Result<(FolderId, Vec<Listed>)> {
    // One behind the other: whoever calls has the right to one request at a time.
    if account.config.public.is_some() {
        return public::list(account).await;
    }
    let (root, roles) = known(account).await?;
    let all = all(account).await?;
    Ok((root.clone(), tree::listed(&root, &roles, all)))
}

/// The root, and the ids of the folders that every mailbox has.
async fn known(account: &Account) -> Result<(FolderId, Vec<(FolderId, Role)>)> {
    let root = account.root(account.config.root()).await?;
    let mut wanted = vec![(root, None)];
    if !account.config.is_elsewhere() {
        for (name, role) in KNOWN {
            wanted.push((account.root(name).await?, Some(role)));
        }
    }
    let (mut root, mut roles) = (None, Vec::new());
    let mut rest = &wanted[..];
    while !rest.is_empty() {
        let (now, later) = rest.split_at(account.portions.folders.size().min(rest.len()));
        for ((_, role), id) in now.iter().zip(ids(account, now).await?) {
            match (role, id) {
                (Some(role), Some(id)) => roles.push((id, *role)),
                (None, id) => root = id,
                // One that this mailbox lacks is no reason to stop.
                (Some(_), None) => {}
            }
        }
        rest = later;
    }
    Ok((root.ok_or_else(|| nothing(account))?, roles))
}

/// The ids of folders, as far as they are there. One that cannot be told now is an error: without it a second one would be
/// made beside it.
async fn ids(account: &Account, wanted: &[(FolderRef, Option<Role>)]) -> Result<Vec<Option<FolderId>>> {
    let operation = GetFolder { folders: wanted.iter().map(|(folder, _)| folder.clone()).collect() };
    let doing = account.doing::<GetFolder>("list folders", Scope::Account);
    let mut ids = Vec::with_capacity(wanted.len());
    for answer in account.call(doing, &operation).await? {
        ids.push(match answer {
            Ok(folder) => Some(folder.id),
            Err(refusal) if refusal.is_missing() || refusal.code.is(&["ErrorAccessDenied"]) => None,
            Err(refusal) => {
                let error = account.failed(doing, refusal.into());
                account.portions.folders.went_wrong(wanted.len(), &error);
                return Err(error);
            }
        });
    }
    account.portions.folders.went_well(wanted.len());
    Ok(ids)
}

async fn all(account: &Account) -> Result<Vec<EwsFolder>> {
    let below = vec![account.root(account.config.root()).await?];
    let shape = shape();
    let doing = account.doing::<FindFolder>("list folders", Scope::Account);
    let mut folders = Vec::new();
    let (portions, mut offset) = (&account.portions.tree, 0);
    loop {
        let (many, page) = page(account, offset);
        let operation = FindFolder { below: below.clone(), deep: true, shape: shape.clone(), page };
        let answer = account.call(doing, &operation).await;
        let found =
            answer.and_then(|all| all.only().map_err(|failure| account.failed(doing, failure.into())));
        let found = match found {
            Err(error) if portions.is_too_much(many, &error) => continue,
            found => found?,
        };
        portions.went_well(found.entries.len());
        folders.extend(found.entries);
        check(account, folders.len())?;
        match found.next {
            Some(next) => offset = next,
            None => return Ok(folders),
        }
    }
}

/// The page that begins there, and how many folders are asked for with it.
fn page(account: &Account, offset: u32) -> (usize, Page) {
    let many = account.portions.tree.size();
    (many, Page { offset, most: u32::try_from(many).unwrap_or(u32::MAX) })
}

/// What is asked of folders.
fn shape() -> FolderShape {
    let fields = ["folder:FolderClass", "folder:ParentFolderId"].map(crate::ops::FieldPath::Field);
    FolderShape::new(Base::Default).with(fields).with([HIDDEN.into()])
}

fn check(account: &Account, folders: usize) -> Result<()> {
    if folders <= MOST {
        return Ok(());
    }
    let message = format!("the mailbox has more than {MOST} folders");
    Err(Error::new(ErrorKind::TooLarge, account.side, "list folders", message))
}

/// What a folder is for that was not listed yet, as far as its element says so; nothing of one that is not there.
///
/// # Errors
/// Of folder scope.
pub(crate) async fn kind(account: &Account, folder: &DestFolderId) -> Result<Option<ItemKind>> {
    let operation = GetFolder { folders: vec![by_id(folder.as_str())] };
    let doing = account.doing::<GetFolder>("look for copies", Scope::Folder);
    match account.call(doing, &operation).await?.into_iter().next() {
        Some(Ok(found)) => Ok(Some(match found.element.as_str() {
            "ContactsFolder" => ItemKind::Contact,
            "CalendarFolder" => ItemKind::Event,
            "TasksFolder" => ItemKind::Task,
            _ => ItemKind::Mail,
        })),
        Some(Err(refusal)) if refusal.is_missing() => Ok(None),
        Some(Err(refusal)) => Err(account.failed(doing, refusal.into())),
        None => Err(account.failed(doing, crate::error::Trouble::unanswered())),
    }
}

/// The folder with this id, by which core names it.
pub(crate) fn by_id(id: &str) -> FolderRef {
    FolderRef::Id(FolderId { id: id.to_owned(), change_key: None })
}

fn nothing(account: &Account) -> Error {
    if account.config.public.is_some() {
        let message = "the server shows this login no public folders";
        return Error::new(ErrorKind::NotFound, account.side, "list folders", message).scope(Scope::Account);
    }
    Error::new(ErrorKind::Protocol, account.side, "list folders", "the answer has no root folder")
}

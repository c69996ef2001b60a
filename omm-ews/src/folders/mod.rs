//! The folders of an account, as both sides see them.

mod make;
mod tree;

pub(crate) use make::{ensure, remove_if_empty, shown};

use crate::{
    account::Account,
    ops::{Base, EwsFolder, FindFolder, FolderId, FolderRef, FolderShape, GetFolder, HIDDEN, Page},
};
use omm_core::{
    error::{Error, ErrorKind, Result, Scope},
    model::{FolderPath, ItemKind, Role},
};

/// Folders in one page: what servers give at most unless they are told otherwise.
const PAGE: u32 = 1_000;
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
}

/// All folders with items that people see, parents before their children; and the root they are in. Two round trips for up
/// to a thousand of them.
///
/// # Errors
/// Of account scope.
pub(crate) async fn list(account: &Account) -> Result<(FolderId, Vec<Listed>)> {
    // One behind the other: whoever calls has the right to one request at a time.
    let (root, roles) = known(account).await?;
    let all = all(account).await?;
    Ok((root.clone(), tree::listed(&root, &roles, all)))
}

/// The root, and the ids of the folders that every mailbox has.
async fn known(account: &Account) -> Result<(FolderId, Vec<(FolderId, Role)>)> {
    let mut folders = vec![account.root(account.config.root()).await?];
    if !account.config.is_elsewhere() {
        for (name, _) in KNOWN {
            folders.push(account.root(name).await?);
        }
    }
    let operation = GetFolder { folders };
    let doing = account.doing::<GetFolder>("list folders", Scope::Account);
    let mut answers = account.call(doing, &operation).await?.into_iter();
    let root = match answers.next() {
        Some(Ok(root)) => root.id,
        Some(Err(refusal)) => return Err(account.failed(doing, refusal.into())),
        None => return Err(nothing(account)),
    };
    let mut roles = Vec::new();
    for (answer, (_, role)) in answers.zip(KNOWN) {
        match answer {
            Ok(folder) => roles.push((folder.id, role)),
            // One that this mailbox lacks is no reason to stop; one that cannot be told now is.
            Err(refusal) if refusal.is_missing() || refusal.code.is(&["ErrorAccessDenied"]) => {}
            Err(refusal) => return Err(account.failed(doing, refusal.into())),
        }
    }
    Ok((root, roles))
}

async fn all(account: &Account) -> Result<Vec<EwsFolder>> {
    let below = vec![account.root(account.config.root()).await?];
    let additional = [HIDDEN.into()];
    let fields = ["folder:FolderClass", "folder:ParentFolderId"].map(crate::ops::FieldPath::Field);
    let shape = FolderShape::new(Base::Default).with(fields).with(additional);
    let doing = account.doing::<FindFolder>("list folders", Scope::Account);
    let mut folders = Vec::new();
    let mut page = Page::first(PAGE);
    loop {
        let operation = FindFolder { below: below.clone(), deep: true, shape: shape.clone(), page };
        let found = account.call(doing, &operation).await?.only();
        let found = found.map_err(|failure| account.failed(doing, failure.into()))?;
        folders.extend(found.entries);
        if folders.len() > MOST {
            let message = format!("the mailbox has more than {MOST} folders");
            return Err(Error::new(ErrorKind::TooLarge, account.side, "list folders", message));
        }
        match found.next {
            Some(offset) => page.offset = offset,
            None => return Ok(folders),
        }
    }
}

/// The folder with this id, by which core names it.
pub(crate) fn by_id(id: &str) -> FolderRef {
    FolderRef::Id(FolderId { id: id.to_owned(), change_key: None })
}

fn nothing(account: &Account) -> Error {
    Error::new(ErrorKind::Protocol, account.side, "list folders", "the answer has no root folder")
}

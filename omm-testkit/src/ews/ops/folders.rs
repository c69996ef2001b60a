//! GetFolder, FindFolder, CreateFolder, UpdateFolder, DeleteFolder, MoveFolder, EmptyFolder.

use crate::ews::{
    call::{Call, Outcome},
    schema::{Path, Property, Shape},
    soap::Refusal,
    store::{Folder, Mailbox, change_key},
    view::folder_element,
    xml::Element,
};

pub(super) fn get(call: &mut Call<'_>) -> Element {
    let shape = Shape::read(call.request.child("FolderShape"));
    let ids = call.listed("FolderIds");
    call.each(&ids, &["Folders"], |call, id| {
        let (number, key) = call.folder(id)?;
        let mailbox = call.open(number)?;
        let folder = mailbox.folders.get(&key).ok_or_else(Refusal::not_found)?;
        Ok(vec![Element::message("Folders").holding(folder_element(call.world, mailbox, folder, &shape))])
    })
}

pub(super) fn find(call: &mut Call<'_>) -> Element {
    let shape = Shape::read(call.request.child("FolderShape"));
    let parents = call.listed("ParentFolderIds");
    call.each(&parents, &[], |call, id| {
        let (number, parent) = call.folder(id)?;
        let mailbox = call.open(number)?;
        let is_deep = call.attribute("Traversal") == Some("Deep");
        if is_deep && number == 0 {
            return Err(Refusal::new("ErrorInvalidOperation")
                .saying("Deep traversal queries are not allowed on public folders."));
        }
        let keys: Vec<u64> = match is_deep {
            true => mailbox.below(parent),
            false => mailbox.children(parent).map(|folder| folder.key).collect(),
        };
        let restriction = call.request.child("Restriction").and_then(|it| it.children.first());
        let folders = keys.iter().filter_map(|key| mailbox.folders.get(key));
        let found: Vec<Element> = folders
            .filter(|folder| {
                restriction.is_none_or(|test| super::restriction::folder_fits(mailbox, folder, test))
            })
            .map(|folder| folder_element(call.world, mailbox, folder, &shape))
            .collect();
        let view = call.request.child("IndexedPageFolderView");
        if matches!(call.world.settings.policy.page, Some((_, "ErrorExceededFindCountLimit"))) {
            call.check_page(view.and_then(|view| view.attribute("MaxEntriesReturned")))?;
        }
        Ok(vec![super::find::page(call, view, found, "Folders")])
    })
}

pub(super) fn create(call: &mut Call<'_>) -> Element {
    let parent = call.request.child("ParentFolderId").and_then(|it| it.children.first()).cloned();
    let folders = call.listed("Folders");
    call.each(&folders, &["Folders"], |call, element| {
        let parent = parent.as_ref().ok_or_else(|| Refusal::new("ErrorParentFolderNotFound"))?;
        let not_found = |refusal: Refusal| match refusal.code.as_str() {
            "ErrorItemNotFound" => Refusal::new("ErrorParentFolderNotFound"),
            _ => refusal,
        };
        let (number, parent) = call.folder(parent).map_err(not_found)?;
        let name = element.text_of("DisplayName").unwrap_or_default().to_owned();
        let class = element
            .text_of("FolderClass")
            .map(str::to_owned)
            .unwrap_or_else(|| usual_class(&element.name).to_owned());
        let mailbox = call.open_mut(number)?;
        check_name(mailbox, parent, &name)?;
        let key = mailbox.add_folder(Some(parent), &name, &class);
        let properties = element.all("ExtendedProperty").filter_map(Property::read).collect();
        if let Some(folder) = mailbox.folders.get_mut(&key) {
            folder.properties = properties;
        }
        mailbox
            .folders
            .get(&key)
            .map(|folder| vec![identified(mailbox, folder)])
            .ok_or_else(Refusal::not_found)
    })
}

pub(super) fn update(call: &mut Call<'_>) -> Element {
    let changes = call.listed("FolderChanges");
    call.each(&changes, &["Folders"], |call, change| {
        let id = change.children.first().ok_or_else(Refusal::not_found)?;
        let (number, key) = call.folder(id)?;
        let mailbox = call.open_mut(number)?;
        for update in change.child("Updates").map(|it| it.children.clone()).unwrap_or_default() {
            apply(mailbox, key, &update)?;
        }
        let now = mailbox.tick();
        let folder = mailbox.folders.get_mut(&key).ok_or_else(Refusal::not_found)?;
        folder.changed = now;
        let folder = folder.clone();
        Ok(vec![identified(mailbox, &folder)])
    })
}

fn apply(mailbox: &mut Mailbox, key: u64, update: &Element) -> Outcome<()> {
    let path = Path::in_element(update).ok_or_else(|| Refusal::new("ErrorInvalidPropertySet"))?;
    let value = update.children.get(1).and_then(|folder| folder.children.first());
    let parent = mailbox.folders.get(&key).and_then(|folder| folder.parent);
    match (&path, value) {
        (Path::Field(uri), Some(value)) if uri == "folder:DisplayName" => {
            let is_own = parent.and_then(|parent| mailbox.child_named(parent, &value.text)) == Some(key);
            if !is_own && let Some(parent) = parent {
                check_name(mailbox, parent, value.text.trim())?;
            }
            if let Some(folder) = mailbox.folders.get_mut(&key) {
                value.text.trim().clone_into(&mut folder.name);
            }
        }
        (Path::Extended(name), value) => {
            let folder = mailbox.folders.get_mut(&key).ok_or_else(Refusal::not_found)?;
            folder.properties.retain(|own| own.name != *name);
            folder.properties.extend(value.and_then(Property::read));
        }
        _ => return Err(Refusal::new("ErrorInvalidPropertySet")),
    }
    Ok(())
}

pub(super) fn delete(call: &mut Call<'_>) -> Element {
    let ids = call.listed("FolderIds");
    call.each(&ids, &[], |call, id| {
        let (number, key) = call.folder(id)?;
        let how = call.attribute("DeleteType").unwrap_or("MoveToDeletedItems").to_owned();
        let mailbox = call.open_mut(number)?;
        if mailbox.folders.get(&key).is_some_and(|folder| folder.distinguished.is_some()) {
            return Err(Refusal::new("ErrorDeleteDistinguishedFolder"));
        }
        let bin = mailbox.distinguished(match how.as_str() {
            "MoveToDeletedItems" => "deleteditems",
            "SoftDelete" => "recoverableitemsdeletions",
            _ => "",
        });
        match bin {
            Some(bin) => put_below(mailbox, key, bin),
            None => mailbox.take_folder(key),
        }
        Ok(Vec::new())
    })
}

pub(super) fn relocate(call: &mut Call<'_>) -> Element {
    let to = call.request.child("ToFolderId").and_then(|it| it.children.first()).cloned();
    let ids = call.listed("FolderIds");
    call.each(&ids, &["Folders"], |call, id| {
        let (number, key) = call.folder(id)?;
        let (_, to) = call.folder(to.as_ref().ok_or_else(Refusal::not_found)?)?;
        let mailbox = call.open_mut(number)?;
        let name = mailbox.folders.get(&key).map(|folder| folder.name.clone()).unwrap_or_default();
        if mailbox.child_named(to, &name).is_some() || mailbox.below(key).contains(&to) || to == key {
            return Err(Refusal::new("ErrorMoveCopyFailed"));
        }
        put_below(mailbox, key, to);
        mailbox
            .folders
            .get(&key)
            .map(|folder| vec![identified(mailbox, folder)])
            .ok_or_else(Refusal::not_found)
    })
}

pub(super) fn empty(call: &mut Call<'_>) -> Element {
    let ids = call.listed("FolderIds");
    call.each(&ids, &[], |call, id| {
        let (number, key) = call.folder(id)?;
        let with_folders = call.attribute("DeleteSubFolders") == Some("true");
        let mailbox = call.open_mut(number)?;
        let items: Vec<u64> = mailbox.items_of(key).map(|item| item.key).collect();
        items.into_iter().for_each(|item| drop(mailbox.take_item(item)));
        let children: Vec<u64> = mailbox.children(key).map(|folder| folder.key).collect();
        if with_folders {
            children.into_iter().for_each(|child| mailbox.take_folder(child));
        }
        Ok(Vec::new())
    })
}

fn put_below(mailbox: &mut Mailbox, key: u64, parent: u64) {
    let now = mailbox.tick();
    if let Some(folder) = mailbox.folders.get_mut(&key) {
        (folder.parent, folder.changed) = (Some(parent), now);
    }
}

fn check_name(mailbox: &Mailbox, parent: u64, name: &str) -> Outcome<()> {
    if name.is_empty() {
        return Err(Refusal::new("ErrorFolderPropertRequestFailed"));
    }
    match mailbox.child_named(parent, name) {
        Some(_) => Err(Refusal::new("ErrorFolderExists")),
        None => Ok(()),
    }
}

fn usual_class(element: &str) -> &'static str {
    match element {
        "CalendarFolder" => "IPF.Appointment",
        "ContactsFolder" => "IPF.Contact",
        "TasksFolder" => "IPF.Task",
        _ => "IPF.Note",
    }
}

fn identified(mailbox: &Mailbox, folder: &Folder) -> Element {
    let id = mailbox.folder_id(folder.key);
    let id = Element::new("FolderId").with("Id", id).with("ChangeKey", change_key(1, folder.changed));
    Element::message("Folders").holding(Element::new(folder.element()).holding(id))
}

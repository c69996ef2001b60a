//! Operations, one a file.

mod attachments;
mod copy;
mod create;
mod delete;
mod export;
mod filled;
mod find;
mod folders;
mod get;
mod hierarchy;
mod names;
mod restriction;
mod sync;
mod update;
mod upload;
mod zones;

pub(super) use filled::{fill, put_extended};

use super::{
    call::Call,
    fault::SoapFault,
    schema::Kind,
    store::{ARCHIVE, DISTINGUISHED, PUBLIC},
    version::Version,
    xml::Element,
};

/// Carries out an operation.
pub(super) fn carry_out(call: &mut Call<'_>) -> Result<Element, SoapFault> {
    check_schema(call)?;
    let is_old = call.version < Version::Exchange2010;
    match call.operation.as_str() {
        "GetFolder" => Ok(folders::get(call)),
        "FindFolder" => Ok(folders::find(call)),
        "CreateFolder" => Ok(folders::create(call)),
        "UpdateFolder" => Ok(folders::update(call)),
        "DeleteFolder" => Ok(folders::delete(call)),
        "MoveFolder" => Ok(folders::relocate(call)),
        "EmptyFolder" if !is_old => Ok(folders::empty(call)),
        "SyncFolderHierarchy" => Ok(hierarchy::sync(call)),
        "SyncFolderItems" => Ok(sync::sync(call)),
        "FindItem" => find::find(call),
        "GetItem" => Ok(get::get(call)),
        "CreateItem" => create::create(call),
        "UpdateItem" => update::update(call),
        "DeleteItem" => Ok(delete::delete(call)),
        "MoveItem" => Ok(copy::relocate(call, false)),
        "CopyItem" => Ok(copy::relocate(call, true)),
        "SendItem" => Ok(copy::send(call)),
        "GetAttachment" => Ok(attachments::get(call)),
        "CreateAttachment" => Ok(attachments::create(call)),
        "DeleteAttachment" => Ok(attachments::delete(call)),
        "ExportItems" if !is_old && call.world.settings.exports => Ok(export::export(call)),
        "UploadItems" if !is_old && call.world.settings.exports => Ok(upload::upload(call)),
        "GetServerTimeZones" if !is_old => Ok(zones::get(call)),
        "ResolveNames" => Ok(names::resolve(call)),
        "GetUserConfiguration" if !is_old => Ok(names::configuration(call)),
        other => Err(Call::violation(format!(
            "The element '{other}' in namespace 'http://schemas.microsoft.com/exchange/services/2006/messages' is not \
             expected."
        ))),
    }
}

/// What a real server's schema refuses before it looks at anything: names that are not in the enumeration, elements
/// of a later version.
fn check_schema(call: &Call<'_>) -> Result<(), SoapFault> {
    for id in call.request.below("DistinguishedFolderId") {
        let name = id.attribute("Id").unwrap_or_default();
        let mut known = DISTINGUISHED.iter().chain(&ARCHIVE).chain(&PUBLIC);
        if !known.any(|(own, ..)| *own == name) && !OTHER_NAMES.contains(&name) {
            return Err(Call::violation(format!(
                "The 'Id' attribute is invalid - The value '{name}' is invalid according to its datatype \
                 'http://schemas.microsoft.com/exchange/services/2006/types:DistinguishedFolderIdNameType' - The \
                 Enumeration constraint failed."
            )));
        }
    }
    for (name, since) in LATER {
        let uri_ends = format!(":{name}");
        let is_named =
            |field: &&Element| field.attribute("FieldURI").is_some_and(|uri| uri.ends_with(&uri_ends));
        let is_used =
            !call.request.below(name).is_empty() || call.request.below("FieldURI").iter().any(is_named);
        if call.version < since && is_used {
            return Err(Call::violation(format!("The element '{name}' is not expected.")));
        }
    }
    if call.version < Version::Exchange2013 && call.attribute("SuppressReadReceipts").is_some() {
        return Err(Call::violation("The 'SuppressReadReceipts' attribute is not declared."));
    }
    Ok(())
}

/// Names of folders that the schema knows and no mailbox here has.
const OTHER_NAMES: [&str; 24] = [
    "archiverecoverableitemsversions",
    "archiverecoverableitemspurges",
    "conflicts",
    "localfailures",
    "serverfailures",
    "recipientcache",
    "quickcontacts",
    "contactslists",
    "imcontactlist",
    "peopleconnect",
    "favorites",
    "mycontacts",
    "todosearch",
    "directory",
    "adminauditlogs",
    "workingset",
    "companycontacts",
    "fromfavoritesenders",
    "allcontacts",
    "allitems",
    "archivemsgfolderroot",
    "inferenceclassification",
    "sharepointnotifications",
    "personmetadata",
];

/// Elements, and since when they are in the schema.
const LATER: [(&str, Version); 9] = [
    ("StartTimeZone", Version::Exchange2010),
    ("EndTimeZone", Version::Exchange2010),
    ("UniqueBody", Version::Exchange2010),
    ("ConversationId", Version::Exchange2010),
    ("Flag", Version::Exchange2013),
    ("IconIndex", Version::Exchange2013),
    ("TextBody", Version::Exchange2013),
    ("Preview", Version::Exchange2013),
    ("EnhancedLocation", Version::Exchange2013),
];

/// An element with an item's id alone, as most answers to changes have it.
pub(super) fn identified(kind: Kind, id: String, change_key: String) -> Element {
    Element::new(kind.element()).holding(Element::new("ItemId").with("Id", id).with("ChangeKey", change_key))
}

//! SyncFolderHierarchy.

use super::sync::State;
use crate::ews::{
    call::{Call, Outcome},
    schema::Shape,
    soap::Refusal,
    store::Mailbox,
    view::folder_element,
    xml::Element,
};

pub(super) fn sync(call: &mut Call<'_>) -> Element {
    let shape = Shape::read(call.request.child("FolderShape"));
    let root = call.request.child("SyncFolderId").and_then(|it| it.children.first());
    let root =
        root.cloned().unwrap_or_else(|| Element::new("DistinguishedFolderId").with("Id", "msgfolderroot"));
    call.each(&[root], &["SyncState", "IncludesLastFolderInRange"], |call, root| {
        let (number, root) = call.folder(root)?;
        let state = match call.request.text_of("SyncState").filter(|text| !text.is_empty()) {
            Some(text) => State::read(text, call.world.era, number, root).ok_or_else(super::sync::invalid)?,
            None => State { era: call.world.era, mailbox: number, folder: root, at: 0 },
        };
        changes(call, &state, &shape)
    })
}

fn changes(call: &Call<'_>, state: &State, shape: &Shape) -> Outcome<Vec<Element>> {
    let mailbox: &Mailbox = call.open(state.mailbox)?;
    let mut changes = Vec::new();
    for key in mailbox.below(state.folder) {
        let folder = mailbox.folders.get(&key).ok_or_else(Refusal::not_found)?;
        if folder.changed > state.at {
            let name = if folder.created > state.at { "Create" } else { "Update" };
            let element = folder_element(call.world, mailbox, folder, shape);
            changes.push(Element::new(name).holding(element));
        }
    }
    for gone in mailbox
        .gone
        .iter()
        .filter(|gone| gone.folder.is_none() && gone.at > state.at && gone.arrived <= state.at)
    {
        let id = Element::new("FolderId").with("Id", mailbox.folder_id(gone.key));
        changes.push(Element::new("Delete").holding(id));
    }
    let next = State { at: mailbox.clock, ..state.clone() };
    Ok(vec![
        Element::message("SyncState").saying(next.text()),
        Element::message("IncludesLastFolderInRange").saying("true"),
        Element::message("Changes").holding_all(changes),
    ])
}

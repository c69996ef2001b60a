//! Microsoft's own reader of the format (the crate `outlook-pst`) reads all of it.

use crate::file::{KINDS, on_disk};
use outlook_pst::{
    ltp::{prop_context::PropertyValue, table_context::TableContext},
    messaging::{folder::Folder, message::Message, store::Store},
    ndb::node_id::NodeId,
};
use std::rc::Rc;

/// What the oracle found.
#[derive(Debug, Default, PartialEq, Eq)]
struct Found {
    folders: Vec<String>,
    subjects: Vec<String>,
    recipients: usize,
    attachments: usize,
}

#[test]
fn the_oracle_finds_every_item() {
    for (format, crypt) in KINDS {
        let (directory, made) = on_disk(format, crypt);
        let store = outlook_pst::open_store(directory.path().join("all.pst")).unwrap();
        let mut found = Found::default();
        let top = store.properties().ipm_sub_tree_entry_id().unwrap();
        walk(&store, store.open_folder(&top).unwrap(), &mut found);
        let named = store.named_property_map().unwrap();
        assert!(named.properties().stream_entry().unwrap().len() > 100);
        assert_eq!(found.subjects.len(), made.items.len(), "{format:?} {crypt:?}");
        for (_, item, _) in &made.items {
            // A subject is kept with a mark of two characters; what is not ASCII may be narrow.
            let subject = item.text(0x0037).unwrap_or_default();
            let there = found.subjects.iter().any(|known| known.ends_with(subject));
            assert!(there || !subject.is_ascii(), "{format:?} {crypt:?}: {subject}");
        }
        let recipients: usize = made.items.iter().map(|(_, item, _)| item.recipients.len()).sum();
        assert_eq!(found.recipients, recipients);
        let attachments: usize = made.items.iter().map(|(_, item, _)| item.attachments.len()).sum();
        assert_eq!(found.attachments, attachments);
        assert_eq!(found.folders.len(), 13, "{:?}", found.folders);
    }
}

fn walk(store: &Rc<dyn Store>, folder: Rc<dyn Folder>, found: &mut Found) {
    found.folders.push(folder.properties().display_name().unwrap());
    for id in rows(folder.contents_table()) {
        let entry = store.properties().make_entry_id(NodeId::from(id)).unwrap();
        let message: Rc<dyn Message> = store.clone().open_message(&entry, None).unwrap();
        let subject = match message.properties().get(0x0037) {
            Some(PropertyValue::Unicode(text)) => text.to_string(),
            Some(PropertyValue::String8(text)) => text.to_string(),
            other => panic!("no subject but {other:?}"),
        };
        found.subjects.push(subject);
        found.recipients += rows(message.recipient_table()).len();
        found.attachments += rows(message.attachment_table()).len();
    }
    rows(folder.associated_table());
    for id in rows(folder.hierarchy_table()) {
        let entry = store.properties().make_entry_id(NodeId::from(id)).unwrap();
        walk(store, store.open_folder(&entry).unwrap(), found);
    }
}

/// The ids of a table's rows, after every cell was read.
fn rows(table: Option<&Rc<dyn TableContext>>) -> Vec<u32> {
    let Some(table) = table else { return Vec::new() };
    let context = table.context();
    let mut ids = Vec::new();
    for row in table.rows_matrix() {
        for (column, value) in context.columns().iter().zip(row.columns(context).unwrap()) {
            if let Some(value) = value {
                table.read_column(&value, column.prop_type()).unwrap();
            }
        }
        ids.push(u32::from(row.id()));
    }
    ids
}

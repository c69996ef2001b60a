//! What the crate `outlook-pst` finds, where it opens a file.

use omm_files::pst::{Nid, Pst};
use omm_mapi::{Message, property::tag};
use outlook_pst::{
    ltp::prop_context::PropertyValue, messaging::store::Store, ndb::node_id::NodeId, open_store,
};
use std::{io, path::Path, rc::Rc};

/// Its lines and ours: the name and the rows of each folder, the subject of each message; `None` if it does not open
/// the file. What it cannot read is left out of both.
pub(crate) fn compare(file: &Path, pst: &Pst) -> Option<(Vec<String>, Vec<String>)> {
    let store = open_store(file).ok()?;
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    for folder in pst.folders().expect("folders") {
        let Ok((name, rows)) = read_folder(&store, folder.nid) else { continue };
        let own_rows: Vec<Nid> = pst.items(folder.nid).expect("items").iter().map(|row| row.nid).collect();
        let own_name = folder.path.last().cloned().unwrap_or_else(|| name.clone());
        theirs.push(format!("folder {} {name}: {rows:?}", folder.nid));
        ours.push(format!("folder {} {own_name}: {own_rows:?}", folder.nid));
        for nid in own_rows {
            let Ok(subject) = subject(&store, nid) else { continue };
            let own = pst.message(nid).ok().and_then(|message| message.properties().text(tag::SUBJECT));
            theirs.push(format!("message {nid}: {subject}"));
            ours.push(format!("message {nid}: {}", own.unwrap_or_default()));
        }
    }
    Some((theirs, ours))
}

fn read_folder(store: &Rc<dyn Store>, nid: Nid) -> io::Result<(String, Vec<Nid>)> {
    let folder = store.open_folder(&store.properties().make_entry_id(NodeId::from(nid.0))?)?;
    let mut rows = Vec::new();
    if let Some(table) = folder.contents_table() {
        rows.extend(table.rows_matrix().map(|row| Nid(u32::from(row.id()))));
    }
    rows.sort_unstable();
    Ok((folder.properties().display_name()?, rows))
}

fn subject(store: &Rc<dyn Store>, nid: Nid) -> io::Result<String> {
    let message = store.open_message(&store.properties().make_entry_id(NodeId::from(nid.0))?, None)?;
    let subject = match message.properties().get(tag::SUBJECT) {
        Some(PropertyValue::Unicode(text)) => text.to_string(),
        Some(PropertyValue::String8(text)) => text.to_string(),
        _ => String::new(),
    };
    let plain = match subject.starts_with('\u{1}') {
        true => subject.chars().skip(2).collect(),
        false => subject,
    };
    Ok(plain.trim_end_matches('\0').to_owned())
}

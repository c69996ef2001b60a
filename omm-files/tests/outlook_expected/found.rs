//! What comes out of the source, as lines of the same form.

use crate::{calendar, card, expected::Expected, mail, support};
use futures::executor::block_on;
use omm_core::{
    model::{Folder, ItemKind, ItemMeta},
    seam::Source,
};

/// A folder: its path, and the lines of its items, each with its aspect and the subject of its item.
pub(crate) struct FoundFolder {
    pub(crate) path: Vec<String>,
    kind: ItemKind,
    lines: Vec<(&'static str, String)>,
}

pub(crate) struct Found {
    pub(crate) folders: Vec<FoundFolder>,
    /// The subjects of messages in messages.
    inside: Vec<String>,
    /// How many items were read.
    pub(crate) items: usize,
}

/// Everything in a source.
pub(crate) fn read(source: &dyn Source) -> Found {
    let mut found = Found { folders: Vec::new(), inside: Vec::new(), items: 0 };
    for folder in block_on(source.folders()).expect("folders") {
        let mut lines = Vec::new();
        for meta in support::list(source, &folder).into_iter().filter(|meta| !meta.internal) {
            found.items += 1;
            lines.extend(item(source, &folder, &meta, &mut found.inside));
        }
        let path = folder.path.segments().map(str::to_owned).collect();
        found.folders.push(FoundFolder { path, kind: folder.kind, lines });
    }
    found
}

fn item(
    source: &dyn Source,
    folder: &Folder,
    meta: &ItemMeta,
    inside: &mut Vec<String>,
) -> Vec<(&'static str, String)> {
    let item = match support::fetch(source, folder, &meta.id) {
        Ok(item) => item,
        Err(error) => return vec![("unreadable", error.message().to_owned())],
    };
    let bytes = support::bytes(&item.body);
    let text = || String::from_utf8(bytes.clone()).expect("UTF-8");
    let (subject, lines) = match item.kind {
        ItemKind::Mail => {
            let (subject, lines, subjects) = mail::read(&bytes, &item.flags, item.received);
            inside.extend(subjects);
            (subject, lines)
        }
        ItemKind::Contact => card::read(&text()),
        _ => calendar::read(&text()),
    };
    lines.into_iter().map(|(aspect, value)| (aspect, format!("{subject} | {value}"))).collect()
}

impl Found {
    /// Everything, with the paths that the others' root gives.
    pub(crate) fn lines(&self, expected: &Expected, root: &[String]) -> Vec<String> {
        let mut lines = Vec::new();
        for folder in &self.folders {
            let (path, is_own) = place(folder, expected, root);
            lines.extend((is_own && !path.is_empty()).then(|| format!("folder | {path}")));
            lines.extend(folder.lines.iter().map(|(aspect, line)| format!("{aspect} | {path} | {line}")));
        }
        lines.extend(self.inside.iter().map(|subject| format!("inside | {subject}")));
        lines
    }
}

/// The path of the folder in the file, and whether it is that folder itself: items of another kind than their folder
/// lie in one beside it, those of the root in one that is called like the file.
fn place(folder: &FoundFolder, expected: &Expected, root: &[String]) -> (String, bool) {
    let path = &folder.path;
    if expected.has(root, path) {
        return (path.join("/"), true);
    }
    let suffix = format!(" ({})", folder.kind.plural());
    let (last, above) = path.split_last().expect("a name");
    if let Some(name) = last.strip_suffix(&suffix) {
        let way: Vec<String> = above.iter().cloned().chain([name.to_owned()]).collect();
        if expected.has(root, &way) {
            return (way.join("/"), false);
        }
    }
    match above.is_empty() && !folder.lines.is_empty() {
        true => (String::new(), false),
        false => (path.join("/"), true),
    }
}

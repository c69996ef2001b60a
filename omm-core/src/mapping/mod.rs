//! Pure: which source folder goes to which destination folder.
//!
//! Declared roles first, then names in many languages; an existing "Sent Items" is used, not doubled; two source
//! folders never share a target: the later one gets a name of its own and a line in the report.

mod names;
mod rules;

pub use names::role_of_name;
pub use rules::NameRules;

use crate::{
    model::{Folder, FolderPath, ItemKind, Role},
    seam::DestFolder,
};
use std::collections::{BTreeMap, HashMap, HashSet};
use unicode_normalization::UnicodeNormalization;

/// Where a source folder goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The path at the destination.
    pub path: FolderPath,
    /// The role asked for when it is made.
    pub role: Option<Role>,
    /// Whether it is there already.
    pub exists: bool,
    /// How it was chosen, where that needs a word.
    pub remark: Option<String>,
}

/// What is known beforehand.
#[derive(Clone, Debug, Default)]
pub struct Known<'a> {
    /// Targets that earlier runs chose: they stay. They line up with the folders; what is beyond the end has none.
    pub earlier: Vec<Option<FolderPath>>,
    /// The folders at the destination.
    pub existing: &'a [DestFolder],
    /// Whether the destination takes names that differ only in case for one.
    pub folds_case: bool,
    /// What the destination's names cannot hold.
    pub names: NameRules,
    /// Renames asked for, with `/` between segments.
    pub rename: Option<&'a BTreeMap<String, String>>,
}

/// The target of every folder, in the order of `folders` (parents before children).
pub fn map(folders: &[Folder], known: &Known<'_>) -> Vec<Target> {
    let roles = roles_of(folders);
    let mut mapping = Mapping { known, taken: HashSet::new(), by_source: HashMap::new() };
    // Earlier choices first, so that a new folder never takes the place of a known one.
    for path in known.earlier.iter().flatten() {
        mapping.taken.insert(mapping.key(path));
    }
    let earlier = known.earlier.iter().map(Option::as_ref).chain(std::iter::repeat(None));
    folders
        .iter()
        .zip(roles)
        .zip(earlier)
        .map(|((folder, role), earlier)| mapping.target(folder, role, earlier))
        .collect()
}

/// The role of each folder: declared ones count; a name counts only where nobody declares that role.
fn roles_of(folders: &[Folder]) -> Vec<Option<Role>> {
    let mut held: HashSet<Role> = folders.iter().filter_map(|folder| folder.role).collect();
    folders
        .iter()
        .map(|folder| {
            folder.role.or_else(|| {
                let role = role_of_name(&folder.path, folder.kind)?;
                held.insert(role).then_some(role)
            })
        })
        .collect()
}

struct Mapping<'a> {
    known: &'a Known<'a>,
    taken: HashSet<String>,
    /// The targets by source path; of two folders of one path and kind the first one counts.
    by_source: HashMap<(FolderPath, ItemKind), FolderPath>,
}

impl Mapping<'_> {
    fn target(&mut self, folder: &Folder, role: Option<Role>, earlier: Option<&FolderPath>) -> Target {
        if let Some(path) = earlier {
            self.goes_to(folder, path);
            let remark = (*path != folder.path).then(|| format!("{} goes to {path}", folder.path));
            let exists = self.existing(path, folder.kind).is_some();
            return Target { path: path.clone(), role, exists, remark };
        }
        let (wanted, mut remark) = self.wanted(folder, role);
        let wanted = match self.spellable(&wanted, folder.kind) {
            Some(spelled) => {
                remark =
                    Some(format!("{} goes to {spelled}: the destination cannot hold that name", folder.path));
                spelled
            }
            None => wanted,
        };
        let existing = self.existing(&wanted, folder.kind);
        let (spelled, clash) = match existing {
            Some(there) if there.kind != folder.kind => (wanted.clone(), true),
            Some(there) => (there.path.clone(), self.is_taken(&there.path)),
            None => (wanted.clone(), self.is_taken(&wanted)),
        };
        let path = if clash { self.free_name(&wanted, folder.kind) } else { spelled };
        if clash {
            remark = Some(format!("{} goes to {path}, because {wanted} is taken", folder.path));
        }
        self.taken.insert(self.key(&path));
        self.goes_to(folder, &path);
        let exists = self.existing(&path, folder.kind).is_some();
        Target { path, role, exists, remark }
    }

    /// The path as the destination can hold it, where that is another one. What is there already can be held.
    fn spellable(&self, path: &FolderPath, kind: ItemKind) -> Option<FolderPath> {
        if self.existing(path, kind).is_some() {
            return None;
        }
        let spelled = FolderPath::new(path.segments().map(|segment| self.known.names.spell(segment)));
        (spelled != *path).then_some(spelled)
    }

    fn goes_to(&mut self, folder: &Folder, path: &FolderPath) {
        self.by_source.entry((folder.path.clone(), folder.kind)).or_insert_with(|| path.clone());
    }

    /// Where the folder would go if nothing were in the way.
    fn wanted(&self, folder: &Folder, role: Option<Role>) -> (FolderPath, Option<String>) {
        if let Some(path) = self.renamed(&folder.path) {
            let remark = format!("{} is renamed to {path}", folder.path);
            return (path, Some(remark));
        }
        if let Some(there) = role.and_then(|role| self.with_role(role, folder.kind)) {
            let remark = (there.path != folder.path)
                .then(|| format!("{} goes to the existing {}", folder.path, there.path));
            return (there.path.clone(), remark);
        }
        let above = folder.path.parent().and_then(|parent| self.above(parent, folder.kind));
        match above {
            Some(above) => (above.child(folder.path.name()), None),
            None => (folder.path.clone(), None),
        }
    }

    /// Where the folder above went: the one of the same kind, if there are several.
    fn above(&self, parent: FolderPath, kind: ItemKind) -> Option<&FolderPath> {
        let mut at = (parent, kind);
        self.by_source.get(&at).or_else(|| {
            ItemKind::ALL.into_iter().find_map(|kind| {
                at.1 = kind;
                self.by_source.get(&at)
            })
        })
    }

    fn renamed(&self, path: &FolderPath) -> Option<FolderPath> {
        let text = path.to_string();
        let (from, to) = self
            .known
            .rename?
            .iter()
            .filter(|(from, _)| text == **from || text.starts_with(&format!("{from}/")))
            .max_by_key(|(from, _)| from.len())?;
        let below = path.segments().skip(from.split('/').count());
        Some(FolderPath::new(to.split('/').chain(below)))
    }

    /// The folder that plays a role at the destination: declared, else by its name.
    fn with_role(&self, role: Role, kind: ItemKind) -> Option<&DestFolder> {
        let of_kind = || self.known.existing.iter().filter(|folder| folder.kind == kind);
        of_kind()
            .find(|folder| folder.role == Some(role))
            .or_else(|| of_kind().find(|folder| role_of_name(&folder.path, kind) == Some(role)))
    }

    /// The folder at a path: one of this kind, if there are several.
    fn existing(&self, path: &FolderPath, kind: ItemKind) -> Option<&DestFolder> {
        let key = self.key(path);
        let at = || self.known.existing.iter().filter(|folder| self.key(&folder.path) == key);
        at().find(|folder| folder.kind == kind).or_else(|| at().next())
    }

    /// Whether some folder goes there. Of whatever kind: few destinations have two folders of one path.
    fn is_taken(&self, path: &FolderPath) -> bool {
        self.taken.contains(&self.key(path))
    }

    fn free_name(&self, wanted: &FolderPath, kind: ItemKind) -> FolderPath {
        let parent = wanted.parent().unwrap_or_default();
        (2..)
            .map(|number| parent.child(format!("{} ({number})", wanted.name())))
            .find(|path| {
                !self.is_taken(path) && self.existing(path, kind).is_none_or(|there| there.kind == kind)
            })
            .unwrap_or_else(|| wanted.clone())
    }

    /// What makes two paths one folder. INBOX is the same in any case everywhere (RFC 9051 §5.1).
    fn key(&self, path: &FolderPath) -> String {
        let text = path.to_string();
        if self.known.folds_case || (path.depth() == 1 && text.eq_ignore_ascii_case("inbox")) {
            text.nfc().flat_map(char::to_lowercase).collect()
        } else {
            text
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ItemKind::Mail, SourceFolderId};

    fn source(path: &str, role: Option<Role>) -> Folder {
        let mut folder = Folder::new(SourceFolderId::new(path), FolderPath::new(path.split('/')), Mail);
        folder.role = role;
        folder
    }

    fn there(path: &str, role: Option<Role>) -> DestFolder {
        let id = crate::model::DestFolderId::new(path);
        let mut folder = DestFolder::new(id, FolderPath::new(path.split('/')), Mail);
        folder.role = role;
        folder
    }

    fn targets(folders: &[Folder], known: &Known<'_>) -> Vec<String> {
        map(folders, known).into_iter().map(|target| target.path.to_string()).collect()
    }

    #[test]
    fn an_existing_role_is_used_not_doubled() {
        let existing = [there("Sent Items", Some(Role::Sent)), there("INBOX", None)];
        let known = Known { existing: &existing, ..Known::default() };
        let folders = [source("inbox", None), source("Gesendet", None), source("Gesendet/2019", None)];
        assert_eq!(targets(&folders, &known), ["INBOX", "Sent Items", "Sent Items/2019"]);
    }

    #[test]
    fn a_declared_role_wins_over_a_name() {
        let existing = [there("Sent Items", None)];
        let known = Known { existing: &existing, ..Known::default() };
        let folders = [source("Sent", None), source("Outgoing", Some(Role::Sent))];
        assert_eq!(targets(&folders, &known), ["Sent", "Sent Items"]);
    }

    #[test]
    fn names_that_fold_to_one_get_a_name_and_a_remark() {
        let folding = Known { folds_case: true, ..Known::default() };
        let folders = [source("Work", None), source("work", None), source("WORK", None)];
        assert_eq!(targets(&folders, &folding), ["Work", "work (2)", "WORK (3)"]);
        assert!(map(&folders, &folding)[1].remark.is_some());
        assert_eq!(targets(&folders, &Known::default()), ["Work", "work", "WORK"]);
    }

    #[test]
    fn what_a_name_cannot_hold_is_replaced_and_said() {
        let names = NameRules { forbidden: ".".into(), ..NameRules::default() };
        let existing = [there("kept.name", None)];
        let known = Known { names, existing: &existing, ..Known::default() };
        let folders =
            [source("a.b", None), source("a_b", None), source("a.b/c.d", None), source("kept.name", None)];
        assert_eq!(targets(&folders, &known), ["a_b", "a_b (2)", "a_b/c_d", "kept.name"]);
        let remarks: Vec<bool> = map(&folders, &known).iter().map(|target| target.remark.is_some()).collect();
        assert_eq!(remarks, [true, true, true, false]);
    }

    #[test]
    fn renames_carry_what_lies_below_and_earlier_choices_stay() {
        let rename = [("Old".to_owned(), "Archive/Old".to_owned())].into();
        let known = Known { rename: Some(&rename), ..Known::default() };
        let folders = [source("Old", None), source("Old/2001", None), source("Older", None)];
        assert_eq!(targets(&folders, &known), ["Archive/Old", "Archive/Old/2001", "Older"]);

        let earlier = vec![None, Some(FolderPath::new(["a"]))];
        let known = Known { earlier, ..Known::default() };
        assert_eq!(targets(&[source("a", None), source("b", None)], &known), ["a (2)", "a"]);
    }

    #[test]
    fn two_kinds_at_one_path_are_two_folders_and_so_are_two_of_one_kind() {
        let of = |kind| Folder { kind, ..source("x", None) };
        let (mail, contacts) = (of(Mail), of(ItemKind::Contact));
        let below = [source("x/y", None), Folder { kind: ItemKind::Contact, ..source("x/z", None) }];
        let folders = [contacts.clone(), mail.clone(), below[0].clone(), below[1].clone(), mail.clone()];
        let expected = ["x", "x (2)", "x (2)/y", "x/z", "x (3)"];
        assert_eq!(targets(&folders, &Known::default()), expected);

        // The destination's own folder of that name is of another kind, or there is one of each.
        let theirs = |kind| DestFolder { kind, ..there("x", None) };
        let existing = [theirs(ItemKind::Contact)];
        let known = Known { existing: &existing, ..Known::default() };
        assert_eq!(targets(&[mail.clone(), contacts.clone()], &known), ["x (2)", "x"]);
        let existing = [theirs(ItemKind::Contact), theirs(Mail)];
        let known = Known { existing: &existing, ..Known::default() };
        assert_eq!(targets(&[mail], &known), ["x"]);
    }
}

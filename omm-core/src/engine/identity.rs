//! Which folder of a listing is which row of the journal. Pure.

use crate::{journal::FolderRow, model::Folder};

type Rule<'a> = dyn Fn(&Folder, &FolderRow) -> bool + 'a;

/// For each folder the place of its row, if it is known. The id says who it is; a folder without a known id is the
/// one that was at its path, if that one is not named by its id. No row is given twice, so that two folders of one
/// path stay two.
pub(super) fn known_rows(folders: &[Folder], rows: &[FolderRow]) -> Vec<Option<usize>> {
    let mut taken = vec![false; rows.len()];
    let mut found = vec![None; folders.len()];
    let by_id = |folder: &Folder, row: &FolderRow| row.id == folder.id && row.kind == folder.kind;
    let by_path = |folder: &Folder, row: &FolderRow| row.path == folder.path && row.kind == folder.kind;
    // One that is still there before one that is gone.
    let rules: [&Rule<'_>; 4] = [
        &|folder, row| by_id(folder, row) && row.path == folder.path,
        &by_id,
        &|folder, row| by_path(folder, row) && row.gone.is_none(),
        &by_path,
    ];
    for rule in rules {
        for (folder, place) in folders.iter().zip(&mut found).filter(|(_, place)| place.is_none()) {
            let row = rows.iter().enumerate().position(|(at, row)| !taken[at] && rule(folder, row));
            if let Some(at) = row {
                taken[at] = true;
                *place = Some(at);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        journal::FolderKey,
        model::{FolderPath, ItemKind, SourceFolderId, SyncPoint},
    };

    fn folder(id: &str, path: &str) -> Folder {
        Folder::new(SourceFolderId::new(id), FolderPath::new([path]), ItemKind::Mail)
    }

    fn row(id: &str, path: &str, gone: bool) -> FolderRow {
        let Folder { id, path, role, kind, .. } = folder(id, path);
        let gone = gone.then_some(SyncPoint(1));
        let key = FolderKey(1);
        FolderRow {
            key,
            id,
            path,
            role,
            kind,
            target: None,
            state: None,
            position: None,
            gone,
            trouble: None,
        }
    }

    #[test]
    fn ids_first_then_paths_and_no_row_twice() {
        let check = |folders: &[(&str, &str)], rows: &[(&str, &str, bool)], expected: &[Option<usize>]| {
            let folders: Vec<_> = folders.iter().map(|(id, path)| folder(id, path)).collect();
            let rows: Vec<_> = rows.iter().map(|(id, path, gone)| row(id, path, *gone)).collect();
            assert_eq!(known_rows(&folders, &rows), expected, "{folders:?}");
        };
        // Two of one path, in either order; a third is new.
        let twins = [("1", "X", false), ("2", "X", false)];
        check(&[("2", "X"), ("1", "X"), ("3", "X")], &twins, &[Some(1), Some(0), None]);
        // A new folder in the old place of a renamed one.
        check(&[("9", "A"), ("1", "B")], &[("1", "A", false)], &[None, Some(0)]);
        // Made anew at its path; the row that is not gone comes first.
        check(&[("9", "A")], &[("1", "A", true), ("2", "A", false)], &[Some(1)]);
        check(&[("9", "A")], &[("1", "A", true)], &[Some(0)]);
        // Ids that are not unique are of no harm.
        check(&[("1", "A"), ("1", "B")], &[("1", "B", false), ("1", "A", false)], &[Some(1), Some(0)]);
    }
}

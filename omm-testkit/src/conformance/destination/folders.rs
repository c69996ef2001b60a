//! Points about folders.

use super::bench::Bench;
use crate::mailbox::odd_names;
use omm_core::{
    model::FolderPath,
    seam::{DestFolder, Wanted},
};
use std::collections::HashSet;

impl Bench {
    pub(super) async fn a_folder_is_made_once(&self) {
        let path = FolderPath::new(["One"]).child("Two").child("Three");
        let first = self.folder_at(&path).await;
        assert!(first.created, "destination contract, folders: the first call did not make it");
        let again = self.folder_at(&path).await;
        assert!(!again.created, "destination contract, folders: the second call made it again");
        assert_eq!(first.id, again.id, "destination contract, folders: another id for the same folder");
        let listed = self.destination.folders().await.expect("destination contract, folders: no listing");
        let found = listed.iter().find(|folder| folder.path == path);
        assert!(
            found.is_some_and(|folder| folder.id == first.id && !folder.created),
            "destination contract, folders: it is not listed under its id"
        );
    }

    pub(super) async fn folders_are_made_in_one_go(&self) {
        let parent = FolderPath::new(["Many"]);
        let paths = [parent.child("A").child("Deep"), parent.clone(), parent.child("A"), parent.child("B")];
        let before = self.folder_at(&paths[3]).await;
        let mut wanted: Vec<Wanted> = paths.iter().map(|path| Wanted::new(path.clone(), self.kind)).collect();
        wanted.sort_by_key(|wanted| wanted.path.depth());
        let made = self.made(&wanted).await;
        for (wanted, made) in wanted.iter().zip(&made) {
            let path = &wanted.path;
            assert_eq!(made.path, *path, "destination contract, folders: the results do not line up");
            let again = self.folder_at(path).await;
            assert_eq!(made.id, again.id, "destination contract, folders: another id for {path}");
            let new = *path != paths[3];
            // What lay above may have been no folder so far, only a level (RFC 9051 §7.3.1, \Noselect).
            assert!(
                made.created == new || *path == parent,
                "destination contract, folders: {path} is said to be new, or old"
            );
        }
        assert!(made.iter().any(|made| made.id == before.id), "destination contract, folders: a new id");
        let again = self.made(&wanted).await;
        assert!(
            again.iter().zip(&made).all(|(again, made)| again.id == made.id && !again.created),
            "destination contract, folders: asking for many again made some again"
        );
        assert!(self.made(&[]).await.is_empty(), "destination contract, folders: nothing was asked for");
    }

    async fn made(&self, wanted: &[Wanted]) -> Vec<DestFolder> {
        let answers = self.destination.ensure_folders(wanted).await;
        let answers = answers.expect("destination contract, folders: cannot make several at once");
        assert_eq!(answers.len(), wanted.len(), "destination contract, folders: the results do not line up");
        let made = answers.into_iter().zip(wanted);
        made.map(|(made, Wanted { path, .. })| {
            made.unwrap_or_else(|error| panic!("destination contract, folders: cannot make {path}: {error}"))
        })
        .collect()
    }

    pub(super) async fn odd_names_come_back(&self) {
        // A mailbox may come with folders of its own.
        let before = self.destination.folders().await.expect("destination contract, folders: no listing");
        let before: HashSet<_> = before.into_iter().map(|folder| folder.id).collect();
        let mut ids = HashSet::new();
        let mut paths = HashSet::new();
        for name in odd_names() {
            let path = FolderPath::new([name.as_str()]);
            // A server may refuse a name, with the scope of the folder; it may not merge or lose one.
            let Ok(folder) = self.destination.ensure_folder(Wanted::new(path.clone(), self.kind)).await
            else {
                continue;
            };
            let new = ids.insert(folder.id.clone());
            let made = new && !before.contains(&folder.id);
            assert_eq!(made, folder.created, "destination contract, names: {name:?} is another folder");
            assert!(new || self.capacity.folds_case, "destination contract, names: {name:?} was merged");
            let again = self.folder_at(&path).await;
            assert_eq!(again.id, folder.id, "destination contract, names: {name:?} is not found again");
            paths.insert(folder.path);
        }
        let listed = self.destination.folders().await.expect("destination contract, folders: no listing");
        for path in paths {
            assert!(
                listed.iter().any(|folder| folder.path == path),
                "destination contract, names: {path} is not listed"
            );
        }
    }

    pub(super) async fn a_folder_with_something_in_it_stays(&self) {
        let parent = self.folder("Parent").await;
        let child = self.folder_at(&FolderPath::new(["Parent"]).child("Child")).await;
        let full = self.folder("Full").await;
        self.append(&full, &[self.item(0)]).await;
        for (folder, goes, why) in [
            (&full, false, "one with an item was removed"),
            (&parent, false, "one with a child was removed"),
            (&child, true, "an empty one was left"),
            (&parent, true, "one whose child is gone was left"),
        ] {
            let removed = self.destination.remove_folder_if_empty(&folder.id).await;
            let removed = removed.expect("destination contract, remove a folder: it failed");
            assert_eq!(removed, goes, "destination contract, remove a folder: {why}");
        }
    }
}

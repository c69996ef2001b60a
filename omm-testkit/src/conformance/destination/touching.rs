//! Points about changing what is there, and leaving what the user touched.

use super::bench::Bench;
use omm_core::{
    model::{DestItemId, FlagDelta, Flags, Revision},
    seam::{Deleted, DestFolder, FlagChange, Flagged, Replaced},
};

impl Bench {
    pub(super) async fn flags_are_added_and_removed(&self) {
        if !self.keeps.flags {
            return;
        }
        let folder = self.folder("Flags").await;
        let mut item = self.item(1);
        item.flags = Flags::parse("\\Seen");
        let id = self.append(&folder, &[item]).await.remove(0);
        for (add, remove, left) in
            [("\\Flagged", "", "\\Seen \\Flagged"), ("\\Answered", "\\Seen", "\\Flagged \\Answered")]
        {
            // Doing it twice is harmless.
            let (mut done, mut revision) = (Flagged::Missing, None);
            for _ in 0..2 {
                done = self.flag(&folder, &id, add, remove).await;
                if let Flagged::Revised { revision: now, flags } = &done {
                    revision = Some(now.clone());
                    assert_eq!(
                        flags,
                        &Flags::parse(left),
                        "destination contract, set flags: what it says is left"
                    );
                }
            }
            assert_ne!(done, Flagged::Missing, "destination contract, set flags: at what is there");
            let seen = self.look(&folder, std::slice::from_ref(&id)).await.remove(0);
            let shown = seen.as_ref().and_then(|presence| presence.revision.clone());
            assert!(
                revision.is_none() || revision == shown,
                "destination contract, set flags: the state said is the one that is shown"
            );
            let flags = seen.map(|presence| presence.flags);
            assert_eq!(flags, Some(Flags::parse(left)), "destination contract, set flags: what is left");
        }
        self.what_somebody_changed_is_not_ours(&folder, &id).await;
        let expected = self.expected(&self.item(1));
        let mut expected_now = expected.clone();
        expected_now.flags = Flags::parse("\\Flagged \\Answered");
        assert_eq!(self.delete(&folder, &id, expected_now).await, Deleted::Done);
        let fate = self.flag(&folder, &id, "\\Flagged", "").await;
        assert_eq!(fate, Flagged::Missing, "destination contract, set flags: at what is not there");
    }

    /// A change upon a state that is not the expected one says of no state that it is ours; upon the expected one, also when it
    /// is made again, of the one that is there.
    async fn what_somebody_changed_is_not_ours(&self, folder: &DestFolder, id: &DestItemId) {
        let delta = FlagDelta { add: Flags::parse("\\Flagged"), remove: Flags::none() };
        let set = async |expected: Option<Revision>| {
            let change = FlagChange::new(id.clone(), delta.clone()).expecting(expected);
            let fates = self.destination.set_flags(&folder.id, &[change]).await;
            fates.expect("destination contract, set flags: it failed").remove(0).expect("an item failed")
        };
        let fate = set(Some(Revision::new("of its user"))).await;
        assert_eq!(fate, Flagged::Done, "destination contract, set flags: upon what is not ours");
        let shown = self.look(folder, std::slice::from_ref(id)).await.remove(0);
        let Some(known) = shown.and_then(|presence| presence.revision) else { return };
        for again in [false, true] {
            let fate = set(Some(known.clone())).await;
            let shown = self.look(folder, std::slice::from_ref(id)).await.remove(0);
            let now =
                shown.and_then(|now| Some(Flagged::Revised { revision: now.revision?, flags: now.flags }));
            assert_eq!(Some(fate), now, "destination contract, set flags: upon what is ours, again: {again}");
        }
    }

    pub(super) async fn only_untouched_copies_are_deleted(&self) {
        let folder = self.folder("Deleting").await;
        let items: Vec<_> = (1..6).map(|index| self.plain(index)).collect();
        let ids = self.append(&folder, &items).await;
        let expected = |at: usize| self.expected(&items[at]);

        let fate = self.delete(&folder, &ids[0], expected(0)).await;
        assert_eq!(fate, Deleted::Done, "destination contract, delete: an untouched copy");
        let fate = self.delete(&folder, &ids[0], expected(0)).await;
        assert_eq!(fate, Deleted::Missing, "destination contract, delete: what is gone already");
        if !self.capacity.rewrites_bodies {
            let fate = self.delete(&folder, &ids[1], expected(2)).await;
            assert!(
                matches!(fate, Deleted::Touched(_)),
                "destination contract, delete: another body: {fate:?}"
            );
        }
        if self.keeps.flags {
            self.flag(&folder, &ids[2], "\\Flagged", "").await;
            let fate = self.delete(&folder, &ids[2], expected(2)).await;
            assert!(
                matches!(fate, Deleted::Touched(_)),
                "destination contract, delete: flags changed: {fate:?}"
            );

            self.flag(&folder, &ids[3], "\\Seen", "").await;
            let mut counting = expected(3);
            counting.seen_counts = true;
            let fate = self.delete(&folder, &ids[3], counting).await;
            assert!(
                matches!(fate, Deleted::Touched(_)),
                "destination contract, delete: read since: {fate:?}"
            );
            let fate = self.delete(&folder, &ids[3], expected(3)).await;
            assert_eq!(fate, Deleted::Done, "destination contract, delete: only read since");
        }
        let seen = self.look(&folder, &ids).await;
        assert!(seen[0].is_none(), "destination contract, delete: it is still there");
        assert!(seen[4].is_some(), "destination contract, delete: something else went with it");
        assert!(
            !self.keeps.flags || seen[2].is_some(),
            "destination contract, delete: a touched copy is not there any more"
        );
    }

    pub(super) async fn only_untouched_copies_are_replaced(&self) {
        let folder = self.folder("Replacing").await;
        let items: Vec<_> = (1..5).map(|index| self.plain(index)).collect();
        let ids = self.append(&folder, &items).await;
        let mut edited = self.edited(1);
        edited.flags = Flags::none();
        let replace = async |at: usize, expected: usize| {
            let expected = self.expected(&items[expected]);
            let fate = self.destination.replace(&folder.id, &ids[at], &edited, &expected).await;
            fate.expect("destination contract, replace: it failed")
        };
        let Replaced::Done(new) = replace(0, 0).await else {
            panic!("destination contract, replace: an untouched copy was left")
        };
        if !self.capacity.rewrites_bodies {
            let body = self.read_back(&folder, &new).await.fingerprint().body;
            assert_eq!(body, edited.body.fingerprint().body, "destination contract, replace: the bytes");
            let fate = replace(1, 2).await;
            assert!(
                matches!(fate, Replaced::Conflict(_)),
                "destination contract, replace: another body: {fate:?}"
            );
        }
        if new != ids[0] {
            let old = self.look(&folder, &ids[..1]).await.remove(0);
            assert!(old.is_none(), "destination contract, replace: the old copy is still there");
        }
        if self.keeps.flags {
            self.flag(&folder, &ids[2], "\\Flagged", "").await;
            let fate = replace(2, 2).await;
            assert!(
                matches!(fate, Replaced::Conflict(_)),
                "destination contract, replace: flags changed: {fate:?}"
            );
        }
        assert_eq!(self.delete(&folder, &ids[3], self.expected(&items[3])).await, Deleted::Done);
        assert_eq!(replace(3, 3).await, Replaced::Missing, "destination contract, replace: what is gone");
    }

    pub(super) async fn nothing_is_seen_of_what_is_not_there(&self) {
        let folder = self.folder("Nothing").await;
        let item = self.plain(1);
        let id = self.append(&folder, std::slice::from_ref(&item)).await.remove(0);
        assert_eq!(self.delete(&folder, &id, self.expected(&item)).await, Deleted::Done);
        let stranger = DestItemId::new("there is no such id");
        let seen = self.look(&folder, &[id.clone(), stranger]).await;
        assert!(
            seen.iter().all(Option::is_none),
            "destination contract, inspect: what is not there was seen"
        );
        let body = self.destination.read_back(&folder.id, &id, &self.intake().await).await;
        let kind = body.map(|_| ()).map_err(|error| error.kind());
        assert_eq!(
            kind,
            Err(omm_core::error::ErrorKind::NotFound),
            "destination contract, read back: what is not there"
        );
    }

    /// An item without flags.
    fn plain(&self, index: u64) -> omm_core::model::Item {
        let mut item = self.item(index);
        item.flags = Flags::none();
        item
    }

    async fn flag(&self, folder: &DestFolder, id: &DestItemId, add: &str, remove: &str) -> Flagged {
        let delta = FlagDelta { add: Flags::parse(add), remove: Flags::parse(remove) };
        let change = FlagChange::new(id.clone(), delta);
        let fates = self.destination.set_flags(&folder.id, &[change]).await;
        let mut fates = fates.expect("destination contract, set flags: it failed");
        assert_eq!(fates.len(), 1, "destination contract, set flags: the results do not line up");
        fates.remove(0).expect("destination contract, set flags: an item failed")
    }
}

//! Points about copies: appended, kept, found again.

use super::bench::{Bench, Owning, item};
use crate::mailbox::odd_messages;
use omm_core::{
    error::Effect,
    model::{DestItemId, ItemKind},
    seam::{Locating, Stored},
};
use std::collections::HashSet;

impl Bench {
    pub(super) async fn what_is_appended_is_kept(&self) {
        let folder = self.folder("Kept").await;
        let items: Vec<_> = (0..12).map(|index| self.item(index)).collect();
        let ids = self.append(&folder, &items).await;
        let different: HashSet<_> = ids.iter().collect();
        assert_eq!(different.len(), ids.len(), "destination contract, append: an id twice");
        let seen = self.look(&folder, &ids).await;
        for ((item, id), presence) in items.iter().zip(&ids).zip(seen) {
            let presence = presence.expect("destination contract, append: it is not there");
            assert_eq!(presence.flags, self.kept(&item.flags), "destination contract, append: the flags");
            if let (true, Some(sent)) = (self.keeps.received, item.received) {
                let kept = presence.received.map(|date| date.timestamp());
                assert_eq!(kept, Some(sent.timestamp()), "destination contract, append: the date");
            }
            if !self.capacity.rewrites_bodies {
                let content = self.content(item);
                assert_eq!(presence.size, content.stored_size, "destination contract, append: the size");
                let body = self.read_back(&folder, id).await.fingerprint().body;
                assert_eq!(body, content.fingerprint.body, "destination contract, append: the bytes");
                let digest = presence.digest.unwrap_or(body);
                assert_eq!(digest, body, "destination contract, inspect: the digest");
            }
        }
    }

    pub(super) async fn an_odd_item_costs_at_most_itself(&self) {
        if self.kind != ItemKind::Mail {
            return;
        }
        let folder = self.folder("Odd").await;
        for odd in odd_messages() {
            let batch = [self.item(1), item(&odd), self.item(2)];
            let fates = self.destination.append(&folder.id, &batch).await;
            let fates = fates.expect("destination contract, append: an odd item cost the batch");
            let [Ok(_), odd_fate, Ok(_)] = &fates[..] else {
                panic!("destination contract, append: an odd item cost its neighbours")
            };
            match odd_fate {
                Err(error) => {
                    assert_eq!(error.effect(), Effect::None, "destination contract, append: {error}");
                }
                Ok(Stored { id, .. }) if !self.capacity.rewrites_bodies && self.keeps_bytes(&odd.bytes) => {
                    let body = self.read_back(&folder, id).await.fingerprint().body;
                    assert_eq!(
                        body,
                        odd.digest(),
                        "destination contract, append: odd bytes: {:?}",
                        odd.bytes
                    );
                }
                Ok(_) => {}
            }
        }
    }

    fn keeps_bytes(&self, bytes: &[u8]) -> bool {
        self.keeps.odd_bytes || !(bytes.contains(&0) || bytes.ends_with(b"\r"))
    }

    pub(super) async fn everything_appended_later_lies_above_the_mark(&self) {
        if self.capacity.locating == Locating::Impossible {
            return;
        }
        let folder = self.folder("Marked").await;
        self.append(&folder, &[self.item(1)]).await;
        let mark = self.destination.mark(&folder.id).await.expect("destination contract, mark: it failed");
        for index in 2..6 {
            let ids = self.append(&folder, &[self.item(index)]).await;
            let probes = [self.probe(&self.item(index))];
            let found = self.destination.locate(&folder.id, Some(&mark), &probes, &Owning::default()).await;
            let found = found.expect("destination contract, locate: it failed");
            assert_eq!(
                found,
                [Some(ids[0].clone())],
                "destination contract, mark: what came after it is not above it"
            );
        }
    }

    pub(super) async fn locating_is_one_to_one(&self) {
        if self.capacity.locating == Locating::Impossible {
            return;
        }
        let folder = self.folder("Twins").await;
        let (twin, other) = (self.item(1), self.item(2));
        let ids = self.append(&folder, &[twin.clone(), other.clone(), twin.clone()]).await;
        let probes = [self.probe(&twin), self.probe(&twin), self.probe(&other), self.probe(&twin)];
        let locate = async |owned: &[&DestItemId]| {
            let owned = Owning(owned.iter().map(|id| (*id).clone()).collect());
            let found = self.destination.locate(&folder.id, None, &probes, &owned).await;
            let found = found.expect("destination contract, locate: it failed");
            assert_eq!(found.len(), probes.len(), "destination contract, locate: the results do not line up");
            found
        };
        let found = locate(&[]).await;
        let twins: HashSet<_> = [0, 1, 3].iter().filter_map(|at| found[*at].clone()).collect();
        let both: HashSet<_> = [ids[0].clone(), ids[2].clone()].into();
        assert_eq!(twins, both, "destination contract, locate: twins are not told apart");
        let given = [0, 1, 3].iter().filter(|at| found[**at].is_some()).count();
        assert_eq!(given, 2, "destination contract, locate: an id was given twice");
        assert_eq!(found[2].as_ref(), Some(&ids[1]), "destination contract, locate: the wrong item");

        let found = locate(&[&ids[0], &ids[1]]).await;
        let free: Vec<_> = found.iter().flatten().collect();
        assert_eq!(free, [&ids[2]], "destination contract, locate: an owned id was given");
    }

    pub(super) async fn what_is_not_there_is_not_located(&self) {
        if self.capacity.locating == Locating::Impossible {
            return;
        }
        let folder = self.folder("Absent").await;
        self.append(&folder, &[self.item(1)]).await;
        let probes = [self.probe(&self.item(2)), self.probe(&self.edited(1))];
        let found = self.destination.locate(&folder.id, None, &probes, &Owning::default()).await;
        let found = found.expect("destination contract, locate: it failed");
        assert_eq!(found, [None, None], "destination contract, locate: something else was taken for it");
    }
}

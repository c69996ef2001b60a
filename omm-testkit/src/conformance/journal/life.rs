//! Pseudo-random lives, to meet what nobody thought of writing a check for.

use super::{BODIES, FOLDERS, TARGETS, body, claimed, items, ok, query, setting};
use chrono::DateTime;
use omm_core::{
    error::{ErrorKind, Side},
    journal::{
        Copy, Entry, EntryKey, Epoch, Fact, Failure, FolderKey, Journal, Noted, Record, SkipReason, TallyKey,
        Verified, Want,
    },
    model::{DestItemId, FlagDelta, Flags, ItemKind, LastingId, Mark, Revision, SourceItemId, SyncPoint},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A migration that lives a pseudo-random life, beside a model that only folds.
pub(super) struct Life {
    pub(super) journal: Arc<dyn Journal>,
    pub(super) epoch: Epoch,
    pub(super) model: BTreeMap<EntryKey, Entry>,
    pub(super) next: EntryKey,
    pub(super) random: Random,
    pub(super) copies: u64,
    pub(super) fates: BTreeSet<&'static str>,
}

impl Life {
    pub(super) async fn begin(journal: Arc<dyn Journal>, seed: u64) -> Self {
        let claim = claimed(&*journal).await;
        ok(journal.commit(claim.epoch, setting()).await);
        let (next, random) = (claim.next_entry, Random(seed));
        Self {
            journal,
            epoch: claim.epoch,
            model: BTreeMap::new(),
            next,
            random,
            copies: 0,
            fates: BTreeSet::new(),
        }
    }

    pub(super) async fn live(&mut self, batches: usize) {
        for _ in 0..batches {
            let mut records = Vec::new();
            for _ in 0..self.random.below(24) + 1 {
                let new = self.model.is_empty() || self.random.below(4) == 0;
                let key = if new { self.next } else { self.any_key() };
                let fact = if new { self.noted(key) } else { self.any_fact() };
                let record = Record { key, point: SyncPoint(1 + self.random.below(5) as u32), fact };
                // What the rules refuse is not part of a life.
                if let Ok(entry) = Entry::apply(self.model.get(&key).cloned(), &record) {
                    self.next = self.next.max(EntryKey(key.0 + 1));
                    self.model.insert(key, entry);
                    records.push(record);
                }
            }
            let touched = records.iter().filter_map(|record| self.model.get(&record.key));
            self.fates.extend(touched.map(|entry| entry.fate.name()));
            ok(self.journal.commit(self.epoch, items(records)).await);
        }
    }

    fn any_key(&mut self) -> EntryKey {
        let at = self.random.below(self.model.len() as u64) as usize;
        self.model.keys().nth(at).copied().unwrap_or(self.next)
    }

    fn noted(&mut self, key: EntryKey) -> Fact {
        let folder = FOLDERS[self.random.below(3) as usize];
        let zone = chrono::FixedOffset::east_opt(self.random.below(80_000) as i32 - 40_000);
        let at = DateTime::from_timestamp(self.random.below(2_000_000_000) as i64 - 9_000, 5).zip(zone);
        Fact::Noted(Noted {
            folder,
            source: SourceItemId::new(format!("item {}", key.0)),
            lasting: (self.random.below(2) > 0).then(|| lasting(self.random.below(LASTING))),
            kind: ItemKind::ALL[self.random.below(5) as usize],
            revision: self.revision(),
            // A listed size is the server's word, and may be nonsense.
            listed_size: [None, Some(0), Some(700), Some(1 << 40)][self.random.below(4) as usize],
            received: at.map(|(at, zone)| at.with_timezone(&zone)),
            flags: self.flags(),
        })
    }

    fn revision(&mut self) -> Option<Revision> {
        let number = self.random.below(4);
        (number > 0).then(|| Revision::new(format!("rev \"{number}\"\n")))
    }

    fn flags(&mut self) -> Flags {
        let texts = ["", "\\Seen", "\\Seen $Forwarded", "Ünïcode \\Flagged", "a 'b' \"c\""];
        Flags::parse(texts[self.random.below(5) as usize])
    }

    fn any_fact(&mut self) -> Fact {
        let content = body(self.random.below(BODIES));
        let folder = TARGETS[self.random.below(2) as usize];
        let (flags, mark) = (self.flags(), Mark::new("7:12"));
        let delta = FlagDelta { add: self.flags(), remove: Flags::none() };
        let key = self.any_key();
        self.copies += 1;
        let id = DestItemId::new(format!("copy {}", self.copies));
        let why =
            Failure { kind: ErrorKind::Rejected, side: Side::Destination, message: "no 'room'\n".to_owned() };
        match self.random.below(40) {
            0 => self.noted(key),
            1 => Fact::Waiting { content },
            2 => Fact::Offered,
            3 => Fact::Forgotten,
            4..=9 => Fact::Sending { folder, mark, content, flags },
            10..=13 => Fact::Copied { id },
            14 => Fact::NotSent,
            15 => Fact::Adopted { folder, id, content, flags },
            16 => self
                .model
                .get(&key)
                .and_then(|entry| entry.copy.clone())
                .map_or(Fact::Back, |copy| Fact::TookOver { copy }),
            17 => Fact::HandedOver,
            18 | 31..=33 => {
                Fact::Replacing { mark, content, revision: self.revision(), sent: flags.clone(), flags }
            }
            19 => Fact::Revised { revision: self.revision() },
            20 | 34..=37 => Fact::Removing { successor: (self.copies.is_multiple_of(2)).then_some(key) },
            21 => Fact::Removed,
            22 => Fact::NotRemoved,
            23 => Fact::Failed(why),
            24 => Fact::Skipped(SkipReason::ALL[self.random.below(SkipReason::ALL.len() as u64) as usize]),
            25 => Fact::Gone,
            26 => Fact::Back,
            28 => Fact::Shown { revision: Revision::new(format!("key {}", self.random.below(5))) },
            27 => Fact::Verified { verdict: Verified::ALL[self.random.below(5) as usize], lost: flags },
            29 => Fact::Flagging { effective: delta.clone(), delta },
            30 => Fact::Flagged,
            _ => Fact::FlagsRestored { undone: delta },
        }
    }

    pub(super) async fn check(&self) {
        self.check_entries().await;
        self.check_pages().await;
        self.check_copies().await;
        // Would catch: a count that is added to and never taken from, or taken from the wrong class.
        let mut counted: BTreeMap<TallyKey, (u64, u64)> = BTreeMap::new();
        for tally in self.model.values().map(Entry::tally) {
            let count = counted.entry(tally.key).or_default();
            *count = (count.0 + tally.items, count.1 + tally.bytes);
        }
        let tallies = ok(self.journal.tallies().await);
        let kept: BTreeMap<_, _> = tallies.iter().map(|t| (t.key, (t.items, t.bytes))).collect();
        assert_eq!(kept.len(), tallies.len(), "a tally is there twice");
        assert_eq!(kept, counted, "the tallies against a count");
    }

    async fn check_entries(&self) {
        // A life in which something never happens would prove nothing about it.
        assert_eq!(self.fates.len(), 8, "the fates in this life: {:?}", self.fates);
        // Would catch: a column forgotten in one direction, and answers that do not line up with the question.
        let keys: Vec<_> = [self.next].into_iter().chain(self.model.keys().rev().copied()).collect();
        let wanted: Vec<_> = keys.iter().map(|key| self.model.get(key).cloned()).collect();
        let got = ok(self.journal.entries(&keys).await);
        assert_eq!(got.len(), wanted.len(), "answers to entries()");
        for (got, wanted) in got.iter().zip(&wanted) {
            assert_eq!(got, wanted, "an entry by its key");
            let zone = |entry: &Option<Entry>| entry.as_ref()?.received.map(|at| *at.offset());
            // Would catch: dates kept in UTC; the copy would lose the zone it was received in.
            assert_eq!(zone(got), zone(wanted), "the zone of {wanted:?}");
        }
        for folder in FOLDERS {
            let wanted: Vec<_> =
                self.model.values().map(|e| (e.folder == folder).then(|| e.clone())).collect();
            let ids: Vec<_> = self.model.values().map(|entry| entry.source.clone()).collect();
            assert_eq!(ok(self.journal.find(folder, &ids).await), wanted, "find in {folder:?}");
        }
    }

    async fn check_pages(&self) {
        let points = (0..8).map(SyncPoint);
        let wants = [Want::Any, Want::InDoubt, Want::Owed, Want::Failed, Want::Skipped, Want::Copies]
            .into_iter()
            .chain(points.clone().map(Want::SentSince))
            .chain(points.map(Want::ReplacedSince));
        let folders = [None, Some(FolderKey(3))].into_iter().chain(FOLDERS.map(Some));
        for (want, folder) in wants.flat_map(|want| folders.clone().map(move |folder| (want, folder))) {
            let held = |entry: &&Entry| want.holds(entry) && folder.is_none_or(|key| entry.folder == key);
            let wanted: Vec<Entry> = self.model.values().filter(held).cloned().collect();
            for limit in [1, 7, 10_000] {
                let mut got = Vec::new();
                loop {
                    let after = got.last().map(|entry: &Entry| entry.key);
                    let page = ok(self.journal.page(query(folder, want), after, limit).await);
                    assert!(page.len() <= limit, "{want:?} of {folder:?}: {} for {limit}", page.len());
                    // Would catch: a page that repeats itself, which would make a run go on for ever.
                    assert!(page.first().is_none_or(|entry| Some(entry.key) > after), "{want:?} goes back");
                    if page.is_empty() {
                        break;
                    }
                    got.extend(page);
                }
                // Would catch: an index that holds more or less than the rule, and pages in another order.
                assert_eq!(got, wanted, "{want:?} of {folder:?} in pages of {limit}");
            }
        }
    }

    async fn check_copies(&self) {
        let copies: Vec<&Copy> = self.model.values().filter_map(|entry| entry.copy.as_ref()).collect();
        for number in 0..=BODIES {
            let digest = body(number).fingerprint.body;
            let has = |entry: &&Entry| {
                entry.copy.as_ref().is_some_and(|copy| copy.content.fingerprint.body == digest)
            };
            let wanted: BTreeSet<_> = self.model.values().filter(has).map(|entry| entry.key).collect();
            let got = ok(self.journal.copies_of(&[digest, digest]).await);
            let keys: BTreeSet<_> = got.iter().map(|entry| entry.key).collect();
            // Would catch: an index of digests that keeps the digest of a body that was replaced since.
            assert_eq!((&keys, got.len()), (&wanted, keys.len()), "copies of body {number}");
        }
        for number in 0..=LASTING {
            let id = lasting(number);
            let has = |entry: &&Entry| entry.copy.is_some() && entry.lasting.as_ref() == Some(&id);
            let wanted: Vec<Entry> = self.model.values().filter(has).cloned().collect();
            // Would catch: a name that a later listing changed, an entry without a copy, an order that is not the keys'.
            assert_eq!(ok(self.journal.copies_called(&[id.clone(), id]).await), wanted, "called {number}");
        }
        for folder in TARGETS {
            let ids: Vec<_> = (1..=self.copies + 1).map(|n| DestItemId::new(format!("copy {n}"))).collect();
            let held: BTreeSet<_> = copies.iter().filter(|c| c.folder == folder).map(|c| &c.id).collect();
            let wanted: Vec<_> = ids.iter().map(|id| held.contains(id)).collect();
            // Would catch: a copy handed over and then forgotten with its first owner, so that it is adopted or
            // located a second time.
            assert_eq!(ok(self.journal.owned(folder, &ids).await), wanted, "owned in {folder:?}");
        }
    }
}

/// So many names are given to items, each to several.
const LASTING: u64 = 5;

fn lasting(number: u64) -> LastingId {
    LastingId::new(format!("wherever \"{number}\""))
}

/// A small generator that is the same everywhere (SplitMix64).
pub(super) struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

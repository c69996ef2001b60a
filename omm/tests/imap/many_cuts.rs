//! Connections are cut at many places of a larger migration, once and again and again; after resuming, the end is the
//! same to the byte, and nothing is there twice.
//!
//! `OMM_MESSAGES`, `OMM_CUTS` and `OMM_SEED` make it larger and other; `OMM_CUT` repeats one migration, as a failure
//! writes it down.

use crate::cut_plan::{CutPlan, Undisturbed};
use omm_testkit::servers::corpus::{Corpus, Shape};
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

/// How many cuts come in one migration where there are several.
const IN_ONE: u64 = 16;

/// How large a test is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measure {
    pub(crate) messages: u64,
    /// Planned, in all migrations together; those that come too late for their connection are fewer.
    pub(crate) cuts: u64,
    pub(crate) seed: u64,
}

/// What a migration went through.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Survived {
    /// Cuts that happened.
    pub(crate) cuts: usize,
    /// How often it was begun again, after a run that failed or was ended.
    pub(crate) resumed: usize,
}

impl Measure {
    /// What is asked for, else this.
    pub(crate) fn asked(messages: u64, cuts: u64) -> Self {
        let number = |name: &str, otherwise: u64| match std::env::var(name) {
            Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name}={text} is not a number")),
            Err(_) => otherwise,
        };
        Self {
            messages: number("OMM_MESSAGES", messages),
            cuts: number("OMM_CUTS", cuts),
            seed: number("OMM_SEED", 1),
        }
    }

    /// The account that is migrated.
    pub(crate) fn corpus(self) -> Corpus {
        let messages = usize::try_from(self.messages).expect("a number of messages");
        // A few megabytes: else every byte lies in one of the large messages.
        Corpus::new(Shape { messages, seed: self.seed, large_bytes: self.messages << 10, ..Shape::default() })
    }

    /// Half of the cuts come alone, half of those evenly spread; the others several in one migration.
    fn plans(self, undisturbed: &Undisturbed) -> Vec<CutPlan> {
        if let Ok(text) = std::env::var("OMM_CUT") {
            return vec![text.parse().unwrap_or_else(|error| panic!("OMM_CUT: {error}"))];
        }
        let mut plans = undisturbed.single((self.cuts / 4).max(1), self.seed);
        let in_one = IN_ONE.min(self.cuts / 4).max(2);
        let several = (self.cuts / 2).div_ceil(in_one);
        plans.extend((0..several).map(|number| undisturbed.several(in_one, self.seed + number)));
        plans
    }

    /// Does a migration for every plan, several at once; each is judged by `migrate`.
    pub(crate) fn cut(
        self,
        name: &str,
        at_once: usize,
        undisturbed: &Undisturbed,
        migrate: impl Fn(&CutPlan) -> Survived + Sync,
    ) {
        let plans = self.plans(undisturbed);
        let (next, cuts, resumed) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..at_once {
                scope.spawn(|| {
                    while let Some(plan) = plans.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let naming = Naming(self, plan);
                        let survived = migrate(plan);
                        drop(naming);
                        cuts.fetch_add(survived.cuts, Ordering::Relaxed);
                        resumed.fetch_add(survived.resumed, Ordering::Relaxed);
                    }
                });
            }
        });
        let (cuts, planned) = (cuts.into_inner(), plans.iter().map(|plan| plan.places.len()).sum::<usize>());
        println!(
            "{name}: {cuts} cuts ({planned} planned) in {} migrations of {} messages, seed {}, begun again {} times: \
             identical, nothing twice",
            plans.len(),
            self.messages,
            self.seed,
            resumed.into_inner(),
        );
        assert!(cuts * 4 > planned * 3, "{cuts} of {planned} cuts happened: the test shows little");
    }
}

/// Says how to repeat the migration that went wrong.
struct Naming<'a>(Measure, &'a CutPlan);

impl Drop for Naming<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            let Measure { messages, seed, .. } = self.0;
            eprintln!("to repeat it: OMM_MESSAGES={messages} OMM_SEED={seed} OMM_CUT=\"{}\"", self.1);
        }
    }
}

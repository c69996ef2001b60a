//! What goes and what stays.

use super::Error;
use crate::{account::Account, inspect::flags_of, proto::Fetched};
use omm_core::{
    error::Result,
    model::SystemFlag,
    seam::{Deleted, Deletion, Expected},
};
use std::collections::{HashMap, HashSet};

/// A copy that goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Doomed {
    /// Its place among the deletions.
    pub(super) at: usize,
    pub(super) uid: u32,
    pub(super) mod_seq: Option<u64>,
    /// Whether it was marked as \Deleted before we came.
    pub(super) was_marked: bool,
    /// Gmail: under which labels it is seen besides, if that was said.
    pub(super) labels: Option<Vec<Vec<u8>>>,
}

/// What a server does to messages that it is given.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Habits {
    /// Bytes that it may have wanted behind a message.
    pub(crate) one_more: u64,
    /// Whether it is known to change them.
    pub(crate) rewrites: bool,
}

impl Habits {
    pub(crate) fn of(account: &Account) -> Self {
        account.ask(|facts| Self {
            one_more: if facts.quirks.wants_final_crlf { 2 } else { 0 },
            rewrites: facts.quirks.rewrites_headers,
        })
    }
}

/// The fate of each deletion; of those that go it is provisional until they are gone.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) fates: Vec<Result<Deleted>>,
    pub(super) doomed: Vec<Doomed>,
}

impl Plan {
    pub(super) fn new(
        deletions: &[Deletion],
        uids: &[Option<u32>],
        seen: &HashMap<u32, Fetched>,
        habits: Habits,
    ) -> Self {
        let (mut fates, mut doomed) = (Vec::new(), Vec::new());
        for (at, (deletion, uid)) in deletions.iter().zip(uids).enumerate() {
            let there = uid.and_then(|uid| seen.get(&uid).map(|there| (uid, there)));
            fates.push(Ok(match there {
                None => Deleted::Missing,
                Some((uid, there)) => match difference_but_for_the_mark(&deletion.expected, there, habits) {
                    Some(difference) => Deleted::Touched(difference),
                    None => {
                        let was_marked = flags_of(there).contains(SystemFlag::Deleted);
                        let labels = there.gm_labels.clone();
                        doomed.push(Doomed { at, uid, mod_seq: there.mod_seq, was_marked, labels });
                        Deleted::Done
                    }
                },
            }));
        }
        Self { fates, doomed }
    }

    pub(super) fn uids(&self) -> Vec<u32> {
        self.doomed.iter().map(|doomed| doomed.uid).collect()
    }

    /// Those that only our mark stands at.
    pub(super) fn marked_by_us(&self) -> Vec<u32> {
        self.doomed.iter().filter(|doomed| !doomed.was_marked).map(|doomed| doomed.uid).collect()
    }

    /// These were changed by somebody between the look and the removal.
    pub(super) fn spare(&mut self, changed: &HashSet<u32>) {
        self.leave(changed, "it was changed just now");
    }

    /// These stay, and why.
    pub(super) fn leave(&mut self, uids: &HashSet<u32>, why: &str) {
        let fates = &mut self.fates;
        self.doomed.retain(|doomed| {
            let stays = uids.contains(&doomed.uid);
            if stays {
                fates[doomed.at] = Ok(Deleted::Touched(why.to_owned()));
            }
            !stays
        });
    }

    /// What is still there was not removed, whatever the server said.
    pub(super) fn gone(&mut self, left: &HashSet<u32>, error: impl Fn() -> Error) {
        for doomed in &self.doomed {
            if left.contains(&doomed.uid) {
                self.fates[doomed.at] = Err(error());
            }
        }
    }
}

/// The same for a copy that is to go: \Deleted may be the mark of an earlier try that broke off before its EXPUNGE, and
/// whoever else set it wants it gone too.
fn difference_but_for_the_mark(expected: &Expected, there: &Fetched, habits: Habits) -> Option<String> {
    let is_mark = |flag: &String| flag.eq_ignore_ascii_case(SystemFlag::Deleted.name());
    let mut there = Fetched { size: there.size, flags: there.flags.clone(), ..Fetched::default() };
    if !expected.flags.contains(SystemFlag::Deleted)
        && let Some(flags) = &mut there.flags
    {
        flags.retain(|flag| !is_mark(flag));
    }
    difference(expected, &there, habits)
}

/// What differs between a copy as we wrote it and as it is.
pub(crate) fn difference(expected: &Expected, there: &Fetched, habits: Habits) -> Option<String> {
    let stored = expected.stored_size;
    if expected.digest.is_none() && !habits.rewrites && habits.one_more == 0 {
        // Its id may name somebody else's message.
        return Some(
            "its body was not the one that was sent, on a server that is not known to change any".into(),
        );
    }
    // A server that is known to change bodies: the size says nothing.
    let size = there.size.filter(|_| expected.digest.is_some() || !habits.rewrites);
    if let Some(size) = size.filter(|size| *size != stored && *size != stored.saturating_add(habits.one_more))
    {
        return Some(format!("its size is {size}, not {stored}"));
    }
    let flags = flags_of(there);
    if !expected.flags_match(&flags) {
        return Some(format!("its flags are ({flags}), not ({})", expected.flags));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use omm_core::{
        error::{ErrorKind, Side},
        model::{DestItemId, Digest, Flags},
    };

    fn there(size: u64, flags: &str) -> Fetched {
        let flags = flags.split(' ').filter(|flag| !flag.is_empty()).map(str::to_owned).collect();
        Fetched { size: Some(size), flags: Some(flags), mod_seq: Some(size), ..Fetched::default() }
    }

    fn expected(size: u64, flags: &str) -> Expected {
        Expected::new(Some(Digest::of(b"x")), size, Flags::parse(flags))
    }

    #[test]
    fn untouched_is_the_same_size_and_the_same_flags_but_seen() {
        let changed = Expected::new(None, 10, Flags::none());
        for (expected, there, one_more, differs) in [
            (expected(10, "\\Flagged"), there(10, "\\flagged \\Seen \\Recent"), 0, ""),
            (expected(10, ""), there(11, ""), 0, "size"),
            (expected(10, ""), there(12, ""), 2, ""),
            (expected(10, ""), there(11, ""), 2, "size"),
            (expected(10, ""), there(10, "\\Deleted"), 0, "flags"),
            (expected(10, "Work"), there(10, ""), 0, "flags"),
            (changed.clone(), there(99, ""), 0, "body"),
            // Yahoo: what we put behind it makes its body another one.
            (changed.clone(), there(10, ""), 2, ""),
            (changed, there(99, ""), 2, "size"),
        ] {
            let habits = Habits { one_more, rewrites: false };
            let found = difference(&expected, &there, habits).unwrap_or_default();
            assert!(
                found.contains(differs) && found.is_empty() == differs.is_empty(),
                "{expected:?} {there:?}: {found}"
            );
        }
    }

    #[test]
    fn a_server_that_changes_bodies_is_asked_for_the_flags_alone() {
        let habits = Habits { one_more: 0, rewrites: true };
        let changed = Expected::new(None, 10, Flags::none());
        assert_eq!(difference(&changed, &there(99, ""), habits), None);
        assert!(difference(&changed, &there(99, "Work"), habits).is_some());
        assert!(difference(&expected(10, ""), &there(99, ""), habits).is_some());
    }

    #[test]
    fn a_mark_is_no_touch_and_is_remembered() {
        let deletion = |id: &str, flags| Deletion { id: DestItemId::new(id), expected: expected(10, flags) };
        let deletions = [deletion("1:5", ""), deletion("1:6", ""), deletion("1:7", "\\Deleted")];
        let seen = [(5, there(10, "\\deleted")), (6, there(10, "")), (7, there(10, ""))].into();
        let plan = Plan::new(&deletions, &[Some(5), Some(6), Some(7)], &seen, Habits::default());
        assert_eq!((plan.uids(), plan.marked_by_us()), (vec![5, 6], vec![6]));
    }

    #[test]
    fn a_plan_names_each_once_and_spares_what_was_touched() {
        let deletion = |id: &str| Deletion { id: DestItemId::new(id), expected: expected(10, "") };
        let deletions = ["1:5", "1:6", "1:7", "2:5"].map(deletion);
        let seen = [(5, there(10, "")), (6, there(10, "Work")), (7, there(10, ""))].into();
        let mut plan = Plan::new(&deletions, &[Some(5), Some(6), Some(7), None], &seen, Habits::default());
        assert_eq!(plan.uids(), [5, 7]);
        plan.spare(&[7].into());
        assert_eq!(plan.uids(), [5]);
        plan.gone(&[5].into(), || Error::new(ErrorKind::Rejected, Side::Destination, "test", "there"));
        let fates: Vec<_> = plan.fates.into_iter().map(|fate| fate.map_err(|error| error.kind())).collect();
        assert!(matches!(
            &fates[..],
            [
                Err(ErrorKind::Rejected),
                Ok(Deleted::Touched(_)),
                Ok(Deleted::Touched(_)),
                Ok(Deleted::Missing)
            ]
        ));
    }
}

//! What copies and positions are called: a UID says nothing without the UIDVALIDITY that it was given under
//! (RFC 9051 §2.3.1.1), so both are always written together.

use crate::proto::UidSet;
use omm_core::model::{DestItemId, Digest, Mark};

/// Servers take lines of 8000 bytes and more (RFC 7162 §4); a set of UIDs stays well below.
const LONGEST_SET: usize = 7000;

/// A UIDVALIDITY, and a UID that was given under it or, in a mark, will be given next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) uid_validity: u32,
    pub(crate) uid: u32,
}

impl Position {
    pub(crate) fn new(uid_validity: u32, uid: u32) -> Self {
        Self { uid_validity, uid }
    }

    /// Reads an id; nothing for one that is not ours.
    pub(crate) fn of_copy(id: &DestItemId) -> Option<Self> {
        Self::parse(id.as_str()).filter(|position| position.uid > 0)
    }

    /// Reads a mark.
    pub(crate) fn of_mark(mark: &Mark) -> Option<Self> {
        Self::parse(mark.as_str())
    }

    pub(crate) fn copy(self) -> DestItemId {
        DestItemId::new(self.text())
    }

    pub(crate) fn mark(self) -> Mark {
        Mark::new(self.text())
    }

    fn parse(text: &str) -> Option<Self> {
        let (uid_validity, uid) = text.split_once(':')?;
        Some(Self { uid_validity: number(uid_validity)?, uid: number(uid)? })
    }

    fn text(self) -> String {
        format!("{}:{}", self.uid_validity, self.uid)
    }
}

/// What an id begins with that names no copy.
const NOWHERE: &str = "nowhere:";

/// An id for what the server took and did not put where we can see it: it names nothing, so that every look says that
/// it is not there. `turn` sets apart what this destination could not place since it was opened.
pub(crate) fn nowhere(above: Option<Position>, turn: u64, body: Digest) -> DestItemId {
    let above = above.map_or_else(String::new, Position::text);
    DestItemId::new(format!("{NOWHERE}{above}:{turn}:{body}"))
}

/// Whether it is such an id.
pub(crate) fn is_nowhere(id: &DestItemId) -> bool {
    id.as_str().starts_with(NOWHERE)
}

/// UIDs as sets short enough for a command each, ascending and each UID once.
pub(crate) fn sets(mut uids: Vec<u32>) -> Vec<UidSet> {
    uids.sort_unstable();
    uids.dedup();
    let mut sets = Vec::new();
    let mut set = UidSet::default();
    let mut len = 0;
    for (first, last) in UidSet::from_uids(uids).ranges() {
        // Two numbers of ten digits, a colon and a comma.
        if len + 22 > LONGEST_SET {
            sets.push(std::mem::take(&mut set));
            len = 0;
        }
        set.push_range(*first, *last);
        len += if first == last { 11 } else { 22 };
    }
    if !set.is_empty() {
        sets.push(set);
    }
    sets
}

fn number(digits: &str) -> Option<u32> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_there_and_back_and_what_is_none() {
        let position = Position::new(7, 4_294_967_295);
        assert_eq!(Position::of_copy(&position.copy()), Some(position));
        assert_eq!(Position::of_mark(&position.mark()), Some(position));
        assert_eq!(Position::of_mark(&Mark::new("7:0")), Some(Position::new(7, 0)));
        for id in
            ["", ":", "7", "7:", ":7", "7:0", "7:-1", "7:+1", "7:4294967296", "7:1:2", "there is no such id"]
        {
            assert_eq!(Position::of_copy(&DestItemId::new(id)), None, "{id}");
        }
    }

    #[test]
    fn what_is_nowhere_names_nothing() {
        for above in [None, Some(Position::new(7, 5))] {
            let id = nowhere(above, 9, Digest::of(b"x"));
            assert_eq!((is_nowhere(&id), Position::of_copy(&id)), (true, None), "{id}");
        }
        assert!(!is_nowhere(&Position::new(7, 5).copy()));
    }

    #[test]
    fn sets_are_short_and_whole() {
        let scattered: Vec<u32> = (0..5000).map(|at| u32::MAX - at * 2).collect();
        let cut = sets(scattered.clone());
        assert!(cut.len() > 1 && cut.iter().all(|set| set.to_string().len() <= LONGEST_SET));
        let mut all: Vec<u32> = cut.iter().flat_map(UidSet::iter).collect();
        all.reverse();
        assert_eq!(all, scattered);
        assert_eq!(sets(vec![3, 1, 2, 3]).iter().map(ToString::to_string).collect::<Vec<_>>(), ["1:3"]);
        assert!(sets(Vec::new()).is_empty());
    }
}

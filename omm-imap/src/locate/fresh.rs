//! What was stored just now without a UID being said, when nobody else can own it yet.

use super::{
    FEW, Sizes,
    assign::{assign, of_these_sizes},
    fingerprints, list_sizes,
};
use crate::{account::Account, error::Trouble, session::Session};
use omm_core::seam::Probe;
use std::collections::HashSet;

/// What lies from a UID upwards and is one of these, one-to-one: by what it is, else by its turn. `others` were stored
/// with them, and are known; a turn says nothing unless all were stored `in_order`.
pub(crate) async fn find_new(
    session: &mut Session,
    account: &Account,
    from: u32,
    others: &HashSet<u32>,
    probes: &[Probe],
    in_order: bool,
) -> Result<Vec<Option<u32>>, Trouble> {
    let by_header = account.ask(|facts| facts.quirks.rewrites_headers);
    let mut sizes = list_sizes(session, from).await?;
    sizes.retain(|(uid, _)| !others.contains(uid));
    let likely = of_these_sizes(&sizes, probes);
    let mut read = fingerprints(session, &account.env, &likely).await?;
    let found = assign(probes, &likely, &read, false);
    if found.iter().all(Option::is_some) {
        return Ok(found);
    }
    if in_order && sizes.len() == probes.len() {
        return Ok(by_turn(&sizes, found));
    }
    // Somebody else's mail came at the same time, or a rule moved some of ours.
    let all: Vec<u32> = sizes.iter().map(|(uid, _)| *uid).collect();
    let unread: Vec<u32> = all.iter().copied().filter(|uid| !read.contains_key(uid)).collect();
    if unread.len() > probes.len() + FEW {
        return Ok(found);
    }
    read.extend(fingerprints(session, &account.env, &unread).await?);
    Ok(assign(probes, &all, &read, by_header))
}

/// UIDs ascend (RFC 9051 §2.3.1.1) and the APPENDs of one connection are done in order: when as many messages came as
/// were stored, those that were changed on the way are the ones that are left, in their order.
fn by_turn(sizes: &Sizes, mut found: Vec<Option<u32>>) -> Vec<Option<u32>> {
    if sizes.len() != found.len() {
        return found;
    }
    let taken: HashSet<u32> = found.iter().flatten().copied().collect();
    let mut left = sizes.iter().map(|(uid, _)| *uid).filter(|uid| !taken.contains(uid));
    found.iter_mut().filter(|uid| uid.is_none()).for_each(|uid| *uid = left.next());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_counts_only_when_nobody_else_came() {
        let sizes = vec![(5, 10), (7, 10), (8, 10)];
        assert_eq!(by_turn(&sizes, vec![None, Some(7), None]), [Some(5), Some(7), Some(8)]);
        assert_eq!(by_turn(&sizes, vec![None, None, Some(5)]), [Some(7), Some(8), Some(5)]);
        assert_eq!(by_turn(&sizes, vec![None, Some(7)]), [None, Some(7)], "one of another");
        assert_eq!(by_turn(&sizes, vec![None; 4]), [None; 4], "one is gone");
    }
}

//! What a copy must still look like, and what a look at it means. Pure.

use crate::{
    journal::{Copy, Fact, Verified},
    model::{Body, Content, FlagDelta, Flags},
    seam::{Expected, Flagged, Presence},
};

/// A copy as we wrote it.
pub(super) fn expected(copy: &Copy) -> Expected {
    // A destination that changed the body has a digest of its own; size and flags are what is left to compare.
    let digest = (copy.verified != Verified::Altered).then_some(copy.content.fingerprint.body);
    let mut expected = Expected::new(digest, copy.content.stored_size, copy.flags.clone());
    expected.revision.clone_from(&copy.revision);
    expected
}

/// Whether somebody changed a copy since we did, where the destination tells one state from another: its size may be what we
/// said it is. Where none of its states is known to be ours, it may tell by itself.
pub(super) fn is_changed(copy: &Copy, presence: &Presence) -> bool {
    match (&copy.revision, &presence.revision) {
        (Some(ours), Some(now)) => ours != now,
        (None, _) => presence.touched,
        (Some(_), None) => false,
    }
}

/// What listing a copy says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// As it should be; the flags that the destination did not keep.
    Good(Flags),
    /// Not there.
    Missing,
    /// Another size or digest: its body must be read to know more.
    Differs,
}

/// Compares a copy with what was written.
pub(super) fn look(content: &Content, flags: &Flags, presence: Option<&Presence>) -> Look {
    let Some(presence) = presence else { return Look::Missing };
    let digest_differs = presence.digest.is_some_and(|digest| digest != content.fingerprint.body);
    if presence.size != content.stored_size || digest_differs {
        return Look::Differs;
    }
    Look::Good(flags.minus(&presence.flags))
}

/// What a body that was read says.
pub(super) fn compare(content: &Content, body: &Body, lost: Flags) -> Fact {
    if body.fingerprint().body == content.fingerprint.body {
        Fact::Verified { verdict: Verified::ReadBack, lost }
    } else {
        Fact::Altered { stored_size: body.len() }
    }
}

/// What is recorded of a change of flags that was done. Flags that the destination cannot hold are none of the copy's: an undo
/// would take their absence for a change of its user's.
pub(super) fn after_flags(copy: &Copy, asked: &FlagDelta, outcome: Flagged) -> Vec<Fact> {
    let verified = |verdict, lost| Fact::Verified { verdict, lost };
    match outcome {
        Flagged::Done => vec![Fact::Flagged],
        Flagged::Missing => vec![Fact::Flagged, verified(Verified::Missing, Flags::none())],
        Flagged::Revised { revision, flags } => {
            let lost = asked.add.minus(&flags);
            let lost = (lost != Flags::none()).then(|| verified(copy.verified, lost));
            [Fact::Flagged].into_iter().chain(lost).chain([Fact::Shown { revision }]).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks() {
        let body = Body::from_bytes("a\nb");
        let content = Content { fingerprint: body.fingerprint(), size: 3, stored_size: 3, native: None };
        let flags = Flags::parse("\\Seen Work");
        let presence = |size, digest| {
            let mut presence = Presence::new(size, Flags::parse("\\Seen Mine"));
            presence.digest = digest;
            presence
        };
        let check = |presence: Option<Presence>, expected| {
            assert_eq!(look(&content, &flags, presence.as_ref()), expected, "{presence:?}");
        };
        check(None, Look::Missing);
        check(Some(presence(4, None)), Look::Differs);
        check(Some(presence(3, Some(Body::from_bytes("other").fingerprint().body))), Look::Differs);
        check(Some(presence(3, Some(content.fingerprint.body))), Look::Good(Flags::parse("Work")));
        check(Some(presence(3, None)), Look::Good(Flags::parse("Work")));
    }
}

//! The order of candidates. Pure.

use crate::candidate::{Candidate, Seen};
use omm_core::seam::Tls;

/// One candidate for each server: of equal ones the better known stays, and says who else named it.
pub(crate) fn without_doubles(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_by_key(|candidate| (candidate.source, protection(candidate.tls)));
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        let same = |other: &&mut Candidate| {
            (other.server_type, &other.host, other.port)
                == (candidate.server_type, &candidate.host, candidate.port)
        };
        match kept.iter_mut().find(same) {
            Some(known) => merge(known, candidate),
            None => kept.push(candidate),
        }
    }
    kept
}

/// The best first. What was seen counts before what was said: a server that answers over verified TLS is worth more
/// than one that should. A server without encryption comes last of all.
pub(crate) fn rank(candidates: &mut [Candidate]) {
    candidates.sort_by_key(|candidate| {
        (promise(&candidate.seen), candidate.source, candidate.server_type, protection(candidate.tls))
    });
}

fn promise(seen: &Seen) -> u8 {
    match seen {
        Seen::Answers { .. } => 0,
        Seen::NotProbed => 1,
        Seen::Unanswered { .. } => 2,
        Seen::Unexpected { .. } => 3,
        Seen::Untrusted { .. } => 4,
        Seen::Cleartext { .. } => 5,
    }
}

fn protection(tls: Tls) -> u8 {
    match tls {
        Tls::Required => 0,
        Tls::StartTls => 1,
        _ => 2,
    }
}

/// Who names a server twice says the same of it: a second voice does not make it worse, and may make it surer. Of its
/// protection only one who is as sure may speak: TLS from the first byte on a port of STARTTLS would break it.
fn merge(known: &mut Candidate, other: Candidate) {
    let may_say = known.tls == Tls::Off || other.sureness <= known.sureness;
    if may_say && protection(other.tls) < protection(known.tls) {
        known.tls = other.tls;
    }
    known.sureness = known.sureness.min(other.sureness);
    known.needs_confirmation &= other.needs_confirmation;
    if other.source != known.source {
        known.remarks.push(format!("also said by {}: {}", other.source.name(), other.evidence));
    }
    for remark in other.remarks {
        if !known.remarks.contains(&remark) {
            known.remarks.push(remark);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Address,
        candidate::{Knowledge, ServerType, Sureness},
        knowledge::Draft,
    };

    fn candidate(server_type: ServerType, host: &str, source: Knowledge, seen: Seen) -> Candidate {
        let address = Address::parse("anna@example.org").expect("an address of the test");
        let draft = Draft::new(server_type, host, Tls::Required, source, Sureness::Told, "test");
        Candidate { seen, ..draft.candidate(&address) }
    }

    fn good() -> Seen {
        Seen::Answers { greeting: "hi".to_owned(), capabilities: vec![] }
    }

    fn why() -> String {
        "x".to_owned()
    }

    #[test]
    fn what_answers_safely_comes_first_and_what_is_in_the_clear_last() {
        use {Knowledge::*, ServerType::*};
        let mut list = vec![
            candidate(Imap, "clear.example.org", Ovhcloud, Seen::Cleartext { why: why() }),
            candidate(Imap, "bad.example.org", Provider, Seen::Untrusted { why: why() }),
            candidate(Imap, "silent.example.org", Provider, Seen::Unanswered { why: why() }),
            candidate(Imap, "guess.example.org", Guess, good()),
            candidate(Pop3, "pop.example.org", Srv, good()),
            candidate(Imap, "imap.example.org", Srv, good()),
            candidate(Imap, "odd.example.org", Srv, Seen::Unexpected { why: why() }),
        ];
        rank(&mut list);
        let order: Vec<_> = list.iter().filter_map(|candidate| candidate.host.split('.').next()).collect();
        assert_eq!(order, ["imap", "pop", "guess", "silent", "odd", "bad", "clear"]);
    }

    /// Kills: who may write a document that comes without TLS breaks the server that the domain publishes.
    #[test]
    fn a_worse_voice_changes_the_protection_only_where_there_was_none() {
        let voice = |source, sureness, tls| {
            let mut voice = candidate(ServerType::Imap, "imap.example.org", source, Seen::NotProbed);
            (voice.port, voice.sureness, voice.tls) = (143, sureness, tls);
            voice
        };
        for (first, tls, second, merged) in [
            (Sureness::Published, Tls::StartTls, Sureness::Unverified, Tls::StartTls),
            (Sureness::Published, Tls::Off, Sureness::Unverified, Tls::Required),
            (Sureness::Told, Tls::StartTls, Sureness::Published, Tls::Required),
        ] {
            let known = voice(Knowledge::Autoconfig, first, tls);
            let other = voice(Knowledge::PlainAutoconfig, second, Tls::Required);
            assert_eq!(without_doubles(vec![known, other])[0].tls, merged, "{first:?} {tls:?} {second:?}");
        }
    }

    #[test]
    fn one_server_named_twice_is_one_candidate() {
        let told = candidate(ServerType::Imap, "imap.other.example", Knowledge::Srv, Seen::NotProbed);
        assert!(told.needs_confirmation);
        let mut published = told.clone();
        (published.source, published.sureness, published.needs_confirmation) =
            (Knowledge::CentralDatabase, Sureness::Published, false);
        let kept = without_doubles(vec![published, told]);
        assert_eq!(kept.len(), 1);
        assert_eq!((kept[0].source, kept[0].sureness), (Knowledge::Srv, Sureness::Published));
        assert!(!kept[0].needs_confirmation);
        assert!(kept[0].remarks[0].contains("also said by central-database"));
    }
}

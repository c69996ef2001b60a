//! What was found, and which of it is to be taken.

use crate::{
    address::Address,
    candidate::{Candidate, Knowledge, Seen, ServerType},
};
use omm_core::error::{Error, ErrorKind, Result, Side};
use serde::Serialize;

/// Everything that was found for an address, the best first.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Discovery {
    /// The address, in its normal form.
    pub address: String,
    /// The candidates, ranked.
    pub candidates: Vec<Candidate>,
    /// What could not be looked up, and what a person should know of the domain.
    pub notes: Vec<String>,
    #[serde(skip)]
    domain: String,
}

impl Discovery {
    pub(crate) fn new(address: Address, candidates: Vec<Candidate>, notes: Vec<String>) -> Self {
        let domain = address.domain().to_owned();
        Self { address: address.to_string(), candidates, notes, domain }
    }

    /// The one to be taken without asking anybody: the first that answers over verified TLS, speaks one of these
    /// server types, and is named by more than an unprotected word ([`Candidate::needs_confirmation`]). POP3, which shows
    /// the inbox alone, only if nothing else is to be had.
    ///
    /// A server that is better known and only does not answer now is not replaced by a worse one: tomorrow it would be
    /// another account, and everything would be copied again.
    ///
    /// # Errors
    /// When there is none: one line that says why, and what to write instead. [`ErrorKind::NotFound`] when nothing was
    /// found, [`ErrorKind::Unreachable`] when nothing answers as it should, [`ErrorKind::Config`] when a person must
    /// decide, or when only servers answer that this build does not speak to.
    pub fn best(&self, server_types: &[&str]) -> Result<&Candidate> {
        let speaks = |candidate: &&Candidate| server_types.contains(&candidate.server_type.name());
        let is_inbox_alone = |candidate: &&Candidate| candidate.server_type == ServerType::Pop3;
        let good = || self.candidates.iter().filter(|candidate| candidate.seen.is_good());
        let sure = || good().filter(speaks).filter(|candidate| !candidate.needs_confirmation);
        if let Some(best) = sure().find(|one| !is_inbox_alone(one)).or_else(|| sure().next()) {
            let mut known = self.candidates.iter().filter(speaks).filter(|one| !is_inbox_alone(one));
            return match known.find(|known| is_worth_waiting_for(known, best)) {
                Some(known) => Err(self.away(known, best)),
                None => Ok(best),
            };
        }
        if let Some(doubtful) = good().find(speaks) {
            return Err(self.unconfirmed(doubtful));
        }
        match good().next() {
            Some(foreign) => Err(self.foreign(foreign, server_types)),
            None if self.candidates.is_empty() => Err(self.nothing()),
            None => Err(self.untrusted()),
        }
    }

    fn away(&self, known: &Candidate, other: &Candidate) -> Error {
        let told = |one: &Candidate| format!("{} at {}", one.server_type.name(), one.server());
        let (away, why) = (told(known), known.seen.sentence());
        refused(
            ErrorKind::Unreachable,
            format!(
                "{away}, which {} names for {}, does not answer ({why}); {} does, but is no substitute: try again later, \
                 or write {} or {}",
                known.source.name(),
                self.domain,
                told(other),
                known.address(),
                other.address(),
            ),
        )
    }

    fn unconfirmed(&self, candidate: &Candidate) -> Error {
        if candidate.source == Knowledge::OvhcloudDoubtful {
            let (domain, host, address) = (&self.domain, &candidate.host, candidate.address());
            let why = candidate.remarks.first().map_or("", String::as_str);
            let message = format!(
                "{domain} may be served by {host} ({}), but: {why}; if that is right, write {address}",
                candidate.evidence
            );
            return refused(ErrorKind::Config, message);
        }
        refused(
            ErrorKind::Config,
            format!(
                "{} may be served by {}, but only an unprotected {} says so ({}); if that is right, write {}",
                self.domain,
                candidate.host,
                candidate.source.name(),
                candidate.evidence,
                candidate.address(),
            ),
        )
    }

    fn foreign(&self, candidate: &Candidate, server_types: &[&str]) -> Error {
        let mut message = format!(
            "{} is served by {} at {}, for which this build has no connector; it knows: {}",
            self.domain,
            candidate.server_type.name(),
            candidate.server(),
            server_types.join(", "),
        );
        let speaks = |candidate: &&Candidate| server_types.contains(&candidate.server_type.name());
        if let Some(silent) = self.candidates.iter().find(speaks) {
            message.push_str(&format!(
                "; {} at {} could not be used: {}; if it should answer, try again later or write {}",
                silent.server_type.name(),
                silent.server(),
                silent.seen.sentence(),
                silent.address(),
            ));
        }
        refused(ErrorKind::Config, message)
    }

    fn untrusted(&self) -> Error {
        const SHOWN: usize = 4;
        let show = |candidate: &Candidate| {
            let (kind, server) = (candidate.server_type.name(), candidate.server());
            format!("{kind} at {server}: {}", candidate.seen.sentence())
        };
        let shown: Vec<String> = self.candidates.iter().take(SHOWN).map(show).collect();
        refused(
            ErrorKind::Unreachable,
            format!(
                "no server of {} answers over trusted TLS; {}; try again later, or write imaps://LOGIN@HOST, with \
                 --ca-file if the certificate is of an issuer of your own",
                self.domain,
                shown.join("; ")
            ),
        )
    }

    fn nothing(&self) -> Error {
        let why = match self.notes.as_slice() {
            [] => String::new(),
            notes => format!(" ({})", notes.join("; ")),
        };
        refused(
            ErrorKind::NotFound,
            format!(
                "no mail server was found for {}{why}; write imaps://LOGIN@HOST with the host that its provider names",
                self.domain
            ),
        )
    }
}

/// Whether this one would be taken before the other if it answered.
fn is_worth_waiting_for(known: &Candidate, other: &Candidate) -> bool {
    let is_better = known.source < other.source || other.server_type == ServerType::Pop3;
    is_better && !known.needs_confirmation && matches!(known.seen, Seen::Unanswered { .. })
}

fn refused(kind: ErrorKind, message: String) -> Error {
    Error::new(kind, Side::Host, "find the server", message)
}

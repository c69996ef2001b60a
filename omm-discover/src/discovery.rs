//! What was found, and which of it is to be taken.

use crate::{
    address::Address,
    candidate::{Candidate, Knowledge},
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
    /// server types, and is named by more than an unprotected word ([`Candidate::needs_confirmation`]).
    ///
    /// # Errors
    /// When there is none: one line that says why, and what to write instead. [`ErrorKind::NotFound`] when nothing was
    /// found, [`ErrorKind::Unreachable`] when nothing answers as it should, [`ErrorKind::Config`] when a person must
    /// decide, or when only servers answer that this build does not speak to.
    pub fn best(&self, server_types: &[&str]) -> Result<&Candidate> {
        let good = || self.candidates.iter().filter(|candidate| candidate.seen.is_good());
        let speaks = |candidate: &&Candidate| server_types.contains(&candidate.server_type.name());
        if let Some(best) = good().filter(speaks).find(|candidate| !candidate.needs_confirmation) {
            return Ok(best);
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
        refused(
            ErrorKind::Config,
            format!(
                "{} is served by {} at {}, for which this build has no connector; it knows: {}",
                self.domain,
                candidate.server_type.name(),
                candidate.server(),
                server_types.join(", "),
            ),
        )
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
            format!("no server of {} answers over trusted TLS; {}", self.domain, shown.join("; ")),
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

fn refused(kind: ErrorKind, message: String) -> Error {
    Error::new(kind, Side::Host, "find the server", message)
}

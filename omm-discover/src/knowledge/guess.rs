//! When nobody says anything: names that many servers have. Guesses, and said to be.

use super::Draft;
use crate::{
    address::Address,
    candidate::{Candidate, Knowledge, ServerType, Sureness},
    host,
};
use omm_core::seam::Tls;

/// Candidates by custom. All are below the domain, but for its mail exchanger, which often holds the mailboxes too.
pub(crate) fn guesses(address: &Address, exchangers: &[&str]) -> Vec<Candidate> {
    let domain = address.domain();
    let below = |label: &str| format!("{label}.{domain}");
    let mut imap = vec![below("imap"), below("mail"), domain.to_owned()];
    let mut pop = vec![below("pop"), below("pop3"), below("mail"), domain.to_owned()];
    if domain == "localhost" {
        // RFC 6761 §6.3: whatever is below it is this machine, too.
        (imap, pop) = (vec![domain.to_owned()], vec![domain.to_owned()]);
    }
    imap.extend(exchangers.first().and_then(|exchanger| host::public(exchanger)));
    let mut drafts = Vec::new();
    // RFC 8314 §3: TLS from the first byte before STARTTLS; never without either.
    for tls in [Tls::Required, Tls::StartTls] {
        drafts.extend(imap.iter().map(|host| draft(ServerType::Imap, host, tls)));
        drafts.extend(pop.iter().map(|host| draft(ServerType::Pop3, host, tls)));
    }
    crate::rank::without_doubles(drafts.into_iter().map(|draft| draft.candidate(address)).collect())
}

fn draft(server_type: ServerType, host: &str, tls: Tls) -> Draft {
    Draft::new(server_type, host, tls, Knowledge::Guess, Sureness::Guessed, "a name that many servers have")
        .remark("a guess, and so is the login: if it is refused, it may be the part before the @ alone")
}

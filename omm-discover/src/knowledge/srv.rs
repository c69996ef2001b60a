//! SRV records of mail services: RFC 6186 and RFC 8314 §5.1.

use super::{Draft, Evidence};
use crate::{
    candidate::{Knowledge, ServerType, Sureness},
    host,
};
use omm_core::seam::Tls;
use omm_net::Srv;

/// Targets of one service that are looked at.
const MOST_TARGETS: usize = 4;

/// A service that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Imaps,
    Imap,
    Pop3s,
    Pop3,
    Autodiscover,
}

impl Service {
    pub(crate) const ALL: [Self; 5] = [Self::Imaps, Self::Imap, Self::Pop3s, Self::Pop3, Self::Autodiscover];

    /// The label in front of `._tcp.DOMAIN`.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Imaps => "_imaps",
            Self::Imap => "_imap",
            Self::Pop3s => "_pop3s",
            Self::Pop3 => "_pop3",
            Self::Autodiscover => "_autodiscover",
        }
    }

    /// RFC 6186 §3.2: `_imap` may mean STARTTLS or nothing; nothing is not even considered here.
    pub(super) fn server(self) -> Option<(ServerType, Tls)> {
        match self {
            Self::Imaps => Some((ServerType::Imap, Tls::Required)),
            Self::Imap => Some((ServerType::Imap, Tls::StartTls)),
            Self::Pop3s => Some((ServerType::Pop3, Tls::Required)),
            Self::Pop3 => Some((ServerType::Pop3, Tls::StartTls)),
            Self::Autodiscover => None,
        }
    }
}

pub(super) fn drafts(evidence: &Evidence) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for service in Service::ALL {
        let Some((server_type, tls)) = service.server() else { continue };
        for (host, port) in evidence.targets(service) {
            let record = format!("SRV {}._tcp {host}", service.label());
            let mut draft = Draft::new(server_type, &host, tls, Knowledge::Srv, Sureness::Told, record);
            draft.port = port;
            drafts.push(draft);
        }
    }
    drafts
}

/// The lower priority first; among equal ones the heavier (RFC 2782 draws lots there, to spread the load of many; one
/// who asks once is served best by the one that is meant to be asked most). A target of `.` says that the service is
/// decidedly not available.
pub(super) fn targets(records: &[Srv]) -> Vec<(String, u16)> {
    let mut sorted: Vec<&Srv> = records.iter().collect();
    sorted.sort_by_key(|record| (record.priority, std::cmp::Reverse(record.weight)));
    let named = sorted.into_iter().filter_map(|record| {
        let host = host::public(&record.target).filter(|_| record.port != 0)?;
        Some((host, record.port))
    });
    named.take(MOST_TARGETS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(priority: u16, weight: u16, port: u16, target: &str) -> Srv {
        Srv { priority, weight, port, target: target.to_owned() }
    }

    #[test]
    fn priority_then_weight() {
        let records = [
            record(10, 0, 993, "c.example.org."),
            record(0, 1, 993, "b.example.org"),
            record(0, 9, 994, "A.example.org"),
        ];
        let hosts: Vec<_> = targets(&records);
        let expected = [("a.example.org", 994), ("b.example.org", 993), ("c.example.org", 993)];
        assert_eq!(hosts, expected.map(|(host, port)| (host.to_owned(), port)));
    }

    #[test]
    fn what_names_no_server() {
        for target in [".", "localhost", "192.0.2.1", ""] {
            assert_eq!(targets(&[record(0, 0, 993, target)]), [], "{target}");
        }
        assert_eq!(targets(&[record(0, 0, 0, "imap.example.org")]), []);
        let many: Vec<_> = (0..20).map(|at| record(at, 0, 993, "imap.example.org")).collect();
        assert_eq!(targets(&many).len(), MOST_TARGETS);
    }
}

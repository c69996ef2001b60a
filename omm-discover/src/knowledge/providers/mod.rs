//! A small table of large providers, with what a person must know before his password is accepted.
//!
//! Each row has the day on which it was compared with its sources, which stand beside it. `ISPDB` is Thunderbird's
//! database, <https://github.com/thunderbird/autoconfig/tree/master/ispdb>, as of 2026-03-12; facts were taken from it
//! (hosts, ports, the form of logins), no text. All rows: TLS from the first byte, ports 993 and 995.

mod europe;
mod world;

use super::{Draft, Login};
use crate::{
    candidate::{Knowledge, ServerType, Sureness},
    host,
};
use omm_core::seam::Tls;

/// A row of the table.
pub(super) struct Provider {
    pub(super) name: &'static str,
    /// The day of the comparison.
    pub(super) day: &'static str,
    pub(super) domains: &'static [&'static str],
    /// Mail exchangers, by what their names end with: also for domains of customers.
    pub(super) exchangers: &'static [&'static str],
    pub(super) imap: Option<&'static str>,
    pub(super) pop3: Option<&'static str>,
    pub(super) login: By,
    pub(super) remarks: &'static [&'static str],
}

/// Who logs in.
pub(super) enum By {
    Address,
    LocalPart,
}

fn table() -> impl Iterator<Item = &'static Provider> {
    world::TABLE.iter().chain(europe::TABLE)
}

/// The provider whose own domain this is.
pub(super) fn of_domain(domain: &str) -> Option<&'static Provider> {
    table().find(|row| row.domains.contains(&domain))
}

/// The provider that takes the mail of a domain, and the exchanger that says so. The most exact name wins: some
/// providers have a part of another one's domain.
pub(super) fn of_exchangers<'a>(exchangers: &[&'a str]) -> Option<(&'static Provider, &'a str)> {
    exchangers.iter().find_map(|exchanger| {
        let name = host::domain(exchanger)?;
        let endings = table().flat_map(|row| row.exchangers.iter().map(move |ending| (row, *ending)));
        let found = endings.filter(|(_, ending)| host::is_within(&name, ending));
        let (row, _) = found.max_by_key(|(_, ending)| ending.len())?;
        Some((row, *exchanger))
    })
}

/// Whether this is a server of the table.
pub(super) fn has_server(host: &str) -> bool {
    table().any(|row| row.imap == Some(host) || row.pop3 == Some(host))
}

impl Provider {
    pub(super) fn drafts(&self, source: Knowledge, sureness: Sureness, evidence: &str) -> Vec<Draft> {
        let servers = [(ServerType::Imap, self.imap), (ServerType::Pop3, self.pop3)];
        let draft = |(server_type, host): (ServerType, Option<&'static str>)| {
            let by = format!("{} ({evidence}, table of {})", self.name, self.day);
            let mut draft = Draft::new(server_type, host?, Tls::Required, source, sureness, by);
            draft.login = match self.login {
                // A customer's domain is no part of the provider's own names.
                By::LocalPart if source == Knowledge::Provider => Login::LocalPart,
                _ => Login::Address,
            };
            draft.remarks.extend(self.remarks.iter().map(|remark| (*remark).to_owned()));
            if source == Knowledge::ProviderByMx {
                draft.remarks.push(super::UNSIGNED.to_owned());
            }
            Some(draft)
        };
        servers.into_iter().filter_map(draft).collect()
    }

    /// What to say where there is no server to be named.
    pub(super) fn without_servers(&self) -> Vec<String> {
        match (self.imap, self.pop3) {
            (None, None) => self.remarks.iter().map(|remark| format!("{}: {remark}", self.name)).collect(),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_consistent() {
        let mut seen = std::collections::BTreeSet::new();
        for row in table() {
            assert_eq!(row.day.len(), "2026-11-27".len(), "{}", row.name);
            for domain in row.domains.iter().chain(row.exchangers) {
                assert_eq!(host::domain(domain).as_deref(), Some(*domain), "{}", row.name);
            }
            for domain in row.domains {
                assert!(seen.insert(*domain), "{domain} is in two rows");
            }
            for server in row.imap.iter().chain(&row.pop3) {
                assert_eq!(host::public(server).as_deref(), Some(*server), "{}", row.name);
            }
            assert!(row.imap.is_some() || !row.remarks.is_empty(), "{} says nothing", row.name);
        }
    }

    #[test]
    fn who_takes_the_mail() {
        for (exchanger, name) in [
            ("ASPMX.L.google.com.", Some("Gmail")),
            ("example-org.mail.protection.outlook.com", Some("Exchange Online")),
            ("outlook-com.olc.protection.outlook.com", Some("Outlook.com")),
            ("mx-eu.mail.am0.yahoodns.net", Some("Yahoo")),
            ("mx-aol.mail.gm0.yahoodns.net", Some("AOL")),
            ("in1-smtp.messagingengine.com", Some("Fastmail")),
            ("mx00.ionos.de", Some("IONOS")),
            ("spool.mail.gandi.net", Some("Gandi")),
            ("notgoogle.com", None),
            ("google.com.evil.example", None),
        ] {
            let found = of_exchangers(&[exchanger]).map(|(row, _)| row.name);
            assert_eq!(found, name, "{exchanger}");
        }
    }
}

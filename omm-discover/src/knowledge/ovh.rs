//! Mailboxes hosted by OVHcloud: MX Plan, Email Pro, hosted Exchange, Zimbra.
//!
//! All of them share their mail exchangers (`mx0` to `mx4.mail.ovh.net`), so MX alone says that it is OVHcloud and not
//! which. The zone's `_autodiscover._tcp` record does: OVHcloud has its customers point it at the server itself.
//!
//! | the zone names | product | servers | sure |
//! |---|---|---|---|
//! | `exN.mail.ovh.net`, `ex.mail.ovh.ca` | Exchange | the same host: EWS, IMAP, POP3 | known |
//! | `proN.mail.ovh.net`, `pro.mail.ovh.ca` | Email Pro | the same host: IMAP, POP3 | known |
//! | `zimbraN.mail.ovh.net` | Zimbra | `ssl0.ovh.net`: IMAP, POP3 | known |
//! | `ssl0.ovh.net`, `imap.mail.ovh.net`, `mailconfig.ovh.net` | MX Plan | `ssl0.ovh.net`: IMAP, POP3 | known |
//! | only the MX `mxN.mail.ovh.net`, `mxN.ovh.net`, `mxN.mail.ovh.ca` | one of them | as MX Plan | inferred |
//! | the MX `redirect.ovh.net` | redirections | as MX Plan | doubtful |
//!
//! OVHcloud makes most of these records for every domain that is registered there, and they stay when the owner changes
//! nothing but the MX to move his mail elsewhere. So they are doubtful when the preferred MX is another provider's of the
//! table, or could not be looked up: then they rank below what the MX says, and a person must agree.

use super::{Draft, Evidence, Service};
use crate::candidate::{Knowledge, ServerType, Sureness};
use omm_core::seam::Tls;

// Seen: zones of customers with `_autodiscover._tcp SRV 0 0 443` to mailconfig, zimbra1 and pro1, `_imaps._tcp` to
// ssl0 (2021 to 2026). The servers: https://github.com/ovh/docs, pages/web_cloud/email_and_collaborative_solutions
// (MX Plan and Zimbra: "imap.mail.ovh.net or ssl0.ovh.net; America and Asia: imap.mail.ovh.ca"), and
// https://github.com/ovh/ovhcloud-docs/pull/235 for ex.mail.ovh.ca (2026-06-19). Looked at on 2026-11-27.
const MX_PLAN: &str = "ssl0.ovh.net";
const MX_PLAN_CANADA: &str = "imap.mail.ovh.ca";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Product {
    Exchange,
    EmailPro,
    Zimbra,
    MxPlan,
    /// It is OVHcloud, but the name does not say what.
    Some,
    Redirections,
}

/// Why OVHcloud's records may not say where the mailbox is: where the mail goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    Elsewhere,
    Redirected,
    Unknown,
}

/// Which product a host serves; nothing for a host of somebody else.
pub(super) fn product(name: &str) -> Option<Product> {
    let (label, rest) = name.split_once('.')?;
    let word = label.trim_end_matches(|digit: char| digit.is_ascii_digit());
    match (word, rest) {
        ("ex", "mail.ovh.net" | "mail.ovh.ca") => Some(Product::Exchange),
        ("pro", "mail.ovh.net" | "mail.ovh.ca") => Some(Product::EmailPro),
        ("zimbra", "mail.ovh.net" | "mail.ovh.ca") => Some(Product::Zimbra),
        ("imap" | "pop", "mail.ovh.net" | "mail.ovh.ca") => Some(Product::MxPlan),
        ("ssl" | "mailconfig", "ovh.net") => Some(Product::MxPlan),
        ("mx", "mail.ovh.net" | "mail.ovh.ca" | "ovh.net") => Some(Product::Some),
        ("redirect", "ovh.net") => Some(Product::Redirections),
        _ => None,
    }
}

/// Whether the zone contradicts its own records of OVHcloud. `by_mx`: the mail goes to a provider of the table.
pub(super) fn doubt(evidence: &Evidence, by_mx: bool) -> Option<Doubt> {
    let exchangers = evidence.preferred_exchangers();
    if exchangers.iter().any(|host| product(host) == Some(Product::Redirections)) {
        return Some(Doubt::Redirected);
    }
    match (by_mx, evidence.are_exchangers_unknown) {
        (true, _) => Some(Doubt::Elsewhere),
        (false, true) => Some(Doubt::Unknown),
        (false, false) => None,
    }
}

pub(super) fn drafts(evidence: &Evidence, doubt: Option<Doubt>) -> Vec<Draft> {
    let mut named = Vec::new();
    for service in Service::ALL {
        let record = format!("SRV {}._tcp", service.label());
        named.extend(evidence.targets(service).into_iter().map(|(host, _)| (host, record.clone())));
    }
    let by_mx = evidence.preferred_exchangers().into_iter();
    named.extend(by_mx.map(|host| (host.to_owned(), "MX".to_owned())));

    let of_ovh = named.into_iter().filter_map(|(host, record)| {
        let product = product(&host)?;
        Some((rank(product), product, host, record))
    });
    // The name that says most decides.
    let Some((_, product, host, record)) = of_ovh.min_by_key(|(rank, ..)| *rank) else { return Vec::new() };
    let drafts = servers(product, &host, &format!("{record} {host}"));
    match doubt {
        Some(doubt) => drafts.into_iter().map(|draft| doubtful(draft, doubt)).collect(),
        None => drafts,
    }
}

fn doubtful(mut draft: Draft, doubt: Doubt) -> Draft {
    (draft.source, draft.sureness) = (Knowledge::OvhcloudDoubtful, Sureness::Told);
    // The reason of the doubt is the first to be read.
    let why = match doubt {
        Doubt::Elsewhere => "OVHcloud, but the mail goes to another provider: its records may be left over",
        Doubt::Redirected => {
            "OVHcloud redirections: this MX has no mailboxes; there is one only if another service has it"
        }
        Doubt::Unknown => "OVHcloud, but who takes the mail could not be looked up",
    };
    draft.remarks.insert(0, why.to_owned());
    draft
}

fn rank(product: Product) -> u8 {
    match product {
        Product::Exchange | Product::EmailPro | Product::Zimbra => 0,
        Product::MxPlan => 1,
        Product::Some => 2,
        Product::Redirections => 3,
    }
}

fn servers(product: Product, named: &str, evidence: &str) -> Vec<Draft> {
    let canada = named.ends_with(".ovh.ca");
    let shared = if canada { MX_PLAN_CANADA } else { MX_PLAN };
    let (host, sureness) = match product {
        Product::Exchange | Product::EmailPro => (named, Sureness::Known),
        Product::Zimbra | Product::MxPlan => (shared, Sureness::Known),
        Product::Some | Product::Redirections => (shared, Sureness::Inferred),
    };
    let exchange = (product == Product::Exchange).then_some(ServerType::Ews);
    let types = exchange.into_iter().chain([ServerType::Imap, ServerType::Pop3]);
    types
        .map(|server_type| {
            let draft = Draft::new(server_type, host, Tls::Required, Knowledge::Ovhcloud, sureness, evidence);
            draft.remark(remark(product)).remark(super::UNSIGNED)
        })
        .collect()
}

fn remark(product: Product) -> &'static str {
    match product {
        Product::Exchange => "OVHcloud Exchange",
        Product::EmailPro => "OVHcloud Email Pro",
        Product::Zimbra => "OVHcloud Zimbra; contacts and calendars are not reached by IMAP",
        Product::MxPlan => "OVHcloud MX Plan",
        Product::Some => {
            "OVHcloud, probably MX Plan: its MX are shared by all products; if the login is refused, the control panel \
             names the server (exN.mail.ovh.net for Exchange, proN.mail.ovh.net for Email Pro)"
        }
        Product::Redirections => "if there is a mailbox, it is probably one of MX Plan",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_ovhcloud() {
        for (host, expected) in [
            ("ex5.mail.ovh.net", Some(Product::Exchange)),
            ("ex.mail.ovh.ca", Some(Product::Exchange)),
            ("pro1.mail.ovh.net", Some(Product::EmailPro)),
            ("zimbra1.mail.ovh.net", Some(Product::Zimbra)),
            ("ssl0.ovh.net", Some(Product::MxPlan)),
            ("mailconfig.ovh.net", Some(Product::MxPlan)),
            ("mx4.mail.ovh.net", Some(Product::Some)),
            ("mx1.ovh.net", Some(Product::Some)),
            ("redirect.ovh.net", Some(Product::Redirections)),
            ("example.mail.ovh.net", None),
            ("ex5.mail.ovh.net.evil.example", None),
            ("ex5.evil.example", None),
        ] {
            assert_eq!(product(host), expected, "{host}");
        }
    }
}

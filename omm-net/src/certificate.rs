//! What is wrong with a certificate, in words, with the remedy.

use crate::{Endpoint, trusted::is_issuer_as_server};
use chrono::DateTime;
use rustls::CertificateError;
use rustls_pki_types::UnixTime;

pub(crate) fn complaint(endpoint: &Endpoint, error: &CertificateError) -> String {
    use CertificateError::*;
    let (address, host) = (endpoint.address(), endpoint.bare_host());
    match error {
        ExpiredContext { not_after, .. } => format!(
            "the certificate of {address} expired on {}; its administrator must renew it, and this machine's clock \
             must be right",
            day(*not_after)
        ),
        Expired => format!(
            "the certificate of {address} has expired; its administrator must renew it, and this machine's clock \
             must be right"
        ),
        NotValidYetContext { not_before, .. } => format!(
            "the certificate of {address} is only valid from {} on; check this machine's clock",
            day(*not_before)
        ),
        NotValidYet => {
            format!("the certificate of {address} is not valid yet; check this machine's clock")
        }
        NotValidForNameContext { presented, .. } if !presented.is_empty() => {
            format!(
                "the certificate of {address} is for {}, not for {host}; use a name it has",
                names(presented)
            )
        }
        NotValidForName | NotValidForNameContext { .. } => {
            format!("the certificate of {address} is not for {host}; use a name it has")
        }
        UnknownIssuer => format!(
            "the certificate of {address} is signed by nobody this machine trusts; if it is right, give its \
             issuer's certificate with --ca-file (option ca_file)"
        ),
        BadSignature => format!(
            "the certificate of {address} is not signed by the issuer it names, as we know it; if the issuer has a \
             new certificate, give that with --ca-file (option ca_file)"
        ),
        Revoked => {
            format!("the certificate of {address} has been revoked; its administrator must replace it")
        }
        other if is_issuer_as_server(other) => format!(
            "the certificate of {address} is signed by itself, as an issuer's; if it is right, give that very \
             certificate with --ca-file (option ca_file)"
        ),
        other => format!("the certificate of {address} is not accepted: {other}"),
    }
}

fn day(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).ok();
    match seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0)) {
        Some(moment) => moment.format("%Y-%m-%d").to_string(),
        None => "a day out of range".to_owned(),
    }
}

/// rustls names them as `DnsName("mail.example.com")`.
fn names(presented: &[String]) -> String {
    let bare = |name: &String| {
        let inside = name.split_once('(').map_or(name.as_str(), |(_, rest)| rest.trim_end_matches(')'));
        let name = inside.trim_matches('"');
        name.chars().filter(|letter| !letter.is_control()).take(255).collect::<String>()
    };
    let mut names: Vec<String> = presented.iter().take(5).map(bare).collect();
    if presented.len() > names.len() {
        names.push(format!("{} more", presented.len() - names.len()));
    }
    names.join(", ")
}

//! ATTENDEE of vCalendar 1.0: a name, an address or both, and who is the owner.

use crate::{line::Line, read::old::Old};

/// ATTENDEE or ORGANIZER (RFC 5545 §3.8.4.1, §3.8.4.3).
pub(super) fn translate(old: &Old) -> Vec<String> {
    let text = old.text();
    let (name, address) = parts(&text);
    let param = |name: &str| old.param(name).unwrap_or_default().to_ascii_uppercase();
    let role = param("ROLE");
    let mut attendee = Line::new("ATTENDEE").param("CN", name);
    let role_now = match (role.as_str(), param("EXPECT").as_str()) {
        ("ORGANIZER" | "OWNER", _) => "CHAIR",
        (_, "FYI") | ("DELEGATE", _) => "NON-PARTICIPANT",
        (_, "REQUEST") => "OPT-PARTICIPANT",
        ("", "") => "",
        _ => "REQ-PARTICIPANT",
    };
    let status = match param("STATUS").as_str() {
        "ACCEPTED" | "CONFIRMED" => "ACCEPTED",
        "DECLINED" => "DECLINED",
        "TENTATIVE" => "TENTATIVE",
        "DELEGATED" => "DELEGATED",
        "COMPLETED" => "COMPLETED",
        "NEEDS ACTION" | "NEEDS-ACTION" | "SENT" => "NEEDS-ACTION",
        _ => "",
    };
    let rsvp = match param("RSVP").as_str() {
        "YES" | "TRUE" => "TRUE",
        "NO" | "FALSE" => "FALSE",
        _ => "",
    };
    attendee = attendee.param("ROLE", role_now).param("PARTSTAT", status).param("RSVP", rsvp);
    let attendee = attendee.plain(&address).unfolded().to_owned();
    if matches!(role.as_str(), "OWNER" | "ORGANIZER") {
        let organizer = Line::new("ORGANIZER").param("CN", name).plain(&address).unfolded().to_owned();
        return vec![organizer, attendee];
    }
    vec![attendee]
}

/// `John Smith <jsmith@example.com>` → both; the address as a URI, which RFC 5545 wants.
fn parts(text: &str) -> (&str, String) {
    let text = text.trim();
    let (name, address) = match text.rsplit_once('<') {
        Some((name, rest)) => (name.trim().trim_matches('"'), rest.trim_end_matches('>').trim()),
        None => ("", text),
    };
    let lower = address.to_ascii_lowercase();
    let is_uri = ["mailto:", "http:", "https:", "cid:", "tel:", "urn:", "invalid:"]
        .iter()
        .any(|s| lower.starts_with(s));
    if is_uri {
        (name, address.to_owned())
    } else if address.contains('@') {
        (name, format!("mailto:{}", address.replace(' ', "")))
    } else {
        // A name and nothing else: RFC 5545 wants an address all the same.
        (if name.is_empty() { address } else { name }, "invalid:nomail".to_owned())
    }
}

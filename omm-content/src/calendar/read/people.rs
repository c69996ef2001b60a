//! Organizer, attendees, and where an event can be joined.

use super::Context;
use crate::{
    calendar::{Attendee, Conference, Entry, Part, Person, Role},
    loss::Lost,
    read::component::{Property, decode_uri},
};

/// Whether it is somebody, or a link to join by.
pub(super) fn take(property: &Property, entry: &mut Entry, context: &mut Context<'_>) -> bool {
    match property.name.as_str() {
        "ORGANIZER" if entry.organizer.is_none() => {
            context.parameters(property, &["CN", "EMAIL"]);
            entry.organizer = Some(person(property, context));
        }
        "ATTENDEE" => {
            let attendee = attendee(property, context);
            entry.attendees.push(attendee);
        }
        "CONFERENCE" => {
            context.parameters(property, &["LABEL", "FEATURE"]);
            let features = property.params("FEATURE");
            if features.iter().any(|feature| !feature.eq_ignore_ascii_case("VIDEO")) {
                context.lose("CONFERENCE", Lost::Parameter, &format!("FEATURE={}", features.join(",")));
            }
            entry.conferences.push(Conference {
                uri: property.value().trim().to_owned(),
                label: property.words("LABEL").unwrap_or_default(),
            });
        }
        _ => return false,
    }
    true
}

/// RFC 5545 §3.3.3: a mailto URI (RFC 6068 §2). Apple's servers name principals, and the address in EMAIL.
fn person(property: &Property, context: &mut Context<'_>) -> Person {
    let name = property.words("CN").filter(|name| !name.is_empty());
    let uri = property.value().trim();
    let mail = uri.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:"));
    let address = mail.and_then(|scheme| uri.get(scheme.len()..)).map(|address| {
        // Seen: `mailto:a@example.org?subject=x`.
        decode_uri(address.split('?').next().unwrap_or_default().trim())
    });
    let email = || property.param("EMAIL").filter(|email| email.contains('@'));
    // Seen: an address without a scheme.
    let bare = || (uri.contains('@') && !uri.contains([':', '/', ' '])).then(|| uri.to_owned());
    let address = address.filter(|address| !address.is_empty()).or_else(email).or_else(bare);
    if address.is_none() && !is_nobody(uri) {
        context.lose(&property.name, Lost::Address, uri);
    }
    Person { name, address }
}

/// [MS-OXCICAL] §2.1.3.1.1.20.2: what Exchange writes for somebody without an address.
fn is_nobody(uri: &str) -> bool {
    uri.is_empty() || uri.eq_ignore_ascii_case("invalid:nomail") || uri.eq_ignore_ascii_case("mailto:")
}

fn attendee(property: &Property, context: &mut Context<'_>) -> Attendee {
    context.parameters(property, &["CN", "EMAIL", "CUTYPE", "ROLE", "PARTSTAT", "RSVP"]);
    Attendee {
        person: person(property, context),
        role: role(property, context),
        part: part(property, context),
        rsvp: property.has("RSVP", "TRUE"),
    }
}

/// RFC 5545 §3.2.3, §3.2.16.
fn role(property: &Property, context: &mut Context<'_>) -> Role {
    let kind = property.param("CUTYPE").unwrap_or_default().to_ascii_uppercase();
    let role = property.param("ROLE").unwrap_or_default().to_ascii_uppercase();
    match kind.as_str() {
        "" | "INDIVIDUAL" | "UNKNOWN" => {}
        "RESOURCE" if role == "NON-PARTICIPANT" => return Role::Resource,
        "RESOURCE" | "ROOM" => {
            let other = kind == "ROOM" || !matches!(role.as_str(), "" | "REQ-PARTICIPANT");
            if other {
                context.lose("ATTENDEE", Lost::Word, format!("{kind} {role}").trim());
            }
            return Role::Resource;
        }
        other => context.lose("ATTENDEE", Lost::Word, other),
    }
    match role.as_str() {
        "CHAIR" => Role::Chair,
        "" | "REQ-PARTICIPANT" => Role::Required,
        "OPT-PARTICIPANT" => Role::Optional,
        other => {
            context.lose("ATTENDEE", Lost::Word, other);
            // Who is told and does not take part may come.
            if other == "NON-PARTICIPANT" { Role::Optional } else { Role::Required }
        }
    }
}

/// RFC 5545 §3.2.12.
fn part(property: &Property, context: &mut Context<'_>) -> Part {
    let word = property.param("PARTSTAT").unwrap_or_default().to_ascii_uppercase();
    match word.as_str() {
        "" | "NEEDS-ACTION" => Part::NeedsAction,
        "ACCEPTED" => Part::Accepted,
        "TENTATIVE" => Part::Tentative,
        "DECLINED" => Part::Declined,
        other => {
            context.lose("ATTENDEE", Lost::Word, other);
            // Who works on a task, or has done it, has taken it.
            if matches!(other, "COMPLETED" | "IN-PROCESS") { Part::Accepted } else { Part::NeedsAction }
        }
    }
}

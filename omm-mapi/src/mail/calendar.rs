//! The invitation in a meeting message, for programs: an alternative to its text (RFC 6047 §2.4).

use super::entity::Entity;
use crate::{event, object::Message};

/// The iCalendar part of a meeting request, response or cancellation; nothing for other messages.
pub(super) fn part(message: &dyn Message, class: &str) -> Option<Entity> {
    let method = method(class)?;
    let calendar = event::meeting_part(message)?;
    Some(Entity::text("calendar", "utf-8", calendar.into_bytes(), &[("method", method)]))
}

/// [MS-OXOCAL] §2.2.5 to §2.2.9: what a class asks, in the words of RFC 5546 §1.4.
fn method(class: &str) -> Option<&'static str> {
    let kind = class.strip_prefix("ipm.schedule.meeting.")?;
    match kind.split('.').next() {
        Some("request") => Some("REQUEST"),
        Some("resp") => Some("REPLY"),
        Some("canceled") => Some("CANCEL"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods() {
        for (class, expected) in [
            ("ipm.schedule.meeting.request", Some("REQUEST")),
            ("ipm.schedule.meeting.resp.pos", Some("REPLY")),
            ("ipm.schedule.meeting.canceled", Some("CANCEL")),
            ("ipm.schedule.meeting.notification.forward", None),
            ("ipm.note", None),
        ] {
            assert_eq!(method(class), expected);
        }
    }
}

//! The invitation in a meeting message, for programs: an alternative to its text (RFC 6047 §2.4).

use super::entity::Entity;
use crate::{event, object::Message};

/// The iCalendar part of a meeting request, response or cancellation; nothing for other messages.
pub(super) fn part(message: &dyn Message) -> Option<Entity> {
    let part = event::meeting_part(message)?;
    // RFC 6047 §2.4: the parameter says what METHOD in the calendar says.
    Some(Entity::text("calendar", "utf-8", part.text.into_bytes(), &[("method", part.method)]))
}

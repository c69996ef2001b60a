//! A notice: an event, of whom it tells, and to whom it goes.

use super::{Event, Key};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// An event that is to be told.
///
/// The same event gives the same notice, also after a kill: `occurrence` is what tells two runs of one migration apart, so
/// it comes from what is durable (the number of the sync point, the owner's epoch), never from a clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What happened.
    pub event: Event,
    /// To what.
    pub about: About,
    /// The how manieth of its kind it is.
    pub occurrence: u64,
    /// When it happened. The key does not depend on it.
    pub at: DateTime<Utc>,
    /// Who is told. Each of them once, and each is told whatever becomes of the others.
    pub to: Vec<Recipient>,
}

/// The migration or project that a notice tells of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The project's id.
    pub project: Option<String>,
    /// The migration's id; nothing where the project itself is meant.
    pub migration: Option<String>,
    /// What people call it.
    pub name: String,
    /// Where it can be seen. Only `http:` and `https:` are shown.
    pub link: Option<String>,
}

/// Who is told, and in which language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// Where.
    pub address: Address,
    /// As in BCP 47: `en`, `fr-CA`. Where there are no templates for it, those of the language, else English ones.
    pub locale: String,
}

/// Where a notice goes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Address {
    /// A mailbox: `user@example.org`.
    Mail(String),
    /// A webhook by the name that the host gave it. Its URL is not stored: URLs hold tokens.
    Webhook(String),
}

/// The ways on which a notice can leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// E-mail.
    Mail,
    /// HTTP.
    Webhook,
}

impl Notice {
    /// What this event is known by at this recipient.
    pub fn key(&self, address: &Address) -> Key {
        let reason = match &self.event {
            Event::NeedsPerson { trouble } => trouble.reason.name(),
            _ => "",
        };
        let occurrence = self.occurrence.to_string();
        let (channel, place) = address.parts();
        let about = &self.about;
        Key::of(&[
            about.project.as_deref().unwrap_or_default(),
            about.migration.as_deref().unwrap_or_default(),
            self.event.name(),
            reason,
            &occurrence,
            channel,
            place,
        ])
    }
}

impl About {
    /// A migration that stands alone.
    pub fn migration(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { migration: Some(id.into()), name: name.into(), ..Self::default() }
    }

    /// A project.
    pub fn project(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { project: Some(id.into()), name: name.into(), ..Self::default() }
    }

    /// The id that people are told: the migration's, else the project's.
    pub fn id(&self) -> &str {
        self.migration.as_deref().or(self.project.as_deref()).unwrap_or_default()
    }
}

impl Recipient {
    /// By e-mail.
    pub fn mail(address: impl Into<String>, locale: impl Into<String>) -> Self {
        Self { address: Address::Mail(address.into()), locale: locale.into() }
    }

    /// By a webhook.
    pub fn webhook(name: impl Into<String>) -> Self {
        Self { address: Address::Webhook(name.into()), locale: "en".to_owned() }
    }
}

impl Address {
    /// How it is reached.
    pub fn channel(&self) -> Channel {
        match self {
            Self::Mail(_) => Channel::Mail,
            Self::Webhook(_) => Channel::Webhook,
        }
    }

    fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Mail(address) => ("mail", address),
            Self::Webhook(name) => ("webhook", name),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (channel, place) = self.parts();
        write!(f, "{channel}:{place}")
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mail => "mail",
            Self::Webhook => "webhook",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::{Reason, Trouble};
    use omm_core::error::Side;

    fn notice() -> Notice {
        let about = About { project: Some("p".to_owned()), ..About::migration("m", "Ann") };
        Notice { event: Event::Started, about, occurrence: 1, at: DateTime::UNIX_EPOCH, to: Vec::new() }
    }

    fn trouble(reason: Reason, remedy: &str) -> Event {
        Event::NeedsPerson { trouble: Trouble { reason, side: Side::Source, remedy: remedy.to_owned() } }
    }

    #[test]
    fn the_key_is_what_the_event_is_and_nothing_else() {
        let ann = Address::Mail("ann@example.org".to_owned());
        let key = |notice: &Notice| notice.key(&ann);
        let later = Notice { at: DateTime::<Utc>::MAX_UTC, ..notice() };
        let renamed =
            Notice { about: About { name: "Bob".to_owned(), link: None, ..notice().about }, ..notice() };
        let told = |event| key(&Notice { event, ..notice() });
        assert_eq!(key(&notice()), key(&later));
        assert_eq!(key(&notice()), key(&renamed));
        assert_eq!(told(trouble(Reason::Other, "a")), told(trouble(Reason::Other, "b")));
        assert_ne!(told(trouble(Reason::Other, "a")), told(trouble(Reason::FullMailbox, "a")));
        assert_ne!(key(&notice()), key(&Notice { occurrence: 2, ..notice() }));
        assert_ne!(key(&notice()), told(Event::Created));
        assert_ne!(notice().key(&ann), notice().key(&Address::Webhook("ann@example.org".to_owned())));
        // Where one field ends and the next begins is part of it.
        let of = |project: &str, migration: &str| {
            let about = About { project: Some(project.to_owned()), ..About::migration(migration, "") };
            key(&Notice { about, ..notice() })
        };
        assert_ne!(of("ab", "c"), of("a", "bc"));
    }
}

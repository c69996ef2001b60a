//! Whether somebody has changed a copy since we made it, as far as the copy itself tells: after a crash nobody has seen the state
//! in which it was made.
//!
//! The server notes when an item was made (DateTimeCreated) and when it was changed last (LastModifiedTime). What one request
//! makes is not changed later by us; on what needs more requests, or has other marks since, the last one leaves the time.
//!
//! | seal         | meaning                                                                                     |
//! |--------------|---------------------------------------------------------------------------------------------|
//! | `1 T`        | our last change was made at the time T, by the server's clock                                |
//! | `1 T S`      | likewise, upon the state S in which the copy was ours: a change of marks whose answer was lost |
//! | `1 -`        | when it was is not known, so that nothing can be told                                        |
//! | `1 touched`  | when this was put on it, somebody had changed it already                                     |

use crate::ops::{Item, OMM_SEAL, Update};
use chrono::{DateTime, TimeDelta, Utc};
use omm_core::model::Revision;

/// What one request makes has both of its times from one clock. Seen: two seconds between them at most, in recorded answers of
/// Exchange 2007 to Online.
const OF_ONE_REQUEST: TimeDelta = TimeDelta::seconds(2);
/// A seal tells what the machine showed that answered, before the change was made; the time of the change may be another
/// machine's.
const OF_A_SEAL: TimeDelta = TimeDelta::seconds(15);

/// What a copy carries of our last change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seal {
    time: Time,
    /// In which state the copy was before, if that was ours.
    upon: Option<Revision>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Time {
    Known(DateTime<Utc>),
    Unknown,
    Touched,
}

impl Seal {
    /// Of a change that is made at this time by the server's clock.
    pub(crate) fn at(time: Option<DateTime<Utc>>) -> Self {
        Self { time: time.map_or(Time::Unknown, Time::Known), upon: None }
    }

    /// Of one that somebody else had changed before.
    pub(crate) fn touched() -> Self {
        Self { time: Time::Touched, upon: None }
    }

    /// The same upon a state that was ours.
    pub(crate) fn upon(self, state: Option<Revision>) -> Self {
        Self { upon: state, ..self }
    }

    /// Whether our last change was made upon this state.
    pub(crate) fn is_upon(&self, state: &Revision) -> bool {
        self.upon.as_ref() == Some(state)
    }

    /// As the item carries it.
    pub(crate) fn text(&self) -> String {
        let time = match self.time {
            Time::Known(time) => time.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            Time::Unknown => "-".to_owned(),
            Time::Touched => "touched".to_owned(),
        };
        match &self.upon {
            Some(state) => format!("1 {time} {state}"),
            None => format!("1 {time}"),
        }
    }

    /// What an item says.
    pub(crate) fn read(item: &Item) -> Option<Self> {
        let text = OMM_SEAL.text(&item.element)?;
        let mut words = text.strip_prefix("1 ")?.splitn(2, ' ');
        let time = match words.next()? {
            "-" => Time::Unknown,
            "touched" => Time::Touched,
            time => Time::Known(DateTime::parse_from_rfc3339(time).ok()?.to_utc()),
        };
        Some(Self { time, upon: words.next().map(Revision::new) })
    }

    /// What puts it on an item of this kind (`t:Message`).
    pub(crate) fn update(&self, kind: &'static str) -> Update {
        let text = self.text();
        Update::set(OMM_SEAL, kind, |writer| OMM_SEAL.write_value(&text, writer))
    }
}

/// Whether an item of a copy was changed since, by somebody else. The seal is on the copy's first item.
///
/// Nothing of EWS tells more: a change key is known only behind the change that makes it, it is the same kind for everybody's
/// changes, and who changed an item last (LastModifiedName) is the owner when we log in as he does. So the time is short, and
/// whoever asks looks at the body of what seems to be touched: one that is as it was sent is ours all the same.
pub(crate) fn is_touched(item: &Item, seal: Option<&Seal>) -> bool {
    let time = |name: &str| item.moment(name).map(|moment| moment.utc());
    let (sealed, grace) = match seal.map(|seal| seal.time) {
        Some(Time::Touched) => return true,
        Some(Time::Unknown) => return false,
        Some(Time::Known(sealed)) => (Some(sealed), OF_A_SEAL),
        None => (None, OF_ONE_REQUEST),
    };
    let finished = time("DateTimeCreated").max(sealed);
    let changed = time("LastModifiedTime");
    finished.zip(changed).is_some_and(|(finished, changed)| changed - finished > grace)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::trial::element;

    fn item(created: &str, changed: &str, seal: &str) -> Item {
        Item::read(&element(&format!(
            "<Message><ItemId Id='a'/><DateTimeCreated>{created}</DateTimeCreated><LastModifiedTime>{changed}</LastModifiedTime>\
             <ExtendedProperty><ExtendedFieldURI DistinguishedPropertySetId='PublicStrings' PropertyName='omm-seal' \
             PropertyType='String'/><Value>{seal}</Value></ExtendedProperty></Message>"
        )))
        .expect("an item")
    }

    #[test]
    fn seals_are_read_as_they_are_written() {
        let time = DateTime::from_timestamp(1_700_000_000, 0);
        for (seal, text) in [
            (Seal::at(time), "1 2023-11-14T22:13:20Z"),
            (Seal::at(time).upon(Some(Revision::new("12 3"))), "1 2023-11-14T22:13:20Z 12 3"),
            (Seal::at(None), "1 -"),
            (Seal::touched(), "1 touched"),
        ] {
            assert_eq!(seal.text(), text);
            assert_eq!(Seal::read(&item("", "", text)), Some(seal));
        }
        for text in ["", "1", "2 -", "1 soon"] {
            assert_eq!(Seal::read(&item("", "", text)), None, "{text}");
        }
    }

    /// Kills: a change of somebody else's that is taken for ours; one of ours that is not.
    #[test]
    fn what_was_changed_later_than_we_did() {
        let (at, late) = ("2024-01-01T10:00:00Z", "2024-01-01T10:02:00Z");
        for (created, changed, seal, touched) in [
            (at, at, "", false),
            (at, "2024-01-01T10:00:02Z", "", false),
            (at, "2024-01-01T10:00:03Z", "", true),
            (at, late, "", true),
            (at, late, "1 2024-01-01T10:01:45Z", false),
            (at, late, "1 2024-01-01T10:01:44Z", true),
            // Two machines: one lags behind.
            (at, "2024-01-01T10:00:10Z", "1 2024-01-01T09:59:50Z", false),
            // A stream brings along when its item was made elsewhere.
            ("2020-01-01T10:00:00Z", late, "1 2024-01-01T10:01:45Z", false),
            ("2020-01-01T10:00:00Z", late, "1 -", false),
            (at, at, "1 touched", true),
            ("", late, "", false),
            (at, "", "", false),
        ] {
            let item = item(created, changed, seal);
            assert_eq!(is_touched(&item, Seal::read(&item).as_ref()), touched, "{created} {changed} {seal}");
        }
    }
}

//! Mail: the body is MIME as the server keeps it; this is what stands beside it.
//!
//! Messages that are not IPM.Note travel in the same way: signed and encrypted ones, reports, invitations and answers to
//! them (IPM.Schedule…), whose meeting is a part of their MIME. They are mail, not appointments.
//!
//! # What becomes of each field
//!
//! | field | where it goes |
//! |---|---|
//! | MimeContent | the message, byte for byte |
//! | PidTagMessageDeliveryTime, DateTimeReceived | when it was received |
//! | IsRead | `\Seen` |
//! | PidTagMessageFlags (mfUnsent), IsDraft | `\Draft` |
//! | PidTagLastVerbExecuted, PidTagIconIndex | `\Answered`, `$Forwarded` |
//! | PidTagFlagStatus, Flag | `\Flagged`; what is marked as done is no mark any more |
//! | Categories | keywords, as atoms (RFC 9051 §9) |
//! | Importance, Sensitivity, receipts asked for | in MIME already; on the way in the server reads them there |

mod flags;

pub(crate) use flags::{PROPERTIES, RECEIPTS};

use super::{draft::Draft, moment, node::Node, order::Schema, words};
use crate::{
    ops::{ExtendedPath, PropertyType},
    xml::{Element, STREAM},
};
use chrono::{DateTime, Utc};
use omm_core::model::{Body, FlagDelta, Flags, Received, SystemFlag};

/// PidTagMessageDeliveryTime ([MS-OXOMSG] §2.2.3.9).
pub(super) const DELIVERED: ExtendedPath = ExtendedPath::tag(0x0E06, PropertyType::SystemTime);
/// PidTagClientSubmitTime ([MS-OXOMSG] §2.2.3.11).
const SUBMITTED: ExtendedPath = ExtendedPath::tag(0x0039, PropertyType::SystemTime);

/// What stands beside the MIME of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mail {
    /// When it was received.
    pub(crate) received: Option<Received>,
    /// When it was sent, if the reader of its header knows. On the way in alone.
    pub(crate) sent: Option<DateTime<Utc>>,
    /// Its flags and keywords.
    pub(crate) flags: Flags,
    /// As the server counts it, in bytes; a hint.
    pub(crate) size: Option<u64>,
    /// IPM.Note and such. On the way out alone.
    pub(crate) class: String,
    /// Which of the streams of the answer is its MIME.
    pub(crate) stream: Option<usize>,
}

/// Reads a message: an item of any element.
pub(crate) fn mail(item: &Element) -> Mail {
    let delivered = DELIVERED.text(item).and_then(|text| moment::instant(&text));
    let received = delivered.or_else(|| words::time(item, "DateTimeReceived"));
    let received = received.or_else(|| words::time(item, "DateTimeSent"));
    let stream = item.child("MimeContent").and_then(|mime| mime.attribute(STREAM));
    Mail {
        received: received.map(|time| time.fixed_offset()),
        sent: None,
        flags: flags::read(item),
        size: item.text_of("Size").and_then(|size| size.parse().ok()),
        class: words::word(item, "ItemClass"),
        stream: stream.and_then(|number| number.parse().ok()),
    }
}

/// Makes a message that is no draft, unless it is one, and has the dates and marks that it had.
pub(crate) fn draft(mail: &Mail, mime: Body) -> Draft {
    let mut draft = Draft::new(Schema::Message);
    draft.set("item:MimeContent", Node::base64("t:MimeContent", mime));
    let received = mail.received.map(|time| time.to_utc());
    for (property, time) in [(DELIVERED, received), (SUBMITTED, mail.sent)] {
        if let Some(time) = time {
            draft.property(property, &moment::written(time.naive_utc()));
        }
    }
    flags::write(&mail.flags, &mut draft);
    draft
}

/// What changes the flags of a message that is there already. Whether a message is a draft was settled when it was made.
pub(crate) fn changes(item: &Element, delta: &FlagDelta) -> Draft {
    let without_draft = |mut flags: Flags| {
        flags.remove(SystemFlag::Draft);
        flags
    };
    let now = without_draft(flags::read(item));
    flags::changes(&words::list(item, "Categories"), &now, &without_draft(delta.apply(&now)))
}

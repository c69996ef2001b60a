//! From a MAPI item to its interchange form: which converter takes which item.

mod budget;

use crate::{
    contact,
    error::Result,
    event, group, journal, mail, note,
    object::Message,
    property::{Properties, tag},
    task, text,
};
use omm_content::pieces::Pieces;
use omm_core::model::{Flags, ItemKind, Received};
use std::sync::Arc;

pub(crate) use budget::{Budget, MOST_ATTACHMENTS};

/// What the reader of an account chose.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// Contacts as vCard 3.0 (RFC 2426) instead of 4.0 (RFC 6350).
    pub vcard_3: bool,
    /// Notes and journal entries as mail instead of VJOURNAL.
    pub notes_as_mail: bool,
    /// Attachments whose bytes cannot be read are replaced by a line of text that says so. Without it such an item
    /// fails; readers ask a second time with it.
    pub without_damaged: bool,
    /// How many messages this one lies in.
    pub(crate) depth: u8,
    /// What the item may hold, and all that lies in it together.
    pub(crate) budget: Arc<Budget>,
}

/// How deep messages may lie in one another: deeper than people forward them.
pub(crate) const DEEPEST: u8 = 16;

impl Options {
    /// The same for an item of its own: nothing of its budget is spent.
    pub(crate) fn for_an_item(&self) -> Self {
        Self { depth: 0, budget: Arc::default(), ..self.clone() }
    }

    /// The same for a message inside this one; nothing if it lies too deep.
    pub(crate) fn inside(&self) -> Option<Self> {
        (self.depth < DEEPEST).then(|| Self { depth: self.depth + 1, ..self.clone() })
    }

    /// The same for a message that is attached to this one and becomes a message of its own.
    ///
    /// # Errors
    /// If it lies too deep, or is one too many: a file of some kilobytes may name the same message a million times.
    pub(crate) fn attached(&self) -> Result<Self, &'static str> {
        let inside = self.inside().ok_or("it lies too deep in other messages")?;
        if inside.budget.take_message() {
            Ok(inside)
        } else {
            Err("more messages lie in this one than in any")
        }
    }
}

/// An item in its interchange form.
#[derive(Debug)]
#[non_exhaustive]
pub struct Converted {
    /// What it is.
    pub kind: ItemKind,
    /// Its body; large parts are read while it is.
    pub body: Pieces,
    /// Read, answered, forwarded, flagged; categories as keywords.
    pub flags: Flags,
    /// When it was received.
    pub received: Option<Received>,
    /// What of it could not be carried, each a line for people: a damaged attachment, a field without a place.
    pub losses: Vec<String>,
}

impl Converted {
    /// A body without flags and date.
    pub fn new(kind: ItemKind, body: Pieces) -> Self {
        Self { kind, body, flags: Flags::none(), received: None, losses: Vec::new() }
    }
}

/// What an item of this class (PidTagMessageClass) becomes. What is unknown is carried as mail.
pub fn kind_of(class: &str, options: &Options) -> ItemKind {
    match Converter::of(class, options) {
        Converter::Contact | Converter::Group => ItemKind::Contact,
        Converter::Event => ItemKind::Event,
        Converter::Task => ItemKind::Task,
        Converter::Journal | Converter::Note => ItemKind::Note,
        Converter::Mail => ItemKind::Mail,
    }
}

/// The properties that [`marks`] looks at, beside the categories.
pub const MARKS: &[u16] = mail::MARKS;

/// Flags, keywords and the date of receipt of an item, from a few of its properties ([`MARKS`] and the categories): for
/// listings. Of mail only; in other items, what people did with them is part of the item.
pub fn marks(kind: ItemKind, properties: &Properties) -> (Flags, Option<Received>) {
    match kind {
        ItemKind::Mail => mail::marks(properties),
        _ => (Flags::none(), None),
    }
}

/// Converts an item.
///
/// # Errors
/// If what it is made of cannot be read.
pub fn convert(message: &dyn Message, options: &Options) -> Result<Converted> {
    convert_inside(message, &options.for_an_item())
}

/// Converts an item that may lie in another one, as the options say.
pub(crate) fn convert_inside(message: &dyn Message, options: &Options) -> Result<Converted> {
    let class = message.properties().text(tag::MESSAGE_CLASS).unwrap_or_default();
    let mut converted = match Converter::of(&class, options) {
        Converter::Contact => contact::convert(message, options),
        Converter::Group => group::convert(message, options),
        Converter::Event => event::convert(message, options),
        Converter::Task => task::convert(message, options),
        Converter::Journal => journal::convert(message, options),
        Converter::Note => note::convert(message, options),
        // Tells itself what it misses: sealed mail misses no body.
        Converter::Mail => return mail::convert_inside(message, options),
    }?;
    converted.losses.extend(text::unread(message.properties()));
    converted.losses.extend(too_large(message));
    Ok(converted)
}

/// A line for each property that was too large for its reader.
pub(crate) fn too_large(message: &dyn Message) -> impl Iterator<Item = String> {
    message.too_large().into_iter().map(|id| match id {
        tag::BODY | tag::BODY_HTML | tag::RTF_COMPRESSED => "a body is too large and is left out".to_owned(),
        tag::TRANSPORT_MESSAGE_HEADERS => "the header is too large and is left out".to_owned(),
        id => format!("the property 0x{id:04X} is too large and is left out"),
    })
}

/// Who converts an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Converter {
    Contact,
    Group,
    Event,
    Task,
    Journal,
    Note,
    Mail,
}

impl Converter {
    /// By the class: `IPM.Contact`, or something derived from it ([MS-OXCMSG] §2.2.1.3).
    fn of(class: &str, options: &Options) -> Self {
        let class = class.trim().to_ascii_lowercase();
        let is = |base: &str| {
            class.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        match () {
            () if is("ipm.contact") => Self::Contact,
            () if is("ipm.distlist") => Self::Group,
            () if is("ipm.appointment") => Self::Event,
            () if is("ipm.task") => Self::Task,
            () if is("ipm.activity") && !options.notes_as_mail => Self::Journal,
            () if is("ipm.stickynote") && !options.notes_as_mail => Self::Note,
            () => Self::Mail,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converters_by_class() {
        let journal = Options::default();
        let as_mail = Options { notes_as_mail: true, ..Options::default() };
        for (class, options, expected) in [
            ("IPM.Contact", &journal, Converter::Contact),
            (" ipm.distlist ", &journal, Converter::Group),
            ("IPM.DistList.Own", &journal, Converter::Group),
            ("IPM.DistListOfMine", &journal, Converter::Mail),
            ("IPM.Appointment", &journal, Converter::Event),
            ("IPM.Task", &journal, Converter::Task),
            ("IPM.TaskRequest", &journal, Converter::Mail),
            (" IPM.Activity", &journal, Converter::Journal),
            ("IPM.Activity", &as_mail, Converter::Mail),
            ("IPM.StickyNote", &journal, Converter::Note),
            ("IPM.StickyNote.X", &as_mail, Converter::Mail),
            ("IPM.Schedule.Meeting.Request", &journal, Converter::Mail),
            ("", &journal, Converter::Mail),
        ] {
            assert_eq!(Converter::of(class, options), expected, "{class}");
        }
    }
}

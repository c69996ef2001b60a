//! From a MAPI item to its interchange form: which converter takes which item.

use crate::{
    contact,
    error::Result,
    event, group, journal, mail, note,
    object::Message,
    property::{Properties, tag},
    task,
};
use omm_content::pieces::Pieces;
use omm_core::model::{Flags, ItemKind, Received};

/// What the reader of an account chose.
#[derive(Clone, Copy, Debug, Default)]
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
}

/// How deep messages may lie in one another: deeper than people forward them.
const DEEPEST: u8 = 16;

impl Options {
    /// The same for a message that lies so deep in others.
    fn at(&self, depth: usize) -> Self {
        Self { depth: u8::try_from(depth).unwrap_or(u8::MAX), ..*self }
    }

    /// The same for a message inside this one; nothing if it lies too deep.
    pub(crate) fn inside(&self) -> Option<Self> {
        (self.depth < DEEPEST).then_some(Self { depth: self.depth + 1, ..*self })
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
    let class = class.trim().to_ascii_lowercase();
    let is =
        |base: &str| class.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let note = if options.notes_as_mail { ItemKind::Mail } else { ItemKind::Note };
    match () {
        () if is("ipm.contact") || is("ipm.distlist") => ItemKind::Contact,
        () if is("ipm.appointment") => ItemKind::Event,
        () if is("ipm.task") => ItemKind::Task,
        () if is("ipm.stickynote") || is("ipm.activity") => note,
        () => ItemKind::Mail,
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
    convert_at(message, options, 0)
}

/// Converts an item that lies so deep in others: what is too deep is not followed.
pub(crate) fn convert_at(message: &dyn Message, options: &Options, depth: usize) -> Result<Converted> {
    let class = message.properties().text(tag::MESSAGE_CLASS).unwrap_or_default();
    let is = |base: &str| class.get(..base.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(base));
    match kind_of(&class, options) {
        ItemKind::Contact if is("IPM.DistList") => group::convert(message, options),
        ItemKind::Contact => contact::convert(message, options),
        ItemKind::Event => event::convert(message, &options.at(depth)),
        ItemKind::Task => task::convert(message, &options.at(depth)),
        ItemKind::Note if is("IPM.Activity") => journal::convert(message, options),
        ItemKind::Note => note::convert(message, options),
        _ => mail::convert_at(message, options, depth),
    }
}

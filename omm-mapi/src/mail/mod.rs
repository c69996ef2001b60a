//! Mail: a message as RFC 5322 and MIME have it.
//!
//! | room | what |
//! |---|---|
//! | `header`, `stored`, `repaired`, `address`, `entry_id` | the header: kept from the way, or made of properties |
//! | `bodies`, `calendar` | text, HTML, the invitation: alternatives of one body |
//! | `attachment`, `media_type` | attachments, messages inside, links |
//! | `sealed` | signed and encrypted mail, byte for byte |
//! | `report` | delivery reports and read receipts |
//! | `marks` | flags, keywords, the date of receipt |
//! | `entity`, `fields`, `encode` | MIME, written to the letter |
//!
//! The same message gives the same bytes, always: nothing of a clock or of chance is in them, boundaries are made of a digest of the message.
//!
//! # What does not survive
//! - The structure that the message had on its way: Outlook keeps bodies and attachments, not MIME. Signatures over the body (DKIM) no longer
//!   hold; those of S/MIME do.
//! - Format of RTF that is no HTML in disguise, beyond bold, italic, underline, strike-out and links; where in it attachments stood.
//! - Voting buttons, follow-up dates and reminders, colours of flags, properties that people and programs defined.
//! - A follow-up that is completed is no flag.
//! - Addresses that are none of the Internet's are readable (`IMCEAEX-…@unresolved.invalid`) but lead nowhere.

mod address;
mod attachment;
mod bodies;
mod calendar;
mod encode;
mod entity;
mod entry_id;
mod fields;
mod header;
mod marks;
mod media_type;
mod repaired;
mod report;
mod sealed;
mod stored;

use crate::{
    convert::{Converted, MOST_ATTACHMENTS, Options, too_large},
    error::{Error, Result},
    object::{Attachment, Message},
    property::{Properties, tag},
    text::Bodies,
};
use entity::{Boundaries, Entity};
use omm_content::pieces::Pieces;
use omm_core::model::{Flags, ItemKind, Received};

/// What [`marks`] looks at, beside the categories.
pub(crate) use marks::MADE_OF as MARKS;
pub use marks::keyword;

/// Flags and keywords of a message, and when it came.
pub(crate) fn marks(properties: &Properties) -> (Flags, Option<Received>) {
    (marks::flags(properties), marks::received(properties))
}

/// Converts an item to mail, whatever it is.
///
/// # Errors
/// If its recipients or attachments cannot be read, unless the options say that damage is left out.
pub fn convert(message: &dyn Message, options: &Options) -> Result<Converted> {
    convert_inside(message, &options.for_an_item())
}

/// The same for an item that may lie in another one, as the options say.
pub(crate) fn convert_inside(message: &dyn Message, options: &Options) -> Result<Converted> {
    let composed = compose(message, options)?;
    let mut converted = Converted::new(ItemKind::Mail, composed.pieces);
    (converted.flags, converted.received) = self::marks(message.properties());
    converted.losses = composed.losses;
    Ok(converted)
}

/// A message in its written form.
struct Composed {
    pieces: Pieces,
    /// Whether it has bytes above 0x7F.
    eight_bit: bool,
    losses: Vec<String>,
}

/// What is known of a message while it is written.
struct Composer<'a> {
    options: &'a Options,
    losses: Vec<String>,
}

fn compose(message: &dyn Message, options: &Options) -> Result<Composed> {
    let properties = message.properties();
    let mut composer = Composer { options, losses: Vec::new() };
    let recipients = composer.tolerated("the recipients", message.recipients())?;
    let attachments = composer.tolerated("the attachments", message.attachments())?;
    let mut stored = header::header(properties, &recipients);
    composer.losses.append(&mut stored.losses);

    let class = properties.text(tag::MESSAGE_CLASS).unwrap_or_default().to_ascii_lowercase();
    let mut pieces = Pieces::new();
    if let Some(eight_bit) = composer.sealed(&class, &stored, &attachments, &mut pieces)? {
        return Ok(Composed { pieces, eight_bit, losses: composer.losses });
    }

    let mut bodies = Bodies::of(properties);
    composer.losses.append(&mut bodies.losses);
    composer.losses.extend(too_large(message));
    // The item itself is as large as it is; what lies in it may not multiply it.
    let text_bytes = stored.fields.as_str().len() + bodies.bytes();
    if !options.budget.take_text(text_bytes) && options.depth > 0 {
        return Err(Error::TooLarge {
            what: "the text of messages within a message".into(),
            bytes: text_bytes as u64,
        });
    }
    let mut boundaries = Boundaries::new(&digest(properties, &stored), options.depth);
    let entity = composer.entity(message, &class, &recipients, bodies, &attachments)?;
    let eight_bit = entity.is_eight_bit();
    pieces.copied(stored.fields.as_str());
    pieces.copied("MIME-Version: 1.0\r\n");
    entity.write(&mut boundaries, &mut pieces);
    Ok(Composed { pieces, eight_bit, losses: composer.losses })
}

impl Composer<'_> {
    /// What was read; nothing of what could not be, if the options allow it.
    fn tolerated<T: Default>(&mut self, what: &str, read: Result<T>) -> Result<T> {
        match read {
            Err(cause) if self.options.without_damaged => {
                self.losses.push(format!("{what} could not be read: {cause}"));
                Ok(T::default())
            }
            read => read,
        }
    }

    /// The body with everything in it: report(text, status, returned) or mixed(related(alternative(text, HTML), images), attachments), and of
    /// these only what is needed.
    fn entity(
        &mut self,
        message: &dyn Message,
        class: &str,
        recipients: &[Properties],
        bodies: Bodies,
        attachments: &[Box<dyn Attachment>],
    ) -> Result<Entity> {
        let report = report::Report::of(class);
        let text = || report.and_then(|report| report.text(message.properties(), recipients));
        let bodies = Bodies {
            plain: bodies.plain.or_else(|| if bodies.html.is_none() { text() } else { None }),
            ..bodies
        };
        let images = bodies.html.as_ref().map(bodies::images);
        let calendar = calendar::part(message);
        let (mut inside, mut behind) = (Vec::new(), Vec::new());
        for attachment in attachments {
            if !self.options.budget.take_attachment() {
                self.losses.push(format!("more than {MOST_ATTACHMENTS} attachments: the rest is left out"));
                break;
            }
            let Some(part) = self.attachment(attachment.as_ref())? else { continue };
            match &images {
                // A message stands for itself, whatever its Content-ID says: no HTML shows one.
                Some(images)
                    if !attachment::is_message(&part)
                        && bodies::is_inline(attachment.properties(), images) =>
                {
                    inside.push(part.inline())
                }
                _ => behind.push(part),
            }
        }
        let body = bodies::alternatives(bodies, calendar, inside.is_empty() && behind.is_empty());
        let mut parts: Vec<Entity> = match body {
            Some(body) => {
                inside.insert(0, body);
                // RFC 2387 §3.1: the type of the root, which is the first part.
                let kind = if inside.len() > 1 { bodies::root_type(inside.first()) } else { String::new() };
                vec![Entity::several("related", vec![("type", kind)], inside)]
            }
            None => inside,
        };
        if let Some(report) = report {
            parts = vec![report.entity(parts, &mut behind, message.properties(), recipients)];
        }
        if behind.is_empty() {
            return Ok(Entity::several("mixed", Vec::new(), parts));
        }
        parts.append(&mut behind);
        Ok(Entity::multipart("mixed", Vec::new(), parts))
    }
}

/// What boundaries are made of: what tells one message from another. Its text says nothing more, and is long.
fn digest(properties: &Properties, stored: &stored::Stored) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for part in [properties.binary(tag::SEARCH_KEY).unwrap_or_default(), stored.fields.as_str().as_bytes()] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize()
}

#[cfg(test)]
mod tests;

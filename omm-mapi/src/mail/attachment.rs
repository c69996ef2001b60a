//! Attachments as parts of a message.

use super::{
    Composer, compose,
    encode::{crlf, is_plain, one_line},
    entity::{Body, Entity},
    fields::Fields,
    header::{date, identifiers, subject},
    media_type::media_type,
};
use crate::{
    convert::{self, Converted, kind_of},
    error::{Error, Result},
    object::{Attachment, Message},
    property::{Properties, tag},
};
use omm_content::pieces::Pieces;
use omm_core::model::ItemKind;
use std::io::{self, Cursor, Read};

/// A message that is attached as a file is a part of its own up to this size, if it is fit for one; else it is a file.
const LARGEST_MESSAGE: u64 = 1 << 20;

const TOO_MUCH_TEXT: &str = "the messages in this one hold more text than any";

/// PidTagAttachMethod ([MS-OXCMSG] §2.2.2.9).
mod method {
    pub(super) const BY_REFERENCE: i64 = 2;
    pub(super) const BY_REFERENCE_RESOLVE: i64 = 3;
    pub(super) const BY_REFERENCE_ONLY: i64 = 4;
    pub(super) const EMBEDDED: i64 = 5;
    pub(super) const OLE: i64 = 6;
    pub(super) const BY_WEB_REFERENCE: i64 = 7;
}

/// Whether a part is a message.
pub(super) fn is_message(part: &Entity) -> bool {
    part.is("message/rfc822")
}

impl Composer<'_> {
    /// The part for an attachment; nothing for a row that stands for none.
    pub(super) fn attachment(&mut self, attachment: &dyn Attachment) -> Result<Option<Entity>> {
        let properties = attachment.properties();
        match self.carried(attachment) {
            Err(cause) if self.options.without_damaged => {
                let name = name_or(properties, "attachment");
                Ok(Some(self.placeholder(&name, &cause.to_string())))
            }
            carried => carried,
        }
    }

    fn carried(&mut self, attachment: &dyn Attachment) -> Result<Option<Entity>> {
        let properties = attachment.properties();
        match properties.number(tag::ATTACH_METHOD).unwrap_or(1) {
            method::EMBEDDED => {
                if let Some(message) = attachment.message()? {
                    return self.embedded(properties, message.as_ref()).map(Some);
                }
            }
            method::BY_REFERENCE
            | method::BY_REFERENCE_RESOLVE
            | method::BY_REFERENCE_ONLY
            | method::BY_WEB_REFERENCE => {
                if let Some(link) = link(properties) {
                    return Ok(Some(link));
                }
            }
            _ => {}
        }
        let Some(data) = self.data(attachment)? else {
            // afNone ([MS-OXCMSG] §2.2.2.9): made and never filled.
            let named = name(properties).is_some();
            return Ok(named.then(|| file(properties, Box::new(io::empty()))));
        };
        Ok(Some(file(properties, data)))
    }

    /// The bytes of an attachment; if damage is to be left out, those that are known to be whole.
    pub(super) fn data(&self, attachment: &dyn Attachment) -> Result<Option<Box<dyn Read + Send>>> {
        if self.options.without_damaged
            && let Some(mut data) = attachment.data()?
        {
            io::copy(&mut data, &mut io::sink())?;
        }
        attachment.data()
    }

    /// A message inside: mail as message/rfc822 (RFC 2046 §5.2.1), other items in their own forms.
    fn embedded(&mut self, properties: &Properties, message: &dyn Message) -> Result<Entity> {
        let name = name(properties).or_else(|| subject(message.properties())).unwrap_or_default();
        let options = match self.options.attached() {
            Ok(options) => options,
            Err(reason) => return Ok(self.placeholder(&name, reason)),
        };
        let class = message.properties().text(tag::MESSAGE_CLASS).unwrap_or_default();
        if kind_of(&class, &options) == ItemKind::Mail {
            let composed = match compose(message, &options) {
                Err(Error::TooLarge { .. }) => return Ok(self.placeholder(&name, TOO_MUCH_TEXT)),
                composed => composed?,
            };
            self.losses.extend(composed.losses);
            return Ok(message_part(properties, &name, composed.pieces, composed.eight_bit));
        }
        let Converted { kind, body, losses, .. } = convert::convert_inside(message, &options)?;
        if !options.budget.take_text(body.held_bytes()) {
            return Ok(self.placeholder(&name, TOO_MUCH_TEXT));
        }
        self.losses.extend(losses);
        let (kind, extension) = match kind {
            ItemKind::Contact => ("text/vcard", ".vcf"),
            ItemKind::Event | ItemKind::Task | ItemKind::Note => ("text/calendar", ".ics"),
            _ => return Ok(message_part(properties, &name, body, false)),
        };
        let mut fields = Fields::default();
        let file_name = with_extension(&name, extension);
        fields.parameters("Content-Type", kind, &[("charset", "utf-8"), ("name", &file_name)]);
        disposition(&mut fields, properties, &file_name);
        Ok(Entity { fields, body: Body::Data(Box::new(body)) })
    }

    /// A text in place of what could not be carried, and a line for the report.
    fn placeholder(&mut self, name: &str, reason: &str) -> Entity {
        let name = one_line(name);
        let line = format!("The attachment \"{name}\" could not be read: {}", one_line(reason));
        self.losses.push(line.clone());
        let mut part = Entity::text("plain", "utf-8", (line + "\r\n").into_bytes(), &[]);
        let file_name = with_extension(&name, ".txt");
        part.fields.parameters("Content-Disposition", "attachment", &[("filename", &file_name)]);
        part
    }
}

/// A file.
fn file(properties: &Properties, data: Box<dyn Read + Send>) -> Entity {
    let is_ole = properties.number(tag::ATTACH_METHOD) == Some(method::OLE);
    let name = match name(properties) {
        Some(name) => name,
        None if is_ole => "object.ole".to_owned(),
        None => String::new(),
    };
    let kept = properties.text(tag::ATTACH_MIME_TAG).filter(|_| !is_ole);
    let kind =
        if is_ole { "application/octet-stream".to_owned() } else { media_type(kept.as_deref(), &name) };
    // RFC 2046 §5.2.1, §5.1: composite types may not be in base64.
    let composite = kind.starts_with("message/") || kind.starts_with("multipart/");
    let (kind, name, body) =
        if composite { message_file(kind, name, data) } else { (kind, name, Body::Data(data)) };
    let mut fields = Fields::default();
    fields.parameters("Content-Type", &kind, &[("name", &name)]);
    disposition(&mut fields, properties, &name);
    Entity { fields, body }
}

/// A message that is attached as a file: a message if it can stand in another as it is, else a file.
fn message_file(kind: String, name: String, mut data: Box<dyn Read + Send>) -> (String, String, Body) {
    const LONGEST_LINE: usize = 998;
    let mut start = Vec::new();
    // What fails here fails again when the rest is read.
    let read = data.by_ref().take(LARGEST_MESSAGE + 1).read_to_end(&mut start);
    let whole = read.is_ok() && start.len() as u64 <= LARGEST_MESSAGE;
    if whole && kind.starts_with("message/") && !start.is_empty() && is_plain(&start, LONGEST_LINE) {
        let mut pieces = Pieces::new();
        pieces.text(start);
        return (kind, name, Body::Written { pieces, eight_bit: false });
    }
    let rest: Box<dyn Read + Send> = match read {
        Ok(_) => data,
        Err(cause) => Box::new(Failing(Some(cause))),
    };
    let name = if kind == "message/rfc822" { with_extension(&name, ".eml") } else { name };
    ("application/octet-stream".to_owned(), name, Body::Data(Box::new(Cursor::new(start).chain(rest))))
}

/// Fails once, when it is read.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

fn message_part(properties: &Properties, name: &str, pieces: Pieces, eight_bit: bool) -> Entity {
    let mut fields = Fields::default();
    fields.parameters("Content-Type", "message/rfc822", &[]);
    disposition(&mut fields, properties, &with_extension(name, ".eml"));
    Entity { fields, body: Body::Written { pieces, eight_bit } }
}

/// A file that lies elsewhere: where.
fn link(properties: &Properties) -> Option<Entity> {
    let place =
        properties.text(tag::ATTACH_LONG_PATHNAME).or_else(|| properties.text(tag::ATTACH_PATHNAME))?;
    let name = name(properties).unwrap_or_default();
    let title = if name.is_empty() { String::new() } else { name.clone() + "\r\n" };
    let text = crlf(format!("{title}{}\r\n", one_line(&place)));
    let mut part = Entity::text("plain", "utf-8", text.into_bytes(), &[]);
    disposition(&mut part.fields, properties, &with_extension(&name, ".link.txt"));
    Some(part)
}

/// Content-Disposition (RFC 2183), Content-ID (RFC 2392) and Content-Location (RFC 2557).
fn disposition(fields: &mut Fields, properties: &Properties, name: &str) {
    let id = properties.text(tag::ATTACH_CONTENT_ID).unwrap_or_default();
    let id = id.trim().trim_matches(['<', '>']);
    let time = |id| properties.time(id).map(date).unwrap_or_default();
    let (made, changed) = (time(tag::CREATION_TIME), time(tag::LAST_MODIFICATION_TIME));
    let parameters = [("filename", name), ("creation-date", &made), ("modification-date", &changed)];
    // Those that the HTML shows become inline when they are put beside it.
    fields.parameters("Content-Disposition", "attachment", &parameters);
    fields.words("Content-ID", identifiers(id).into_iter().take(1));
    let location = properties.text(tag::ATTACH_CONTENT_LOCATION).unwrap_or_default();
    if location.len() <= 900 && location.bytes().all(|byte| byte.is_ascii_graphic()) {
        fields.words("Content-Location", [location]);
    }
}

/// The name of the file, without folders.
fn name(properties: &Properties) -> Option<String> {
    let ids = [tag::ATTACH_LONG_FILENAME, tag::ATTACH_FILENAME, tag::DISPLAY_NAME];
    let name = ids.into_iter().find_map(|id| properties.text(id))?;
    let name = one_line(&name).replace(['/', '\\'], "_");
    (!name.is_empty()).then_some(name)
}

fn name_or(properties: &Properties, other: &str) -> String {
    name(properties).unwrap_or_else(|| other.to_owned())
}

fn with_extension(name: &str, extension: &str) -> String {
    let name = one_line(name).replace(['/', '\\'], "_");
    if name.to_ascii_lowercase().ends_with(extension) {
        return name;
    }
    let name = if name.is_empty() { "attachment".to_owned() } else { name };
    name + extension
}

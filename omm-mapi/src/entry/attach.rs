//! Files of an item as ATTACH (RFC 5545 §3.8.1.1), and the messages of changed occurrences, which hide among them.

use super::name::tag as id;
use crate::{
    convert::{MOST_ATTACHMENTS, Options, convert_inside},
    error::Result,
    object::{Attachment, Message},
    property::{Properties, tag},
};
use omm_content::{calendar, data::Data};

/// What the attachments of an item are.
#[derive(Default)]
pub(crate) struct Files {
    /// Files.
    pub(crate) files: Vec<calendar::Attachment>,
    /// Messages of changed occurrences, with the properties of the attachments that they lie in.
    pub(crate) exceptions: Vec<(Properties, Box<dyn Message>)>,
    /// What could not be read, or has no place.
    pub(crate) losses: Vec<String>,
}

/// Sorts the attachments of an item.
///
/// # Errors
/// If one cannot be read, unless the options say to go on without.
pub(crate) fn attachments(message: &dyn Message, options: &Options) -> Result<Files> {
    let mut files = Files::default();
    let all = crate::inside::attachments(message, options, &mut files.losses)?;
    for attachment in all {
        if !options.budget.take_attachment() {
            files.losses.push(format!("more than {MOST_ATTACHMENTS} attachments: the rest is left out"));
            break;
        }
        if let Err(error) = sort(&*attachment, options, &mut files) {
            if !options.without_damaged {
                return Err(error);
            }
            let name = name(attachment.properties()).unwrap_or_else(|| "without a name".to_owned());
            files.losses.push(format!("attachment {name}: {error}"));
        }
    }
    Ok(files)
}

fn sort(attachment: &dyn Attachment, options: &Options, into: &mut Files) -> Result<()> {
    let properties = attachment.properties();
    if is_exception(properties) {
        match attachment.message()? {
            Some(message) => into.exceptions.push((properties.clone(), message)),
            None => into.losses.push("the message of a changed occurrence is not there".to_owned()),
        }
        return Ok(());
    }
    // [MS-OXCMSG] §2.2.2.9.
    match properties.number(tag::ATTACH_METHOD) {
        Some(2 | 4 | 7) => {
            match link(properties) {
                Some(file) => into.files.push(file),
                None => into.losses.push("an attachment that is a link to nowhere".to_owned()),
            }
            Ok(())
        }
        Some(5) => embedded(attachment, options, into),
        _ => by_value(attachment, options, into),
    }
}

/// [MS-OXOCAL] §2.2.10.1: an embedded message, hidden, with afException among its flags or the time it stands for.
fn is_exception(properties: &Properties) -> bool {
    let hidden = properties.is(id::ATTACHMENT_HIDDEN);
    let marked = properties.number(id::ATTACHMENT_FLAGS).is_some_and(|flags| flags & 0x2 != 0);
    let dated = properties.time(id::EXCEPTION_REPLACE_TIME).is_some()
        || properties.time(id::EXCEPTION_START_TIME).is_some();
    properties.number(tag::ATTACH_METHOD) == Some(5) && (marked || hidden && dated)
}

fn by_value(attachment: &dyn Attachment, options: &Options, into: &mut Files) -> Result<()> {
    let properties = attachment.properties();
    let name = name(properties);
    if options.without_damaged {
        // Damage shows only while reading, and then it is too late to leave the attachment out.
        crate::inside::is_readable(attachment)?;
    }
    let Some(data) = attachment.data()? else {
        let name = name.unwrap_or_else(|| "without a name".to_owned());
        into.losses.push(format!("attachment {name}: it has no bytes"));
        return Ok(());
    };
    let ole = properties.number(tag::ATTACH_METHOD) == Some(6);
    let default = if ole { "application/x-ole-storage" } else { "application/octet-stream" };
    into.files.push(calendar::Attachment {
        name,
        media_type: properties.text(id::ATTACH_MIME_TAG).or_else(|| Some(default.to_owned())),
        content_id: None,
        data: Data::once(data),
        uri: None,
    });
    Ok(())
}

/// A message inside becomes what it would be alone.
fn embedded(attachment: &dyn Attachment, options: &Options, into: &mut Files) -> Result<()> {
    let Some(message) = attachment.message()? else {
        into.losses.push("an attached message that is not there".to_owned());
        return Ok(());
    };
    let options = match options.attached() {
        Ok(options) => options,
        Err(reason) => {
            into.losses.push(format!("an attached message is left out: {reason}"));
            return Ok(());
        }
    };
    let subject = message.properties().text(tag::SUBJECT).or_else(|| name(attachment.properties()));
    let converted = convert_inside(&*message, &options)?;
    // Mail has spent its own already; that of other items is as large.
    if converted.kind != omm_core::model::ItemKind::Mail
        && !options.budget.take_text(converted.body.held_bytes())
    {
        into.losses
            .push("an attached message is left out: the messages in this one hold too much text".to_owned());
        return Ok(());
    }
    let (ending, media_type) = match converted.kind {
        omm_core::model::ItemKind::Mail => ("eml", "message/rfc822"),
        omm_core::model::ItemKind::Contact => ("vcf", "text/vcard"),
        _ => ("ics", "text/calendar"),
    };
    into.losses.extend(converted.losses);
    into.files.push(calendar::Attachment {
        name: Some(format!("{}.{ending}", subject.unwrap_or_else(|| "message".to_owned()))),
        media_type: Some(media_type.to_owned()),
        content_id: None,
        data: Data::once(Box::new(converted.body)),
        uri: None,
    });
    Ok(())
}

fn name(properties: &Properties) -> Option<String> {
    let own = |id: u16| properties.text(id);
    own(id::ATTACH_LONG_FILENAME)
        .or_else(|| own(id::ATTACH_FILENAME))
        .or_else(|| own(tag::DISPLAY_NAME))
        .or_else(|| own(id::ATTACH_EXTENSION).map(|extension| format!("attachment{extension}")))
}

/// A file that lies elsewhere: a path, or an address.
fn link(properties: &Properties) -> Option<calendar::Attachment> {
    let path = properties.text(id::ATTACH_LONG_PATHNAME).or_else(|| properties.text(id::ATTACH_PATHNAME))?;
    let uri = if path.contains("://") {
        path.replace(' ', "%20")
    } else {
        // RFC 8089 §E.3.2: a path of Windows, on a share or a drive.
        let path = path.replace('%', "%25").replace(' ', "%20").replace('\\', "/");
        if path.starts_with("//") { format!("file:{path}") } else { format!("file:///{path}") }
    };
    Some(calendar::Attachment {
        name: name(properties),
        media_type: properties.text(id::ATTACH_MIME_TAG),
        content_id: None,
        data: Data::default(),
        uri: Some(uri),
    })
}

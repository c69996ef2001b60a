//! Journal entries ([MS-OXOJRNL] §2.2.1) as VJOURNAL.
//!
//! # What does not survive
//!
//! | of the entry | what becomes of it |
//! |---|---|
//! | its end | kept as the length in minutes |
//! | whether the document was printed, saved, routed, posted | left out: what Outlook's own recorder kept |
//! | links to contacts | the names |
//! | attachments | inside, up to 1 MiB in all; larger ones and linked items are told as losses |

use crate::{
    Converted, Message, Options, contact,
    error::Result,
    inside::{self, Inside},
    property::{Named, Properties, named, tag},
    text, uid,
};
use chrono::{DateTime, Duration, Utc};
use omm_content::{
    card::Class,
    journal::{Attached, Journal},
};
use omm_core::model::ItemKind;
use std::io::Cursor;

/// In PSETID_Log.
const TYPE: u32 = 0x8700;
const START: u32 = 0x8706;
const DURATION: u32 = 0x8707;
const END: u32 = 0x8708;
const TYPE_DESCRIPTION: u32 = 0x8712;
/// In PSETID_Common.
const MILEAGE: u32 = 0x8534;
const BILLING: u32 = 0x8535;
const COMPANIES: u32 = 0x8539;
const CONTACTS: u32 = 0x853A;
const COMMON_START: u32 = 0x8516;
const COMMON_END: u32 = 0x8517;

/// Converts a journal entry.
///
/// # Errors
/// If an attachment cannot be read, unless the options say to go without.
pub fn convert(message: &dyn Message, options: &Options) -> Result<Converted> {
    let mut losses = Vec::new();
    let entry = entry(message.properties());
    let files = inside::files(message, options, &mut losses, |_| Ok(false))?;
    Ok(written(&entry, files, losses))
}

fn entry(properties: &Properties) -> Journal {
    let log = |id: u32| Named::Id(named::PSETID_LOG, id);
    let common = |id: u32| Named::Id(named::PSETID_COMMON, id);
    let time = |own: u32, other: u32| {
        properties.named_time(&log(own)).or_else(|| properties.named_time(&common(other)))
    };
    let kind = properties.named_text(&log(TYPE)).or_else(|| properties.named_text(&log(TYPE_DESCRIPTION)));
    let companies = properties.texts(properties.named(&common(COMPANIES)));
    let (start, end) = (time(START, COMMON_START), time(END, COMMON_END));
    Journal {
        uid: uid::urn(properties),
        modified: properties.time(tag::LAST_MODIFICATION_TIME),
        created: properties.time(tag::CREATION_TIME),
        start,
        duration: duration(properties.named_number(&log(DURATION)), start, end),
        summary: properties.text(tag::SUBJECT).unwrap_or_default(),
        description: text::plain_body(properties).unwrap_or_default(),
        categories: properties.texts(properties.named(&named::KEYWORDS)),
        contacts: properties.texts(properties.named(&common(CONTACTS))),
        class: class(properties).into(),
        extras: [
            ("X-ENTRY-TYPE".into(), kind.unwrap_or_default()),
            ("X-BILLING".into(), properties.named_text(&common(BILLING)).unwrap_or_default()),
            ("X-MILEAGE".into(), properties.named_text(&common(MILEAGE)).unwrap_or_default()),
        ]
        .into_iter()
        .chain(companies.into_iter().map(|company| ("X-COMPANY".into(), company)))
        .collect(),
        ..Journal::default()
    }
}

/// [MS-OXOJRNL] §2.2.1.4: minutes; else what lies between start and end.
fn duration(
    minutes: Option<i64>,
    start: Option<DateTime<Utc>>,
    end: Option<DateTime<Utc>>,
) -> Option<Duration> {
    let kept = minutes.filter(|minutes| *minutes > 0).and_then(Duration::try_minutes);
    kept.or_else(|| Some(end?.signed_duration_since(start?))).filter(|duration| *duration > Duration::zero())
}

/// The class of a note or an entry; nothing for public.
pub(crate) fn class(properties: &Properties) -> &'static str {
    match contact::class(properties) {
        Class::Public => "",
        other => other.name(),
    }
}

/// A VJOURNAL with its files.
pub(crate) fn written(journal: &Journal, files: Vec<Inside>, losses: Vec<String>) -> Converted {
    let attached = |file: Inside| Attached {
        media_type: file.media_type,
        name: file.name,
        data: Box::new(Cursor::new(file.bytes)),
    };
    let body = journal.write(files.into_iter().map(attached).collect());
    let mut converted = Converted::new(ItemKind::Note, body);
    converted.losses = losses;
    converted
}

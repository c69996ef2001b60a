//! Sticky notes ([MS-OXONOTE] §2.2.1) as VJOURNAL.
//!
//! # What does not survive
//!
//! | of the note | what becomes of it |
//! |---|---|
//! | its place on a screen (PidLidNoteX, PidLidNoteY) | left out: it is that of another screen |
//! | a colour that is none of the five | left out, and a loss is told |
//! | attachments | inside, up to 1 MiB in all; larger ones are told as losses |

use crate::{
    Converted, Message, Options,
    error::Result,
    inside, journal,
    property::{Named, named, tag},
    text, uid,
};
use omm_content::journal::Journal;

/// In PSETID_Note.
const COLOR: u32 = 0x8B00;
const WIDTH: u32 = 0x8B02;
const HEIGHT: u32 = 0x8B03;

/// [MS-OXONOTE] §2.2.1.1: names of the colours, by their numbers.
const COLOURS: [&str; 5] = ["blue", "green", "pink", "yellow", "white"];

/// Converts a note.
///
/// # Errors
/// If an attachment cannot be read, unless the options say to go without.
pub fn convert(message: &dyn Message, options: &Options) -> Result<Converted> {
    let properties = message.properties();
    let number = |id: u32| properties.named_number(&Named::Id(named::PSETID_NOTE, id));
    let mut losses = Vec::new();
    let colour = match number(COLOR) {
        None => "",
        Some(colour) => {
            let known = usize::try_from(colour).ok().and_then(|at| COLOURS.get(at));
            known.copied().unwrap_or_else(|| {
                losses.push(format!("the colour {colour} is not known"));
                ""
            })
        }
    };
    let size = |id: u32| number(id).filter(|size| (1..=100_000).contains(size)).map(|size| size.to_string());
    let note = Journal {
        uid: uid::urn(properties),
        modified: properties.time(tag::LAST_MODIFICATION_TIME),
        created: properties.time(tag::CREATION_TIME),
        summary: properties.text(tag::SUBJECT).unwrap_or_default(),
        description: text::plain_body(properties).unwrap_or_default(),
        categories: properties.texts(properties.named(&named::KEYWORDS)),
        colour: colour.into(),
        class: journal::class(properties).into(),
        extras: vec![
            ("X-NOTE-WIDTH".into(), size(WIDTH).unwrap_or_default()),
            ("X-NOTE-HEIGHT".into(), size(HEIGHT).unwrap_or_default()),
        ],
        ..Journal::default()
    };
    let files = inside::files(message, options, &mut losses, |_| Ok(false))?;
    Ok(journal::written(&note, files, losses))
}

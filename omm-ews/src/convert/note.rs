//! Sticky notes ([MS-OXONOTE] §2.2.1): messages of the class IPM.StickyNote, and the model of VJOURNAL.
//!
//! # What becomes of each field
//!
//! | of the note | of the model |
//! |---|---|
//! | Subject, Body, Categories, Sensitivity | title, text, categories, class |
//! | PidLidNoteColor | the colour |
//! | PidLidNoteWidth, PidLidNoteHeight | `X-NOTE-WIDTH`, `X-NOTE-HEIGHT` |
//! | its place on a screen | left out: it is that of another screen |

use super::{draft::Draft, node::Node, order::Schema, words};
use crate::{
    ops::{ExtendedPath, PropertySet, PropertyType},
    xml::Element,
};
use omm_content::{card::Class, journal::Journal};

const COLOUR: ExtendedPath = ExtendedPath::id(PropertySet::NOTE, 0x8B00, PropertyType::Integer);
const WIDTH: ExtendedPath = ExtendedPath::id(PropertySet::NOTE, 0x8B02, PropertyType::Integer);
const HEIGHT: ExtendedPath = ExtendedPath::id(PropertySet::NOTE, 0x8B03, PropertyType::Integer);
/// PidTagMessageFlags ([MS-OXCMSG] §2.2.1.6): read, and no draft.
const FLAGS: ExtendedPath = ExtendedPath::tag(0x0E07, PropertyType::Integer);
/// PidTagIconIndex: Outlook shows a note in its colour by it.
const ICON: ExtendedPath = ExtendedPath::tag(0x1080, PropertyType::Integer);

/// What must be asked for beside what the schema has.
pub(crate) const PROPERTIES: &[ExtendedPath] = &[COLOUR, WIDTH, HEIGHT];

/// [MS-OXONOTE] §2.2.1.1: names of the colours, by their numbers.
const COLOURS: [&str; 5] = ["blue", "green", "pink", "yellow", "white"];
const SIZES: [(&str, ExtendedPath); 2] = [("X-NOTE-WIDTH", WIDTH), ("X-NOTE-HEIGHT", HEIGHT)];

/// Reads a note.
pub(crate) fn note(item: &Element) -> Journal {
    let colour = COLOUR.number(item).and_then(|number| usize::try_from(number).ok());
    let size = |(name, property): (&'static str, ExtendedPath)| {
        let size = property.number(item).filter(|size| (1..=100_000).contains(size))?;
        Some((name.into(), size.to_string()))
    };
    let class = match super::contact::class(item) {
        Class::Public => "",
        other => other.name(),
    };
    Journal {
        uid: words::urn(item),
        modified: words::time(item, "LastModifiedTime"),
        created: words::time(item, "DateTimeCreated"),
        summary: words::word(item, "Subject"),
        description: words::text(item).plain.unwrap_or_default(),
        categories: words::list(item, "Categories"),
        colour: colour.and_then(|at| COLOURS.get(at)).copied().unwrap_or_default().into(),
        class: class.into(),
        extras: SIZES.into_iter().filter_map(size).collect(),
        ..Journal::default()
    }
}

/// Makes a note.
pub(crate) fn draft(note: &Journal) -> Draft {
    let mut draft = Draft::new(Schema::Message);
    draft.set("item:ItemClass", Node::text("t:ItemClass", "IPM.StickyNote"));
    draft.property_text(words::UID, &note.uid);
    draft.text("item:Subject", "t:Subject", &note.summary);
    words::set_text(&mut draft, Some(&note.description), None);
    words::set_list(&mut draft, "item:Categories", "t:Categories", &note.categories);
    match &*note.class {
        "CONFIDENTIAL" => words::set_sensitivity(&mut draft, "Confidential"),
        "PRIVATE" => words::set_sensitivity(&mut draft, "Private"),
        _ => {}
    }
    draft.property(FLAGS, "1");
    draft.set("message:IsRead", Node::text("t:IsRead", "true"));
    // Yellow, as Outlook has them where nobody says otherwise.
    let at = COLOURS.iter().position(|known| known.eq_ignore_ascii_case(&note.colour));
    let is_known = at.is_some() || note.colour.is_empty();
    draft.property(ICON, &(0x300 + at.unwrap_or(3)).to_string());
    if let Some(at) = at {
        draft.property(COLOUR, &at.to_string());
    }
    if !is_known {
        draft.lose(format!("the colour {}", note.colour));
    }
    extras(note, &mut draft);
    draft
}

fn extras(note: &Journal, draft: &mut Draft) {
    for (name, value) in note.extras.iter().filter(|(_, value)| !value.is_empty()) {
        let size = SIZES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        match size.filter(|_| value.parse::<u32>().is_ok()) {
            Some((_, property)) => draft.property_text(*property, value),
            None => draft.lose(format!("{name}: {value}")),
        }
    }
    words::lose_lines(draft, &note.extra);
    for (what, is) in [
        ("the day that it tells of", note.start.is_some() || note.day.is_some()),
        ("how long it took", note.duration.is_some()),
        ("whom it concerns", !note.contacts.is_empty()),
    ] {
        if is {
            draft.lose(what);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{convert::node::read_back, xml::Writer};

    fn round_trip(note: &Journal) -> (Journal, Vec<String>) {
        let made = draft(note);
        let mut writer = Writer::new();
        made.finish().write(&mut writer);
        (super::note(&read_back(writer)), made.losses)
    }

    #[test]
    fn a_note_comes_back() {
        for colour in COLOURS {
            let note = Journal {
                uid: "urn:uuid:3".into(),
                summary: "Milk".into(),
                description: "Milk\neggs".into(),
                categories: vec!["a".into()],
                colour: colour.into(),
                class: "PRIVATE".into(),
                extras: vec![("X-NOTE-WIDTH".into(), "200".into()), ("X-NOTE-HEIGHT".into(), "166".into())],
                ..Journal::default()
            };
            assert_eq!(round_trip(&note), (note, Vec::new()));
        }
    }

    #[test]
    fn what_a_note_has_not_is_said() {
        let note = Journal {
            colour: "teal".into(),
            start: Some(chrono::DateTime::UNIX_EPOCH),
            contacts: vec!["Jane".into()],
            extras: vec![
                ("X-ENTRY-TYPE".into(), "Phone call".into()),
                ("X-NOTE-WIDTH".into(), "wide".into()),
            ],
            ..Journal::default()
        };
        let (found, losses) = round_trip(&note);
        assert_eq!((&*found.colour, found.extras.len(), losses.len()), ("", 0, 5));
    }
}

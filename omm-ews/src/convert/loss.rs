//! What does not survive, per kind and direction: what `omm plan` shows before anything is done. What is lost of one item
//! is said by its converter.

use omm_core::model::ItemKind;

/// Something that is not kept, or kept otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Loss {
    /// What.
    pub(crate) what: &'static str,
    /// What becomes of it.
    pub(crate) becomes: &'static str,
}

const fn loss(what: &'static str, becomes: &'static str) -> Loss {
    Loss { what, becomes }
}

/// What is lost of items of this kind, out of Exchange or into it.
pub(crate) fn losses(kind: ItemKind, into: bool) -> &'static [Loss] {
    match (kind, into) {
        (ItemKind::Mail, false) => MAIL_OUT,
        (ItemKind::Mail, true) => MAIL_IN,
        (ItemKind::Contact, false) => CONTACT_OUT,
        (ItemKind::Contact, true) => CONTACT_IN,
        (ItemKind::Event, false) => EVENT_OUT,
        (ItemKind::Event, true) => EVENT_IN,
        (ItemKind::Task, false) => TASK_OUT,
        (ItemKind::Task, true) => TASK_IN,
        (ItemKind::Note, false) => NOTE_OUT,
        (ItemKind::Note, true) => NOTE_IN,
        _ => &[],
    }
}

const MAIL_OUT: &[Loss] = &[
    loss("follow-up flags: their dates, reminders and words", "flagged or not"),
    loss("a flag that is marked as done", "no flag"),
    loss("a category", "a keyword, in which blanks are underscores"),
    loss("voting, retention tags, forms", "left out"),
];

const MAIL_IN: &[Loss] = &[
    loss("\\Deleted", "left out: Exchange has no such mark"),
    loss("keywords of programs ($Junk, NonJunk …)", "left out: as categories, people would see them"),
    loss("$MDNSent", "left out"),
    loss(
        "a receipt that is asked for",
        "not asked for at the copy: whoever reads or removes it shall not send one",
    ),
    loss("order and white space of header lines", "as Exchange keeps them"),
];

const CONTACT_OUT: &[Loss] = &[
    loss("an address of Exchange of which no mail address is known", "X-MAIL-ADDRESS"),
    loss("the format of the notes", "plain text"),
    loss("follow-up flag and reminder of a contact", "left out: vCard has no dates to act upon"),
    loss("links to other contacts, the business card's layout", "left out: how Outlook shows it"),
    loss("a member of a list that is a contact", "its mail address and name"),
    loss("a member of a list that is another list in the mailbox", "its name"),
];

const CONTACT_IN: &[Loss] = &[
    loss("the fourth mail address, the fourth address of instant messaging and later ones", "left out"),
    loss("a second postal address of one place", "another place that is free, else left out"),
    loss("a phone whose place is taken", "another place that is free, else left out"),
    loss("whether a mail address or instant messaging is private", "left out"),
    loss("several nicknames, several hobbies", "one text, parted by commas"),
    loss("relations beside spouse, children, manager and assistant", "left out"),
    loss("position, maiden name, interests, OpenPGP keys", "left out"),
    loss("a birthday in words", "left out"),
    loss("an address as it is printed", "made anew of its parts"),
    loss("the class of a group", "kept; that of its members is their own"),
    loss("X- properties that Exchange has no field for", "left out"),
];

const EVENT_OUT: &[Loss] = &[
    loss("a pattern by a calendar that is not Gregorian", "a single appointment"),
    loss("somebody with an address of Exchange alone, whom the directory does not know", "the name"),
    loss("when somebody answered, the sound of a reminder, colours", "left out"),
    loss("links to contacts, forms, flags for follow-up", "left out"),
];

const EVENT_IN: &[Loss] = &[
    loss(
        "a rule that is none of Exchange's six",
        "one series with deleted occurrences, several series, or appointments of their own",
    ),
    loss("… that goes on for ever", "appointments of their own, and deleted occurrences, for ten years"),
    loss("occurrences beside a rule (RDATE)", "up to 200 appointments of their own"),
    loss(
        "a rule by hours, minutes, weeks or days of a year, at several times of a day, or by another calendar (RSCALE)",
        "left out: one appointment, at its start",
    ),
    loss("a second rule, a rule of exceptions (EXRULE)", "left out"),
    loss("a change for an occurrence and all after it (RANGE)", "a change of that occurrence"),
    loss("an older version of a changed occurrence", "left out"),
    loss("an exception that names another hour than its series", "the occurrence of its day"),
    loss("rules of a time zone that have changed since", "those of today"),
    loss(
        "a rule that ends before it begins, whose end is in no zone",
        "one occurrence; the zone of its start",
    ),
    loss("a changed occurrence on the day of a neighbour or beyond it", "an appointment of its own"),
    loss("occurrences that come without their series", "appointments of their own"),
    loss("a second reminder, a reminder after the start", "left out"),
    loss("a time in no zone", "a time in the zone of the mailbox"),
    loss("an attendee without a mail address", "left out"),
    loss("who leads a meeting", "one whose coming is required"),
    loss(
        "an organizer who is not the owner, answers, how often it was changed",
        "as far as the server lets them be set",
    ),
    loss("a link among the files", "left out: its address is in the report"),
    loss("working elsewhere, on a server before 2013", "free"),
    loss("X- properties that Exchange has no field for", "left out"),
];

const TASK_OUT: &[Loss] = &[
    loss("a task that is made anew when it is done", "a single task; X-OMM-REGENERATES keeps the rule"),
    loss("who was asked to do it and what came of it", "left out"),
];

const TASK_IN: &[Loss] = &[
    loss("the owner of a task", "the mailbox's own: Exchange lets nobody set it"),
    loss("hours of the start and the due date", "days"),
    loss("a rule that is none of Exchange's", "the nearest, or a single task"),
    loss("occurrences beside a rule, or left out", "left out"),
    loss("that it is cancelled; location, URL, people, links", "left out"),
    loss("a link among the files", "left out: its address is in the report"),
    loss("a second reminder", "left out"),
    loss("X- properties that Exchange has no field for", "left out"),
];

const NOTE_OUT: &[Loss] = &[loss("its place on a screen", "left out: it is that of another screen")];

const NOTE_IN: &[Loss] = &[
    loss("a colour that is none of the five", "yellow"),
    loss("the day, the length and the people of an entry of a journal", "left out"),
    loss("X- properties that Exchange has no field for", "left out"),
];

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
    loss("$MDNSent where no receipt was asked for", "left out"),
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

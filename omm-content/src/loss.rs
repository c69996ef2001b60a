//! What a text says and no model holds: told, never dropped in silence.
//!
//! What is only unknown is no loss: it is kept as it stood, among the other properties of an item. A loss is what is gone
//! after reading: a word, a parameter, a rule that the model has no place for.

use std::fmt;

/// Something that was read and not kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Loss {
    /// The property or component that says it, in capitals.
    pub property: String,
    /// What became of it.
    pub reason: Lost,
    /// What exactly, as far as that is short.
    pub detail: String,
}

impl Loss {
    /// Longest detail, in letters.
    const LONGEST: usize = 200;

    /// Losses of one item that are told one by one; what is said of one that has more is no use to anybody.
    const MOST: usize = 1000;

    /// Notes it among the others.
    pub(crate) fn push(self, losses: &mut Vec<Self>) {
        if losses.len() < Self::MOST && losses.last() != Some(&self) {
            losses.push(self);
        }
    }

    /// A loss with what it is about.
    pub fn new(property: &str, reason: Lost, detail: &str) -> Self {
        Self {
            property: property.to_owned(),
            reason,
            detail: detail.chars().filter(|letter| !letter.is_control()).take(Self::LONGEST).collect(),
        }
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.property, self.reason)?;
        if self.detail.is_empty() { Ok(()) } else { write!(f, ": {}", self.detail) }
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident, $text:literal;)*) => {
        /// What became of something that no model holds.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Lost { $($(#[$doc])* $name,)* }

        impl fmt::Display for Lost {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$name => $text,)* })
            }
        }
    };
}

reasons! {
    /// RRULE or EXRULE with parts that the model has not. The item recurs no more by it.
    Rule, "the rule has parts that are not kept, so it is left out";
    /// A second RRULE.
    MoreRules, "a second rule is left out";
    /// RECURRENCE-ID;RANGE=THISANDFUTURE.
    ThisAndFuture, "the change is kept for one occurrence and not for those after it";
    /// A changed occurrence of a task or a note.
    Occurrence, "a changed occurrence is left out";
    /// A length of its own in RDATE.
    Period, "an occurrence has the length of the others, not its own";
    /// A value that nobody can read.
    Value, "the value cannot be read and is left out";
    /// A word that the model has not.
    Word, "the word is not kept, a similar one is";
    /// A parameter that the model has not.
    Parameter, "parameters are not kept";
    /// LANGUAGE of a text.
    Language, "the language of the text is not kept";
    /// Somebody who is reached otherwise than by mail.
    Address, "the address is no mail address and is not kept";
    /// ACTION of an alarm.
    AlarmAction, "the reminder is shown, and does nothing else";
    /// DESCRIPTION of an alarm, and the rest of it.
    AlarmDetail, "of the reminder its time alone is kept";
    /// An alarm without a time that can be read.
    Alarm, "the reminder is left out";
    /// A TZID that nobody knows and nothing defines.
    Zone, "the time zone is not known: the time is kept as a time wherever one is";
    /// A VTIMEZONE that is no two switches a year.
    ZoneRules, "the rules of the time zone are kept as far as two changes a year say them";
    /// A VTIMEZONE that says otherwise than the zone of that name does by now.
    ZoneChanged, "the rules of the time zone have changed: those of its name count, not those of the text";
    /// A time in a zone where the model has UTC.
    ZoneName, "the moment is kept, the time zone is not";
    /// A component inside an item.
    Component, "the component inside is left out";
    /// Another item in the same text.
    Item, "another item in the same text is left out";
    /// A label of the user's own.
    Label, "the label is not kept";
    /// Several texts where the model has one.
    Joined, "several texts are kept as one";
    /// More of something than is kept.
    TooMany, "there are more than are kept";
    /// What is asked of the reader of the document.
    Method, "what is asked of the reader is not kept";
    /// An end that is not after the start.
    End, "the end is not after the start and is left out";
}

//! What is wrong in a file, where, and what it costs.

use std::fmt;

/// Problems that are kept with their line, and those among them that cost an item: many small ones do not hide what is
/// lost. Beyond, they are only counted.
const KEPT: usize = 10_000;
const KEPT_COSTLY: usize = 100_000;

/// Something malformed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1.
    pub line: u64,
    /// What is wrong there.
    pub reason: Reason,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

impl std::error::Error for Problem {}

/// What a problem costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cost {
    /// Nothing: said so that nobody is surprised.
    Nothing,
    /// A line is written otherwise than it stood there.
    Repaired,
    /// A line is left out.
    Line,
    /// An item is left out.
    Item,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident, $cost:ident, $text:literal;)*) => {
        /// What is malformed or not carried over.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Reason { $($(#[$doc])* $name,)* }

        impl Reason {
            /// What it costs.
            pub fn cost(self) -> Cost {
                match self { $(Self::$name => Cost::$cost,)* }
            }
        }

        impl fmt::Display for Reason {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$name => $text,)* })
            }
        }
    };
}

reasons! {
    /// The component has no END.
    NoEnd, Item, "the component does not end";
    /// A component of this kind does not stand in that one.
    BeginInside, Item, "the component begins inside another one that has not ended";
    /// Components within components, too deep.
    TooDeep, Item, "components are nested too deeply";
    /// Longer than we read.
    TooLong, Item, "the line is longer than 64 MiB";
    /// More bytes than we take for one item.
    TooLarge, Item, "the component is larger than 256 MiB";
    /// More items than we take from one file.
    TooMany, Item, "there are more components than can be listed";
    /// No item of the kind that is read.
    NoItem, Item, "there is no item in it";
    /// RFC 5545 §3.6.1: an event has a start.
    NoStart, Item, "the event has no start that can be read";
    /// Nothing but a frame.
    Empty, Item, "the component says nothing";
    /// A time zone without TZID cannot be referred to.
    ZoneWithoutId, Line, "the time zone has no TZID";
    /// More time zones than we keep.
    TooManyZones, Line, "there are more time zones than can be kept";
    /// Neither a property nor the rest of one.
    NoProperty, Line, "the line is no property";
    /// END of what has not begun.
    StrayEnd, Line, "an END without its BEGIN";
    /// A property beside the items of a file.
    Outside, Line, "the line stands outside of every component";
    /// A date that is none.
    NoDate, Line, "the date is empty";
    /// The rest of a text whose lines were not folded.
    Unfolded, Repaired, "the line continues a text, but is not folded";
    /// Base64 without fold.
    UnfoldedBase64, Repaired, "the line continues base64, but is not folded";
    /// Parts inside were closed for it.
    NotClosed, Repaired, "the component ends before a component inside it does";
    /// No VCALENDAR around it.
    NoCalendar, Repaired, "the component stands in no VCALENDAR";
    /// VCALENDAR without END.
    CalendarOpen, Repaired, "the VCALENDAR does not end";
    /// A UID was made of its digest.
    NoUid, Repaired, "the component has no UID";
    /// A legacy charset, declared.
    Charset, Repaired, "the line is in its declared charset";
    /// A legacy charset, guessed.
    CharsetGuessed, Repaired, "the line is not UTF-8; windows-1252 is assumed";
    /// NUL and other control characters.
    Control, Repaired, "the line has control characters";
    /// Spaces around the colon.
    Spaces, Repaired, "there are spaces around the name";
    /// A TZID with reserved characters, not quoted.
    UnquotedZone, Repaired, "the TZID has a colon and is not quoted";
    /// Quoted-printable has no place in this version.
    Quoted, Repaired, "the line is in quoted-printable";
    /// VALUE=DATE with a time, or a date without VALUE=DATE.
    DateKind, Repaired, "the value is not of the kind that VALUE says";
    /// A parameter without a name.
    BareParameter, Repaired, "a parameter has no name";
    /// A card without FN.
    NoName, Repaired, "the card has no FN";
    /// Without VERSION.
    NoVersion, Repaired, "there is no VERSION";
    /// A VTIMEZONE was made from its name.
    ZoneMade, Repaired, "there is no VTIMEZONE for the TZID, which is a known name";
    /// No such time zone.
    ZoneMissing, Nothing, "there is no VTIMEZONE for the TZID";
    /// Two definitions.
    ZoneTwice, Nothing, "the TZID has another definition before";
    /// Items are data, never invitations.
    Method, Nothing, "METHOD is left out";
    /// A remark of one producer about its calendar.
    CalendarZone, Nothing, "X-WR-TIMEZONE is no part of an item and is left out";
    /// vCalendar 1.0, vCard 2.1.
    Upgraded, Nothing, "an old version is brought to the current one";
    /// Overrides without their master.
    NoMaster, Nothing, "an occurrence was changed, but its series is not there";
    /// The file ends within a character of UTF-16.
    HalfCharacter, Repaired, "the text has half characters";
}

/// The problems of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    kept: Vec<Problem>,
    costly: usize,
    counted: std::collections::BTreeMap<Reason, u64>,
}

impl Problems {
    /// Notes one.
    pub fn push(&mut self, line: u64, reason: Reason) {
        *self.counted.entry(reason).or_default() += 1;
        let is_costly = reason.cost() == Cost::Item;
        if if is_costly { self.costly < KEPT_COSTLY } else { self.kept.len() - self.costly < KEPT } {
            self.costly += usize::from(is_costly);
            self.kept.push(Problem { line, reason });
        }
    }

    /// The first ten thousand, and the first hundred thousand that cost an item, in the order in which they were found.
    pub fn list(&self) -> &[Problem] {
        &self.kept
    }

    /// How often each reason was found; complete.
    pub fn counts(&self) -> impl Iterator<Item = (Reason, u64)> {
        self.counted.iter().map(|(reason, count)| (*reason, *count))
    }

    /// How many items they cost.
    pub fn lost_items(&self) -> u64 {
        self.counts().filter(|(reason, _)| reason.cost() == Cost::Item).map(|(_, count)| count).sum()
    }
}

//! What is in a file: its items, and where their parts lie.

use super::{build::Builder, zones::Zones};
use crate::read::{Part, Problems, Revision, lines::Layout};
use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    io::{self, Read},
};

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// VEVENT.
    Event,
    /// VTODO.
    Task,
    /// VJOURNAL: a note.
    Journal,
}

impl Kind {
    pub(crate) fn of(component: &[u8]) -> Option<Self> {
        match component {
            b"VEVENT" => Some(Self::Event),
            b"VTODO" => Some(Self::Task),
            b"VJOURNAL" => Some(Self::Journal),
            _ => None,
        }
    }
}

/// An item of a file.
#[derive(Clone, Debug)]
pub struct Entry {
    pub(crate) uid: Box<str>,
    pub(crate) repeat: u32,
    pub(crate) kind: Kind,
    pub(crate) revision: Revision,
    pub(crate) bytes: u64,
    // Into `Index::order`.
    pub(crate) first: u32,
    pub(crate) count: u32,
}

impl Entry {
    /// Its UID; made of its digest if it has none.
    pub fn uid(&self) -> &str {
        &self.uid
    }

    /// What it is called within its file: its UID, and `#2` and so on for further items with the same one.
    pub fn id(&self) -> String {
        if self.repeat == 1 { self.uid.to_string() } else { format!("{}#{}", self.uid, self.repeat) }
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What tells two states of it apart.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// How many bytes its parts have in the file. The item itself also has a frame and its time zones.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// Components that are no items.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Skipped {
    /// The same lines were there before.
    Same,
    /// A component of another kind, by its name: VFREEBUSY, an alarm of its own, …
    Component(Box<str>),
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Same => f.write_str("the same item was there before"),
            Self::Component(name) => write!(f, "{name} is no appointment, task or note"),
        }
    }
}

/// A component that is an item or a part of one.
#[derive(Clone, Debug)]
pub(crate) struct Component {
    pub(crate) part: Part,
    pub(crate) revision: Revision,
    pub(crate) calendar: u32,
    // Into the sets of `Zones`.
    pub(crate) zones: u32,
    pub(crate) is_override: bool,
    pub(crate) has_uid: bool,
}

/// What is said about all items of a VCALENDAR.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calendar {
    pub(crate) is_legacy: bool,
}

/// The items of a file, without their text.
#[derive(Debug, Default)]
pub struct Index {
    pub(crate) layout: Layout,
    pub(crate) entries: Vec<Entry>,
    pub(crate) components: Vec<Component>,
    pub(crate) order: Vec<u32>,
    pub(crate) calendars: Vec<Calendar>,
    // Of calendars whose CALSCALE is not GREGORIAN.
    pub(crate) scales: HashMap<u32, Box<str>>,
    // TZ and DAYLIGHT of vCalendar 1.0.
    pub(crate) legacy: HashMap<u32, Vec<String>>,
    pub(crate) zones: Zones,
    pub(crate) properties: Vec<String>,
    pub(crate) problems: Problems,
    pub(crate) skipped: BTreeMap<Skipped, u64>,
}

impl Index {
    /// Goes once through a file.
    ///
    /// # Errors
    /// If it cannot be read. What is malformed is no error, but a problem.
    pub fn of(reader: impl Read) -> io::Result<Self> {
        Builder::default().read(reader)
    }

    /// The items, in the order of the file.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What is malformed or not carried over.
    pub fn problems(&self) -> &Problems {
        &self.problems
    }

    /// Components that are no items, counted.
    pub fn skipped(&self) -> impl Iterator<Item = (&Skipped, u64)> {
        self.skipped.iter().map(|(what, count)| (what, *count))
    }

    /// The properties of the first calendars themselves (X-WR-CALNAME, COLOR, …), unfolded; they are in no item.
    pub fn properties(&self) -> &[String] {
        &self.properties
    }

    /// How many VCALENDARs there are.
    pub fn calendars(&self) -> usize {
        self.calendars.len()
    }

    /// Where the parts of an item lie, the master first.
    pub fn parts(&self, entry: &Entry) -> impl Iterator<Item = Part> {
        self.components_of(entry).map(|component| component.part)
    }

    pub(crate) fn components_of(&self, entry: &Entry) -> impl Iterator<Item = &Component> {
        let first = entry.first as usize;
        let order = self.order.get(first..first + entry.count as usize).unwrap_or_default();
        order.iter().filter_map(|at| self.components.get(*at as usize))
    }
}

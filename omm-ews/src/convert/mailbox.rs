//! Whose mailbox an item lies in.

use omm_content::calendar::Zone;
use std::{collections::BTreeSet, sync::Arc};

/// What of a mailbox must be known to read and to make its appointments and tasks.
#[derive(Clone, Debug)]
pub(crate) struct Mailbox {
    /// The zone in which its days begin and end; nothing if nobody says.
    zone: Option<Zone>,
    /// What the zones are called that its server knows; nothing if it does not say.
    zones: Option<Arc<BTreeSet<String>>>,
    /// The mail addresses of its owner.
    pub(crate) owner: Vec<String>,
    /// The major version of its server: 14 for 2010, 15 for 2013 and later.
    pub(crate) version: u32,
}

impl Mailbox {
    /// A mailbox on a server of this version, of which nothing else is known.
    pub(crate) fn new(version: u32) -> Self {
        Self { zone: None, zones: None, owner: Vec::new(), version }
    }

    /// The same, in this zone.
    #[must_use]
    pub(crate) fn in_zone(self, zone: Zone) -> Self {
        Self { zone: Some(zone), ..self }
    }

    /// The same on a server that knows these zones by name, and no others.
    #[must_use]
    pub(crate) fn knowing(self, zones: Arc<BTreeSet<String>>) -> Self {
        Self { zones: Some(zones), ..self }
    }

    /// Its zone, if one is known.
    pub(crate) fn known_zone(&self) -> Option<&Zone> {
        self.zone.as_ref()
    }

    /// The zone of times that have none: its own, else UTC.
    pub(crate) fn zone(&self) -> Zone {
        self.zone.clone().unwrap_or(Zone::Iana(chrono_tz::Tz::UTC))
    }

    /// Whether its server knows a zone by this name.
    pub(crate) fn knows(&self, zone: &str) -> bool {
        self.zones.as_ref().is_none_or(|known| known.contains(zone))
    }

    /// Whether this is an address of its owner.
    pub(crate) fn is_owner(&self, address: &str) -> bool {
        self.owner.iter().any(|own| own.eq_ignore_ascii_case(address.trim()))
    }
}

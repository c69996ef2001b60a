//! Whose mailbox an item lies in.

use omm_content::calendar::Zone;

/// What of a mailbox must be known to read and to make its appointments and tasks.
#[derive(Clone, Debug)]
pub(crate) struct Mailbox {
    /// The zone in which its days begin and end.
    pub(crate) zone: Zone,
    /// The mail addresses of its owner.
    pub(crate) owner: Vec<String>,
    /// The major version of its server: 14 for 2010, 15 for 2013 and later.
    pub(crate) version: u32,
}

impl Mailbox {
    /// A mailbox in this zone, of whose owner nothing is known.
    pub(crate) fn new(zone: Zone, version: u32) -> Self {
        Self { zone, owner: Vec::new(), version }
    }

    /// Whether this is an address of its owner.
    pub(crate) fn is_owner(&self, address: &str) -> bool {
        self.owner.iter().any(|own| own.eq_ignore_ascii_case(address.trim()))
    }
}

//! What converters must know of the mailbox.

use crate::{account::Account, convert::Mailbox, soap::Version};
use omm_content::calendar::Zone;

impl Account {
    /// Whose mailbox it is, and by which clock. Where a time says no zone, it is taken for UTC.
    pub(crate) fn mailbox(&self) -> Mailbox {
        let version = match self.facts().version {
            Some(version) if version < Version::E2010 => 8,
            Some(version) if version < Version::E2013 => 14,
            _ => 15,
        };
        let mut mailbox = Mailbox::new(Zone::Iana(chrono_tz::Tz::UTC), version);
        mailbox.owner.extend(self.config.mailbox().map(str::to_owned));
        mailbox
    }
}

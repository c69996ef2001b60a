//! Versions of Exchange.

/// Which Exchange it says it is, and behaves like where they differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// Exchange Server 2007 SP1: no ExportItems, no time zone elements, no exact folder kinds for all.
    Exchange2007,
    /// Exchange Server 2010 SP2.
    Exchange2010,
    /// Exchange Server 2013 SP1.
    Exchange2013,
    /// Exchange Server 2016.
    Exchange2016,
}

impl Version {
    /// MajorVersion, MinorVersion, MajorBuildNumber, MinorBuildNumber, Version of ServerVersionInfo, as recorded.
    pub(super) fn numbers(self) -> [&'static str; 5] {
        match self {
            Self::Exchange2007 => ["8", "1", "436", "0", "Exchange2007_SP1"],
            Self::Exchange2010 => ["14", "2", "328", "9", "Exchange2010_SP2"],
            Self::Exchange2013 => ["15", "0", "847", "31", "Exchange2013_SP1"],
            Self::Exchange2016 => ["15", "1", "2507", "6", "V2017_07_11"],
        }
    }
}

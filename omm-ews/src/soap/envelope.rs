//! What stands around a request: the version it is written for, and on whose behalf.

use crate::{
    ops::Operation,
    xml::{Part, Writer},
};

const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const TYPES: &str = "http://schemas.microsoft.com/exchange/services/2006/types";
pub(crate) const MESSAGES: &str = "http://schemas.microsoft.com/exchange/services/2006/messages";

/// The schema a request is written for ([MS-OXWSCDATA] RequestServerVersion). A server refuses one that is newer than
/// itself, and shows a client of an older one only what that knew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Version {
    /// Exchange 2007 SP1.
    E2007Sp1,
    /// Exchange 2010.
    E2010,
    /// Exchange 2010 SP1: ExportItems and UploadItems, the archive.
    E2010Sp1,
    /// Exchange 2010 SP2.
    E2010Sp2,
    /// Exchange 2013 and newer.
    E2013,
    /// Exchange 2013 SP1.
    E2013Sp1,
    /// Exchange 2016 and newer.
    E2016,
}

impl Version {
    /// From the newest to the oldest.
    pub(crate) const NEWEST_FIRST: [Self; 7] = [
        Self::E2016,
        Self::E2013Sp1,
        Self::E2013,
        Self::E2010Sp2,
        Self::E2010Sp1,
        Self::E2010,
        Self::E2007Sp1,
    ];

    /// The word in RequestServerVersion.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::E2007Sp1 => "Exchange2007_SP1",
            Self::E2010 => "Exchange2010",
            Self::E2010Sp1 => "Exchange2010_SP1",
            Self::E2010Sp2 => "Exchange2010_SP2",
            Self::E2013 => "Exchange2013",
            Self::E2013Sp1 => "Exchange2013_SP1",
            Self::E2016 => "Exchange2016",
        }
    }

    /// The version with this word; newer ones than all that are known are the newest.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::NEWEST_FIRST.into_iter().find(|version| version.word() == word)
    }
}

/// Whose mailbox is meant where an administrator logs in (ExchangeImpersonation): a mail address of his.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Impersonated(pub(crate) String);

/// What the header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// The schema.
    pub(crate) version: Version,
    /// On whose behalf.
    pub(crate) impersonated: Option<Impersonated>,
    /// The zone that times without one are in, by its Windows name. None: as the server's operator set it.
    pub(crate) zone: Option<&'static str>,
}

/// A whole request.
pub(crate) fn envelope<O: Operation>(header: &Header, operation: &O) -> Vec<Part> {
    let mut writer = Writer::new();
    let names = [("xmlns:s", SOAP), ("xmlns:t", TYPES), ("xmlns:m", MESSAGES)];
    writer.element_with("s:Envelope", &names, |writer| {
        writer.element("s:Header", |writer| header.write(writer));
        writer.element("s:Body", |writer| operation.write(writer, header.version));
    });
    writer.finish()
}

impl Header {
    fn write(&self, writer: &mut Writer) {
        writer.empty("t:RequestServerVersion", &[("Version", self.version.word())]);
        if let Some(impersonated) = &self.impersonated {
            writer.element("t:ExchangeImpersonation", |writer| {
                writer.element("t:ConnectingSID", |writer| {
                    writer.text("t:PrimarySmtpAddress", &impersonated.0);
                });
            });
        }
        if let Some(zone) = self.zone {
            writer.element("t:TimeZoneContext", |writer| {
                writer.empty("t:TimeZoneDefinition", &[("Id", zone)]);
            });
        }
    }
}

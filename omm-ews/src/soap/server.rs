//! What a server says of itself with every answer ([MS-OXWSCDATA] ServerVersionInfo).

use super::Version;
use crate::xml::Element;
use std::fmt;

/// The build of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServerVersion {
    major: u32,
    minor: u32,
    build: u32,
    revision: u32,
}

impl ServerVersion {
    /// From the header of an envelope, if it says so.
    pub(crate) fn of(envelope: &Element) -> Option<Self> {
        let info = envelope.at(&["Header", "ServerVersionInfo"])?;
        let number = |name| {
            let text = info.attribute(name).or_else(|| info.text_of(name))?;
            text.parse().ok()
        };
        Some(Self {
            major: number("MajorVersion")?,
            minor: number("MinorVersion").unwrap_or(0),
            build: number("MajorBuildNumber").unwrap_or(0),
            revision: number("MinorBuildNumber").unwrap_or(0),
        })
    }

    /// The newest schema that it knows.
    pub(crate) fn schema(&self) -> Version {
        match (self.major, self.minor) {
            (..14, _) => Version::E2007Sp1,
            (14, 0) => Version::E2010,
            (14, 1) => Version::E2010Sp1,
            (14, _) => Version::E2010Sp2,
            // Service pack 1 of Exchange 2013 is its build 847.
            (15, 0) if self.build < 847 => Version::E2013,
            (15, 0) => Version::E2013Sp1,
            _ => Version::E2016,
        }
    }

    fn product(&self) -> &'static str {
        match (self.major, self.minor) {
            (..14, _) => "Exchange 2007",
            (14, _) => "Exchange 2010",
            (15, 0) => "Exchange 2013",
            (15, 1) => "Exchange 2016",
            (15, 2) if self.build < 2_500 => "Exchange 2019",
            (15, 2) => "Exchange Subscription Edition",
            (15, 20) => "Exchange Online",
            _ => "an Exchange that is newer than this program",
        }
    }
}

impl fmt::Display for ServerVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { major, minor, build, revision } = self;
        write!(f, "{} ({major}.{minor}.{build}.{revision})", self.product())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::{Limits, read};

    #[test]
    fn what_servers_say_of_themselves() {
        for (numbers, schema, product) in [
            ([8, 1, 240, 5], Version::E2007Sp1, "Exchange 2007 (8.1.240.5)"),
            ([14, 0, 639, 19], Version::E2010, "Exchange 2010 (14.0.639.19)"),
            ([14, 1, 218, 11], Version::E2010Sp1, "Exchange 2010 (14.1.218.11)"),
            ([14, 3, 123, 3], Version::E2010Sp2, "Exchange 2010 (14.3.123.3)"),
            ([15, 0, 620, 20], Version::E2013, "Exchange 2013 (15.0.620.20)"),
            ([15, 0, 847, 30], Version::E2013Sp1, "Exchange 2013 (15.0.847.30)"),
            ([15, 1, 2507, 6], Version::E2016, "Exchange 2016 (15.1.2507.6)"),
            ([15, 2, 1544, 4], Version::E2016, "Exchange 2019 (15.2.1544.4)"),
            ([15, 20, 1, 2], Version::E2016, "Exchange Online (15.20.1.2)"),
        ] {
            let [major, minor, build, revision] = numbers;
            let text = format!(
                "<s:Envelope><s:Header><h:ServerVersionInfo MajorVersion=\"{major}\" MinorVersion=\"{minor}\" \
                 MajorBuildNumber=\"{build}\" MinorBuildNumber=\"{revision}\"/></s:Header></s:Envelope>"
            );
            let envelope = read(text.as_bytes(), Limits::SMALL).expect("well formed");
            let version = ServerVersion::of(&envelope).expect("it says so");
            assert_eq!((version.schema(), version.to_string().as_str()), (schema, product));
        }
    }
}

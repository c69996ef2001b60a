//! Properties of MAPI that appointments have ([MS-OXPROPS] §2).

use crate::convert::property::{Kind, Property, Set};

const fn appointment(id: u32) -> Property {
    Property::id(Set::Appointment, id, Kind::Integer)
}

const fn public(word: &'static str) -> Property {
    Property::word(Set::PublicStrings, word, Kind::String)
}

/// PidLidAppointmentSequence.
pub(super) const SEQUENCE: Property = appointment(0x8201);
/// PidLidAppointmentStateFlags ([MS-OXOCAL] §2.2.1.10): 1 a meeting, 2 received, 4 cancelled.
pub(super) const STATE_FLAGS: Property = appointment(0x8217);
/// PidLidResponseStatus ([MS-OXOCAL] §2.2.1.11).
pub(super) const RESPONSE_STATUS: Property = appointment(0x8218);
/// PidLidIntendedBusyStatus ([MS-OXOCAL] §2.2.6.4).
pub(super) const INTENDED: Property = appointment(0x8224);
/// PidTagOwnerAppointmentId ([MS-OXOCAL] §2.2.1.29).
pub(super) const OWNER_ID: Property = Property::tag(0x0062, Kind::Integer);

/// Who organizes: PidTagSentRepresentingName, …AddressType, …EmailAddress, …SmtpAddress.
pub(super) const ORGANIZER_NAME: Property = Property::tag(0x0042, Kind::String);
pub(super) const ORGANIZER_TYPE: Property = Property::tag(0x0064, Kind::String);
pub(super) const ORGANIZER_ADDRESS: Property = Property::tag(0x0065, Kind::String);
pub(super) const ORGANIZER_SMTP: Property = Property::tag(0x5D02, Kind::String);

/// Links that Outlook, Lync, Skype and Teams keep beside the text.
pub(super) const TEAMS: Property = public("SkypeTeamsMeetingUrl");
pub(super) const EXTERNAL: Property = public("OnlineMeetingExternalLink");
pub(super) const INTERNAL: Property = public("OnlineMeetingInternalLink");
pub(super) const SKYPE: Property = public("OnlineMeetingConfLink");

/// All of them that are asked for.
pub(super) const ALL: &[Property] = &[
    SEQUENCE,
    STATE_FLAGS,
    RESPONSE_STATUS,
    INTENDED,
    OWNER_ID,
    ORGANIZER_SMTP,
    TEAMS,
    EXTERNAL,
    INTERNAL,
    SKYPE,
];

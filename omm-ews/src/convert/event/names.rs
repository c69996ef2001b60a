//! Properties of MAPI that appointments have ([MS-OXPROPS] §2).

use crate::ops::{ExtendedPath, PropertySet, PropertyType};

const fn appointment(id: u32) -> ExtendedPath {
    ExtendedPath::id(PropertySet::APPOINTMENT, id, PropertyType::Integer)
}

const fn public(word: &'static str) -> ExtendedPath {
    ExtendedPath::word(PropertySet::PUBLIC_STRINGS, word, PropertyType::String)
}

/// PidLidAppointmentSequence.
pub(super) const SEQUENCE: ExtendedPath = appointment(0x8201);
/// PidLidAppointmentStateFlags ([MS-OXOCAL] §2.2.1.10): 1 a meeting, 2 received, 4 cancelled.
pub(super) const STATE_FLAGS: ExtendedPath = appointment(0x8217);
/// PidLidResponseStatus ([MS-OXOCAL] §2.2.1.11).
pub(super) const RESPONSE_STATUS: ExtendedPath = appointment(0x8218);
/// PidLidIntendedBusyStatus ([MS-OXOCAL] §2.2.6.4).
pub(super) const INTENDED: ExtendedPath = appointment(0x8224);
/// PidTagOwnerAppointmentId ([MS-OXOCAL] §2.2.1.29).
pub(super) const OWNER_ID: ExtendedPath = ExtendedPath::tag(0x0062, PropertyType::Integer);

/// Who organizes: PidTagSentRepresentingName, …AddressType, …EmailAddress, …SmtpAddress.
pub(super) const ORGANIZER_NAME: ExtendedPath = ExtendedPath::tag(0x0042, PropertyType::String);
pub(super) const ORGANIZER_TYPE: ExtendedPath = ExtendedPath::tag(0x0064, PropertyType::String);
pub(super) const ORGANIZER_ADDRESS: ExtendedPath = ExtendedPath::tag(0x0065, PropertyType::String);
pub(super) const ORGANIZER_SMTP: ExtendedPath = ExtendedPath::tag(0x5D02, PropertyType::String);

/// Links that Outlook, Lync, Skype and Teams keep beside the text.
pub(super) const TEAMS: ExtendedPath = public("SkypeTeamsMeetingUrl");
pub(super) const EXTERNAL: ExtendedPath = public("OnlineMeetingExternalLink");
pub(super) const INTERNAL: ExtendedPath = public("OnlineMeetingInternalLink");
pub(super) const SKYPE: ExtendedPath = public("OnlineMeetingConfLink");

/// All of them that are asked for.
pub(super) const ALL: &[ExtendedPath] = &[
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

//! Properties of MAPI that the schema of contacts has no element for ([MS-OXPROPS] §2).

use crate::ops::{ExtendedPath, PropertySet, PropertyType};

const fn text(id: u16) -> ExtendedPath {
    ExtendedPath::tag(id, PropertyType::String)
}

const fn named(id: u32) -> ExtendedPath {
    ExtendedPath::id(PropertySet::ADDRESS, id, PropertyType::String)
}

pub(super) const ACCOUNT: ExtendedPath = text(0x3A00);
pub(super) const GOVERNMENT_ID: ExtendedPath = text(0x3A07);
pub(super) const KEYWORD: ExtendedPath = text(0x3A0B);
pub(super) const LANGUAGE: ExtendedPath = text(0x3A0C);
pub(super) const LOCATION: ExtendedPath = text(0x3A0D);
pub(super) const ORGANISATIONAL_ID: ExtendedPath = text(0x3A10);
pub(super) const HOBBIES: ExtendedPath = text(0x3A43);
pub(super) const PREFIX: ExtendedPath = text(0x3A45);
pub(super) const REFERRED_BY: ExtendedPath = text(0x3A47);
pub(super) const COMPUTER_NETWORK: ExtendedPath = text(0x3A49);
pub(super) const CUSTOMER_ID: ExtendedPath = text(0x3A4A);
pub(super) const FTP_SITE: ExtendedPath = text(0x3A4C);
pub(super) const GENDER: ExtendedPath = ExtendedPath::tag(0x3A4D, PropertyType::Short);
pub(super) const PERSONAL_HOME_PAGE: ExtendedPath = text(0x3A50);
pub(super) const HOME_POST_BOX: ExtendedPath = text(0x3A5E);
pub(super) const OTHER_POST_BOX: ExtendedPath = text(0x3A64);
pub(super) const CERTIFICATES: ExtendedPath = ExtendedPath::tag(0x3A70, PropertyType::BinaryArray);

pub(super) const HOME_LABEL: ExtendedPath = named(0x801A);
pub(super) const WORK_LABEL: ExtendedPath = named(0x801B);
pub(super) const OTHER_LABEL: ExtendedPath = named(0x801C);
pub(super) const HTML: ExtendedPath = named(0x802B);
pub(super) const YOMI_GIVEN: ExtendedPath = named(0x802C);
pub(super) const YOMI_FAMILY: ExtendedPath = named(0x802D);
pub(super) const YOMI_COMPANY: ExtendedPath = named(0x802E);
pub(super) const WORK_POST_BOX: ExtendedPath = named(0x804A);
pub(super) const USER_FIELDS: [ExtendedPath; 4] =
    [named(0x804F), named(0x8050), named(0x8051), named(0x8052)];
/// PidLidEmail1OriginalDisplayName and so on: of an address of Exchange, its mail address.
pub(super) const EMAIL_ORIGINALS: [ExtendedPath; 3] = [named(0x8084), named(0x8094), named(0x80A4)];
/// PidLidEmail1DisplayName and so on.
pub(super) const EMAIL_NAMES: [ExtendedPath; 3] = [named(0x8080), named(0x8090), named(0x80A0)];
pub(super) const FREE_BUSY: ExtendedPath = named(0x80D8);
pub(super) const HOME_COUNTRY_CODE: ExtendedPath = named(0x80DA);
pub(super) const WORK_COUNTRY_CODE: ExtendedPath = named(0x80DB);
pub(super) const OTHER_COUNTRY_CODE: ExtendedPath = named(0x80DC);
pub(super) const BIRTHDAY_LOCAL: ExtendedPath =
    ExtendedPath::id(PropertySet::ADDRESS, 0x80DE, PropertyType::SystemTime);
pub(super) const ANNIVERSARY_LOCAL: ExtendedPath =
    ExtendedPath::id(PropertySet::ADDRESS, 0x80DF, PropertyType::SystemTime);

pub(super) const BILLING: ExtendedPath = ExtendedPath::id(PropertySet::COMMON, 0x8535, PropertyType::String);

/// All of them.
pub(super) const ALL: &[ExtendedPath] = &[
    ACCOUNT,
    GOVERNMENT_ID,
    KEYWORD,
    LANGUAGE,
    LOCATION,
    ORGANISATIONAL_ID,
    HOBBIES,
    PREFIX,
    REFERRED_BY,
    COMPUTER_NETWORK,
    CUSTOMER_ID,
    FTP_SITE,
    GENDER,
    PERSONAL_HOME_PAGE,
    HOME_POST_BOX,
    OTHER_POST_BOX,
    CERTIFICATES,
    HOME_LABEL,
    WORK_LABEL,
    OTHER_LABEL,
    HTML,
    YOMI_GIVEN,
    YOMI_FAMILY,
    YOMI_COMPANY,
    WORK_POST_BOX,
    USER_FIELDS[0],
    USER_FIELDS[1],
    USER_FIELDS[2],
    USER_FIELDS[3],
    EMAIL_ORIGINALS[0],
    EMAIL_ORIGINALS[1],
    EMAIL_ORIGINALS[2],
    EMAIL_NAMES[0],
    EMAIL_NAMES[1],
    EMAIL_NAMES[2],
    FREE_BUSY,
    HOME_COUNTRY_CODE,
    WORK_COUNTRY_CODE,
    OTHER_COUNTRY_CODE,
    BIRTHDAY_LOCAL,
    ANNIVERSARY_LOCAL,
    BILLING,
];

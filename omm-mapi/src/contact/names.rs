//! Ids of the properties that contacts have ([MS-OXPROPS] §2). Those without a set are tags.

use crate::property::{Named, named};

/// A number in PSETID_Address.
pub(super) fn address(id: u32) -> Named {
    Named::Id(named::PSETID_ADDRESS, id)
}

/// In PSETID_Common: PidLidMileage, PidLidBilling, PidLidPrivate.
pub(super) const MILEAGE: u32 = 0x8534;
pub(super) const BILLING: u32 = 0x8535;
pub(super) const PRIVATE: u32 = 0x8506;

/// In PSETID_Address.
pub(super) const FILE_UNDER: u32 = 0x8005;
pub(super) const HOME_ADDRESS: u32 = 0x801A;
pub(super) const WORK_ADDRESS: u32 = 0x801B;
pub(super) const OTHER_ADDRESS: u32 = 0x801C;
pub(super) const POSTAL_ADDRESS_ID: u32 = 0x8022;
pub(super) const HTML: u32 = 0x802B;
pub(super) const YOMI_FIRST_NAME: u32 = 0x802C;
pub(super) const YOMI_LAST_NAME: u32 = 0x802D;
pub(super) const YOMI_COMPANY_NAME: u32 = 0x802E;
pub(super) const WORK_ADDRESS_STREET: u32 = 0x8045;
pub(super) const WORK_ADDRESS_CITY: u32 = 0x8046;
pub(super) const WORK_ADDRESS_STATE: u32 = 0x8047;
pub(super) const WORK_ADDRESS_POSTAL_CODE: u32 = 0x8048;
pub(super) const WORK_ADDRESS_COUNTRY: u32 = 0x8049;
pub(super) const WORK_ADDRESS_POST_OFFICE_BOX: u32 = 0x804A;
/// The first of four that follow each other.
pub(super) const CONTACT_USER_FIELD_1: u32 = 0x804F;
pub(super) const INSTANT_MESSAGING_ADDRESS: u32 = 0x8062;
/// The first of three sets, 0x10 apart; within a set: 0 display name, 2 address type, 3 address, 4 original display name.
pub(super) const EMAIL_1: u32 = 0x8080;
/// The same for fax numbers.
pub(super) const FAX_1: u32 = 0x80B0;
pub(super) const FREE_BUSY_LOCATION: u32 = 0x80D8;
pub(super) const HOME_ADDRESS_COUNTRY_CODE: u32 = 0x80DA;
pub(super) const WORK_ADDRESS_COUNTRY_CODE: u32 = 0x80DB;
pub(super) const OTHER_ADDRESS_COUNTRY_CODE: u32 = 0x80DC;
pub(super) const BIRTHDAY_LOCAL: u32 = 0x80DE;
pub(super) const WEDDING_ANNIVERSARY_LOCAL: u32 = 0x80DF;

/// Tags.
pub(super) const ACCOUNT: u16 = 0x3A00;
pub(super) const GENERATION: u16 = 0x3A05;
pub(super) const GIVEN_NAME: u16 = 0x3A06;
pub(super) const GOVERNMENT_ID_NUMBER: u16 = 0x3A07;
pub(super) const INITIALS: u16 = 0x3A0A;
pub(super) const KEYWORD: u16 = 0x3A0B;
pub(super) const LANGUAGE: u16 = 0x3A0C;
pub(super) const LOCATION: u16 = 0x3A0D;
pub(super) const ORGANIZATIONAL_ID_NUMBER: u16 = 0x3A10;
pub(super) const SURNAME: u16 = 0x3A11;
pub(super) const POSTAL_ADDRESS: u16 = 0x3A15;
pub(super) const COMPANY_NAME: u16 = 0x3A16;
pub(super) const TITLE: u16 = 0x3A17;
pub(super) const DEPARTMENT_NAME: u16 = 0x3A18;
pub(super) const OFFICE_LOCATION: u16 = 0x3A19;
pub(super) const COUNTRY: u16 = 0x3A26;
pub(super) const LOCALITY: u16 = 0x3A27;
pub(super) const STATE_OR_PROVINCE: u16 = 0x3A28;
pub(super) const STREET_ADDRESS: u16 = 0x3A29;
pub(super) const POSTAL_CODE: u16 = 0x3A2A;
pub(super) const POST_OFFICE_BOX: u16 = 0x3A2B;
pub(super) const ASSISTANT: u16 = 0x3A30;
pub(super) const WEDDING_ANNIVERSARY: u16 = 0x3A41;
pub(super) const BIRTHDAY: u16 = 0x3A42;
pub(super) const HOBBIES: u16 = 0x3A43;
pub(super) const MIDDLE_NAME: u16 = 0x3A44;
pub(super) const DISPLAY_NAME_PREFIX: u16 = 0x3A45;
pub(super) const PROFESSION: u16 = 0x3A46;
pub(super) const REFERRED_BY_NAME: u16 = 0x3A47;
pub(super) const SPOUSE_NAME: u16 = 0x3A48;
pub(super) const COMPUTER_NETWORK_NAME: u16 = 0x3A49;
pub(super) const CUSTOMER_ID: u16 = 0x3A4A;
pub(super) const FTP_SITE: u16 = 0x3A4C;
pub(super) const GENDER: u16 = 0x3A4D;
pub(super) const MANAGER_NAME: u16 = 0x3A4E;
pub(super) const NICKNAME: u16 = 0x3A4F;
pub(super) const PERSONAL_HOME_PAGE: u16 = 0x3A50;
pub(super) const BUSINESS_HOME_PAGE: u16 = 0x3A51;
pub(super) const CHILDRENS_NAMES: u16 = 0x3A58;
pub(super) const HOME_ADDRESS_CITY: u16 = 0x3A59;
pub(super) const HOME_ADDRESS_COUNTRY: u16 = 0x3A5A;
pub(super) const HOME_ADDRESS_POSTAL_CODE: u16 = 0x3A5B;
pub(super) const HOME_ADDRESS_STATE: u16 = 0x3A5C;
pub(super) const HOME_ADDRESS_STREET: u16 = 0x3A5D;
pub(super) const HOME_ADDRESS_POST_OFFICE_BOX: u16 = 0x3A5E;
pub(super) const OTHER_ADDRESS_CITY: u16 = 0x3A5F;
pub(super) const OTHER_ADDRESS_COUNTRY: u16 = 0x3A60;
pub(super) const OTHER_ADDRESS_POSTAL_CODE: u16 = 0x3A61;
pub(super) const OTHER_ADDRESS_STATE: u16 = 0x3A62;
pub(super) const OTHER_ADDRESS_STREET: u16 = 0x3A63;
pub(super) const OTHER_ADDRESS_POST_OFFICE_BOX: u16 = 0x3A64;
pub(super) const USER_X509_CERTIFICATE: u16 = 0x3A70;
pub(super) const ATTACHMENT_CONTACT_PHOTO: u16 = 0x7FFF;

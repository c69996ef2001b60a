//! Names that appointments and tasks have in common, and ids that no other item has ([MS-OXPROPS] §2).

use crate::property::{
    Named,
    named::{PS_PUBLIC_STRINGS, PSETID_APPOINTMENT, PSETID_COMMON, PSETID_MEETING},
};
use std::borrow::Cow;

pub(crate) const REMINDER_DELTA: Named = Named::Id(PSETID_COMMON, 0x8501);
pub(crate) const REMINDER_TIME: Named = Named::Id(PSETID_COMMON, 0x8502);
pub(crate) const REMINDER_SET: Named = Named::Id(PSETID_COMMON, 0x8503);
pub(crate) const PRIVATE: Named = Named::Id(PSETID_COMMON, 0x8506);
pub(crate) const COMMON_START: Named = Named::Id(PSETID_COMMON, 0x8516);
pub(crate) const COMMON_END: Named = Named::Id(PSETID_COMMON, 0x8517);
pub(crate) const MILEAGE: Named = Named::Id(PSETID_COMMON, 0x8534);
pub(crate) const BILLING: Named = Named::Id(PSETID_COMMON, 0x8535);
pub(crate) const COMPANIES: Named = Named::Id(PSETID_COMMON, 0x8539);
pub(crate) const CONTACTS: Named = Named::Id(PSETID_COMMON, 0x853A);
pub(crate) const REMINDER_SIGNAL_TIME: Named = Named::Id(PSETID_COMMON, 0x8560);

pub(crate) const GLOBAL_OBJECT_ID: Named = Named::Id(PSETID_MEETING, 0x0003);
pub(crate) const CLEAN_GLOBAL_OBJECT_ID: Named = Named::Id(PSETID_MEETING, 0x0023);
pub(crate) const WHERE: Named = Named::Id(PSETID_MEETING, 0x0002);

pub(crate) const SEQUENCE: Named = Named::Id(PSETID_APPOINTMENT, 0x8201);
pub(crate) const BUSY_STATUS: Named = Named::Id(PSETID_APPOINTMENT, 0x8205);
pub(crate) const LOCATION: Named = Named::Id(PSETID_APPOINTMENT, 0x8208);
pub(crate) const WORKSPACE_URL: Named = Named::Id(PSETID_APPOINTMENT, 0x8209);
pub(crate) const START_WHOLE: Named = Named::Id(PSETID_APPOINTMENT, 0x820D);
pub(crate) const END_WHOLE: Named = Named::Id(PSETID_APPOINTMENT, 0x820E);
pub(crate) const DURATION: Named = Named::Id(PSETID_APPOINTMENT, 0x8213);
pub(crate) const SUB_TYPE: Named = Named::Id(PSETID_APPOINTMENT, 0x8215);
pub(crate) const RECUR: Named = Named::Id(PSETID_APPOINTMENT, 0x8216);
pub(crate) const STATE_FLAGS: Named = Named::Id(PSETID_APPOINTMENT, 0x8217);
pub(crate) const RESPONSE_STATUS: Named = Named::Id(PSETID_APPOINTMENT, 0x8218);
pub(crate) const INTENDED_BUSY_STATUS: Named = Named::Id(PSETID_APPOINTMENT, 0x8224);
pub(crate) const EXCEPTION_REPLACE_TIME: Named = Named::Id(PSETID_APPOINTMENT, 0x8228);
pub(crate) const CLIP_END: Named = Named::Id(PSETID_APPOINTMENT, 0x8236);
pub(crate) const NET_SHOW_URL: Named = Named::Id(PSETID_APPOINTMENT, 0x8248);
pub(crate) const NOT_ALLOW_PROPOSE: Named = Named::Id(PSETID_APPOINTMENT, 0x825A);

/// A name among the strings that anybody may add to.
pub(crate) const fn public(name: &'static str) -> Named {
    Named::Text(PS_PUBLIC_STRINGS, Cow::Borrowed(name))
}

pub(crate) mod tag {
    pub(crate) const OWNER_APPOINTMENT_ID: u16 = 0x0062;
    pub(crate) const RECEIVED_BY_NAME: u16 = 0x0040;
    pub(crate) const RECEIVED_REPRESENTING_NAME: u16 = 0x0044;
    pub(crate) const RESPONSE_REQUESTED: u16 = 0x0063;
    pub(crate) const RECEIVED_BY_EMAIL_ADDRESS: u16 = 0x0076;
    pub(crate) const RECEIVED_REPRESENTING_EMAIL_ADDRESS: u16 = 0x0078;
    pub(crate) const NORMALIZED_SUBJECT: u16 = 0x0E1D;
    pub(crate) const ATTACH_EXTENSION: u16 = 0x3703;
    pub(crate) const ATTACH_FILENAME: u16 = 0x3704;
    pub(crate) const ATTACH_LONG_FILENAME: u16 = 0x3707;
    pub(crate) const ATTACH_PATHNAME: u16 = 0x3708;
    pub(crate) const ATTACH_LONG_PATHNAME: u16 = 0x370D;
    pub(crate) const ATTACH_MIME_TAG: u16 = 0x370E;
    pub(crate) const DISPLAY_TYPE: u16 = 0x3900;
    pub(crate) const DISPLAY_TYPE_EX: u16 = 0x3905;
    pub(crate) const SMTP_ADDRESS: u16 = 0x39FE;
    pub(crate) const SENDER_SMTP_ADDRESS: u16 = 0x5D01;
    pub(crate) const SENT_REPRESENTING_SMTP_ADDRESS: u16 = 0x5D02;
    pub(crate) const RECEIVED_BY_SMTP_ADDRESS: u16 = 0x5D07;
    pub(crate) const RECEIVED_REPRESENTING_SMTP_ADDRESS: u16 = 0x5D08;
    pub(crate) const RECIPIENT_FLAGS: u16 = 0x5FFD;
    pub(crate) const RECIPIENT_TRACK_STATUS: u16 = 0x5FFF;
    pub(crate) const EXCEPTION_REPLACE_TIME: u16 = 0x7FF9;
    pub(crate) const EXCEPTION_START_TIME: u16 = 0x7FFB;
    pub(crate) const ATTACHMENT_FLAGS: u16 = 0x7FFD;
    pub(crate) const ATTACHMENT_HIDDEN: u16 = 0x7FFE;
}

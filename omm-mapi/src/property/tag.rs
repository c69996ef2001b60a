//! Ids of properties ([MS-OXPROPS] §2), without their types: a text may be PtypString or PtypString8.
//!
//! Each is PidTag… of [MS-OXPROPS] in capitals. In the order of their numbers.

#![allow(missing_docs, reason = "the names are those of [MS-OXPROPS]")]

pub const IMPORTANCE: u16 = 0x0017;
pub const MESSAGE_CLASS: u16 = 0x001A;
pub const SENSITIVITY: u16 = 0x0036;
pub const SUBJECT: u16 = 0x0037;
pub const CLIENT_SUBMIT_TIME: u16 = 0x0039;
pub const SENT_REPRESENTING_NAME: u16 = 0x0042;
pub const SENT_REPRESENTING_ADDRESS_TYPE: u16 = 0x0064;
pub const SENT_REPRESENTING_EMAIL_ADDRESS: u16 = 0x0065;
pub const TRANSPORT_MESSAGE_HEADERS: u16 = 0x007D;
pub const RECIPIENT_TYPE: u16 = 0x0C15;
pub const SENDER_NAME: u16 = 0x0C1A;
pub const SENDER_ADDRESS_TYPE: u16 = 0x0C1E;
pub const SENDER_EMAIL_ADDRESS: u16 = 0x0C1F;
pub const MESSAGE_DELIVERY_TIME: u16 = 0x0E06;
pub const MESSAGE_FLAGS: u16 = 0x0E07;
pub const BODY: u16 = 0x1000;
pub const RTF_COMPRESSED: u16 = 0x1009;
pub const BODY_HTML: u16 = 0x1013;
pub const INTERNET_MESSAGE_ID: u16 = 0x1035;
pub const DISPLAY_NAME: u16 = 0x3001;
pub const ADDRESS_TYPE: u16 = 0x3002;
pub const EMAIL_ADDRESS: u16 = 0x3003;
pub const CREATION_TIME: u16 = 0x3007;
pub const LAST_MODIFICATION_TIME: u16 = 0x3008;
pub const SEARCH_KEY: u16 = 0x300B;
pub const ATTACH_DATA: u16 = 0x3701;
pub const ATTACH_METHOD: u16 = 0x3705;
pub const INTERNET_CODEPAGE: u16 = 0x3FDE;
pub const MESSAGE_CODEPAGE: u16 = 0x3FFD;

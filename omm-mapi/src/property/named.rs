//! Property sets and names ([MS-OXPROPS] §1.3.2, §2).
//!
//! Each name is PidLid… or PidName… of [MS-OXPROPS] in capitals.

#![allow(missing_docs, reason = "the names are those of [MS-OXPROPS]")]

use super::{Guid, Named};
use std::borrow::Cow;

/// The tail that most property sets share.
const OF_OUTLOOK: [u8; 8] = [0xC0, 0, 0, 0, 0, 0, 0, 0x46];

pub const PS_MAPI: Guid = Guid::new(0x0002_0328, 0, 0, OF_OUTLOOK);
pub const PS_PUBLIC_STRINGS: Guid = Guid::new(0x0002_0329, 0, 0, OF_OUTLOOK);
pub const PS_INTERNET_HEADERS: Guid = Guid::new(0x0002_0386, 0, 0, OF_OUTLOOK);
pub const PSETID_APPOINTMENT: Guid = Guid::new(0x0006_2002, 0, 0, OF_OUTLOOK);
pub const PSETID_TASK: Guid = Guid::new(0x0006_2003, 0, 0, OF_OUTLOOK);
pub const PSETID_ADDRESS: Guid = Guid::new(0x0006_2004, 0, 0, OF_OUTLOOK);
pub const PSETID_COMMON: Guid = Guid::new(0x0006_2008, 0, 0, OF_OUTLOOK);
pub const PSETID_LOG: Guid = Guid::new(0x0006_200A, 0, 0, OF_OUTLOOK);
pub const PSETID_NOTE: Guid = Guid::new(0x0006_200E, 0, 0, OF_OUTLOOK);
pub const PSETID_MEETING: Guid =
    Guid::new(0x6ED8_DA90, 0x450B, 0x101B, [0x98, 0xDA, 0x00, 0xAA, 0x00, 0x3F, 0x13, 0x05]);

/// PidNameKeywords: the categories of an item.
pub const KEYWORDS: Named = Named::Text(PS_PUBLIC_STRINGS, Cow::Borrowed("Keywords"));

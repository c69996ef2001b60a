//! Which attachment is the photo ([MS-OXOCNTC] §2.2.1.8).

use super::names;
use crate::{inside, property::Properties};

/// What is larger is no photo of anybody, in bytes.
const LARGEST: i64 = 32 << 20;
/// PidTagAttachSize.
const ATTACH_SIZE: u16 = 0x0E20;

pub(super) fn is_photo(attachment: &Properties) -> bool {
    if attachment.number(ATTACH_SIZE).is_some_and(|size| size > LARGEST) {
        return false;
    }
    attachment.is(names::ATTACHMENT_CONTACT_PHOTO)
        || inside::name(attachment).to_ascii_lowercase().starts_with("contactpicture.")
        || inside::name(attachment).eq_ignore_ascii_case("ContactPhoto")
}

//! Which attachment is the photo ([MS-OXOCNTC] §2.2.1.8).

use super::names;
use crate::{inside, property::Properties};

pub(super) fn is_photo(attachment: &Properties) -> bool {
    attachment.is(names::ATTACHMENT_CONTACT_PHOTO)
        || inside::name(attachment).to_ascii_lowercase().starts_with("contactpicture.")
        || inside::name(attachment).eq_ignore_ascii_case("ContactPhoto")
}

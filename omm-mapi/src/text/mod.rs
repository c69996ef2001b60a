//! Text as Outlook keeps it: code pages, compressed RTF, HTML in RTF.

use crate::property::{Properties, tag};

mod code_page;

pub use code_page::decode;

/// The text of an item without format: PidTagBody, else what HTML or RTF say in plain words.
pub fn plain_body(properties: &Properties) -> Option<String> {
    properties.text(tag::BODY)
}

//! Items as answers show them.

mod body;
mod calendar;
mod contact;
mod fields;
mod folder;
mod item;
mod property;

pub(super) use body::as_text;
pub(super) use fields::field as item_element_field;
pub(super) use folder::folder_element;
pub(super) use item::{Purpose, View, attachment_element, item_element};
pub(super) use property::value_of as property_of;

//! The headers that programs write, by language. Those of Outlook are of its export ("Comma Separated Values"), in the words of each edition.

mod dutch;
mod english;
mod french;
mod german;
mod italian;
mod japanese;
mod polish;
mod portuguese;
mod spanish;

use super::field::Field;

/// A header as a program writes it, and what it means.
type Header = (&'static str, Field);

/// All headers. English comes first: where two languages share a word for two things, its meaning stands.
pub(super) fn all() -> impl Iterator<Item = Header> {
    [
        english::OUTLOOK,
        english::OTHERS,
        german::HEADERS,
        french::HEADERS,
        spanish::HEADERS,
        italian::HEADERS,
        dutch::HEADERS,
        polish::HEADERS,
        portuguese::HEADERS,
        japanese::HEADERS,
    ]
    .into_iter()
    .flatten()
    .copied()
}

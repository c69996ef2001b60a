//! The form in which one Exchange hands items over to another: the streams of ExportItems and UploadItems.

use crate::{
    account::Account,
    ops::{Item, SEARCH_KEY},
    soap::Version,
};
use omm_core::{
    error::{Effect, Error, ErrorKind, Retry},
    model::{NativeForm, NativeKey},
};

/// Its name. What is inside is Exchange's own matter ([MS-OXWSBTRF]).
const NAME: &str = "exchange-fts";

/// The form.
pub(crate) fn form() -> NativeForm {
    NativeForm::new(NAME)
}

/// The forms that this account's server knows: it does since 2010 SP1.
pub(crate) fn forms(account: &Account) -> Vec<NativeForm> {
    let is_known = account.facts().version.is_some_and(|version| version >= Version::E2010Sp1);
    if is_known && account.may_have_streams() { vec![form()] } else { Vec::new() }
}

/// What a copy made of an item's stream is known by: the search key, which the stream carries; and, where its interchange form
/// says so, when the item was changed last, which a copy cannot show any more once it is stamped.
pub(crate) fn key(item: &Item) -> Option<NativeKey> {
    let search = search_key(item)?;
    Some(NativeKey::new(match item.text(LAST_CHANGE) {
        Some(changed) => format!("{search} {changed}"),
        None => search,
    }))
}

/// Both parts of a key.
pub(crate) fn parts(key: &NativeKey) -> (&str, Option<&str>) {
    match key.as_str().split_once(' ') {
        Some((search, changed)) => (search, Some(changed)),
        None => (key.as_str(), None),
    }
}

/// PidTagSearchKey in base64.
pub(crate) fn search_key(item: &Item) -> Option<String> {
    SEARCH_KEY.text(&item.element)
}

/// The element of that time.
pub(crate) const LAST_CHANGE: &str = "LastModifiedTime";

/// Whether a request was refused, and the same one would be again: nothing of it was done.
pub(crate) fn is_no(error: &Error) -> bool {
    use ErrorKind::{Config, Denied, Malformed, Protocol, Rejected, TooLarge};
    error.effect() == Effect::None
        && error.retry_advice() == Retry::Never
        && matches!(error.kind(), Config | Denied | Malformed | Protocol | Rejected | TooLarge)
}

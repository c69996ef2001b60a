//! The form in which one Exchange hands items over to another: the streams of ExportItems and UploadItems.

use crate::{
    account::Account,
    ops::{Item, SEARCH_KEY},
    soap::Version,
};
use omm_core::{
    error::{Error, ErrorKind, Retry},
    model::{NativeForm, NativeKey},
};

/// Its name. What is inside is Exchange's own matter ([MS-OXWSBTRF], [MS-OXCFXICS]).
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

/// What an item shows that its stream carries.
pub(crate) fn key(item: &Item) -> Option<NativeKey> {
    let property = item.extended(&SEARCH_KEY.name)?;
    property.text().filter(|key| !key.is_empty()).map(NativeKey::new)
}

/// Whether a request was refused so that the next one will be as well: there is no right to it, or the server does not know it.
pub(crate) fn is_no_to_all(error: &Error) -> bool {
    use ErrorKind::{Config, Denied, Malformed, Protocol, Rejected};
    error.retry_advice() == Retry::Never
        && matches!(error.kind(), Config | Denied | Malformed | Protocol | Rejected)
}

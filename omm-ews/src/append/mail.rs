//! Messages.

use crate::{
    convert,
    ops::Draft,
    print::{self, Mark, Print},
};
use omm_core::model::Item;

/// A message with its date and marks, no draft unless it is one.
pub(super) fn draft(item: &Item) -> Draft {
    let mail =
        convert::Mail { received: item.received, flags: item.flags.clone(), ..convert::Mail::default() };
    let mut draft = convert::mail_draft(&mail, item.body.clone());
    print::put(&mut draft, &Print::of(&item.body), &Mark::Whole(1));
    draft.finish()
}

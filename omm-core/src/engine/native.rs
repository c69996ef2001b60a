//! Whether items travel in a native form: chosen for the pair, and given up where a side refuses it, item by item or for
//! the rest of the run.

use super::{Migration, retry::Tries, run::Run};
use crate::{
    error::{Error, ErrorKind, Scope},
    model::{Item, ItemMeta, NativeForm},
};
use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

/// So many items refused in a row, and none taken between them: it is not the items.
const IN_A_ROW: u64 = 20;
/// An item over which the connection breaks counts for more: it was tried so often before it was refused.
const BREAK: u64 = 3;
/// Some five minutes.
const RESTS_OF_A_FORM: u32 = 10;

/// Whether what cannot go on might without the native form: it is not the account, and not the whole server that is away.
pub(super) fn may_be_the_form(error: &Error) -> bool {
    error.reach() <= Scope::Folder || error.kind() == ErrorKind::Throttled
}

/// Whether a server has asked for rest so often, and never said for how long, that it may be the native form it has no room for.
pub(super) fn may_be_too_much(error: &Error, tries: Tries) -> bool {
    error.names_no_time() && tries.rests >= RESTS_OF_A_FORM
}

/// What came of it in this run.
#[derive(Debug, Default)]
pub(super) struct Natives {
    given_up: AtomicBool,
    tally: Mutex<Tally>,
}

#[derive(Debug, Default)]
struct Tally {
    form: Option<NativeForm>,
    carried: u64,
    converted: u64,
    /// Refused since the last one that was carried.
    in_a_row: u64,
    /// Why the first one was.
    why: Option<String>,
}

/// The form that the source likes best of those that the destination takes.
pub(super) fn common(m: &Migration) -> Option<NativeForm> {
    if !m.options.native {
        return None;
    }
    let offered = m.source.native_forms();
    if offered.is_empty() {
        return None;
    }
    let taken = m.destination.native_forms();
    offered.into_iter().find(|form| taken.contains(form))
}

/// What an item is expected to weigh on its way: in two forms, twice its size.
pub(super) fn weight(meta: &ItemMeta, form: Option<&NativeForm>) -> Option<u64> {
    let times = if form.is_some() { 2 } else { 1 };
    meta.size.map(|size| size.saturating_mul(times))
}

impl Natives {
    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Items that are there: so many made of it, so many without it.
    pub(super) fn arrived(&self, carried: u64, converted: u64) {
        let mut tally = self.tally();
        tally.converted += converted;
        if carried > 0 {
            (tally.carried, tally.in_a_row) = (tally.carried + carried, 0);
            self.given_up.store(false, Ordering::Relaxed);
        }
    }

    /// An item that goes without. Where there is no right to any, nobody need be asked again.
    pub(super) fn refused(&self, error: Option<&Error>) {
        let mut tally = self.tally();
        let is_break = error.is_some_and(|error| error.kind() == ErrorKind::Unreachable);
        tally.in_a_row += if is_break { BREAK } else { 1 };
        if tally.why.is_none() {
            tally.why = error.map(Error::to_string);
        }
        let is_no_to_all =
            error.is_some_and(|error| matches!(error.kind(), ErrorKind::Denied | ErrorKind::Config));
        if tally.in_a_row >= IN_A_ROW || is_no_to_all && tally.carried == 0 {
            self.given_up.store(true, Ordering::Relaxed);
        }
    }

    /// What a report says of it.
    pub(super) fn lines(&self) -> Vec<String> {
        let tally = self.tally();
        let Some(form) = &tally.form else { return Vec::new() };
        let mut lines = Vec::new();
        if tally.carried > 0 {
            lines.push(format!("{} items were handed over whole, in the form {form}", tally.carried));
        }
        if tally.converted > 0 {
            let why = tally.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
            let items = tally.converted;
            lines.push(format!(
                "{items} items could not be handed over in the form {form}, and were converted{why}"
            ));
        }
        lines
    }
}

impl Run<'_> {
    /// The form in which the next items are to travel as well.
    pub(super) fn native_form(&self) -> Option<NativeForm> {
        if self.natives.given_up.load(Ordering::Relaxed) {
            return None;
        }
        let form = common(self.m)?;
        self.natives.tally().form.get_or_insert_with(|| form.clone());
        Some(form)
    }

    /// Takes the native form from an item that was refused in it. `false`: it had none, there is nothing else to send.
    pub(super) fn without_native(&self, item: &mut Item, error: Option<&Error>) -> bool {
        let Some(native) = item.native.take() else { return false };
        self.natives.refused(error);
        native.spared.into_iter().for_each(|line| self.note(line));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Side;

    fn error(kind: ErrorKind) -> Error {
        Error::new(kind, Side::Destination, "append", "no")
    }

    #[test]
    fn a_form_is_given_up_when_it_is_not_the_items() {
        let natives = Natives::default();
        let is_given_up = || natives.given_up.load(Ordering::Relaxed);
        (1..IN_A_ROW).for_each(|_| natives.refused(Some(&error(ErrorKind::Rejected))));
        assert!(!is_given_up());
        natives.arrived(1, 0);
        natives.refused(None);
        assert!(!is_given_up(), "one was taken between them");
        (1..IN_A_ROW).for_each(|_| natives.refused(None));
        assert!(is_given_up());
        let natives = Natives::default();
        (0..IN_A_ROW.div_ceil(BREAK)).for_each(|_| natives.refused(Some(&error(ErrorKind::Unreachable))));
        assert!(natives.given_up.load(Ordering::Relaxed), "each of them was tried three times");
        let natives = Natives::default();
        natives.refused(Some(&error(ErrorKind::Denied)));
        assert!(natives.given_up.load(Ordering::Relaxed), "no right to it");
        natives.arrived(1, 0);
        natives.refused(Some(&error(ErrorKind::Denied)));
        assert!(!natives.given_up.load(Ordering::Relaxed), "others of the same batch were taken");
    }
}

//! What the fuzz targets call.

use crate::{Address, knowledge};

/// No document makes the reader panic, or names more servers than are looked at.
///
/// # Panics
/// When it does.
pub fn autoconfig(data: &[u8]) {
    let Ok(address) = Address::parse("anna@example.org") else { return };
    if let Ok(drafts) = knowledge::read_autoconfig(&address, data) {
        assert!((1..=8).contains(&drafts.len()));
        for draft in drafts {
            let candidate = draft.candidate(&address);
            assert!(candidate.host.contains('.') && candidate.port != 0);
            assert!(!candidate.login.contains(char::is_control));
        }
    }
}

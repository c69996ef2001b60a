//! What to do about an error, by where it was met. Errors of connecting say so themselves.

use super::Check;
use crate::error::ErrorKind;

/// One sentence; nothing where the error's own words are enough.
pub(super) fn remedy(check: Check, kind: ErrorKind) -> Option<&'static str> {
    use Check::{Address, Connection, Encryption, Folders, Host, Login, Reading, Writing};
    Some(match (check, kind) {
        (Address | Host | Connection | Encryption, _) => return None,
        // A refused login says what may be wrong with it.
        (Login, ErrorKind::Auth | ErrorKind::Denied | ErrorKind::Config) => return None,
        (Login, ErrorKind::Throttled) => "close other connections of this login, or wait, and look again",
        (Folders | Reading, ErrorKind::Denied) => "let this login read these folders, or leave them out",
        (Writing, ErrorKind::Denied) => "let this login make folders there, or make them by hand",
        (Writing, ErrorKind::Quota) => "make room in the account, or have its quota raised",
        (_, ErrorKind::Throttled) => "the server asks for a pause: look again later",
        (_, ErrorKind::Unreachable) => {
            "look again; if it stays so, the server's log says why it ends the connection"
        }
        (_, ErrorKind::Protocol) => {
            "tell its administrator, or us: the server does not speak as its protocol says"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_can_help_is_named() {
        for (check, kind, says) in [
            (Check::Login, ErrorKind::Throttled, "close other connections"),
            (Check::Reading, ErrorKind::Denied, "leave them out"),
            (Check::Writing, ErrorKind::Quota, "make room"),
            (Check::Folders, ErrorKind::Throttled, "later"),
        ] {
            assert!(remedy(check, kind).is_some_and(|remedy| remedy.contains(says)), "{check} {kind:?}");
        }
        for (check, kind) in [(Check::Host, ErrorKind::Unreachable), (Check::Login, ErrorKind::Auth)] {
            assert_eq!(remedy(check, kind), None, "{check} {kind:?}: it says so itself");
        }
    }
}

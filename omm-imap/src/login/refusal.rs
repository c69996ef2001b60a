//! What a NO to a login means.

use crate::{
    account::Account,
    error::{Doing, Trouble},
    proto::{Code, Status, StatusKind},
};
use omm_core::error::{Error, ErrorKind, Side};

/// A NO to a login means the login, unless it says something else; asking again could lock the account.
pub(super) fn error(account: &Account, trouble: Trouble) -> Error {
    let doing = Doing::account(account.side, "log in");
    let error = match trouble {
        Trouble::Refused(status) if is_plain_no(&status) => {
            let error = doing.refused(&status);
            if error.kind() == ErrorKind::Denied { wrong_login(account.side, &status.text) } else { error }
        }
        trouble => doing.failed(trouble),
    };
    error.with("login", &account.config.login).with("server", account.config.server())
}

/// Whether the server would not play the mechanism at all: then no password was tried, and another mechanism may.
///
/// A BAD is about the command (RFC 9051 §7.1.3), unless a proof came with it. A NO counts only when it says so: it may as
/// well be a wrong password, and a second try would bring the account nearer to being locked.
pub(super) fn is_about_mechanism(status: &Status, has_proof: bool) -> bool {
    let text = status.text.to_ascii_lowercase();
    let says = ["mechanism", "not supported", "unsupported"].iter().any(|word| text.contains(word));
    match (&status.kind, &status.code) {
        (StatusKind::Bad, _) => !has_proof,
        (StatusKind::No, Some(Code::Other { name, .. })) => name == "CANNOT",
        (StatusKind::No, None) => says,
        _ => false,
    }
}

/// Seen: Gmail refuses passwords with ALERT. Exchange says that the login is good and the mailbox cannot be opened.
fn is_plain_no(status: &Status) -> bool {
    let says_other = matches!(&status.code, Some(Code::Other { name, .. }) if name != "ALERT");
    status.kind == StatusKind::No && !says_other && !status.text.contains("not connected")
}

fn wrong_login(side: Side, text: &str) -> Error {
    let message = format!(
        "the login was refused: check login and password (some providers want an app password); the server says {text:?}"
    );
    Error::new(ErrorKind::Auth, side, "log in", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_password_is_not_about_the_mechanism() {
        let coded = |name: &str| Some(Code::Other { name: name.to_owned(), arguments: String::new() });
        for (kind, code, text, about) in [
            (StatusKind::No, coded("AUTHENTICATIONFAILED"), "unsupported", false),
            (StatusKind::No, None, "Login failed.", false),
            (StatusKind::No, coded("UNAVAILABLE"), "mechanism", false),
            (StatusKind::No, coded("CANNOT"), "no", true),
            (StatusKind::No, None, "Unsupported authentication mechanism.", true),
            (StatusKind::Bad, None, "what?", true),
            (StatusKind::Ok, None, "mechanism", false),
        ] {
            let status = Status { kind, code, text: text.to_owned() };
            assert_eq!(is_about_mechanism(&status, false), about, "{status:?}");
            assert!(!is_about_mechanism(&status, true) || status.kind == StatusKind::No);
        }
    }
}

//! What a refusal of a login means.

use crate::{
    account::Account,
    error::{Doing, Trouble, WRONG_LOGIN, is_plain},
    proto::Status,
};
use omm_core::{
    error::{Error, ErrorKind, Side},
    host::Secret,
};
use omm_net::sasl::shows;

/// The error for what went wrong while the secret was on its way: the server's words are not shown where it is in them.
///
/// A plain no means the login, unless it says something else; asking again could lock the account.
pub(super) fn error(account: &Account, trouble: Trouble, secret: &Secret) -> Error {
    let delay = account.facts().before_login.and_then(|offered| offered.login_delay());
    let doing = Doing::login(delay);
    let error = match kept(trouble, secret) {
        Trouble::Refused(status) if is_plain(&status) => wrong_login(&status),
        trouble => doing.failed(trouble),
    };
    error.with("login", &account.config.login).with("server", account.config.server())
}

/// Whether the server would not play the mechanism at all: then no password was tried, and another way may be.
///
/// Only before anything was proved, and only when it says so: it may as well be a wrong password, and a second try would
/// bring the account nearer to being locked.
pub(super) fn is_about_mechanism(status: &Status, has_proof: bool) -> bool {
    let text = status.text.to_ascii_lowercase();
    let says =
        ["mechanism", "not supported", "unsupported", "unrecognized", "unknown command", "not implemented"];
    !has_proof && status.code.is_none() && says.iter().any(|word| text.contains(word))
}

/// The server's words, without the secret.
pub(super) fn words(status: &Status, secret: &Secret) -> String {
    if shows(&status.text, secret) { HIDDEN.to_owned() } else { status.text.clone() }
}

fn kept(trouble: Trouble, secret: &Secret) -> Trouble {
    match trouble {
        Trouble::Refused(status) => {
            let text = words(&status, secret);
            Trouble::Refused(Status { text, ..status })
        }
        Trouble::Broken(what) if shows(&what, secret) => Trouble::Broken(HIDDEN.to_owned()),
        trouble => trouble,
    }
}

const HIDDEN: &str = "something that holds the secret, and is not shown";

fn wrong_login(status: &Status) -> Error {
    let message = format!("{WRONG_LOGIN}; the server says {:?}", status.text);
    Error::new(ErrorKind::Auth, Side::Source, "log in", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_password_is_not_about_the_mechanism() {
        for (code, text, about) in [
            (Some("AUTH"), "unsupported", false),
            (None, "Authentication failed.", false),
            (Some("SYS/TEMP"), "mechanism", false),
            (None, "Unsupported authentication mechanism.", true),
            (None, "Unknown command.", true),
        ] {
            let status = Status { ok: false, code: code.map(str::to_owned), text: text.to_owned() };
            assert_eq!(is_about_mechanism(&status, false), about, "{status:?}");
            assert!(!is_about_mechanism(&status, true));
        }
    }
}

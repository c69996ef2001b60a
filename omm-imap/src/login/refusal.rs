//! What a NO to a login means.

use crate::{
    account::Account,
    error::{Doing, Trouble},
    proto::{Code, Status, StatusKind},
};
use omm_core::error::{Error, ErrorKind, Result, Scope, Side};
use omm_net::{delegation::Answer, sasl::Mechanism};

/// A login that was judged, and not let in.
pub(super) struct Refusal {
    pub(super) error: Error,
    /// What it says about the name that logged in.
    pub(super) answer: Answer,
    /// The server's words.
    pub(super) said: String,
    /// It is about neither: no other form, and no grant, would let anybody in.
    pub(super) is_elsewhere: bool,
    /// The secret was good once: a token, or what the server says has expired. Another one may do.
    pub(super) is_outlived: bool,
}

impl Refusal {
    /// What the error of a login means; `status` is the server's no, where one came.
    ///
    /// # Errors
    /// The error itself, when neither name nor secret was judged.
    pub(super) fn of(error: Error, status: Option<&Status>, mechanism: Mechanism) -> Result<Self> {
        let code = status.map(code).unwrap_or_default();
        let answer = match (error.kind(), code) {
            (ErrorKind::Auth, "AUTHORIZATIONFAILED") | (ErrorKind::Denied, _) => Answer::NotAllowed,
            (ErrorKind::Auth, "AUTHENTICATIONFAILED" | "EXPIRED") => Answer::WrongPassword,
            // SCRAM has a word of its own for it (RFC 5802 §7).
            (ErrorKind::Auth, _) if status.is_none() => Answer::WrongPassword,
            // The secret was shown before it.
            (ErrorKind::Auth, _) | (_, "CANNOT") => Answer::Refused,
            _ => return Err(error),
        };
        let said = status.map_or_else(|| error.message().to_owned(), |status| status.text.clone());
        let is_outlived = answer != Answer::NotAllowed && (mechanism.is_token() || code == "EXPIRED");
        let is_elsewhere = code == "CONTACTADMIN" || is_switched_off(&said);
        Ok(Self { error, answer, said, is_elsewhere, is_outlived })
    }
}

fn code(status: &Status) -> &str {
    match &status.code {
        Some(Code::Other { name, .. }) => name,
        _ => "",
    }
}

/// A NO to a login means the login, unless it says something else; asking again could lock the account.
pub(super) fn error(account: &Account, trouble: Trouble) -> Error {
    let error = of_login(account.side, trouble);
    error.with("login", &account.config.login).with("server", account.config.server())
}

fn of_login(side: Side, trouble: Trouble) -> Error {
    let doing = Doing::account(side, "log in");
    match trouble {
        Trouble::Refused(status) if is_plain_no(&status) => {
            let error = doing.refused(&status);
            match error.kind() {
                _ if is_switched_off(&status.text) => switched_off(side, &status.text),
                ErrorKind::Denied => wrong_login(side, &status.text),
                _ => error,
            }
        }
        trouble => doing.failed(trouble),
    }
}

/// Whether the server would not play the mechanism at all: then no password was tried, and another mechanism may.
///
/// A BAD is about the command (RFC 9051 §7.1.3), unless a proof came with it: `sent` is whose. A NO counts only when it
/// says so, and never once the password was shown (RFC 4959): it may as well be a wrong password, and a second try would
/// bring the account nearer to being locked.
pub(super) fn is_about_mechanism(status: &Status, sent: Option<Mechanism>) -> bool {
    if sent.is_some_and(Mechanism::shows_secret) {
        return false;
    }
    let text = status.text.to_ascii_lowercase();
    let says = ["mechanism", "not supported", "unsupported"].iter().any(|word| text.contains(word));
    match (&status.kind, &status.code) {
        (StatusKind::Bad, _) => sent.is_none(),
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

/// Seen: Gmail ("Your account is not enabled for IMAP use", "IMAP access is disabled for your domain"), Zoho ("You are yet
/// to enable IMAP"), Yandex ("IMAP is disabled", also as one of two guesses). No other words: a disabled account, or
/// passwords that are no longer taken, are something else.
fn is_switched_off(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let says = ["not enabled for imap", "yet to enable imap", "imap is disabled", "imap access is disabled"];
    !text.contains("or imap is disabled") && says.iter().any(|words| text.contains(words))
}

/// No password is at fault, and another one would not help.
fn switched_off(side: Side, text: &str) -> Error {
    let message = format!(
        "IMAP is switched off for this account: switch it on in the settings of the mailbox, or have its administrator do \
         so; the server says {text:?}"
    );
    Error::new(ErrorKind::Denied, side, "log in", message).scope(Scope::Account)
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
    fn what_a_no_says_about_who_logs_in() {
        use Answer::{NotAllowed, Refused, WrongPassword};
        let (plain, token) = (Mechanism::Plain, Mechanism::XOAuth2);
        for (code, text, mechanism, expected) in [
            ("AUTHENTICATIONFAILED", "x", plain, Some((WrongPassword, false))),
            ("AUTHENTICATIONFAILED", "x", token, Some((WrongPassword, true))),
            ("EXPIRED", "x", plain, Some((WrongPassword, true))),
            ("AUTHORIZATIONFAILED", "x", token, Some((NotAllowed, false))),
            ("", "User is authenticated but not connected.", plain, Some((NotAllowed, false))),
            ("", "Login failed.", plain, Some((Refused, false))),
            ("", "Your account is not enabled for IMAP use.", plain, Some((NotAllowed, false))),
            ("ALERT", "IMAP is disabled for your domain.", token, Some((NotAllowed, false))),
            ("", "IMAP login failed: account disabled", plain, Some((Refused, false))),
            ("CANNOT", "x", plain, Some((Refused, false))),
            ("UNAVAILABLE", "x", token, None),
            ("PRIVACYREQUIRED", "x", plain, None),
        ] {
            let name = code.to_owned();
            let code = (!code.is_empty()).then_some(Code::Other { name, arguments: String::new() });
            let status = Status { kind: StatusKind::No, code, text: text.to_owned() };
            let error = of_login(Side::Source, Trouble::Refused(status.clone()));
            let found = Refusal::of(error, Some(&status), mechanism).ok();
            let found = found.map(|refusal| (refusal.answer, refusal.is_outlived));
            assert_eq!(found, expected, "{status:?}");
        }
    }

    /// Kills: whoever is told to switch IMAP on, where it is on.
    #[test]
    fn only_the_words_that_were_seen_mean_that_imap_is_switched_off() {
        for (text, is_off) in [
            ("Your account is not enabled for IMAP use. Please visit your Gmail settings page.", true),
            ("You are yet to enable IMAP for your account.", true),
            ("IMAP is disabled for your domain.", true),
            ("IMAP access is disabled for your domain.", true),
            ("Basic authentication is disabled for IMAP", false),
            ("IMAP login failed: account disabled", false),
            ("LOGIN invalid credentials or IMAP is disabled sc=x_imap", false),
            ("Mailbox imap-user is turned off", false),
            ("Login failed.", false),
        ] {
            assert_eq!(is_switched_off(text), is_off, "{text}");
        }
    }

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
            assert_eq!(is_about_mechanism(&status, None), about, "{status:?}");
            let after_scram = is_about_mechanism(&status, Some(Mechanism::ScramSha256));
            assert_eq!(after_scram, about && status.kind == StatusKind::No, "{status:?}");
            assert!(!is_about_mechanism(&status, Some(Mechanism::Plain)), "{status:?}");
        }
    }
}

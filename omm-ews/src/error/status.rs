//! The table of HTTP's own answers, which stand before anything that Exchange Web Services say.

use super::Verdict;
use crate::http::Head;
use omm_core::error::{ErrorKind, Retry, Scope};
use std::time::Duration;

/// What follows from a status that is no success. `wait` is how long the server wants to be left alone, if it says so.
pub(super) fn judge(head: &Head, scope: Scope, wait: Option<Duration>) -> Verdict {
    use ErrorKind::*;
    let account = |kind, retry, message| Verdict::new(kind, Scope::Account, retry, message);
    let rest = wait.map_or(Retry::Backoff, Retry::After);
    match head.status {
        401 => account(Auth, Retry::Never, login(head)),
        403 => account(Denied, Retry::Never, FORBIDDEN),
        404 | 405 | 410 | 501 => account(Config, Retry::Never, NO_EWS),
        301 | 302 | 303 | 307 | 308 | 451 => account(Config, Retry::Never, ELSEWHERE),
        407 => account(Config, Retry::Never, "a proxy in between wants a login of its own"),
        413 => Verdict::new(TooLarge, scope, Retry::Never, TOO_LARGE),
        // What hosted Exchange says of accounts that may not go on (449 and 456), and of sessions that have ended (440).
        440 | 449 | 456 => account(Auth, Retry::Never, BLOCKED),
        429 => account(Throttled, rest, BUSY),
        // A policy that says when to come back has not let the request in; whoever else says so may have.
        503 if wait.is_some() => account(Throttled, rest, BUSY),
        503 => account(Throttled, rest, BUSY).in_doubt(),
        408 => account(Unreachable, Retry::Backoff, "the request took too long for the server"),
        500 | 502 | 504 => account(Unreachable, rest, BROKEN).in_doubt(),
        400..=499 => account(Protocol, Retry::Never, "the request is refused"),
        _ => account(Unreachable, rest, BROKEN).in_doubt(),
    }
}

/// A refused login: what to do depends on what is offered instead.
fn login(head: &Head) -> &'static str {
    let schemes = head.schemes();
    let offers = |scheme: &str| schemes.iter().any(|offered| offered == scheme);
    match (offers("basic"), offers("bearer"), offers("ntlm") || offers("negotiate")) {
        (true, ..) => WRONG_LOGIN,
        (false, true, _) => TOKEN_WANTED,
        (false, false, true) => NTLM_WANTED,
        (false, false, false) => WRONG_LOGIN,
    }
}

/// Whether this host is Microsoft's own Exchange.
pub(crate) fn is_online(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    [
        "outlook.office365.com",
        "outlook.office.com",
        "outlook.office365.us",
        "outlook.com",
        "partner.outlook.cn",
    ]
    .iter()
    .any(|known| host == *known || host.strip_suffix(known).is_some_and(|rest| rest.ends_with('.')))
}

/// To be said with everything that goes wrong there.
pub(crate) const ONLINE: &str = "EWS in Exchange Online is being switched off: it is blocked unless the tenant's administrator allows it, and ends in \
     April 2027; passwords are not taken there at all, use auth=bearer";

const WRONG_LOGIN: &str = "the login was refused: check login and password; some servers want DOMAIN\\LOGIN, others the mail address";
const TOKEN_WANTED: &str =
    "the server takes a token and no password: use auth=bearer, with a token as the credential";
const NTLM_WANTED: &str = "the server offers NTLM and Negotiate only: switch on Basic for EWS (Set-WebServicesVirtualDirectory \
                           -BasicAuthentication $true), or use a token (auth=bearer)";
const FORBIDDEN: &str = "the login is good, but may not use EWS: switch it on for this mailbox (Set-CASMailbox -EwsEnabled $true, and its \
                         list of allowed applications)";
const NO_EWS: &str = "there are no Exchange Web Services at this address: check it (usually https://HOST/EWS/Exchange.asmx), or let it be \
                      found (exchange:USER@DOMAIN)";
const ELSEWHERE: &str = "the server sends us elsewhere, where no password is taken along unasked: write that address, or let it be found \
                         (exchange:USER@DOMAIN)";
const TOO_LARGE: &str = "larger than the server takes in one request";
const BLOCKED: &str = "the server blocks this login: sign in once in a browser, or ask its administrator";
const BUSY: &str = "the server asks for a pause";
const BROKEN: &str = "the server, or a gateway in front of it, broke over the request";

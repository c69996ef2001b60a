//! What a server says to a login may hold the secret: some say back what they were told.

use crate::{
    error::Trouble,
    proto::{Code, Status},
};
use omm_core::host::Secret;
use omm_net::sasl::shows;

/// The trouble, without the server's words where the secret is in them.
pub(super) fn kept(trouble: Trouble, secret: &Secret) -> Trouble {
    match trouble {
        Trouble::Refused(status) => Trouble::Refused(kept_in(status, secret)),
        Trouble::Closed(Some(bye)) => Trouble::Closed(Some(kept_in(bye, secret))),
        Trouble::Broken(what) if shows(&what, secret) => Trouble::Broken(HIDDEN.to_owned()),
        trouble => trouble,
    }
}

pub(super) fn kept_in(status: Status, secret: &Secret) -> Status {
    let code = match status.code {
        Some(Code::Other { name, arguments }) if shows(&arguments, secret) => {
            Some(Code::Other { name, arguments: String::new() })
        }
        code => code,
    };
    let text = if shows(&status.text, secret) { HIDDEN.to_owned() } else { status.text };
    Status { code, text, ..status }
}

const HIDDEN: &str = "something that holds the secret, and is not shown";

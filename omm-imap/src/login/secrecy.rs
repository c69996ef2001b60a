//! What a server says to a login may hold the secret: some say back what they were told.

use crate::{
    error::Trouble,
    proto::{Code, Status},
};
use omm_core::host::Secret;
use omm_net::sasl::from_base64;

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

/// Whether the secret is in a text: as it is, with its quotes escaped (LOGIN), or in base64 (AUTHENTICATE).
pub(super) fn shows(text: &str, secret: &Secret) -> bool {
    let secret = secret.expose();
    if secret.is_empty() {
        return false;
    }
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let holds = |word: &str| {
        let bytes = from_base64(word.as_bytes()).unwrap_or_default();
        memchr::memmem::find(&bytes, secret.as_bytes()).is_some()
    };
    text.contains(secret)
        || text.replace('\\', "").contains(&secret.replace('\\', ""))
        || text.split(|c| !is_base64(c)).any(holds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_in_whatever_form_it_was_sent() {
        let secret = Secret::new("ge\"he im".to_owned());
        for (text, is_shown) in [
            ("LOGIN ann ge\"he im failed", true),
            ("LOGIN \"ann\" \"ge\\\"he im\" failed", true),
            ("AUTHENTICATE PLAIN <AGFubgBnZSJoZSBpbQ==> failed", true),
            ("Z2UiaGUgaW0=", true),
            ("no", false),
            ("LOGIN failed for ann", false),
        ] {
            assert_eq!(shows(text, &secret), is_shown, "{text}");
        }
        assert!(!shows("no", &Secret::new(String::new())));
    }
}

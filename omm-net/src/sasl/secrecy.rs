//! What a server says to a login may hold the secret: some say back what they were told.

use super::from_base64;
use omm_core::host::Secret;

/// Whether the secret is in a text: as it is, with its quotes escaped (LOGIN), or in base64 (AUTHENTICATE).
pub fn shows(text: &str, secret: &Secret) -> bool {
    let secret = secret.expose();
    if secret.is_empty() {
        return false;
    }
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let holds = |word: &str| {
        let bytes = from_base64(word.as_bytes()).unwrap_or_default();
        bytes.windows(secret.len()).any(|window| window == secret.as_bytes())
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

//! HMAC-SHA256 over id, time and body, as the Standard Webhooks specification has it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use omm_core::{
    error::{Error, ErrorKind, Result, Side},
    host::Secret,
};
use sha2::Sha256;
use std::fmt;
use zeroize::Zeroizing;

/// Secrets are written `whsec_` and base64.
const PREFIX: &str = "whsec_";
/// The specification wants 24 to 64 bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

/// A key to sign with. It prints as `SigningKey(..)` and is wiped when dropped.
#[derive(Clone)]
pub struct SigningKey(Zeroizing<Vec<u8>>);

impl SigningKey {
    /// From its usual form, `whsec_` and base64 of 24 to 64 bytes.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], without a word of the secret, when it is something else.
    pub fn parse(secret: &Secret) -> Result<Self> {
        let wrong = || {
            let message = "the secret of a webhook is whsec_ and base64 of 24 to 64 bytes";
            Error::new(ErrorKind::Config, Side::Host, "sign a webhook", message)
        };
        let text = secret.expose().trim();
        let bytes = STANDARD.decode(text.strip_prefix(PREFIX).ok_or_else(wrong)?).map_err(|_| wrong())?;
        let bytes = Zeroizing::new(bytes);
        if LENGTHS.contains(&bytes.len()) { Ok(Self(bytes)) } else { Err(wrong()) }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(..)")
    }
}

/// `v1,` and the signature in base64: of `id.timestamp.body`, the timestamp in seconds since 1970.
pub fn signature(key: &SigningKey, id: &str, timestamp: i64, body: &[u8]) -> String {
    // A key of any length will do (RFC 2104 §2), so this does not fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key.0) else { return String::new() };
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_specification() {
        let key =
            SigningKey::parse(&Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned())).unwrap();
        let body = br#"{"test": 2432232314}"#;
        let signed = signature(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(format!("{key:?}"), "SigningKey(..)");
    }

    #[test]
    fn secrets_that_are_none() {
        for text in ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAAA", "whsec_%%%%", "whsec_\n"]
        {
            let error = SigningKey::parse(&Secret::new(text.to_owned())).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config, "{text}");
            assert!(text.len() < 8 || !error.to_string().contains(text), "{error}");
        }
    }
}

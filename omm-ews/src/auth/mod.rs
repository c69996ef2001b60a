//! Proving who we are: a password (Basic) or a token (Bearer).

mod login;

pub(crate) use login::Login;

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use hyper::header::HeaderValue;
use omm_core::host::Secret;
use zeroize::Zeroizing;

/// A way to log in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Auth {
    /// Login and password as they are (RFC 7617), over TLS.
    #[default]
    Basic,
    /// A token (RFC 6750).
    Bearer,
}

impl Auth {
    /// The way of this name, in any case.
    ///
    /// # Errors
    /// Which ones there are.
    pub(crate) fn from_name(name: &str) -> Result<Self, String> {
        match name.to_ascii_lowercase().as_str() {
            "basic" => Ok(Self::Basic),
            "bearer" => Ok(Self::Bearer),
            _ => Err(format!("auth is one of basic, bearer; not {name:?}")),
        }
    }

    /// For people.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Basic => "Basic",
            Self::Bearer => "Bearer",
        }
    }

    /// What the request says of it; nothing if the secret cannot be said.
    pub(crate) fn header(self, login: &str, secret: &Secret) -> Option<HeaderValue> {
        // Wiped when the last request that says it is gone.
        let said = Zeroizing::new(match self {
            Self::Basic => {
                let pair = Zeroizing::new(format!("{login}:{}", secret.expose()));
                let letters = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
                format!("Basic {}", letters.as_str())
            }
            Self::Bearer => format!("Bearer {}", secret.expose()),
        });
        let is_sayable = said.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~'));
        let mut value =
            HeaderValue::from_maybe_shared(Bytes::from_owner(said)).ok().filter(|_| is_sayable)?;
        value.set_sensitive(true);
        Some(value)
    }
}

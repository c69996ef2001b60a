//! Proving who we are: a password (Basic) or a token (Bearer).

mod login;

pub(crate) use login::Login;

use base64::{Engine, engine::general_purpose::STANDARD};
use hyper::header::HeaderValue;
use omm_core::host::Secret;

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
        let said = match self {
            Self::Basic => format!("Basic {}", STANDARD.encode(format!("{login}:{}", secret.expose()))),
            Self::Bearer => format!("Bearer {}", secret.expose()),
        };
        let mut value = HeaderValue::from_str(&said).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

//! What rsasl asks for while it plays a mechanism.

use super::{Identity, Mechanism};
use omm_core::host::Secret;
use rsasl::{
    callback::{Context, Request, SessionCallback, SessionData},
    prelude::SessionError,
    property::{AuthId, AuthzId, OAuthBearerKV, OAuthBearerToken, Password},
};
use std::borrow::Cow;

/// No `Debug`: it holds the secret.
pub(super) struct Credentials {
    login: String,
    on_behalf_of: Option<String>,
    host: String,
    port: String,
    secret: Secret,
    is_token: bool,
}

impl Credentials {
    pub(super) fn new(mechanism: Mechanism, identity: &Identity, secret: &Secret) -> Self {
        let delegated = identity.on_behalf_of.clone();
        let mut own = Self {
            login: identity.login.clone(),
            on_behalf_of: delegated,
            host: identity.host.clone(),
            port: identity.port.to_string(),
            secret: secret.clone(),
            is_token: mechanism.is_token(),
        };
        if mechanism.is_scram() {
            // RFC 5802 §2.2: names and passwords are prepared; those that cannot be are sent as they are, since the
            // server is the one who decides.
            own.login = prepared(&own.login);
            own.secret = Secret::new(prepared(own.secret.expose()));
        }
        if mechanism == Mechanism::XOAuth2 {
            // The token names who logs in, the one field whose mailbox is meant: Microsoft's way to a shared mailbox.
            own.login = own.on_behalf_of.take().unwrap_or(own.login);
        }
        if mechanism == Mechanism::OAuthBearer {
            // RFC 7628 §3.1: the token names who logs in, this names whose mailbox is meant.
            let whose = own.on_behalf_of.as_deref().unwrap_or(&own.login);
            own.on_behalf_of = Some(escaped(whose));
        }
        own
    }
}

impl SessionCallback for Credentials {
    fn callback(
        &self,
        _: &SessionData,
        _: &Context<'_>,
        request: &mut Request<'_>,
    ) -> Result<(), SessionError> {
        request.satisfy::<AuthId>(&self.login)?;
        if let Some(whose) = &self.on_behalf_of {
            request.satisfy::<AuthzId>(whose)?;
        }
        if self.is_token {
            request.satisfy::<OAuthBearerToken>(self.secret.expose())?;
            request
                .satisfy::<OAuthBearerKV>(&[("host", self.host.as_str()), ("port", self.port.as_str())])?;
        } else {
            request.satisfy::<Password>(self.secret.expose().as_bytes())?;
        }
        Ok(())
    }
}

fn prepared(text: &str) -> String {
    stringprep::saslprep(text).map_or_else(|_| text.to_owned(), Cow::into_owned)
}

/// A name in a GS2 header (RFC 5801 §4).
fn escaped(name: &str) -> String {
    name.replace('=', "=3D").replace(',', "=2C")
}

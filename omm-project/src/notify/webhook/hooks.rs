//! The carrier of webhooks: who is told under which name, and what each answer means.

use super::{
    request,
    sign::{SigningKey, signature},
    target::Target,
};
use crate::notify::{Address, Brink, Carrier, Channel, Fate, Letter};
use async_trait::async_trait;
use hyper::{
    HeaderMap, StatusCode,
    header::{HeaderName, RETRY_AFTER},
};
use omm_core::{
    error::{Error, Result, Side},
    host::{CredentialRef, Env, SecretOf},
};
use std::{collections::BTreeMap, fmt, path::PathBuf, time::Duration};

/// Who is told, and how we sign.
#[derive(Clone)]
pub struct Hook {
    /// `https://…`. It may hold a token, so it is not printed.
    pub url: String,
    /// Where the secrets are to be found, each `whsec_…`. One usually; while one replaces another, both sign.
    pub secrets: Vec<CredentialRef>,
    /// Whether the URL may begin with `http:`: inside one's own machine, say.
    pub plain_allowed: bool,
    /// A PEM file of certificates to trust beside the system's.
    pub ca_file: Option<PathBuf>,
}

/// Webhooks, each under a name that notices are addressed to.
pub struct Hooks {
    env: Env,
    hooks: BTreeMap<String, (Target, Vec<CredentialRef>)>,
}

impl Hook {
    /// A webhook at this HTTPS address, signed with this secret.
    pub fn new(url: impl Into<String>, secret: CredentialRef) -> Self {
        Self { url: url.into(), secrets: vec![secret], plain_allowed: false, ca_file: None }
    }
}

impl Hooks {
    /// None yet.
    pub fn new(env: &Env) -> Self {
        Self { env: env.clone(), hooks: BTreeMap::new() }
    }

    /// Adds one, or replaces it.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](omm_core::error::ErrorKind::Config) when the URL is none of the web, is plain and may not be, or
    /// has a login in it.
    pub fn add(&mut self, name: impl Into<String>, hook: Hook) -> Result<()> {
        let name = name.into();
        let mut target = Target::parse(&name, &hook.url, hook.plain_allowed)?;
        target.endpoint.ca_file = hook.ca_file;
        self.hooks.insert(name, (target, hook.secrets));
        Ok(())
    }

    async fn send(&self, letter: &Letter) -> std::result::Result<String, Fate> {
        let Address::Webhook(name) = &letter.address else {
            return Err(Fate::Refused("this is no webhook".to_owned()));
        };
        // A host may bring it back, under the same name.
        let (target, secrets) =
            self.hooks.get(name).ok_or_else(|| Fate::later(format!("there is no webhook {name}")))?;
        let body = serde_json::to_vec(&letter.json).map_err(|error| Fate::Refused(error.to_string()))?;
        let id = format!("msg_{}", letter.key);
        let timestamp = self.env.runtime.now().timestamp();
        let mut signatures = Vec::new();
        for key in self.keys(name, target, secrets).await.map_err(|error| Fate::later(error.to_string()))? {
            signatures.push(signature(&key, &id, timestamp, &body));
        }
        let headers = [
            (HeaderName::from_static("webhook-id"), id),
            (HeaderName::from_static("webhook-timestamp"), timestamp.to_string()),
            (HeaderName::from_static("webhook-signature"), signatures.join(" ")),
        ];
        let (status, headers) =
            request::post(&self.env, target, headers, body).await.map_err(Fate::Unknown)?;
        fate(status, &headers)
    }

    /// Asked for at each request, so that they can be changed under way. Without one nothing is sent: what is not signed is
    /// not believed.
    async fn keys(&self, name: &str, target: &Target, secrets: &[CredentialRef]) -> Result<Vec<SigningKey>> {
        let mut keys = Vec::new();
        for reference in secrets {
            let of = SecretOf { reference, login: name, server: &target.host, side: Side::Host };
            keys.push(SigningKey::parse(&self.env.secret(of).await?)?);
        }
        if keys.is_empty() {
            let message = format!("the webhook {name} has no secret to sign with");
            return Err(Error::new(
                omm_core::error::ErrorKind::Config,
                Side::Host,
                "sign a webhook",
                message,
            ));
        }
        Ok(keys)
    }
}

#[async_trait]
impl Carrier for Hooks {
    fn channel(&self) -> Channel {
        Channel::Webhook
    }

    /// The brink is not crossed: a receiver knows each by its id, so it may come twice.
    async fn carry(&self, letter: &Letter, _brink: &dyn Brink) -> Fate {
        self.send(letter).await.map_or_else(|fate| fate, Fate::Taken)
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hook").field("plain_allowed", &self.plain_allowed).finish_non_exhaustive()
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks").field("names", &self.hooks.keys()).finish_non_exhaustive()
    }
}

/// Any 2xx is a yes; 410 means never again; all else is a failure, redirects too.
fn fate(status: StatusCode, headers: &HeaderMap) -> std::result::Result<String, Fate> {
    let said = format!("HTTP {}", status.as_u16());
    match status {
        status if status.is_success() => Ok(said),
        StatusCode::GONE => Err(Fate::Refused(format!("{said}: nobody wants it any more"))),
        status if status.is_redirection() => Err(Fate::later(format!("{said}: redirects are not followed"))),
        _ => Err(Fate::Later { after: pause(headers), why: said }),
    }
}

/// RFC 9110 §10.2.3, in seconds; a date is as good as nothing, since our own waits grow.
fn pause(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

//! One request of an account: what it says beside its body, and what its answer means before anybody reads it.

use super::Account;
use crate::{
    error::{Trouble, retry_after, title},
    http::{Answer, Call, Client, Head},
    ops::Operation,
    soap::{self, Header, MESSAGES, Refusal, ServerVersion, envelope},
    xml::{Element, Limits, Part, read},
};
use hyper::header::{AUTHORIZATION, HeaderName};
use omm_core::{
    error::{ErrorKind, Result, Scope},
    model::{Body, Inbound},
};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::atomic::Ordering,
};

/// Requests above this are large: the smallest limits that are set by default are many times that.
const LARGE: u64 = 4 << 20;

impl Account {
    /// Asks and reads.
    pub(super) async fn ask<O: Operation + Sync>(
        &self,
        client: &Client,
        path: &str,
        header: &Header,
        operation: &O,
        begin: impl FnMut(usize) -> Inbound + Send,
    ) -> Result<(O::Answer, Vec<Body>), Trouble> {
        let parts = envelope(header, operation);
        let bytes: u64 = parts.iter().map(Part::bytes).fold(0, u64::saturating_add);
        let call = self.dressed(Call::post(path, parts), O::NAME);
        let answer = self.authorised(client, &call).await?;
        if answer.head.status != 200 {
            let (mut head, said) = answer.complaint().await?;
            // Seen: a web server says of a request beyond its limit that there is no such page, the service behind it that it is
            // a bad one.
            if matches!(head.status, 400 | 404) && bytes > LARGE {
                head.status = 413;
            }
            return Err(self.complaint(head, &said));
        }
        let (envelope, bodies) = answer.tree(begin).await?;
        if envelope.name != "Envelope" {
            return Err(Trouble::no_envelope(&envelope));
        }
        self.notice(&envelope);
        Ok((soap::answer(operation, &envelope)?, bodies))
    }

    /// What the server says of itself with every answer.
    fn notice(&self, envelope: &Element) {
        if let Some(version) = ServerVersion::of(envelope) {
            self.learn(|facts| facts.server = Some(version));
        }
    }

    /// An answer that is no success: a fault, or HTTP's own.
    fn complaint(&self, head: Head, said: &[u8]) -> Trouble {
        let wait = head.retry_after.as_deref().and_then(|said| retry_after(said, self.env.runtime.now()));
        if let Ok(envelope) = read(said, Limits::SMALL)
            && let Some(refusal) = soap::fault(&envelope)
        {
            self.notice(&envelope);
            // A balancer in front of the server says it in its own way.
            return Refusal { back_off: refusal.back_off.or(wait), ..refusal }.into();
        }
        Trouble::Status(Box::new(head), title(said).unwrap_or_default(), wait)
    }

    /// Sends it with the secret; with another one, if it was refused and there is another: then nothing was done.
    pub(crate) async fn authorised<'a>(
        &self,
        client: &'a Client,
        call: &Call,
    ) -> Result<Answer<'a>, Trouble> {
        let server = self.config.server();
        let mut secret = self.login.secret(&self.env, self.secret_of(&server)).await?;
        let mut is_renewed = false;
        loop {
            let mut call = call.clone();
            let said =
                self.config.auth.header(self.config.owner(), &secret).ok_or_else(|| self.unsayable())?;
            call.headers.insert(AUTHORIZATION, said);
            let answer = client.send(&call).await?;
            if let Some(date) = &answer.head.date {
                self.clock.note(date, self.env.runtime.monotonic());
            }
            if answer.head.status != 401 {
                return Ok(answer);
            }
            let (head, said) = answer.complaint().await?;
            let doing = self.doing_login();
            let refusal = self.failed(doing, self.complaint(head, &said));
            if is_renewed {
                self.login.give_up(&refusal).await;
                return Err(refusal.into());
            }
            is_renewed = true;
            secret = self.login.renewed(&self.env, self.secret_of(&server), &secret, refusal).await?;
        }
    }

    /// The headers that Exchange knows.
    fn dressed(&self, call: Call, action: &str) -> Call {
        let mut call = call
            .with(HeaderName::from_static("soapaction"), &format!("\"{MESSAGES}/{action}\""))
            // Answers come from the server behind the balancer that has the mailbox open.
            .with(HeaderName::from_static("x-preferserveraffinity"), "true")
            .with(HeaderName::from_static("client-request-id"), &self.request_id());
        if let Some(mailbox) = self.route.as_deref().or(self.config.mailbox()) {
            call = call.with(HeaderName::from_static("x-anchormailbox"), mailbox);
        }
        if let Some(mailbox) = &self.route {
            call = call.with(HeaderName::from_static("x-publicfoldermailbox"), mailbox);
        }
        call
    }

    /// A name for a request, by which an administrator finds it in the server's log.
    fn request_id(&self) -> String {
        let count = self.asked.fetch_add(1, Ordering::Relaxed);
        let half = |half: u8| {
            let mut hasher = DefaultHasher::new();
            let now = self.env.runtime.now().timestamp_micros();
            (half, count, now, self.config.server(), &self.config.login).hash(&mut hasher);
            hasher.finish()
        };
        let (high, low) = (half(0), half(1));
        let (a, b, c) = (high >> 32, high >> 16 & 0xffff, high & 0xfff);
        // As a UUID of version 8 (RFC 9562 §5.8): made by a rule of one's own.
        let (d, e) = (low >> 48 & 0x3fff | 0x8000, low & 0xffff_ffff_ffff);
        format!("{a:08x}-{b:04x}-8{c:03x}-{d:04x}-{e:012x}")
    }

    fn unsayable(&self) -> Trouble {
        let message = "login or password hold a line end or a zero byte, which HTTP cannot send";
        let error = omm_core::error::Error::new(ErrorKind::Config, self.side, "log in", message);
        Trouble::Ours(error.scope(Scope::Account))
    }
}

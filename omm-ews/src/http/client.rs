//! One server: connections that lie idle, cookies, and one request with its answer.

use super::{
    answer::Answer,
    call::Call,
    cookies::Jar,
    link::{Link, Lost, Why},
};
use hyper::{
    HeaderMap,
    header::{COOKIE, HeaderValue},
};
use omm_core::host::Env;
use omm_net::{Endpoint, address};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// So many connections are kept for later.
const MOST_IDLE: usize = 8;

/// A server that is asked by HTTP.
#[derive(Debug)]
pub(crate) struct Client {
    env: Env,
    endpoint: Endpoint,
    /// As the server is called in a request.
    host: String,
    /// Nobody uses them; the one that was used last is the last one.
    idle: Mutex<Vec<Link>>,
    jar: Mutex<Jar>,
}

impl Client {
    /// No connection yet. `usual_port` is left out of the server's name.
    pub(crate) fn new(env: &Env, endpoint: Endpoint, usual_port: u16) -> Self {
        let host = match address::written(&endpoint.host, endpoint.port) {
            written if endpoint.port == usual_port => {
                written.rsplit_once(':').map_or(written.clone(), |(host, _)| host.to_owned())
            }
            written => written,
        };
        let (idle, jar) = Default::default();
        Self { env: env.clone(), endpoint, host, idle, jar }
    }

    /// Sends a request and gives its answer, whose body is still to come.
    ///
    /// # Errors
    /// Where the connection broke. What had been sent then may have been done.
    ///
    /// # Cancel safety
    /// Dropping the future closes the connection; what the server did is not known.
    pub(crate) async fn send(&self, call: &Call) -> Result<Answer<'_>, Lost> {
        loop {
            let (mut link, is_fresh) = match self.take().await {
                Some(link) => (link, false),
                None => (Link::open(&self.env, &self.endpoint).await?, true),
            };
            let request = call.request(&self.host, self.cookies());
            let request = request.map_err(|why| Lost { sent: false, why: Why::Closed(why) })?;
            match link.send(request).await {
                Ok(head) => {
                    head.cookies.iter().for_each(|line| locked(&self.jar).set(line));
                    return Ok(Answer::new(head, link, self));
                }
                // The server had ended it while it lay idle, and nothing of the request was said.
                Err(Lost { sent: false, why: Why::Closed(_) }) if !is_fresh => {}
                Err(lost) => return Err(lost),
            }
        }
    }

    /// Ends all connections that nobody uses.
    pub(crate) fn close(&self) {
        locked(&self.idle).clear();
    }

    /// A connection that was taken in whole can be used again.
    pub(super) fn give_back(&self, link: Link) {
        let mut idle = locked(&self.idle);
        if idle.len() < MOST_IDLE {
            idle.push(link);
        }
    }

    async fn take(&self) -> Option<Link> {
        loop {
            let mut link = locked(&self.idle).pop()?;
            if link.is_ready().await {
                return Some(link);
            }
        }
    }

    fn cookies(&self) -> HeaderMap {
        let line = locked(&self.jar).line();
        let value = line.and_then(|line| HeaderValue::from_str(&line).ok());
        value.into_iter().map(|value| (COOKIE, value)).collect()
    }
}

fn locked<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

//! One connection to a server, used by one request at a time. Nothing is spawned: whoever waits for an answer drives it.

use super::{
    head::Head,
    upload::{Failure, Upload},
};
use bytes::Bytes;
use futures::future::poll_fn;
use http_body_util::BodyExt;
use hyper::{
    Request,
    body::Incoming,
    client::conn::http1::{Builder, Connection, SendRequest},
};
use omm_core::{
    error::{Error, Result},
    host::{Env, Runtime},
};
use omm_net::{
    Endpoint, Wire,
    http::{Line, Meter, while_moving},
};
use std::{
    fmt,
    pin::{Pin, pin},
    sync::Arc,
    task::Poll,
    time::Duration,
};

/// A server that moves no byte for so long is gone. Some think for minutes about a large batch.
const PATIENCE: Duration = Duration::from_secs(240);
/// Of an answer's head.
const LARGEST_HEAD: usize = 64 << 10;
const MOST_HEADERS: usize = 100;

type Driver = Pin<Box<Connection<Line, Upload>>>;

/// A connection.
pub(super) struct Link {
    sender: SendRequest<Upload>,
    /// Gone when it has ended.
    driver: Option<Driver>,
    meter: Meter,
    runtime: Arc<dyn Runtime>,
    /// The answer that is arriving.
    body: Option<Incoming>,
    /// Whether the last answer was taken in whole.
    is_settled: bool,
}

/// A connection that broke.
#[derive(Debug)]
pub(crate) struct Lost {
    /// Whether any byte of the request had left.
    pub(crate) sent: bool,
    pub(crate) why: Why,
}

/// What broke it.
#[derive(Debug)]
pub(crate) enum Why {
    /// Nothing moved for too long.
    Silent,
    /// The server hung up, or the way to it broke.
    Closed(String),
    /// What came is no HTTP.
    Garbled(String),
    /// On our side: a body could not be read.
    Ours(Error),
}

impl Link {
    /// Dials and, where it is to be, encrypts.
    pub(super) async fn open(env: &Env, endpoint: &Endpoint) -> Result<Self, Lost> {
        let ours = |error| Lost { sent: false, why: Why::Ours(error) };
        let line = Line::new(Wire::dial(env, endpoint).await.map_err(ours)?.into_connection());
        let meter = line.meter();
        let mut builder = Builder::new();
        builder.max_buf_size(LARGEST_HEAD).max_headers(MOST_HEADERS);
        let made = builder.handshake(line).await;
        let (sender, driver) = made.map_err(|error| Lost { sent: false, why: Why::Closed(said(&error)) })?;
        let (runtime, driver) = (Arc::clone(&env.runtime), Some(Box::pin(driver)));
        Ok(Self { sender, driver, meter, runtime, body: None, is_settled: true })
    }

    /// Whether it can take another request: it is still there, and nothing is left of the one before.
    pub(super) async fn is_ready(&mut self) -> bool {
        if !self.is_settled {
            return false;
        }
        poll_fn(|context| {
            for _ in 0..2 {
                let Some(driver) = &mut self.driver else { return Poll::Ready(false) };
                if driver.as_mut().poll(context).is_ready() {
                    self.driver = None;
                    return Poll::Ready(false);
                }
                if let Poll::Ready(ready) = self.sender.poll_ready(context) {
                    return Poll::Ready(ready.is_ok());
                }
            }
            Poll::Ready(false)
        })
        .await
    }

    /// Sends a request and reads the head of its answer.
    ///
    /// # Cancel safety
    /// After a drop the connection is of no use, and what the server did is not known.
    pub(super) async fn send(&mut self, request: Request<Upload>) -> Result<Head, Lost> {
        let before = self.meter.traffic().sent_bytes;
        self.is_settled = false;
        let failure = request.body().failure();
        let sending = self.sender.send_request(request);
        let answered = driven(&mut self.driver, &self.meter, &*self.runtime, sending).await;
        let sent = self.meter.traffic().sent_bytes > before;
        let response = match answered {
            Some(Ok(response)) => response,
            Some(Err(error)) => return Err(Lost { sent, why: why(&error, &failure) }),
            None => return Err(Lost { sent, why: Why::Silent }),
        };
        let (head, body) = response.into_parts();
        self.body = Some(body);
        Ok(Head::read(head.status, &head.headers))
    }

    /// The next bytes of the answer's body; nothing at its end.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, Lost> {
        while let Some(body) = &mut self.body {
            match driven(&mut self.driver, &self.meter, &*self.runtime, body.frame()).await {
                Some(Some(Ok(frame))) => {
                    if let Ok(bytes) = frame.into_data() {
                        return Ok(Some(bytes));
                    }
                }
                Some(Some(Err(error))) => {
                    return Err(Lost { sent: true, why: why(&error, &Failure::default()) });
                }
                None => return Err(Lost { sent: true, why: Why::Silent }),
                Some(None) => {
                    self.body = None;
                    self.is_settled = true;
                }
            }
        }
        Ok(None)
    }
}

/// Waits for the work while the connection goes on.
async fn driven<T>(
    driver: &mut Option<Driver>,
    meter: &Meter,
    runtime: &dyn Runtime,
    work: impl Future<Output = T>,
) -> Option<T> {
    let mut work = pin!(work);
    let both = poll_fn(|context| {
        if let Poll::Ready(done) = work.as_mut().poll(context) {
            return Poll::Ready(done);
        }
        let Some(connection) = driver else { return Poll::Pending };
        if connection.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        // It has told the work before it ended, and may have left it the rest of a body.
        *driver = None;
        work.as_mut().poll(context)
    });
    while_moving(runtime, PATIENCE, meter, both).await
}

fn why(error: &hyper::Error, failure: &Failure) -> Why {
    match failure.take() {
        Some(ours) => Why::Ours(ours),
        None if is_garbled(error) => Why::Garbled(said(error)),
        None => Why::Closed(said(error)),
    }
}

/// Whether something came that is no answer: nonsense, or a server that speaks before it is asked.
fn is_garbled(error: &hyper::Error) -> bool {
    let cause = std::error::Error::source(error).and_then(|cause| cause.downcast_ref::<hyper::Error>());
    let spoke_first = |cause: &hyper::Error| {
        let is_end =
            cause.is_incomplete_message() || cause.is_closed() || cause.is_timeout() || cause.is_canceled();
        !is_end && std::error::Error::source(cause).is_none()
    };
    let is_cut = error.is_canceled() && cause.is_some_and(|cause| cause.is_parse() || spoke_first(cause));
    error.is_parse() || is_cut
}

/// The error with what caused it: hyper's own words leave that out.
fn said(error: &hyper::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text.push_str(&format!(": {inner}"));
        cause = inner.source();
    }
    text
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("is_settled", &self.is_settled).finish_non_exhaustive()
    }
}

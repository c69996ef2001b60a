//! One request over a connection that the host dials. Nothing is spawned: whoever waits for the answer drives it.

use super::target::Target;
use bytes::Bytes;
use futures::future::{Either, select};
use http_body_util::Full;
use hyper::{
    HeaderMap, Request, StatusCode,
    client::conn::http1::Builder,
    header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, HeaderValue, USER_AGENT},
};
use omm_core::host::Env;
use omm_net::{Wire, http::Line};
use std::{pin::pin, time::Duration};

/// The whole may take so long; the specification advises 15 to 30 seconds.
const PATIENCE: Duration = Duration::from_secs(30);
/// Of an answer's head. Its body is not read.
const LARGEST_HEAD: usize = 16 << 10;
const MOST_HEADERS: usize = 100;
const AGENT: &str = concat!("omm/", env!("CARGO_PKG_VERSION"));

/// Posts JSON, and gives the status and the headers of the answer.
///
/// # Errors
/// What went wrong, for people. The request may have been heard all the same.
///
/// # Cancel safety
/// Dropping the future closes the connection; whether the request was heard is not known.
pub(super) async fn post(
    env: &Env,
    target: &Target,
    headers: [(HeaderName, String); 3],
    body: Vec<u8>,
) -> Result<(StatusCode, HeaderMap), String> {
    let request = request(target, headers, body)?;
    match select(pin!(exchange(env, target, request)), env.runtime.sleep(PATIENCE)).await {
        Either::Left((answer, _)) => answer,
        Either::Right(((), _)) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
    }
}

fn request(
    target: &Target,
    headers: [(HeaderName, String); 3],
    body: Vec<u8>,
) -> Result<Request<Full<Bytes>>, String> {
    let length = body.len();
    let mut request =
        Request::post(&target.path).body(Full::new(Bytes::from(body))).map_err(|error| error.to_string())?;
    let fields = request.headers_mut();
    fields.insert(HOST, HeaderValue::from_str(&target.host).map_err(|error| error.to_string())?);
    fields.insert(USER_AGENT, HeaderValue::from_static(AGENT));
    fields.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    fields.insert(CONTENT_LENGTH, length.into());
    for (name, value) in headers {
        fields.insert(name, HeaderValue::from_str(&value).map_err(|error| error.to_string())?);
    }
    Ok(request)
}

async fn exchange(
    env: &Env,
    target: &Target,
    request: Request<Full<Bytes>>,
) -> Result<(StatusCode, HeaderMap), String> {
    let wire = Wire::dial(env, &target.endpoint).await.map_err(|error| error.to_string())?;
    let mut builder = Builder::new();
    builder.max_buf_size(LARGEST_HEAD).max_headers(MOST_HEADERS);
    let made = builder.handshake(Line::new(wire.into_connection())).await;
    let (mut sender, connection) = made.map_err(|error| error.to_string())?;
    let answer = match select(pin!(sender.send_request(request)), pin!(connection)).await {
        Either::Left((answer, _)) => answer,
        // The connection has ended, and has told the request before.
        Either::Right((_, sending)) => sending.await,
    };
    answer.map(|answer| (answer.status(), answer.headers().clone())).map_err(|error| error.to_string())
}

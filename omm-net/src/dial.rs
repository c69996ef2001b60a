//! Connecting and shaking hands, within the time that the endpoint grants.

use crate::{Endpoint, error, error::Moment, overheard::Overheard, tls};
use futures::{
    future::{Either, poll_fn, select},
    io::AsyncRead,
    pin_mut,
};
use futures_rustls::TlsConnector;
use omm_core::{
    error::Result,
    host::{Connection, Env},
};
use rustls_pki_types::ServerName;
use std::{pin::Pin, task::Poll};

/// A plain connection.
pub(crate) async fn plain(env: &Env, endpoint: &Endpoint) -> Result<Box<dyn Connection>> {
    let dialling = env.runtime.dial(endpoint.bare_host(), endpoint.port);
    match in_time(env, endpoint, dialling).await {
        Some(dialled) => dialled.map_err(|error| error::dialling(endpoint, error)),
        None => Err(error::too_slow(endpoint, Moment::Dialling)),
    }
}

/// TLS over a connection. The certificate is always verified, for the name of the endpoint.
pub(crate) async fn encrypted(
    env: &Env,
    endpoint: &Endpoint,
    connection: Box<dyn Connection>,
    moment: Moment,
) -> Result<Box<dyn Connection>> {
    let name = ServerName::try_from(endpoint.bare_host().to_owned())
        .map_err(|_| error::no_name_for_tls(endpoint))?;
    let config = tls::trust(env, endpoint).await?;
    let shaking = TlsConnector::from(config).connect(name, Overheard::new(connection)).into_fallible();
    match in_time(env, endpoint, shaking).await {
        Some(Ok(stream)) => Ok(Box::new(stream)),
        Some(Err((error, overheard))) => Err(error::handshake(endpoint, moment, error, overheard.heard())),
        None => Err(error::too_slow(endpoint, moment)),
    }
}

/// Whether the server has said something that nobody asked for. Its bytes are lost: the caller gives up.
pub(crate) async fn has_spoken(connection: &mut Box<dyn Connection>) -> bool {
    let mut byte = [0];
    poll_fn(|context| match Pin::new(&mut *connection).poll_read(context, &mut byte) {
        Poll::Ready(Ok(1..)) => Poll::Ready(true),
        // A close is found, and named, by the handshake.
        _ => Poll::Ready(false),
    })
    .await
}

async fn in_time<T>(env: &Env, endpoint: &Endpoint, work: impl Future<Output = T>) -> Option<T> {
    let timeout = env.runtime.sleep(endpoint.connect_timeout);
    pin_mut!(work);
    match select(work, timeout).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(((), _)) => None,
    }
}

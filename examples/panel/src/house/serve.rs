//! The panel at work: it listens, works on migrations, and comes to a tidy end.

use super::House;
use axum::Router;
use omm::{Error, ErrorKind, Result, Side, Stop};
use std::{future::IntoFuture, io, net::SocketAddr, time::Duration};
use tokio::{net::TcpListener, task::JoinHandle};

/// A panel that runs. Dropping it does not end it; [`Running::drain`] does.
#[derive(Debug)]
pub struct Running {
    stop: Stop,
    listeners: Vec<JoinHandle<io::Result<()>>>,
    worker: JoinHandle<Result<()>>,
    sweeper: JoinHandle<()>,
}

/// Whoever has a page open that never ends is not waited for any longer.
const PATIENCE: Duration = Duration::from_secs(10);

impl Running {
    /// Begins to serve, and to work on migrations.
    pub fn begin(house: &House, listener: TcpListener, metrics: Option<TcpListener>) -> Self {
        let stop = Stop::new();
        let mut listeners = vec![listen(listener, house.router(), &stop)];
        listeners.extend(metrics.map(|listener| listen(listener, house.metrics_router(), &stop)));
        let (own, ends) = (house.clone(), stop.clone());
        let runtime = tokio::runtime::Handle::current();
        // On a thread of its own: its future may not wander between threads.
        let worker = tokio::task::spawn_blocking(move || {
            let tells = Tells(own);
            let ended = runtime.block_on(tells.0.stores.work(&ends));
            if let Err(error) = &ended {
                tracing::error!(kind = error.kind().name(), "the worker ended");
                tracing::trace!(said = error.to_string(), "the worker ended");
            }
            ended
        });
        let sweeper = tokio::spawn(house.clone().keep_uploads());
        Self { stop, listeners, worker, sweeper }
    }

    /// Until the worker ends by itself, which it does only in trouble.
    ///
    /// # Errors
    /// The trouble.
    pub async fn trouble(&mut self) -> Result<()> {
        (&mut self.worker).await.unwrap_or_else(|_| Err(broke_down()))
    }

    /// Takes nobody in any more, answers who is in, and brings migrations to a tidy place; the next start goes on.
    ///
    /// # Errors
    /// The worker's.
    pub async fn drain(self) -> Result<()> {
        self.stop.request();
        self.sweeper.abort();
        let ended = self.worker.await;
        for listener in self.listeners {
            let abort = listener.abort_handle();
            if tokio::time::timeout(PATIENCE, listener).await.is_err() {
                abort.abort();
            }
        }
        ended.unwrap_or_else(|_| Err(broke_down()))
    }
}

/// Whoever watches over the panel has to start it again.
fn broke_down() -> Error {
    let message = "the worker broke down; start the panel again, it goes on where it was";
    Error::new(ErrorKind::Local, Side::Host, "work on migrations", message)
}

/// Tells, however the worker ends.
struct Tells(House);

impl Drop for Tells {
    fn drop(&mut self) {
        self.0.live.worker_ended();
    }
}

fn listen(listener: TcpListener, router: Router, stop: &Stop) -> JoinHandle<io::Result<()>> {
    let stop = stop.clone();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(async move { stop.wait().await });
    tokio::spawn(serving.into_future())
}

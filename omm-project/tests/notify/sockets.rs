//! Real sockets, and a clock that can be put forward.

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use omm_core::{
    error::Result,
    host::{BoxFuture, Connection, CredentialProvider, CredentialRef, Env, Runtime, Secret},
};
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// The runtime of the test process. No tokio anywhere.
pub(crate) struct Sockets {
    started: Instant,
    ahead: Mutex<TimeDelta>,
}

impl Sockets {
    pub(crate) fn shared() -> Arc<Self> {
        Arc::new(Self { started: Instant::now(), ahead: Mutex::new(TimeDelta::zero()) })
    }

    pub(crate) fn put_forward(&self, by: TimeDelta) {
        *self.ahead.lock().unwrap() += by;
    }
}

/// An environment whose every secret is this.
pub(crate) fn env(runtime: &Arc<Sockets>, secret: &str) -> Env {
    let mut env = Env::new(runtime.clone());
    env.credentials = Arc::new(Known(secret.to_owned()));
    env
}

struct Known(String);

impl CredentialProvider for Known {
    fn secret<'a>(&'a self, _: &'a CredentialRef, _: &'a str, _: &'a str) -> BoxFuture<'a, Result<Secret>> {
        Box::pin(async { Ok(Secret::new(self.0.clone())) })
    }
}

impl Runtime for Sockets {
    fn now(&self) -> DateTime<Utc> {
        DateTime::<Utc>::from(std::time::SystemTime::now()) + *self.ahead.lock().unwrap()
    }

    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(smol::Timer::after(duration).map(drop))
    }

    fn start_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        smol::unblock(work).detach();
    }

    fn dial(&self, host: &str, port: u16) -> BoxFuture<'static, std::io::Result<Box<dyn Connection>>> {
        let address = (host.to_owned(), port);
        Box::pin(async move {
            let stream = smol::net::TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            Ok(Box::new(stream) as Box<dyn Connection>)
        })
    }
}

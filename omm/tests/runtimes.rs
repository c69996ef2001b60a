//! What a runtime lends works from any executor: the engine is polled by the host, not by the runtime.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

use futures::{
    executor::block_on,
    io::{AsyncReadExt, AsyncWriteExt},
};
use omm::{PortableRuntime, Runtime, TokioRuntime, core::host::blocking};
use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::Arc,
    thread,
    time::Duration,
};

fn each(check: impl Fn(Arc<dyn Runtime>)) {
    check(Arc::new(PortableRuntime::new()));
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    check(Arc::new(TokioRuntime::new(tokio.handle().clone())));
}

#[test]
fn time_passes_in_a_sleep() {
    each(|runtime| {
        let before = runtime.monotonic();
        block_on(runtime.sleep(Duration::from_millis(20)));
        assert!(runtime.monotonic() - before >= Duration::from_millis(20));
    });
}

#[test]
fn blocking_work_runs_on_another_thread_and_to_its_end() {
    each(|runtime| {
        let here = thread::current().id();
        let there = block_on(blocking(&runtime, || Ok(thread::current().id()))).unwrap();
        assert_ne!(here, there);
        // Nobody waits for this one: it must run all the same.
        let (done, finished) = std::sync::mpsc::channel();
        runtime.start_blocking(Box::new(move || done.send(()).unwrap()));
        finished.recv_timeout(Duration::from_secs(10)).unwrap();
    });
}

#[test]
fn dialled_connections_carry_bytes_both_ways() {
    each(|runtime| {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = server.local_addr().unwrap().port();
        let echo = thread::spawn(move || {
            let (mut stream, _) = server.accept().unwrap();
            let mut word = [0; 4];
            stream.read_exact(&mut word).unwrap();
            stream.write_all(&word).unwrap();
        });
        block_on(async {
            let mut connection = runtime.dial("localhost", port).await.unwrap();
            connection.write_all(b"ping").await.unwrap();
            connection.flush().await.unwrap();
            let mut answer = String::new();
            connection.read_to_string(&mut answer).await.unwrap();
            assert_eq!(answer, "ping");
        });
        echo.join().unwrap();
    });
}

#[test]
fn a_refused_connection_is_an_error() {
    each(|runtime| {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        assert!(block_on(runtime.dial("127.0.0.1", port)).is_err());
    });
}

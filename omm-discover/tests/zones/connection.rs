//! A scripted server's connection, in memory, with TLS where it is due.

use futures::io::{AsyncRead, AsyncWrite};
use rustls::{ServerConfig, ServerConnection};
use std::{
    collections::VecDeque,
    io::{self, Read, Write},
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
};

/// One connection's side of a talk.
pub(crate) trait Talk: Send {
    /// What is said before anybody asks.
    fn hello(&mut self) -> Vec<u8>;

    /// What is said to these bytes, and what happens then.
    fn receive(&mut self, bytes: &[u8]) -> (Vec<u8>, Then);
}

/// What happens after an answer.
pub(crate) enum Then {
    Stay,
    StartTls,
    Close,
}

/// The first byte of a TLS handshake.
pub(crate) const HANDSHAKE: u8 = 22;

pub(crate) struct Scripted {
    talk: Box<dyn Talk>,
    tls: Option<Box<ServerConnection>>,
    config: Arc<ServerConfig>,
    out: VecDeque<u8>,
    is_closed: bool,
    reader: Option<Waker>,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Scripted {
    pub(crate) fn new(
        talk: Box<dyn Talk>,
        is_tls: bool,
        config: &Arc<ServerConfig>,
        heard: &Arc<Mutex<Vec<u8>>>,
    ) -> Self {
        let mut own = Self {
            talk,
            tls: None,
            config: Arc::clone(config),
            out: VecDeque::new(),
            is_closed: false,
            reader: None,
            heard: Arc::clone(heard),
        };
        if is_tls {
            own.start_tls();
        }
        let hello = own.talk.hello();
        own.say(&hello);
        own
    }

    fn start_tls(&mut self) {
        let mut connection = ServerConnection::new(Arc::clone(&self.config)).expect("a good configuration");
        connection.set_buffer_limit(None);
        self.tls = Some(Box::new(connection));
    }

    fn say(&mut self, bytes: &[u8]) {
        match &mut self.tls {
            None => self.out.extend(bytes),
            Some(tls) => tls.writer().write_all(bytes).expect("memory takes it"),
        }
        self.flush();
    }

    fn flush(&mut self) {
        let Some(tls) = &mut self.tls else { return };
        let mut bytes = Vec::new();
        while tls.wants_write() && tls.write_tls(&mut bytes).is_ok() {}
        self.out.extend(bytes);
    }

    fn receive(&mut self, mut bytes: &[u8]) {
        let mut plain = Vec::new();
        match &mut self.tls {
            None => plain.extend_from_slice(bytes),
            Some(tls) => {
                while !bytes.is_empty() && !self.is_closed {
                    self.is_closed |= tls.read_tls(&mut bytes).is_err() || tls.process_new_packets().is_err();
                    // WouldBlock says that nothing more is there yet.
                    let _ = tls.reader().read_to_end(&mut plain);
                }
            }
        }
        self.flush();
        // A handshake where none was expected is in the clear, and no words.
        if self.tls.is_some() || plain.first() != Some(&HANDSHAKE) {
            self.heard.lock().expect("no panic holds it").extend_from_slice(&plain);
        }
        if plain.is_empty() || self.is_closed {
            return;
        }
        let (answer, then) = self.talk.receive(&plain);
        self.say(&answer);
        match then {
            Then::Stay => {}
            Then::StartTls => self.start_tls(),
            Then::Close => {
                if let Some(tls) = &mut self.tls {
                    tls.send_close_notify();
                }
                self.flush();
                self.is_closed = true;
            }
        }
    }
}

impl AsyncRead for Scripted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        if self.out.is_empty() && !self.is_closed {
            self.reader = Some(context.waker().clone());
            return Poll::Pending;
        }
        let count = self.out.read(into).expect("memory gives it");
        Poll::Ready(Ok(count))
    }
}

impl AsyncWrite for Scripted {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.receive(bytes);
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.is_closed = true;
        Poll::Ready(Ok(()))
    }
}

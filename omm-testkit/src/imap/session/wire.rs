//! What is between a session and the network: TLS, compression, and faults that are a matter of bytes.

use super::{Layer, Session};
use crate::imap::{
    Act,
    fault::AtByte,
    world::{SharedWorld, World, lock},
};
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use rustls::{ServerConfig, ServerConnection};
use std::{collections::VecDeque, io::Read, io::Write, sync::Arc, time::Duration};

pub(crate) struct Wire {
    world: SharedWorld,
    session: Session,
    tls: Option<Box<ServerConnection>>,
    deflate: Option<Box<(Decompress, Compress)>>,
    /// Ready for the network.
    out: VecDeque<u8>,
    received: u64,
    sent: u64,
    is_closed: bool,
    is_stalled: bool,
    drip: Option<(usize, Duration)>,
}

impl Wire {
    /// `tls`: from the first byte on.
    pub(crate) fn new(world: &SharedWorld, tls: Option<&Arc<ServerConfig>>) -> std::io::Result<Self> {
        let tls = match tls {
            Some(config) => {
                Some(Box::new(ServerConnection::new(Arc::clone(config)).map_err(std::io::Error::other)?))
            }
            None => None,
        };
        let mut wire = Self {
            world: Arc::clone(world),
            session: Session::new(world, tls.is_some()),
            tls,
            deflate: None,
            out: VecDeque::new(),
            received: 0,
            sent: 0,
            is_closed: false,
            is_stalled: false,
            drip: None,
        };
        let shared = Arc::clone(world);
        wire.byte_faults(&mut lock(&shared));
        wire.pump();
        Ok(wire)
    }

    pub(crate) fn receive(&mut self, bytes: &[u8]) {
        if self.is_closed {
            return;
        }
        let shared = Arc::clone(&self.world);
        let mut world = lock(&shared);
        let most = world.faults.bytes_left(&self.at_byte(&world, true)).unwrap_or(u64::MAX);
        let bytes = &bytes[..bytes.len().min(usize::try_from(most).unwrap_or(usize::MAX))];
        self.received += bytes.len() as u64;
        world.counters.count_received(self.session.number(), bytes.len());
        drop(world);
        self.decrypt(bytes);
        self.pump();
        let mut world = lock(&shared);
        self.byte_faults(&mut world);
        let wakers = world.take_wakers();
        drop(world);
        // The other half of this connection may wait for what TLS has to say, or for the end.
        wakers.into_iter().for_each(std::task::Waker::wake);
    }

    /// The client says no more.
    pub(crate) fn hang_up(&mut self) {
        self.session.close();
        self.is_closed = true;
    }

    /// Closed, and everything was heard.
    pub(crate) fn is_over(&self) -> bool {
        self.is_closed() && self.out.is_empty()
    }

    /// At most this many bytes for the network.
    pub(crate) fn take_output(&mut self, most: usize) -> Vec<u8> {
        self.pump();
        if self.is_stalled {
            return Vec::new();
        }
        let shared = Arc::clone(&self.world);
        let mut world = lock(&shared);
        self.byte_faults(&mut world);
        if self.is_stalled || (self.is_closed && self.out.is_empty()) {
            return Vec::new();
        }
        let allowed = world.faults.bytes_left(&self.at_byte(&world, false)).unwrap_or(u64::MAX);
        let count = self.out.len().min(most).min(usize::try_from(allowed).unwrap_or(usize::MAX));
        let bytes: Vec<u8> = self.out.drain(..count).collect();
        self.sent += bytes.len() as u64;
        world.counters.count_sent(self.session.number(), bytes.len());
        self.byte_faults(&mut world);
        if !bytes.is_empty() && self.out.is_empty() {
            self.session.was_heard();
        }
        bytes
    }

    /// Nothing comes any more once the output is taken.
    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed || (self.session.is_closed() && !self.is_stalled && !self.session.is_stalled())
    }

    pub(crate) fn drip(&self) -> Option<(usize, Duration)> {
        self.drip
    }

    fn byte_faults(&mut self, world: &mut World) {
        for is_received in [true, false] {
            let at = self.at_byte(world, is_received);
            while let Some(act) = world.faults.at_bytes(&at) {
                match act {
                    Act::Close | Act::LoseAnswer => {
                        self.out.clear();
                        self.session.close();
                        self.is_closed = true;
                    }
                    Act::Stall => {
                        self.is_stalled = true;
                        self.session.stall();
                    }
                    Act::Drip(bytes, wait) => self.drip = Some((bytes.max(1), wait)),
                    Act::Say(bytes) => self.out.extend(bytes),
                    Act::Bye(text) if !self.session.is_closed() => self.session.bye(&text),
                    _ => {}
                }
            }
        }
    }

    fn at_byte(&self, world: &World, is_received: bool) -> AtByte {
        let counters = &world.counters;
        let (own, all) = match is_received {
            true => (self.received, counters.bytes_received),
            false => (self.sent, counters.bytes_sent),
        };
        AtByte { connection: self.session.number(), is_received, own, all }
    }

    /// From the network to the session.
    fn decrypt(&mut self, mut bytes: &[u8]) {
        let Some(tls) = &mut self.tls else { return self.inflate(bytes) };
        let mut plain = Vec::new();
        while !bytes.is_empty() {
            let read = tls.read_tls(&mut bytes);
            if read.is_err() || tls.process_new_packets().is_err() {
                self.session.close();
                break;
            }
            // WouldBlock says that nothing more is there yet.
            let _ = tls.reader().read_to_end(&mut plain);
        }
        self.inflate(&plain);
    }

    fn inflate(&mut self, bytes: &[u8]) {
        let Some(deflate) = &mut self.deflate else {
            self.session.receive(bytes);
            return self.change_layer();
        };
        let mut plain = Vec::new();
        let start = deflate.0.total_in();
        loop {
            plain.reserve(4096.max(bytes.len()));
            let (used, before) = ((deflate.0.total_in() - start) as usize, plain.len());
            let result = deflate.0.decompress_vec(&bytes[used..], &mut plain, FlushDecompress::Sync);
            let stuck = plain.len() == before && (deflate.0.total_in() - start) as usize == used;
            match result {
                Err(_) => return self.session.close(),
                Ok(Status::StreamEnd) => break,
                Ok(_) if stuck => break,
                Ok(_) => {}
            }
        }
        self.session.receive(&plain);
    }

    /// The session's answers, through what is below it.
    fn pump(&mut self) {
        let plain = self.session.drain();
        if !plain.is_empty() && !self.is_closed {
            let packed = self.compressed(&plain);
            self.put(&packed);
        }
        self.flush_tls();
    }

    fn compressed(&mut self, plain: &[u8]) -> Vec<u8> {
        let Some(deflate) = &mut self.deflate else { return plain.to_vec() };
        let mut packed = Vec::with_capacity(plain.len() / 2 + 64);
        let start = deflate.1.total_in();
        loop {
            let used = (deflate.1.total_in() - start) as usize;
            packed.reserve(1024);
            let result = deflate.1.compress_vec(&plain[used..], &mut packed, FlushCompress::Sync);
            let is_done =
                (deflate.1.total_in() - start) as usize == plain.len() && packed.len() < packed.capacity();
            if result.is_err() || is_done {
                return packed;
            }
        }
    }

    fn put(&mut self, bytes: &[u8]) {
        match &mut self.tls {
            None => self.out.extend(bytes),
            Some(tls) => {
                tls.set_buffer_limit(None);
                let _ = tls.writer().write_all(bytes);
            }
        }
    }

    fn flush_tls(&mut self) {
        let Some(tls) = &mut self.tls else { return };
        let mut bytes = Vec::new();
        while tls.wants_write() && tls.write_tls(&mut bytes).is_ok() {}
        self.out.extend(bytes);
    }

    /// The session has agreed on something; its answer goes out the old way.
    fn change_layer(&mut self) {
        let Some(layer) = self.session.layer.take() else { return };
        self.pump();
        let rest = self.session.take_unread();
        match layer {
            Layer::Deflate => {
                let pair = (Decompress::new(false), Compress::new(Compression::fast(), false));
                self.deflate = Some(Box::new(pair));
                self.inflate(&rest);
            }
            // RFC 9051 §6.2.1: what came before the handshake is not trusted, and so dropped.
            Layer::Tls => {
                let config = lock(&self.world).settings.tls.clone();
                match config.and_then(|config| ServerConnection::new(config).ok()) {
                    Some(tls) => self.tls = Some(Box::new(tls)),
                    None => self.session.close(),
                }
            }
        }
    }
}

impl Wire {
    /// An idle client is told when something happens.
    pub(crate) fn wake_later(&self, waker: &std::task::Waker) {
        lock(&self.world).wake_later(waker);
    }
}

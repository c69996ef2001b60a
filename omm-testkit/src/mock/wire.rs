//! What is between a session and the network: TLS, compression, and faults that are a matter of bytes.

use super::{Act, Layer, Machine, SharedWorld, World, fault::AtByte, lock};
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use rustls::{ServerConfig, ServerConnection};
use std::{
    collections::VecDeque,
    io::{Read, Write},
    sync::Arc,
    task::Waker,
    time::Duration,
};

/// One end of a connection, as memory or a socket sees it.
pub(crate) trait Carrier: Send {
    fn receive(&mut self, bytes: &[u8]);

    /// The client says no more.
    fn hang_up(&mut self);

    /// Closed, and everything was heard.
    fn is_over(&self) -> bool;

    /// At most this many bytes for the network.
    fn take_output(&mut self, most: usize) -> Vec<u8>;

    /// Nothing comes any more once the output is taken.
    fn is_closed(&self) -> bool;

    /// Pieces of this many bytes, with a wait after each.
    fn drip(&self) -> Option<(usize, Duration)>;

    /// A client that waits is told when something happens.
    fn wake_later(&self, waker: &Waker);
}

pub(crate) struct Wire<M: Machine> {
    world: SharedWorld<M::World>,
    session: M,
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

impl<M: Machine> Wire<M> {
    /// `tls`: from the first byte on.
    pub(crate) fn open(
        world: &SharedWorld<M::World>,
        tls: Option<&Arc<ServerConfig>>,
    ) -> std::io::Result<Box<dyn Carrier>> {
        let tls = match tls {
            Some(config) => {
                Some(Box::new(ServerConnection::new(Arc::clone(config)).map_err(std::io::Error::other)?))
            }
            None => None,
        };
        let mut wire = Self {
            world: Arc::clone(world),
            session: M::begin(world, tls.is_some()),
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
        Ok(Box::new(wire))
    }

    fn at_byte(&self, world: &M::World, is_received: bool) -> AtByte {
        let (own, all) = match is_received {
            true => (self.received, world.carried().0),
            false => (self.sent, world.carried().1),
        };
        AtByte { connection: self.session.number(), is_received, own, all }
    }

    fn byte_faults(&mut self, world: &mut M::World) {
        for is_received in [true, false] {
            let at = self.at_byte(world, is_received);
            while let Some(act) = world.ground().faults.at_bytes(&at) {
                match act {
                    Act::Close | Act::LoseAnswer => {
                        self.out.clear();
                        self.session.close(world);
                        self.is_closed = true;
                    }
                    Act::Stall => {
                        self.is_stalled = true;
                        self.session.stall();
                    }
                    Act::Drip(bytes, wait) => self.drip = Some((bytes.max(1), wait)),
                    Act::Say(bytes) => self.out.extend(bytes),
                    Act::Bye(text) if !self.session.is_closed() => self.session.say_goodbye(world, &text),
                    _ => {}
                }
            }
        }
    }

    /// From the network to the session.
    fn decrypt(&mut self, mut bytes: &[u8]) {
        let Some(tls) = &mut self.tls else { return self.inflate(bytes) };
        let mut plain = Vec::new();
        while !bytes.is_empty() {
            let read = tls.read_tls(&mut bytes);
            if read.is_err() || tls.process_new_packets().is_err() {
                self.session.close(&mut lock(&self.world));
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
                Err(_) => return self.session.close(&mut lock(&self.world)),
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
        let Some(layer) = self.session.take_layer() else { return };
        self.pump();
        let rest = self.session.take_unread();
        match layer {
            Layer::Deflate => {
                let pair = (Decompress::new(false), Compress::new(Compression::fast(), false));
                self.deflate = Some(Box::new(pair));
                self.inflate(&rest);
            }
            // RFC 9051 §6.2.1, RFC 2595 §4: what came before the handshake is not trusted, and so dropped.
            Layer::Tls => {
                let config = lock(&self.world).tls();
                match config.and_then(|config| ServerConnection::new(config).ok()) {
                    Some(tls) => self.tls = Some(Box::new(tls)),
                    None => self.session.close(&mut lock(&self.world)),
                }
            }
        }
    }
}

impl<M: Machine> Carrier for Wire<M> {
    fn receive(&mut self, bytes: &[u8]) {
        if self.is_closed {
            return;
        }
        let shared = Arc::clone(&self.world);
        let mut world = lock(&shared);
        let at = self.at_byte(&world, true);
        let most = world.ground().faults.bytes_left(&at).unwrap_or(u64::MAX);
        let bytes = &bytes[..bytes.len().min(usize::try_from(most).unwrap_or(usize::MAX))];
        self.received += bytes.len() as u64;
        world.count_received(self.session.number(), bytes.len());
        drop(world);
        self.decrypt(bytes);
        self.pump();
        let mut world = lock(&shared);
        self.byte_faults(&mut world);
        let wakers = world.ground().take_wakers();
        drop(world);
        // The other half of this connection may wait for what TLS has to say, or for the end.
        wakers.into_iter().for_each(std::task::Waker::wake);
    }

    fn hang_up(&mut self) {
        self.session.close(&mut lock(&self.world));
        self.is_closed = true;
    }

    fn is_over(&self) -> bool {
        self.is_closed() && self.out.is_empty()
    }

    fn take_output(&mut self, most: usize) -> Vec<u8> {
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
        let at = self.at_byte(&world, false);
        let allowed = world.ground().faults.bytes_left(&at).unwrap_or(u64::MAX);
        let count = self.out.len().min(most).min(usize::try_from(allowed).unwrap_or(usize::MAX));
        let bytes: Vec<u8> = self.out.drain(..count).collect();
        self.sent += bytes.len() as u64;
        world.count_sent(self.session.number(), bytes.len());
        self.byte_faults(&mut world);
        if !bytes.is_empty() && self.out.is_empty() {
            self.session.was_heard();
        }
        bytes
    }

    fn is_closed(&self) -> bool {
        self.is_closed || (self.session.is_closed() && !self.is_stalled && !self.session.is_stalled())
    }

    fn drip(&self) -> Option<(usize, Duration)> {
        self.drip
    }

    fn wake_later(&self, waker: &Waker) {
        lock(&self.world).ground().wake_later(waker);
    }
}

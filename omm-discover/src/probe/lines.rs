//! Lines of a server, limited in length and number of bytes, over the wire of `omm-net`.

use bytes::Bytes;
use omm_net::{Turn, Wire};

/// All bytes that a server may say before a login.
const MOST_BYTES: usize = 64 << 10;

pub(super) struct Lines {
    wire: Wire,
    unread: Vec<u8>,
    heard_bytes: usize,
}

impl Lines {
    pub(super) fn over(wire: Wire) -> Self {
        Self { wire, unread: Vec::new(), heard_bytes: 0 }
    }

    /// Puts words into the line.
    pub(super) fn say(&mut self, words: &'static str) {
        self.wire.queue(Bytes::from_static(words.as_bytes()));
    }

    /// The next line, without its end; or why there is none.
    pub(super) async fn next(&mut self) -> Result<String, String> {
        loop {
            if let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned());
            }
            if self.heard_bytes > MOST_BYTES {
                return Err("it talks without end".to_owned());
            }
            match self.wire.turn(0).await {
                Ok(Turn::Arrived(bytes)) => {
                    self.heard_bytes += bytes.len();
                    self.unread.extend_from_slice(&bytes);
                }
                Ok(Turn::Drained) => {}
                Ok(Turn::Closed) => return Err("it closed the connection".to_owned()),
                Err(error) => return Err(format!("the connection broke: {error}")),
            }
        }
    }

    /// The wire to start TLS on; nothing if the server said more than it should have: that came before TLS and proves
    /// nothing (RFC 9051 §6.2.1).
    pub(super) fn into_wire(self) -> Option<Wire> {
        self.unread.is_empty().then_some(self.wire)
    }

    /// Says the last words, if the line takes them at once, and hangs up.
    pub(super) async fn end(mut self, words: &'static str) {
        self.say(words);
        // Nobody waits for the answer.
        let _ = self.wire.turn_at_once(0).await;
        self.wire.shutdown().await;
    }
}

//! A connection and its server, as what carries the bytes sees them.

use super::{Ground, SharedWorld};
use rustls::ServerConfig;
use std::sync::Arc;

/// What the connections of one server have in common.
pub(crate) trait World: Send + 'static {
    fn ground(&mut self) -> &mut Ground;

    /// What a TLS layer is started with later, if it is.
    fn tls(&self) -> Option<Arc<ServerConfig>>;

    fn count_received(&mut self, connection: u64, bytes: usize);

    fn count_sent(&mut self, connection: u64, bytes: usize);

    /// Bytes received and sent so far, as they are counted.
    fn carried(&self) -> (u64, u64);
}

/// One connection without I/O.
pub(crate) trait Machine: Sized + Send + 'static {
    type World: World;

    /// A connection that begins; `is_secure` when TLS is below it already.
    fn begin(world: &SharedWorld<Self::World>, is_secure: bool) -> Self;

    /// Which connection of its server this is, from 1.
    fn number(&self) -> u64;

    /// Bytes from the client, however they are cut.
    fn receive(&mut self, bytes: &[u8]);

    /// What there is to say, on its way but not heard yet.
    fn drain(&mut self) -> Vec<u8>;

    /// The client has been given everything there was to say.
    fn was_heard(&mut self);

    fn is_closed(&self) -> bool;

    /// `world` is this machine's own, locked.
    fn close(&mut self, world: &mut Self::World);

    fn is_stalled(&self) -> bool;

    fn stall(&mut self);

    /// Says this as the last thing, and closes.
    fn say_goodbye(&mut self, world: &mut Self::World, text: &str);

    /// What is to be put below once the answers so far are on their way.
    fn take_layer(&mut self) -> Option<Layer>;

    /// Bytes that belong to the layer that was just agreed on.
    fn take_unread(&mut self) -> Vec<u8>;
}

/// What a client and a server agree on in the middle of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layer {
    Tls,
    Deflate,
}

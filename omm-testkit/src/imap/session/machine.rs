//! The session as what carries its bytes sees it.

use super::Session;
use crate::{
    imap::world::{SharedWorld, World},
    mock::{Layer, Machine},
};

impl Machine for Session {
    type World = World;

    fn begin(world: &SharedWorld, is_secure: bool) -> Self {
        Self::new(world, is_secure)
    }

    fn number(&self) -> u64 {
        self.id
    }

    fn receive(&mut self, bytes: &[u8]) {
        Self::receive(self, bytes);
    }

    fn drain(&mut self) -> Vec<u8> {
        Self::drain(self)
    }

    fn was_heard(&mut self) {
        self.flight.was_heard();
    }

    fn is_closed(&self) -> bool {
        self.is_closed
    }

    fn close(&mut self, _: &mut World) {
        self.is_closed = true;
    }

    fn is_stalled(&self) -> bool {
        self.is_stalled
    }

    fn stall(&mut self) {
        self.is_stalled = true;
    }

    fn say_goodbye(&mut self, _: &mut World, text: &str) {
        self.bye(text);
    }

    fn take_layer(&mut self) -> Option<Layer> {
        self.layer.take()
    }

    fn take_unread(&mut self) -> Vec<u8> {
        self.input.take_rest()
    }
}

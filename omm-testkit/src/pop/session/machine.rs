//! The session as what carries its bytes sees it.

use super::Session;
use crate::{
    mock::{Layer, Machine},
    pop::world::{SharedWorld, World},
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
        std::mem::take(&mut self.out)
    }

    fn was_heard(&mut self) {
        self.flight.was_heard();
    }

    fn is_closed(&self) -> bool {
        self.is_closed
    }

    fn close(&mut self, world: &mut World) {
        self.end(world);
    }

    fn is_stalled(&self) -> bool {
        self.is_stalled
    }

    fn stall(&mut self) {
        self.is_stalled = true;
    }

    fn say_goodbye(&mut self, world: &mut World, text: &str) {
        self.goodbye(world, text);
    }

    fn take_layer(&mut self) -> Option<Layer> {
        self.layer.take()
    }

    fn take_unread(&mut self) -> Vec<u8> {
        self.input.take_rest()
    }
}

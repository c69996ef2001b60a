//! The server as a listener of the simulation.

use super::MockEws;
use crate::{
    mock::{ImplicitTls, MemoryConnection},
    sim::{Listener, SimRuntime},
};
use omm_core::host::Connection;
use std::io;

impl Listener for MockEws {
    fn accept(&self, runtime: &SimRuntime) -> io::Result<Box<dyn Connection>> {
        Ok(Box::new(self.connect(runtime)?))
    }
}

impl Listener for ImplicitTls<MockEws> {
    fn accept(&self, runtime: &SimRuntime) -> io::Result<Box<dyn Connection>> {
        Ok(Box::new(MemoryConnection::new(self.0.carrier(Some(&self.1))?, runtime.clone())))
    }
}

//! Random numbers, from the system alone.

use omm_core::{
    Error, Result,
    error::{ErrorKind, Side},
};

pub(crate) fn fill(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|cause| {
        let message = "the system gives no random numbers";
        Error::new(ErrorKind::Local, Side::Host, "draw random numbers", message).caused_by(cause)
    })
}

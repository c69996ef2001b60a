//! The program killed while it moves mail: see [`crate::siege`].

mod mail;
mod pop;

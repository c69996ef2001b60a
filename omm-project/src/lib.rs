//! Many migrations as one project: a whole domain moves, or a whole platform.
//!
//! Who is told what of them ([`notify`]).
//!
//! As everywhere in OMM, nothing is spawned, time comes from the host's runtime, and nothing blocks but where the host lets it.

pub mod notify;

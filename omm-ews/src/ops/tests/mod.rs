//! What concerns every operation.

mod quiet;
mod recorded;

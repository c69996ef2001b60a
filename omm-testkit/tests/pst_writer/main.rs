//! The PST writer, checked by programs that are not ours.

mod oracle;
mod simple;

//! The PST writer, checked by programs that are not ours.

mod simple;

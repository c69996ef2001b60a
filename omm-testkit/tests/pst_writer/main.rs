//! The PST writer, checked by programs and libraries that are not ours, and by what the format promises.

mod file;
mod oracle;
mod pffexport;
mod readpst;
mod structure;

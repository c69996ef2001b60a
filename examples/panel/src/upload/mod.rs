//! Files on their way in: in pieces, so that a dropped connection or a closed tab costs a piece and no more.
//!
//! The protocol is tus 1.0 (core, creation, checksum, termination). What is said in headers is read by [`tus`] without any I/O; [`shelf`]
//! keeps the files. A library was looked for: those for axum are a few months old and bring a store of their own.
//!
//! ```text
//! STATE/uploads/PROJECT/UPLOAD/meta.json     what was announced
//!                              NAME          what has come; its length is how much
//!                              pieces.txt    what each piece was, for whoever goes on with another file of this name and size
//! ```

mod name;
mod shelf;
mod sweep;
pub(crate) mod tus;

pub(crate) use name::Name;
pub(crate) use shelf::{Shelf, Upload};

/// How much may be uploaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uploads {
    /// The largest file in bytes.
    pub largest: u64,
    /// All files together that are there at one time, as they were announced.
    pub in_all: u64,
    /// So many files of one project at a time.
    pub of_project: usize,
}

impl Default for Uploads {
    fn default() -> Self {
        // Outlook makes no larger file unless it is told to.
        Self { largest: 50 << 30, in_all: 500 << 30, of_project: 20 }
    }
}

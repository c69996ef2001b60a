//! Single messages in files: `.eml` and its like, and Apple's `.emlx`.

mod emlx;

pub(crate) use emlx::Emlx;

//! The promises of a store of projects, and of who logs in to one.

mod imports;
mod logins;
mod rows;
mod world;

//! From zones and documents to ranked candidates: the published table, and what must hold beside it.
//!
//! Everything is in this process and in virtual time: names lead to scripted servers, and whoever is not in a row's
//! world refuses connections. Nothing outside is contacted.

mod bounds;
mod connection;
mod server;
mod table;
mod talks;
mod world;

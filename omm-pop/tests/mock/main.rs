//! The source on a mock server.

mod contract;
mod delegation;
mod fetching;
mod identity;
mod login;
mod protection;
mod rounds;
mod untouched;
mod world;

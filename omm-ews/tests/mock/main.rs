//! Source and destination against the mock Exchange of the testkit.

mod contract;
mod cost;
mod items;
mod leftovers;
mod moves;
mod on_mock;
mod refusals;
mod requests;
mod stories;
mod throttling;
mod whole;
mod world;

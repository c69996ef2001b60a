//! Source and destination against the mock Exchange of the testkit.

mod contract;
mod cost;
mod cuts;
mod items;
mod leftovers;
mod on_mock;
mod refusals;
mod requests;
mod stories;
mod throttling;
mod whole;
mod world;

//! Source and destination against the mock Exchange of the testkit.

mod about_the_mailbox;
mod contract;
mod cost;
mod items;
mod leftovers;
mod occurrences;
mod on_mock;
mod refusals;
mod requests;
mod stories;
mod throttling;
mod whole;
mod world;

//! Source and destination against the mock Exchange of the testkit.

mod about_the_mailbox;
mod contract;
mod copies_of_copies;
mod cost;
mod cuts;
mod doubts;
mod folders;
mod inline_images;
mod items;
mod leftovers;
mod looks;
mod moves;
mod native;
mod never_done;
mod occurrences;
mod on_mock;
mod other_kinds;
mod owners;
mod pages;
mod public;
mod refusals;
mod requests;
mod stories;
mod throttling;
mod whole;
mod world;

//! The panel as a browser sees it: its router in this process, a real store in a folder, mock servers on the loopback.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

mod accounts;
mod api;
mod bombs;
mod browser;
mod chromium;
mod client;
mod doors;
mod escapes;
mod files;
mod html;
mod many;
mod places;
mod post;
mod projects;
mod tables;
mod world;

//! The panel as a browser sees it: its router in this process, a real store in a folder, mock servers on the loopback.

mod accounts;
mod browser;
mod doors;
mod escapes;
mod places;
mod projects;
mod tables;
mod world;

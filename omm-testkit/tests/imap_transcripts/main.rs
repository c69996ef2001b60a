//! The mock's extensions, quirks and faults as conversations.

mod extensions;
mod faults;
mod folders;
mod login;
mod messages;
mod quirks;
mod resync;
mod talk;

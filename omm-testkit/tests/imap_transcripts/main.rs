//! The mock's extensions, quirks and faults as conversations.

#[path = "../dialogue/mod.rs"]
mod dialogue;
mod extensions;
mod faults;
mod folders;
mod login;
mod messages;
mod quirks;
mod resync;
mod talk;

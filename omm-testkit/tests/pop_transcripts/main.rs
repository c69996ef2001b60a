//! The mock POP3 server's commands, capabilities, quirks and faults as conversations.

mod capabilities;
mod delegation;
#[path = "../dialogue/mod.rs"]
mod dialogue;
mod faults;
mod login;
mod messages;
mod quirks;
mod talk;

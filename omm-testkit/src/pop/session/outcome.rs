//! What a command comes to.

use crate::pop::{Extension, world::World};

/// A command that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    /// `+OK`, with words for people.
    Ok(String),
    /// `+OK`, with the words that were asked for.
    Told(String),
    /// `+OK`, with words for people, and lines: dots are doubled, and the end is there.
    Lines(String, Vec<u8>),
    /// Nothing yet, or everything was said.
    Later,
}

/// Why a command was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    code: Option<&'static str>,
    text: String,
}

pub(crate) type Outcome = Result<Done, Refusal>;

pub(crate) fn ok(text: impl Into<String>) -> Outcome {
    Ok(Done::Ok(text.into()))
}

impl Refusal {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { code: None, text: text.into() }
    }

    /// With a response code, which is said if the server has response codes.
    pub(crate) fn coded(code: &'static str, text: &str) -> Self {
        Self { code: Some(code), text: text.to_owned() }
    }

    /// What comes after `-ERR`.
    pub(crate) fn line(&self, world: &World) -> String {
        let is_said = |code: &&str| {
            // RFC 3206 §6: [AUTH] is announced by a capability of its own.
            let needed = if *code == "AUTH" { Extension::AuthRespCode } else { Extension::RespCodes };
            world.has(needed)
        };
        match self.code.filter(is_said) {
            Some(code) => format!("[{code}] {}", self.text),
            None => self.text.clone(),
        }
    }
}

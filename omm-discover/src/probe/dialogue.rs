//! What IMAP and POP3 have in common before a login: lines come, and a few fixed words go.

/// One side of a talk, as a machine: lines in, what to do out.
pub(super) trait Dialogue: Send + Sync {
    /// The words with which it goes on once TLS has begun; there is no second greeting then.
    fn after_tls(&mut self) -> &'static str;

    /// Takes a line of the server, without its end.
    fn line(&mut self, line: &str, wants_tls: bool) -> Next;

    /// The last words.
    fn goodbye(&self) -> &'static str;

    /// The server's first words.
    fn greeting(&self) -> &str;

    /// What it says it can do.
    fn capabilities(&self) -> Vec<String>;
}

/// What follows from a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// More lines come.
    Wait,
    /// These words are to be sent.
    Say(&'static str),
    /// The server agreed to TLS, which begins right behind this line.
    TlsAgreed,
    /// Everything is known.
    Known,
    /// This is not the server that it should be.
    Strange(String),
}

/// Capabilities that are kept; more than enough for any server.
pub(super) const MOST_CAPABILITIES: usize = 100;

/// A word as the server sent it, if it is a word for people's eyes.
pub(super) fn word(text: &str) -> Option<String> {
    let is_word = !text.is_empty() && text.len() <= 60 && text.bytes().all(|byte| byte.is_ascii_graphic());
    is_word.then(|| text.to_ascii_uppercase())
}

/// Lets a server speak and gives what was said to it.
#[cfg(test)]
pub(super) fn play(
    dialogue: &mut dyn Dialogue,
    wants_tls: bool,
    lines: &[&str],
) -> (Vec<&'static str>, Next) {
    let mut said = Vec::new();
    let mut last = Next::Wait;
    for line in lines {
        last = dialogue.line(line, wants_tls);
        match last {
            Next::Say(words) => said.push(words),
            Next::Wait => {}
            _ => break,
        }
    }
    (said, last)
}

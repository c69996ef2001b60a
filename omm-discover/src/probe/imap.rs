//! IMAP before the login: greeting, CAPABILITY, STARTTLS (RFC 9051 §6.1.1, §6.2.1).

use super::dialogue::{Dialogue, MOST_CAPABILITIES, Next, word};
use crate::reach::one_line;

#[derive(Debug, Default)]
pub(super) struct Imap {
    stage: Stage,
    greeting: String,
    capabilities: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default)]
enum Stage {
    #[default]
    Greeting,
    Capabilities,
    StartTls,
}

impl Dialogue for Imap {
    fn after_tls(&mut self) -> &'static str {
        self.stage = Stage::Capabilities;
        "a CAPABILITY\r\n"
    }

    fn line(&mut self, line: &str, wants_tls: bool) -> Next {
        match self.stage {
            Stage::Greeting => self.greeted(line),
            Stage::Capabilities => self.heard(line, wants_tls),
            Stage::StartTls => match tagged(line, "b") {
                Some(true) => Next::TlsAgreed,
                // It offered TLS and takes that back: the same as if it had not.
                Some(false) => Next::Known,
                None => Next::Wait,
            },
        }
    }

    fn goodbye(&self) -> &'static str {
        "z LOGOUT\r\n"
    }

    fn greeting(&self) -> &str {
        &self.greeting
    }

    fn capabilities(&self) -> Vec<String> {
        self.capabilities.clone()
    }
}

impl Imap {
    fn greeted(&mut self, line: &str) -> Next {
        let mut words = line.splitn(3, ' ');
        let (star, status) = (words.next(), words.next().unwrap_or_default().to_ascii_uppercase());
        let text = one_line(words.next().unwrap_or_default());
        match (star, status.as_str()) {
            (Some("*"), "OK" | "PREAUTH") => {
                self.greeting = text;
                Next::Say(self.after_tls())
            }
            (Some("*"), "BYE") => Next::Strange(format!("it turns us away: {text}")),
            _ => Next::Strange("it greets like no IMAP server".to_owned()),
        }
    }

    fn heard(&mut self, line: &str, wants_tls: bool) -> Next {
        match tagged(line, "a") {
            None => {
                self.note(line);
                Next::Wait
            }
            Some(true) if wants_tls && self.capabilities.iter().any(|known| known == "STARTTLS") => {
                self.stage = Stage::StartTls;
                Next::Say("b STARTTLS\r\n")
            }
            Some(_) => Next::Known,
        }
    }

    fn note(&mut self, line: &str) {
        let mut words = line.split(' ');
        let is_list = words.next() == Some("*")
            && words.next().is_some_and(|word| word.eq_ignore_ascii_case("CAPABILITY"));
        if is_list {
            self.capabilities = words.filter_map(word).take(MOST_CAPABILITIES).collect();
        }
    }
}

/// Whether this ends the command with that tag, and well.
fn tagged(line: &str, tag: &str) -> Option<bool> {
    let (first, rest) = line.split_once(' ')?;
    let status = rest.split(' ').next().unwrap_or_default();
    (first == tag).then(|| status.eq_ignore_ascii_case("OK"))
}

#[cfg(test)]
mod tests {
    use super::{super::dialogue::play, *};

    #[test]
    fn talks() {
        const CAPABILITY: &str = "a CAPABILITY\r\n";
        for (wants_tls, lines, said, last) in [
            (
                false,
                vec!["* OK hi", "* CAPABILITY IMAP4rev1 IDLE", "a OK done"],
                vec![CAPABILITY],
                Next::Known,
            ),
            (true, vec!["* OK hi", "* CAPABILITY IMAP4rev1", "a OK done"], vec![CAPABILITY], Next::Known),
            (
                true,
                vec!["* ok hi", "* capability imap4rev1 starttls", "a ok", "* OK soon", "b OK go"],
                vec![CAPABILITY, "b STARTTLS\r\n"],
                Next::TlsAgreed,
            ),
            (
                true,
                vec!["* OK hi", "* CAPABILITY STARTTLS", "a OK", "b NO not now"],
                vec![CAPABILITY, "b STARTTLS\r\n"],
                Next::Known,
            ),
            (false, vec!["* OK hi", "a BAD what"], vec![CAPABILITY], Next::Known),
            (
                false,
                vec!["* BYE full\u{1b}[2J"],
                vec![],
                Next::Strange("it turns us away: full [2J".to_owned()),
            ),
            (false, vec!["+OK POP"], vec![], Next::Strange("it greets like no IMAP server".to_owned())),
            (false, vec![""], vec![], Next::Strange("it greets like no IMAP server".to_owned())),
        ] {
            assert_eq!(play(&mut Imap::default(), wants_tls, &lines), (said, last), "{lines:?}");
        }
    }

    #[test]
    fn what_it_can_do() {
        let mut imap = Imap::default();
        play(&mut imap, false, &["* OK [X] hello", "* CAPABILITY IMAP4rev1 auth=plain \u{1b}[2J", "a OK"]);
        assert_eq!(imap.capabilities(), ["IMAP4REV1", "AUTH=PLAIN"]);
        assert_eq!(imap.greeting(), "[X] hello");
    }
}

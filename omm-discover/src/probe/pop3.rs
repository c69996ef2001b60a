//! POP3 before the login: greeting, CAPA (RFC 2449 §5), STLS (RFC 2595 §4).

use super::dialogue::{Dialogue, MOST_CAPABILITIES, Next, word};
use crate::reach::one_line;

#[derive(Debug, Default)]
pub(super) struct Pop3 {
    stage: Stage,
    greeting: String,
    capabilities: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default)]
enum Stage {
    #[default]
    Greeting,
    Asked,
    Listing,
    Stls,
}

impl Dialogue for Pop3 {
    fn after_tls(&mut self) -> &'static str {
        self.stage = Stage::Asked;
        "CAPA\r\n"
    }

    fn line(&mut self, line: &str, wants_tls: bool) -> Next {
        match (self.stage, status(line)) {
            (Stage::Greeting, Some(true)) => {
                self.greeting = one_line(line.get(3..).unwrap_or_default());
                Next::Say(self.after_tls())
            }
            (Stage::Greeting, Some(false)) => Next::Strange(format!("it turns us away: {line}")),
            (Stage::Greeting, None) => Next::Strange("it greets like no POP3 server".to_owned()),
            (Stage::Asked, Some(true)) => {
                self.stage = Stage::Listing;
                Next::Wait
            }
            // RFC 2449 §5: an old server knows no CAPA. It may know STLS all the same, but says so nowhere.
            (Stage::Asked, _) => Next::Known,
            (Stage::Listing, _) => self.listed(line, wants_tls),
            (Stage::Stls, Some(true)) => Next::TlsAgreed,
            (Stage::Stls, _) => Next::Known,
        }
    }

    fn goodbye(&self) -> &'static str {
        "QUIT\r\n"
    }

    fn greeting(&self) -> &str {
        &self.greeting
    }

    fn capabilities(&self) -> Vec<String> {
        self.capabilities.clone()
    }
}

impl Pop3 {
    fn listed(&mut self, line: &str, wants_tls: bool) -> Next {
        if line != "." {
            if self.capabilities.len() < MOST_CAPABILITIES {
                // `SASL PLAIN LOGIN` reads as one word: its arguments say how to log in.
                self.capabilities.extend(word(&line.trim().replace(' ', "=")));
            }
            return Next::Wait;
        }
        if wants_tls && self.capabilities.iter().any(|known| known == "STLS") {
            self.stage = Stage::Stls;
            return Next::Say("STLS\r\n");
        }
        Next::Known
    }
}

/// RFC 1939 §3: `+OK` or `-ERR`.
fn status(line: &str) -> Option<bool> {
    match line.split(' ').next()? {
        "+OK" => Some(true),
        "-ERR" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::dialogue::play, *};

    #[test]
    fn talks() {
        const CAPA: &str = "CAPA\r\n";
        for (wants_tls, lines, said, last) in [
            (false, vec!["+OK hi <1@x>", "+OK", "UIDL", "SASL PLAIN LOGIN", "."], vec![CAPA], Next::Known),
            (true, vec!["+OK", "+OK", "UIDL", "."], vec![CAPA], Next::Known),
            (true, vec!["+OK", "+OK", "STLS", ".", "+OK go"], vec![CAPA, "STLS\r\n"], Next::TlsAgreed),
            (true, vec!["+OK", "+OK", "STLS", ".", "-ERR no"], vec![CAPA, "STLS\r\n"], Next::Known),
            (true, vec!["+OK", "-ERR what"], vec![CAPA], Next::Known),
            (false, vec!["-ERR full"], vec![], Next::Strange("it turns us away: -ERR full".to_owned())),
            (false, vec!["* OK IMAP"], vec![], Next::Strange("it greets like no POP3 server".to_owned())),
        ] {
            assert_eq!(play(&mut Pop3::default(), wants_tls, &lines), (said, last), "{lines:?}");
        }
    }

    #[test]
    fn what_it_can_do() {
        let mut pop = Pop3::default();
        play(&mut pop, false, &["+OK hi", "+OK", "SASL PLAIN LOGIN", "TOP", "."]);
        assert_eq!(pop.capabilities(), ["SASL=PLAIN=LOGIN", "TOP"]);
    }
}

//! Playing a conversation: lines of `C:` are said together, then the lines of `S:` must be the whole answer.

use omm_testkit::imap::{MockImap, MockMessage, Session};

/// Ann, with two messages in INBOX.
pub(crate) fn server() -> MockImap {
    let server = MockImap::new().user("ann", "secret").user("root", "toor");
    let account = server.account("ann");
    account.add("INBOX", MockMessage::new("Subject: one\r\n\r\nbody\r\n").flag("\\Seen"));
    account.add("INBOX", MockMessage::new("Subject: two\r\n\r\nother\r\n").flag("odd"));
    server
}

pub(crate) fn say(session: &mut Session, text: &str) -> String {
    session.receive(text.as_bytes());
    String::from_utf8_lossy(&session.take_output()).into_owned()
}

/// A session of Ann's; the greeting and the login are behind it.
pub(crate) fn ann(server: &MockImap) -> Session {
    let mut session = server.session();
    let said = say(&mut session, "0 LOGIN ann secret\r\n");
    assert!(said.contains("\n0 OK "), "{said}");
    session
}

/// The same with INBOX selected.
pub(crate) fn in_inbox(server: &MockImap) -> Session {
    let mut session = ann(server);
    let said = say(&mut session, "0 SELECT INBOX\r\n");
    assert!(said.contains("\n0 OK "), "{said}");
    session
}

/// `C:` and `S:` lines; one that ends with `…` is compared up to there. A line that goes on without either belongs to
/// the one before.
pub(crate) fn play(session: &mut Session, conversation: &str) {
    let mut lines = conversation.lines().map(str::trim_start).filter(|line| !line.is_empty()).peekable();
    while lines.peek().is_some() {
        let mut said = String::new();
        while let Some(line) = lines.next_if(|line| line.starts_with("C:")) {
            said.push_str(line[2..].trim_start());
            said.push_str("\r\n");
        }
        let mut expected = Vec::new();
        while let Some(line) = lines.next_if(|line| line.starts_with("S:")) {
            let text = &line[2..];
            expected.push(text.strip_prefix(' ').unwrap_or(text));
        }
        assert!(!said.is_empty() || !expected.is_empty(), "neither C: nor S: {:?}", lines.peek());
        let answer = say(session, &said);
        let answers: Vec<&str> = answer.lines().collect();
        let fits = |(expected, answer): (&&str, &&str)| match expected.strip_suffix('…') {
            Some(beginning) => answer.starts_with(beginning),
            None => expected == answer,
        };
        let same = answers.len() == expected.len() && expected.iter().zip(&answers).all(fits);
        assert!(same, "to {said:?}\nexpected {expected:#?}\ngot {answers:#?}");
    }
}

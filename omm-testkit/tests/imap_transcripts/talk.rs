//! Ann and her inbox, to talk to.

use crate::dialogue;
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

pub(crate) fn play(session: &mut Session, conversation: &str) {
    dialogue::play(|text| say(session, text), conversation);
}

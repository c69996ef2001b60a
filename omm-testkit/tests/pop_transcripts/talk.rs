//! Ann and her maildrop, to talk to.

use crate::dialogue;
use omm_testkit::pop::{MockMessage, MockPop, Session};

/// Ann, with three messages: 22 octets, 30, 33.
pub(crate) fn server() -> MockPop {
    let server = MockPop::new().user("ann", "secret").user("root", "toor");
    server.maildrop("ann").add_all([
        MockMessage::new("Subject: one\r\n\r\nbody\r\n").uid("a1"),
        MockMessage::new("Subject: two\r\n\r\n.\r\n..\r\nthree\r\n").uid("b2"),
        MockMessage::new("Subject: three\n\nlone\nthe end").uid("c3"),
    ]);
    server
}

pub(crate) fn say(session: &mut Session, text: &str) -> String {
    session.receive(text.as_bytes());
    String::from_utf8_lossy(&session.take_output()).into_owned()
}

/// A session that has greeted.
pub(crate) fn greeted(server: &MockPop) -> Session {
    let mut session = server.session();
    let said = say(&mut session, "");
    assert!(said.starts_with("+OK "), "{said}");
    session
}

/// A session of Ann's; the login is behind it.
pub(crate) fn ann(server: &MockPop) -> Session {
    let mut session = greeted(server);
    for line in ["USER ann\r\n", "PASS secret\r\n"] {
        let said = say(&mut session, line);
        assert!(said.starts_with("+OK"), "{said}");
    }
    session
}

pub(crate) fn play(session: &mut Session, conversation: &str) {
    dialogue::play(|text| say(session, text), conversation);
}

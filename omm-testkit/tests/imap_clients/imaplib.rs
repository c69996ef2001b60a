//! Python's imaplib: a third opinion on the grammar.

use crate::{mailbox, program::run_well};
use std::process::Command;

const SCRIPT: &str = r#"
import imaplib, sys
c = imaplib.IMAP4("127.0.0.1", int(sys.argv[1]))
c.login("ann", "secret")
c._get_capabilities(); assert "UIDPLUS" in c.capabilities
assert c.enable("UTF8=ACCEPT")[0] == "OK"
assert c.list()[0] == "OK" and c.select("INBOX") == ("OK", [b"6"])
typ, data = c.uid("FETCH", "1:*", "(FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE BODY.PEEK[])")
assert typ == "OK" and len([d for d in data if isinstance(d, tuple)]) == 6, data
assert c.uid("SEARCH", "SUBJECT", '"number 5"')[1] == [b"2"]
assert c.append("INBOX", "(\\Seen)", imaplib.Time2Internaldate(0), b"Subject: number 99\r\n\r\nx\r\n")[0] == "OK"
assert c.store("1", "+FLAGS", "\\Deleted")[0] == "OK"
assert c.expunge()[1] == [b"1"]
assert c.create('"a new one"')[0] == "OK"
assert c.uid("COPY", "2:3", '"a new one"')[0] == "OK"
assert c.status('"a new one"', "(MESSAGES)")[1][0].endswith(b"(MESSAGES 2)")
c.logout()
"#;

#[test]
fn imaplib_understands() {
    let server = mailbox::server();
    let served = server.serve().expect("a free port");
    let mut command = Command::new("python3");
    command.args(["-c", SCRIPT, &served.port().to_string()]);
    if run_well("python3", &mut command).is_none() {
        return;
    }
    let snapshot = server.account("ann").snapshot();
    assert_eq!(snapshot.last().map(|folder| folder.messages.len()), Some(2));
    assert_eq!(
        snapshot[0].messages.last().map(|message| message.flags.clone()),
        Some(vec!["\\Seen".to_owned()])
    );
}

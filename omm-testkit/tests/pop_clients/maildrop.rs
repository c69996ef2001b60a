//! A maildrop with what trips clients up, and what they made of it.

use omm_testkit::{
    ca::TestCa,
    mailbox,
    pop::{MockPop, Served},
};
use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// The subjects that a client must bring home.
pub(crate) const SUBJECTS: [&str; 25] = [
    "number 0",
    "number 1",
    "number 2",
    "number 3",
    "number 4",
    "number 5",
    "number 6",
    "number 7",
    "number 8",
    "number 9",
    "number 10",
    "number 11",
    "number 12",
    "number 13",
    "number 14",
    "number 15",
    "number 16",
    "number 17",
    "number 18",
    "number 19",
    "dots",
    "bare line feeds",
    "no final newline",
    "no body",
    "large",
];

/// Twenty ordinary messages, and five with dots, lone line feeds, no end, no body, and much of it.
pub(crate) fn server() -> MockPop {
    let server = MockPop::new().user("ann", "secret");
    let maildrop = server.maildrop("ann");
    for number in 0..20 {
        let text = format!(
            "From: Ann <ann@example.com>\r\nTo: ann@localhost\r\nSubject: number {number}\r\n\
             Date: Mon, 7 Feb 2022 21:52:25 -0800\r\nMessage-ID: <{number}@example.com>\r\n\r\nbody of {number}\r\n"
        );
        maildrop.add(omm_testkit::pop::MockMessage::new(text));
    }
    let wanted: BTreeSet<&str> = SUBJECTS.into_iter().collect();
    let odd = mailbox::odd_messages();
    maildrop.add_all(odd.iter().filter(|item| subject(&item.bytes).is_some_and(|it| wanted.contains(&*it))));
    let large = format!("Subject: large\r\n\r\n{}", "0123456789abcdef\r\n".repeat(40_000));
    maildrop.add(omm_testkit::pop::MockMessage::new(large));
    server
}

pub(crate) fn subject(text: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(text);
    text.lines().find_map(|line| line.strip_prefix("Subject: ")).map(str::to_owned)
}

/// Subjects in a Maildir, sorted.
pub(crate) fn subjects(maildir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for part in ["new", "cur"] {
        for entry in fs::read_dir(maildir.join(part)).expect("a folder").flatten() {
            found.extend(subject(&fs::read(entry.path()).expect("a message")));
        }
    }
    found.sort();
    found
}

pub(crate) fn expected() -> Vec<String> {
    let mut subjects = SUBJECTS.map(str::to_owned).to_vec();
    subjects.sort();
    subjects
}

/// How a client comes to the server.
pub(crate) enum Way {
    Clear,
    Stls,
    Tls,
}

/// The same server in the clear, with STLS, with TLS; and the certificate to trust.
pub(crate) fn ways(server: &MockPop) -> (String, [(Way, Served); 3]) {
    let ca = TestCa::new();
    let config = ca.issue_for_loopback().server_config();
    let clear = server.serve().expect("a free port");
    let implicit = server.serve_tls(config.clone()).expect("a free port");
    // From here on.
    let later = server.clone().tls(config).serve().expect("a free port");
    (ca.pem(), [(Way::Clear, clear), (Way::Stls, later), (Way::Tls, implicit)])
}

/// Makes a Maildir, and a program that takes a message from standard input into it: fetchmail has no way of its own,
/// and getmail's does not work for root.
pub(crate) fn deliverer(root: &Path, maildir: &Path) -> PathBuf {
    for part in ["new", "cur", "tmp"] {
        fs::create_dir_all(maildir.join(part)).expect("a folder");
    }
    let program = root.join("deliver");
    let text = "#!/bin/sh\ncat >\"$1/tmp/$$\" && mv \"$1/tmp/$$\" \"$1/new/$(date +%s).$$\"\n";
    fs::write(&program, text).expect("a file");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).expect("permissions");
    program
}

/// Everything was fetched once, nothing was fetched that had been before, and nothing was removed.
pub(crate) fn nothing_was_removed(server: &MockPop) {
    let counters = server.counters();
    assert_eq!((counters.command("DELE"), counters.messages_removed), (0, 0));
    assert_eq!(server.maildrop("ann").snapshot().len(), SUBJECTS.len());
}

//! mbsync (isync).

use crate::{
    mailbox::{self, expected, maildir},
    program::run_well,
};
use omm_testkit::imap::{Extension, MockImap, Served};
use std::{fs, path::Path, process::Command};

/// What mbsync said; nothing when it is not there.
fn sync(server: &MockImap, root: &Path, served: &Served) -> Option<String> {
    let (config, mails) = (root.join("mbsyncrc"), root.join("mails"));
    fs::create_dir_all(&mails).expect("a folder");
    let mails = mails.display();
    let text = format!(
        "IMAPAccount mock\nHost 127.0.0.1\nPort {}\nUser ann\nPass secret\nSSLType None\nAuthMechs LOGIN\n\n\
         IMAPStore far\nAccount mock\n\nMaildirStore near\nPath {mails}/\nInbox {mails}/INBOX\nSubFolders Verbatim\n\n\
         Channel all\nFar :far:\nNear :near:\nPatterns *\nCreate Both\nExpunge Both\nSyncState *\n",
        served.port()
    );
    fs::write(&config, text).expect("a file");
    let mut command = Command::new("mbsync");
    command.arg("-c").arg(&config).arg("-a").env("HOME", root);
    let r = std::panic::catch_unwind(std::panic::AssertUnwindSafe(||run_well("mbsync", &mut command)));
    if r.is_err() { eprintln!("{}", server.transcript_text()); }
    r.unwrap()
}

fn story(server: &MockImap) {
    let root = tempfile::tempdir().expect("a folder");
    let (account, served) = (server.account("ann"), server.serve().expect("a free port"));
    if sync(server, root.path(), &served).is_none() {
        return;
    }
    let mails = root.path().join("mails");
    assert_eq!(maildir(&mails), expected(&account));
    let before = account.snapshot();

    server.reset_counters();
    sync(server, root.path(), &served);
    let counters = server.counters();
    assert_eq!((counters.bodies_fetched, counters.messages_appended), (0, 0), "nothing was new");
    assert_eq!(account.snapshot(), before);

    // The user reads, writes and deletes; so does somebody in the Maildir.
    account.set_flags("INBOX", 1, &["\\Seen", "\\Answered"]);
    account.delete("Entwürfe", 2);
    account.add("Archive/2025", mailbox::message(40));
    let near = mails.join("INBOX").join("new");
    fs::write(near.join("1.mine"), "Subject: number 50\nMessage-ID: <50@x>\n\nmine\n").expect("a file");
    server.reset_counters();
    sync(server, root.path(), &served);
    assert_eq!(maildir(&mails), expected(&account));
    assert!(expected(&account).contains_key("50"), "what was new here is there");
    let counters = server.counters();
    assert_eq!((counters.bodies_fetched, counters.messages_appended), (1, 1));
}

#[test]
fn mbsync_synchronises() {
    story(&mailbox::server());
}

#[test]
fn mbsync_synchronises_with_less() {
    let server = mailbox::server();
    let off = [Extension::UidPlus, Extension::Imap4Rev2, Extension::LiteralPlus, Extension::Namespace];
    story(&off.into_iter().fold(server, MockImap::without));
}

#[test]
fn mbsync_synchronises_with_a_plain_server() {
    story(&mailbox::server().plain());
}

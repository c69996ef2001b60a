//! mbsync (isync).

use crate::{
    mailbox::{self, expected, maildir},
    program::run_well,
};
use omm_testkit::{
    ca::TestCa,
    imap::{Extension, MockImap, Served},
};
use std::{fs, path::Path, process::Command};

/// What mbsync said; nothing when it is not there.
fn sync(root: &Path, served: &Served) -> Option<String> {
    sync_by(root, served, "SSLType None")
}

/// `how`: the lines about TLS.
fn sync_by(root: &Path, served: &Served, how: &str) -> Option<String> {
    let (config, mails) = (root.join("mbsyncrc"), root.join("mails"));
    fs::create_dir_all(&mails).expect("a folder");
    let mails = mails.display();
    let text = format!(
        "IMAPAccount mock\nHost localhost\nPort {}\nUser ann\nPass secret\n{how}\nAuthMechs LOGIN\n\n\
         IMAPStore far\nAccount mock\n\nMaildirStore near\nPath {mails}/\nInbox {mails}/INBOX\nSubFolders Verbatim\n\n\
         Channel all\nFar :far:\nNear :near:\nPatterns *\nCreate Both\nExpunge Both\nSyncState *\n",
        served.port()
    );
    fs::write(&config, text).expect("a file");
    let mut command = Command::new("mbsync");
    command.arg("-c").arg(&config).arg("-a").env("HOME", root);
    run_well("mbsync", &mut command)
}

/// `uploads`: something new in the Maildir as well.
fn story(server: &MockImap, uploads: bool) {
    let root = tempfile::tempdir().expect("a folder");
    let (account, served) = (server.account("ann"), server.serve().expect("a free port"));
    if sync(root.path(), &served).is_none() {
        return;
    }
    let mails = root.path().join("mails");
    assert_eq!(maildir(&mails), expected(&account));
    let before = account.snapshot();

    server.reset_counters();
    sync(root.path(), &served);
    let counters = server.counters();
    assert_eq!((counters.bodies_fetched, counters.messages_appended), (0, 0), "nothing was new");
    assert_eq!(account.snapshot(), before);

    // The user reads, writes and deletes; so does somebody in the Maildir.
    account.set_flags("INBOX", 1, &["\\Seen", "\\Answered"]);
    account.delete("Entwürfe", 2);
    account.add("Archive/2025", mailbox::message(40));
    if uploads {
        let near = mails.join("INBOX").join("new");
        fs::write(near.join("1.mine"), "Subject: number 50\nMessage-ID: <50@x>\n\nmine\n").expect("a file");
    }
    server.reset_counters();
    sync(root.path(), &served);
    assert_eq!(maildir(&mails), expected(&account));
    assert_eq!(expected(&account).contains_key("50"), uploads, "what was new here is there");
    let counters = server.counters();
    assert_eq!((counters.bodies_fetched, counters.messages_appended), (1, u64::from(uploads)));
}

#[test]
fn mbsync_synchronises() {
    story(&mailbox::server(), true);
}

#[test]
fn mbsync_synchronises_with_less() {
    let server = mailbox::server();
    let off = [Extension::Imap4Rev2, Extension::LiteralPlus, Extension::Namespace];
    story(&off.into_iter().fold(server, MockImap::without), true);
}

#[test]
fn mbsync_synchronises_with_a_plain_server() {
    // mbsync 1.4 trips over itself when it looks for what it appended to a server without UIDPLUS.
    story(&mailbox::server().plain(), false);
}

#[test]
fn mbsync_synchronises_over_tls_of_both_kinds() {
    let ca = TestCa::new();
    let certificate = ca.issue_for_loopback();
    let server = mailbox::server().tls(certificate.server_config());
    let implicit = server.serve_tls(certificate.server_config()).expect("a free port");
    let later = server.serve().expect("a free port");
    for (served, kind) in [(implicit, "IMAPS"), (later, "STARTTLS")] {
        let root = tempfile::tempdir().expect("a folder");
        let pem = root.path().join("ca.pem");
        fs::write(&pem, ca.pem()).expect("a file");
        let how = format!("SSLType {kind}\nSystemCertificates no\nCertificateFile {}", pem.display());
        if sync_by(root.path(), &served, &how).is_none() {
            return;
        }
        assert_eq!(maildir(&root.path().join("mails")), expected(&server.account("ann")), "{kind}");
    }
}

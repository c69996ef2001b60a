//! offlineimap3.

use crate::{
    mailbox::{self, expected, maildir},
    program::run_well,
};
use omm_testkit::imap::{MockImap, Served};
use std::{fs, path::Path, process::Command};

/// What offlineimap said; nothing when it is not there.
fn sync(root: &Path, served: &Served) -> Option<String> {
    let config = root.join("offlineimaprc");
    let here = root.display();
    let text = format!(
        "[general]\naccounts = mock\nmetadata = {here}/meta\nui = basic\n\n\
         [Account mock]\nlocalrepository = near\nremoterepository = far\n\n\
         [Repository near]\ntype = Maildir\nlocalfolders = {here}/mails\n\n\
         [Repository far]\ntype = IMAP\nremotehost = 127.0.0.1\nremoteport = {}\nremoteuser = ann\nremotepass = secret\n\
         ssl = no\nstarttls = no\nauth_mechanisms = LOGIN\n",
        served.port()
    );
    fs::write(&config, text).expect("a file");
    let mut command = Command::new("offlineimap");
    command.arg("-c").arg(&config).arg("-o").env("HOME", root);
    run_well("offlineimap", &mut command)
}

#[test]
fn offlineimap_synchronises() {
    story(&mailbox::server());
}

#[test]
fn offlineimap_synchronises_with_a_plain_server() {
    story(&mailbox::server().plain());
}

fn story(server: &MockImap) {
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

    account.set_flags("INBOX", 1, &["\\Seen", "\\Answered"]);
    account.delete("INBOX", 2);
    account.add("Archive/2025", mailbox::message(40));
    let near = mails.join("INBOX").join("new");
    fs::write(near.join("1.mine"), "Subject: number 50\nMessage-ID: <50@x>\n\nmine\n").expect("a file");
    sync(root.path(), &served);
    assert_eq!(maildir(&mails), expected(&account));
    assert!(expected(&account).contains_key("50"), "what was new here is there");
}

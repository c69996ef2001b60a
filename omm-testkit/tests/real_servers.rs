//! The harness for real servers, tried on itself: what is put in is what is seen, and nothing is left behind.
#![cfg(unix)]

use omm_core::model::FolderPath;
use omm_testkit::{
    mailbox,
    servers::{
        self, Account, Certificate, Cut, Cyrus, CyrusSettings, DelayProxy, Dovecot, Namespace, Settings,
        Storage, Tls,
        corpus::{Corpus, Shape},
        witness::{self, Witness, compare},
    },
};
use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The server, or a line that says why this test was not run.
fn or_skip<S, E: std::fmt::Display>(server: Result<S, E>) -> Option<S> {
    server.map_err(|reason| println!("skipped: {reason}")).ok()
}

fn holds_exactly(account: &Account, corpus: &Corpus) {
    let mut witness = Witness::enter(account).expect("a fresh user can log in");
    witness.fill(corpus).expect("everything in the corpus is taken");
    witness.leave().expect("a goodbye");
    witness::assert_identical(&corpus.manifest(), &Witness::look(account).expect("the account is read"));
}

fn inbox() -> FolderPath {
    FolderPath::new(["INBOX"])
}

#[test]
fn dovecot_holds_exactly_what_the_corpus_says() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    holds_exactly(&dovecot.fresh_user(), &Corpus::small());
}

#[test]
fn mail_of_a_dovecot_can_be_copied_and_forgotten() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let (one, other) = (dovecot.fresh_user(), dovecot.fresh_user());
    holds_exactly(&one, &Corpus::small());
    dovecot.copy_mail(&one, &other).expect("a copy");
    dovecot.forget(&one).expect("nothing holds it");
    dovecot.forget(&one).expect("what is not there need not be removed");
    let seen = |account| Witness::look(account).expect("the account is read");
    witness::assert_identical(&Corpus::small().manifest(), &seen(&other));
    assert_eq!(seen(&one).messages(), 0);
}

#[test]
fn mail_of_a_cyrus_can_be_forgotten() {
    let Some(cyrus) = or_skip(servers::cyrus()) else { return };
    let account = cyrus.fresh_user().expect("a user");
    holds_exactly(&account, &Corpus::small().for_cyrus(cyrus.separator()));
    cyrus.forget(&account).expect("an administrator may");
    assert_eq!(Witness::look(&account).expect("a fresh inbox").messages(), 0);
}

#[test]
fn so_does_a_dovecot_on_maildir_with_dots_between_folders() {
    let settings = Settings { storage: Storage::MaildirPlusPlus, separator: '.', ..Settings::default() };
    let Some(dovecot) = or_skip(Dovecot::start(settings)) else { return };
    holds_exactly(&dovecot.fresh_user(), &Corpus::small().without_in_names(&['.', '/']));
}

#[test]
fn so_does_a_dovecot_on_maildir_with_all_the_folders() {
    let Some(dovecot) =
        or_skip(Dovecot::start(Settings { storage: Storage::Maildir, ..Settings::default() }))
    else {
        return;
    };
    let shape = Shape { all_folders: true, ..Shape::default() };
    holds_exactly(&dovecot.fresh_user(), &Corpus::new(shape));
}

#[test]
fn so_does_a_cyrus_with_either_namespace() {
    let classic = CyrusSettings { namespace: Namespace::Classic, ..CyrusSettings::default() };
    for settings in [CyrusSettings::default(), classic] {
        let Some(cyrus) = or_skip(Cyrus::start(settings)) else { return };
        holds_exactly(&cyrus.fresh_user().expect("a user"), &Corpus::small().for_cyrus(cyrus.separator()));
    }
}

#[test]
fn the_witness_sees_what_a_user_does() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let account = dovecot.fresh_user();
    let mut witness = Witness::enter(&account).expect("a fresh user can log in");
    let other = FolderPath::new(["other"]);
    witness.append(&inbox(), (0..5).map(|index| mailbox::message(3, index).flagged(""))).expect("room");
    witness.create(&other, None).expect("a folder");
    let before = witness.read().expect("the account is read");
    witness.store(&inbox(), &[2], "+FLAGS (\\Flagged later)").expect("flags");
    witness.expunge(&inbox(), &[1]).expect("gone");
    witness.move_to(&inbox(), &[3, 4], &other).expect("moved");
    witness.subscribe(&other).expect("subscribed");
    let after = witness.read().expect("the account is read");
    let lines: Vec<String> = compare(&before, &after).iter().map(ToString::to_string).collect();
    let begins = [
        "INBOX: missing",
        "INBOX: \"",
        "INBOX: missing",
        "INBOX: missing",
        "other: subscribed",
        "other: too",
        "other: too",
    ];
    assert_eq!(lines.len(), begins.len(), "{lines:#?}");
    assert!(lines.iter().zip(begins).all(|(line, begin)| line.starts_with(begin)), "{lines:#?}");
    assert_eq!(witness.body(&other, 1).expect("a body"), mailbox::message(3, 2).bytes);
}

#[test]
fn others_may_act_for_a_user() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let account = dovecot.fresh_user();
    holds_exactly(&account, &Corpus::new(Shape { messages: 30, large_bytes: 0, ..Shape::default() }));
    let seen = Witness::look(&account).expect("the account is read");
    let by_master = Witness::look(&dovecot.as_master(&account)).expect("the master user enters");
    witness::assert_identical(&seen, &by_master);
    let mut by_proxy = Witness::enter_as(&account, dovecot.master()).expect("an authorisation identity");
    witness::assert_identical(&seen, &by_proxy.read().expect("the account is read"));
    let Some(cyrus) = or_skip(servers::cyrus()) else { return };
    let account = cyrus.fresh_user().expect("a user");
    let mut user = Witness::enter(&account).expect("a fresh user can log in");
    user.append(&inbox(), [mailbox::message(1, 1).flagged("")]).expect("room");
    let mut by_proxy = Witness::enter_as(&account, cyrus.proxy()).expect("an authorisation identity");
    assert_eq!(by_proxy.read().expect("the account is read").messages(), 1);
}

#[test]
fn limits_are_kept() {
    let settings = Settings {
        quota_bytes: Some(100_000),
        largest_message: Some(50_000),
        connections_per_user: 2,
        rights: true,
        ..Settings::default()
    };
    let Some(dovecot) = or_skip(Dovecot::start(settings)) else { return };
    let account = dovecot.fresh_user();
    let mut witness = Witness::enter(&account).expect("a fresh user can log in");
    let large = |bytes| Some(mailbox::MailboxItem::new(omm_core::model::ItemKind::Mail, vec![b'x'; bytes]));
    let refused = |error: std::io::Error| error.to_string();
    let too_large = witness.append(&inbox(), large(60_000)).map_err(refused).expect_err("too large");
    assert!(
        too_large.contains("TOOBIG") || too_large.contains("LIMIT") || too_large.contains("OVERQUOTA"),
        "{too_large}"
    );
    witness.append(&inbox(), large(40_000)).expect("room");
    witness.append(&inbox(), large(40_000)).expect("room");
    let full = witness.append(&inbox(), large(40_000)).map_err(refused).expect_err("no room");
    assert!(full.contains("[OVERQUOTA]"), "{full}");
    assert!(witness.has("APPENDLIMIT=50000") && witness.has("QUOTA"));
    let closed = FolderPath::new(["closed"]);
    witness.create(&closed, None).expect("a folder");
    witness.command(&format!("SETACL closed {} lr", account.login)).expect("rights");
    let denied = witness.append(&closed, large(10)).map_err(refused).expect_err("read-only");
    assert!(denied.contains("NOPERM"), "{denied}");
    let _second = Witness::enter(&account).expect("a second connection");
    let third = Witness::enter(&account).map(drop).map_err(refused).expect_err("too many");
    assert!(third.contains("LIMIT") || third.contains("Maximum number of connections"), "{third}");

    let Some(cyrus) = or_skip(servers::cyrus()) else { return };
    let account = cyrus.fresh_user().expect("a user");
    cyrus.set_quota(&account, 50).expect("a quota");
    let mut witness = Witness::enter(&account).expect("the user can log in");
    let text = |bytes| {
        [mailbox::MailboxItem::new(
            omm_core::model::ItemKind::Mail,
            [b"\r\n".to_vec(), vec![b'x'; bytes]].concat(),
        )]
    };
    let full = witness.append(&inbox(), text(60_000)).map_err(refused).expect_err("no room");
    // Seen: Cyrus 3.6 says it without the response code of RFC 5530.
    assert!(full.contains("Over quota"), "{full}");
}

/// What `openssl s_client` says of the certificate on a port: its verify return code.
fn verified(ca: &Path, port: u16, name: &str, starttls: bool) -> Option<String> {
    let mut client = Command::new("openssl");
    client.args(["s_client", "-connect", &format!("127.0.0.1:{port}"), "-verify_hostname", name, "-CAfile"]);
    client.arg(ca).stdin(Stdio::null()).stderr(Stdio::null());
    if starttls {
        client.args(["-starttls", "imap"]);
    }
    let output = or_skip(client.output().map_err(|_| "openssl is not installed"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().find(|line| line.trim().starts_with("Verif")).map(|line| line.trim().to_owned())
}

#[test]
fn certificates_are_good_only_where_they_should_be() {
    for (certificate, verdict) in [
        (Certificate::default(), "Verification: OK"),
        (Certificate::expired(), "Verification error: certificate has expired"),
        (Certificate::for_another_name(), "Verification error: hostname mismatch"),
    ] {
        let settings = Settings { certificate, ..Settings::default() };
        let Some(dovecot) = or_skip(Dovecot::start(settings)) else { return };
        let account = dovecot.fresh_user();
        for (port, starttls) in [(account.tls_port, false), (account.port, true), (account.pop3s_port, false)]
        {
            let Some(found) = verified(&dovecot.ca_pem_path(), port, "localhost", starttls) else { return };
            assert_eq!(found, verdict);
        }
    }
    let Some(cyrus) = or_skip(servers::cyrus()) else { return };
    let account = cyrus.fresh_user().expect("a user");
    let Some(found) = verified(&cyrus.ca_pem_path(), account.tls_port, "localhost", false) else { return };
    assert_eq!(found, "Verification: OK");
}

#[test]
fn a_server_without_tls_offers_none_and_one_that_wants_it_takes_no_login_without() {
    let Some(plain) = or_skip(Dovecot::start(Settings { tls: Tls::Absent, ..Settings::default() })) else {
        return;
    };
    let witness = Witness::enter(&plain.fresh_user()).expect("a login in the clear");
    assert!(!witness.has("STARTTLS"));
    let strict =
        Dovecot::start(Settings { tls: Tls::Required, ..Settings::default() }).expect("as the other");
    assert!(Witness::enter(&strict.fresh_user()).is_err());
}

#[test]
fn the_proxy_delays_counts_and_cuts() {
    let Some(dovecot) = or_skip(servers::dovecot()) else { return };
    let account = dovecot.fresh_user();
    let proxy = DelayProxy::start(account.port, Duration::from_millis(40)).expect("a port");
    let through = account.clone().through(proxy.port());
    let mut witness = Witness::enter(&through).expect("a fresh user can log in");
    let began = Instant::now();
    for _ in 0..5 {
        witness.command("NOOP").expect("an answer");
    }
    assert!(began.elapsed() >= Duration::from_millis(200), "five round trips in {:?}", began.elapsed());
    // Distance takes no bandwidth: a megabyte is many pieces, and costs a few round trips.
    let body = vec![b'x'; 1 << 20];
    let began = Instant::now();
    witness
        .append(&inbox(), [mailbox::MailboxItem::new(omm_core::model::ItemKind::Mail, body)])
        .expect("room");
    assert!(began.elapsed() < Duration::from_secs(2), "a megabyte took {:?}", began.elapsed());
    assert!(proxy.bytes().0 > 1 << 20 && proxy.connections() == 1, "{proxy:?}");
    proxy.cut_now();
    assert!(witness.command("NOOP").is_err());
    drop(proxy);

    let near = DelayProxy::start(account.port, Duration::ZERO).expect("a port");
    let through = account.through(near.port());
    let whole = Witness::look(&through).expect("the account is read");
    let (sent, received) = near.bytes();
    for cut in (0..sent.min(60))
        .map(Cut::AfterSent)
        .chain((0..60).map(|byte| Cut::AfterReceived(byte * received / 60)))
    {
        let before = near.bytes();
        near.cut_next(cut);
        assert!(Witness::look(&through).is_err(), "{cut:?} was not noticed");
        match cut {
            Cut::AfterSent(bytes) => assert_eq!(near.bytes().0 - before.0, bytes),
            Cut::AfterReceived(bytes) => assert_eq!(near.bytes().1 - before.1, bytes),
            Cut::Never => {}
        }
    }
    let (before, cuts) = (near.bytes(), near.cuts());
    near.cut_in_all(Cut::AfterReceived(before.1 + received + 20));
    near.cut_in_all(Cut::AfterSent(before.0 + sent + 4));
    Witness::look(&through).expect("it is not there yet");
    assert!(Witness::look(&through).is_err() && near.cuts() == cuts + 1);
    assert!(near.bytes().0 == before.0 + sent + 4 || near.bytes().1 == before.1 + received + 20, "{near:?}");
    assert!(Witness::look(&through).is_err() && near.cuts() == cuts + 2);
    witness::assert_identical(&whole, &Witness::look(&through).expect("nothing is cut any more"));
    near.lose_answer("CAPABILITY");
    assert!(Witness::look(&through).is_err() && near.cuts() == cuts + 3);
    witness::assert_identical(&whole, &Witness::look(&through).expect("one answer is lost, and no more"));
}

/// How many processes are in the group that a server leads.
fn group(process: u32) -> usize {
    let Ok(entries) = fs::read_dir("/proc") else { return 0 };
    let is_of = |stat: String, group: &str| {
        stat.rsplit(')')
            .next()
            .and_then(|rest| rest.split_whitespace().nth(2))
            .is_some_and(|found| found == group)
    };
    let stats = entries.flatten().filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok());
    let group = process.to_string();
    stats.filter(|stat| is_of(stat.clone(), &group)).count()
}

fn soon(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(20), "{what}");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn nothing_is_left_of_a_server_that_was_dropped() {
    let Some(dovecot) = or_skip(Dovecot::start(Settings::default())) else { return };
    let open = Witness::enter(&dovecot.fresh_user()).expect("a fresh user can log in");
    let (leader, ca) = (dovecot.process().expect("it runs"), dovecot.ca_pem_path());
    assert!(group(leader) > 2 && ca.is_file());
    drop(dovecot);
    assert!(!ca.exists());
    soon("Dovecot's processes are gone", || group(leader) == 0);
    drop(open);
    let Some(cyrus) = or_skip(Cyrus::start(CyrusSettings::default())) else { return };
    let open = Witness::enter(&cyrus.fresh_user().expect("a user")).expect("a fresh user can log in");
    let (leader, ca) = (cyrus.process().expect("it runs"), cyrus.ca_pem_path());
    // The one who took the probing connection may have taken this one too.
    assert!(group(leader) > 1 && ca.is_file());
    drop(cyrus);
    assert!(!ca.exists());
    soon("Cyrus's processes are gone", || group(leader) == 0);
    drop(open);
}

const CHILD: &str = "OMM_TEST_SERVER_TO_BE_ORPHANED";

#[test]
fn nothing_is_left_of_a_server_whose_test_was_killed() {
    if std::env::var_os(CHILD).is_some() {
        let dovecot = Dovecot::start(Settings::default()).expect("the parent saw that it can be had");
        println!("\nserver {} {}", dovecot.process().expect("it runs"), dovecot.ca_pem_path().display());
        loop {
            thread::park();
        }
    }
    if or_skip(servers::dovecot()).is_none() {
        return;
    }
    let test = std::env::current_exe().expect("this program");
    let mut child = Command::new(test)
        .args(["--exact", "nothing_is_left_of_a_server_whose_test_was_killed", "--nocapture"])
        .env(CHILD, "1")
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program starts again");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines().map_while(Result::ok);
    let line = lines.find(|line| line.starts_with("server ")).expect("the server started");
    let [_, process, ca] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
    let leader = process.parse().expect("a process id");
    assert!(Path::new(ca).is_file());
    child.kill().expect("SIGKILL");
    child.wait().expect("it ended");
    soon("the orphaned server is gone", || group(leader) == 0 && !Path::new(ca).exists());
}

//! Mails as a real server got them, read by another library.

use crate::{
    CANARY, ended, full, moment, notice, of_project,
    smtpd::{self, Mode, Smtpd},
    sockets::{self, Sockets},
};
use chrono::TimeDelta;
use mail_parser::{Message, MessageParser, MimeHeaders, PartType};
use omm_core::host::CredentialRef;
use omm_project::notify::{
    Event, Login, Mailer, Notice, Notifier, Outcome, Post, Recipient, Turn,
    outbox::{MemoryOutbox, Settlement, State},
};
use smol::block_on;
use std::sync::Arc;

struct World {
    runtime: Arc<Sockets>,
    outbox: Arc<MemoryOutbox>,
    post: Post,
}

fn world(mailer: impl FnOnce(&Arc<Sockets>) -> Mailer) -> World {
    let (runtime, outbox) = (Sockets::shared(), Arc::new(MemoryOutbox::new()));
    let mailer = Arc::new(mailer(&runtime));
    let post = Post::new(runtime.clone(), outbox.clone(), vec![mailer]);
    World { runtime, outbox, post }
}

impl World {
    fn plain(server: &Smtpd) -> Self {
        world(|runtime| server.mailer(&sockets::env(runtime, CANARY)))
    }

    fn tell(&self, notice: &Notice) {
        assert_eq!(block_on(self.post.notify(notice)).unwrap().filed, notice.to.len());
    }

    /// Everything that is due now; what became of each.
    fn deliver(&self) -> Vec<Settlement> {
        let mut settlements = Vec::new();
        while let Turn::Tried(tried) = block_on(self.post.deliver()).unwrap() {
            assert!(tried.is_noted, "{tried:?}");
            settlements.push(tried.settlement);
        }
        settlements
    }

    fn states(&self) -> Vec<State> {
        self.outbox.rows().iter().map(|row| row.state).collect()
    }
}

fn parsed(mail: &[u8]) -> Message<'_> {
    MessageParser::default().parse(mail).unwrap()
}

/// What every mail of ours is.
fn check_form(mail: &[u8]) {
    assert!(mail.is_ascii(), "{}", String::from_utf8_lossy(mail));
    assert!(!String::from_utf8_lossy(mail).contains(CANARY));
    assert!(
        mail.split(|byte| *byte == b'\n')
            .all(|line| line.len() < 1000 && line.last().is_none_or(|end| *end == b'\r'))
    );
    let message = parsed(mail);
    let kind = message.content_type().unwrap();
    assert_eq!((kind.c_type.as_ref(), kind.c_subtype.as_deref()), ("multipart", Some("alternative")));
    let kinds: Vec<&str> = message
        .parts
        .iter()
        .filter_map(|part| match &part.body {
            PartType::Text(_) => Some("text"),
            PartType::Html(_) => Some("html"),
            _ => None,
        })
        .collect();
    // The plain one first, since the last is the one that is preferred (RFC 2046 §5.1.4).
    assert_eq!(kinds, ["text", "html"]);
    assert_eq!(message.header_raw("Auto-Submitted").unwrap().trim(), "auto-generated");
    assert!(message.date().is_some() && message.message_id().unwrap().ends_with("@xn--bcher-kva.example"));
    for name in ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"] {
        let of_that_name =
            message.headers().iter().filter(|header| header.name.as_str().eq_ignore_ascii_case(name));
        assert_eq!(of_that_name.count(), 1, "{name}");
    }
}

#[test]
fn a_mail_has_both_forms_and_every_letter() {
    let Some(server) = Smtpd::start(Mode::Plain, None) else { return };
    let world = World::plain(&server);
    world.tell(&notice(Event::Created, 0, &["ann@example.org"]));
    world.tell(&notice(ended(Outcome::DoneWithFailures), 1, &["ann@example.org"]));
    world.tell(&notice(full(), 1, &["ann@example.org"]));
    let mut french = notice(Event::Started, 1, &[]);
    french.to = vec![Recipient::mail("zoe@bücher.example", "fr-CA")];
    world.tell(&french);
    assert_eq!(world.deliver().len(), 4);
    let kept = server.kept();
    assert_eq!(kept.len(), 4);
    kept.iter().for_each(|mail| check_form(mail));
    let of = |subject: &str| {
        let found = kept.iter().find(|mail| parsed(mail).subject().is_some_and(|found| found == subject));
        parsed(found.unwrap_or_else(|| panic!("there is no {subject}")))
    };
    let created = of("Migration Jörg Müller 🎉 was created");
    let from = created.from().unwrap().first().unwrap();
    assert_eq!((from.name(), from.address()), (Some("Umzüge, Inc."), Some("noreply@xn--bcher-kva.example")));
    assert_eq!(created.to().unwrap().first().unwrap().address(), Some("ann@example.org"));
    let (text, html) = (created.body_text(0).unwrap(), created.body_html(0).unwrap());
    assert!(text.contains("Its id: mig-1") && text.contains("https://panel.example.org/m/1"), "{text}");
    assert!(html.contains("<code>mig-1</code>") && html.contains("Jörg Müller 🎉"), "{html}");
    let needs = of("Jörg Müller 🎉 needs you: the mailbox is full (destination)");
    assert!(needs.body_text(0).unwrap().contains("What to do: Make room, or give the mailbox more."));
    let ended = of("Jörg Müller 🎉: done, with failures");
    assert!(ended.body_text(0).unwrap().contains("12 (1.0 MiB)"));
    let french = of("Jörg Müller 🎉 : la migration a démarré");
    assert_eq!(
        french.header_raw("X-Envelope").unwrap().trim(),
        "noreply@xn--bcher-kva.example zoe@xn--bcher-kva.example"
    );
    assert!(world.states().iter().all(|state| *state == State::Sent));
}

#[test]
fn hostile_names_make_no_header_and_no_recipient() {
    let Some(server) = Smtpd::start(Mode::Plain, None) else { return };
    let world = World::plain(&server);
    let names = [
        "x\r\nBcc: eve@example.net\r\n\r\n<script>alert(1)</script>",
        "x\r\n.\r\nMAIL FROM:<eve@example.net>\r\n",
        "=?utf-8?q?=0D=0ABcc:_eve@example.net?=",
        "\u{202e}gpj.exe",
    ];
    for (at, name) in names.into_iter().enumerate() {
        let mut hostile = notice(ended(Outcome::Done), at as u64, &["ann@example.org"]);
        hostile.about.name = name.to_owned();
        world.tell(&hostile);
    }
    let mut long = notice(full(), 99, &["ann@example.org"]);
    long.about.name = "ä".repeat(50_000);
    world.tell(&long);
    let smuggled = "ann@example.org>\r\nRCPT TO:<eve@example.net";
    world.tell(&notice(Event::Started, 1, &[smuggled]));
    let settlements = world.deliver();
    let refused = settlements.iter().filter(|end| matches!(end, Settlement::GaveUp { .. })).count();
    assert_eq!((settlements.len(), refused), (6, 1), "{settlements:?}");
    let kept = server.kept();
    assert_eq!(kept.len(), 5);
    for mail in &kept {
        check_form(mail);
        let message = parsed(mail);
        assert!(
            message.bcc().is_none()
                && message.header_raw("X-Envelope").unwrap().trim().ends_with(" ann@example.org")
        );
        assert!(!message.body_html(0).unwrap().contains("<script"));
    }
}

#[test]
fn by_tls_and_by_starttls_with_a_login_that_is_told_nobody() {
    for mode in [Mode::StartTls, Mode::Tls] {
        let Some(server) = Smtpd::start(mode, Some(("omm", CANARY))) else { return };
        let login = || Login { user: "omm".to_owned(), password: CredentialRef::Named("smtp".to_owned()) };
        let with = |secret: &str| {
            world(|runtime| server.mailer(&sockets::env(runtime, secret)).with_login(login()).unwrap())
        };
        let good = with(CANARY);
        good.tell(&notice(Event::Started, 1, &["ann@example.org"]));
        let ends = good.deliver();
        assert!(matches!(&ends[..], [Settlement::Sent { .. }]), "{mode:?} {ends:?}");
        assert_eq!(server.kept().len(), 1, "{mode:?}");
        check_form(&server.kept()[0]);
        let outbox = String::from_utf8(good.outbox.write().unwrap()).unwrap();
        assert!(!outbox.contains(CANARY) && !format!("{:?}", good.post).contains(CANARY));
        // A password that is wrong is refused, tried again later, and told nobody.
        let wrong = format!("{CANARY}-wrong");
        let bad = with(&wrong);
        bad.tell(&notice(Event::Started, 1, &["ann@example.org"]));
        let ends = bad.deliver();
        let [Settlement::Later { said, .. }] = &ends[..] else { panic!("{mode:?} {ends:?}") };
        assert!(said.contains("refused our own login (535)"), "{mode:?} {said}");
        assert!(!String::from_utf8(bad.outbox.write().unwrap()).unwrap().contains(CANARY));
        assert_eq!(server.kept().len(), 1);
    }
}

#[test]
fn nothing_is_said_in_the_open_that_was_to_be_encrypted() {
    let Some(server) = Smtpd::start(Mode::Plain, None) else { return };
    let world = world(|runtime| {
        let mut endpoint = server.endpoint();
        endpoint.tls = omm_core::seam::Tls::StartTls;
        Mailer::new(&sockets::env(runtime, CANARY), endpoint, &smtpd::sender()).unwrap()
    });
    world.tell(&notice(Event::Started, 1, &["ann@example.org"]));
    let ends = world.deliver();
    let [Settlement::Later { said, .. }] = &ends[..] else { panic!("{ends:?}") };
    assert!(said.contains("does not offer STARTTLS"), "{said}");
    assert!(server.kept().is_empty());
    let login = Login { user: "omm".to_owned(), password: CredentialRef::Ask };
    assert!(server.mailer(&sockets::env(&world.runtime, CANARY)).with_login(login).is_err());
}

#[test]
fn what_a_server_says_decides() {
    let Some(server) = Smtpd::start(Mode::Plain, None) else { return };
    // What is tried again much later, how often it was kept by then, and what is noted.
    for (user, first, then, mails, state) in [
        ("ann", "sent", "", 1, State::Sent),
        ("full", "later", "later", 0, State::Waiting),
        ("gone", "gave up", "", 0, State::GaveUp),
        ("spam", "gave up", "", 0, State::GaveUp),
        // A server that said no to the last dot has not taken the mail.
        ("busy", "later", "sent", 1, State::Sent),
        // One that hung up may have.
        ("cut", "lost", "", 1, State::Unknown),
    ] {
        let world = World::plain(&server);
        let before = server.kept().len();
        world.tell(&notice(Event::Started, 1, &[&format!("{user}@example.org")]));
        let words = |ends: Vec<Settlement>| {
            let word = |end: &Settlement| match end {
                Settlement::Sent { .. } => "sent",
                Settlement::Later { .. } => "later",
                Settlement::GaveUp { .. } => "gave up",
                Settlement::Lost { .. } => "lost",
            };
            ends.iter().map(word).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(words(world.deliver()), first, "{user}");
        smtpd::much_later(&world.runtime);
        assert_eq!(words(world.deliver()), then, "{user}");
        assert_eq!(server.kept().len() - before, mails, "{user}");
        assert_eq!(world.states(), [state], "{user}");
    }
}

#[test]
fn a_server_that_is_not_there_is_tried_again() {
    let Some(server) = Smtpd::start(Mode::Plain, None) else { return };
    let world = World::plain(&server);
    drop(server);
    world.tell(&notice(Event::Started, 1, &["ann@example.org"]));
    let ends = world.deliver();
    assert!(matches!(&ends[..], [Settlement::Later { .. }]), "{ends:?}");
    assert_eq!(world.states(), [State::Waiting]);
}

#[test]
fn a_project_of_many_sends_two_mails_an_hour_at_most() {
    let Some(server) = Smtpd::start(Mode::Plain, None) else { return };
    let world = World::plain(&server);
    for at in 0..150 {
        world.tell(&of_project(Event::Started, &format!("mig-{at}"), &["admin@example.org"]));
    }
    assert!(world.deliver().is_empty());
    world.tell(&of_project(full(), "mig-7", &["admin@example.org"]));
    assert_eq!(world.deliver().len(), 1);
    world.tell(&of_project(full(), "mig-8", &["admin@example.org"]));
    world.tell(&of_project(full(), "mig-9", &["admin@example.org"]));
    assert!(world.deliver().is_empty());
    world.runtime.put_forward(TimeDelta::minutes(61));
    assert_eq!(world.deliver().len(), 1);
    let kept = server.kept();
    kept.iter().for_each(|mail| check_form(mail));
    let subjects: Vec<String> = kept.iter().map(|mail| parsed(mail).subject().unwrap().to_owned()).collect();
    assert_eq!(
        subjects,
        ["Needs you: 151 events in project k7m3-q9xd", "Needs you: 2 events in project k7m3-q9xd"]
    );
    assert!(parsed(&kept[0]).body_text(0).unwrap().contains("And 51 more."));
    let ids: Vec<_> = kept.iter().map(|mail| parsed(mail).message_id().unwrap().to_owned()).collect();
    assert_ne!(ids[0], ids[1]);
    assert!(world.outbox.rows().iter().all(|row| row.state == State::Sent && row.at == moment()));
}

use super::{
    super::{Code, LiteralMode, Part},
    *,
};

const LIMITS: Limits = Limits { response_bytes: 64 * 1024, kept_literal_bytes: 16 };

fn greeted() -> Client {
    let mut client = Client::new(LIMITS);
    client.receive(b"* OK ready\r\n");
    assert!(matches!(client.event(), Ok(Some(Event::Greeting(_)))));
    client
}

fn text(text: &str) -> Part {
    Part::Text(text.as_bytes().to_vec().into())
}

fn command(parts: Vec<Part>) -> Command {
    Command { parts, secret: false }
}

fn body(index: usize, len: u64, mode: LiteralMode) -> Part {
    Part::Body { index, len, mode, literal8: false }
}

fn written(client: &mut Client) -> String {
    match client.due() {
        Due::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        other => format!("{other:?}"),
    }
}

fn said(client: &mut Client, line: &str) -> Event {
    client.receive(line.as_bytes());
    client.event().expect("not broken").expect("an event")
}

fn done(event: Event) -> (u32, StatusKind) {
    match event {
        Event::Done(outcome) => (outcome.tag, outcome.status.kind),
        other => panic!("{other:?}"),
    }
}

#[test]
fn commands_go_out_one_behind_the_other() {
    let mut client = greeted();
    let (one, two) =
        (client.submit(command(vec![text("NOOP")])), client.submit(command(vec![text("LOGOUT")])));
    assert_eq!(written(&mut client), "a1 NOOP\r\na2 LOGOUT\r\n");
    assert_eq!(client.due(), Due::Nothing);
    assert_eq!(client.open_commands(), 2);
    // RFC 9051 §5.5: the answers may come in another order.
    assert_eq!(done(said(&mut client, "a2 OK\r\n")), (two, StatusKind::Ok));
    assert_eq!(done(said(&mut client, "a1 NO [LIMIT] x\r\n")), (one, StatusKind::No));
    assert_eq!(client.open_commands(), 0);
}

#[test]
fn a_synchronising_literal_waits() {
    let mut client = greeted();
    let literal = Part::Literal { bytes: b"M\xfc".to_vec().into(), mode: LiteralMode::Synchronising };
    client.submit(command(vec![text("SELECT "), literal, text(" (CONDSTORE)")]));
    client.submit(command(vec![text("NOOP")]));
    assert_eq!(written(&mut client), "a1 SELECT {2}\r\n");
    assert_eq!(client.due(), Due::Waiting);
    client.receive(b"+ go\r\n");
    assert!(client.event().expect("not broken").is_none(), "no continuation for the driver");
    assert_eq!(client.due(), Due::Bytes(Bytes::from_static(b"M\xfc (CONDSTORE)\r\na2 NOOP\r\n")));
}

#[test]
fn a_refused_literal_ends_its_command_only() {
    for (answer, kind) in [("NO [TRYCREATE] no", StatusKind::No), ("BAD no", StatusKind::Bad)] {
        let mut client = greeted();
        let append = command(vec![text("APPEND x "), body(0, 5, LiteralMode::Synchronising), text(" more")]);
        client.submit(append);
        client.submit(command(vec![text("NOOP")]));
        assert_eq!(written(&mut client), "a1 APPEND x {5}\r\n");
        assert!(client.is_mid_body());
        assert_eq!(done(said(&mut client, &format!("a1 {answer}\r\n"))), (1, kind));
        assert!(!client.is_mid_body());
        assert_eq!(written(&mut client), "a2 NOOP\r\n");
    }
}

#[test]
fn bodies_are_asked_for_in_pieces() {
    let mut client = greeted();
    let mode = LiteralMode::NonSynchronising;
    let tag = client.submit(command(vec![text("APPEND x "), body(0, 5, mode), text(" "), body(1, 2, mode)]));
    assert_eq!(written(&mut client), "a1 APPEND x {5+}\r\n");
    assert_eq!(client.due(), Due::Body { tag, index: 0, at: 0, remaining: 5 });
    client.give(Bytes::from_static(b"abc"));
    assert_eq!(written(&mut client), "abc");
    assert_eq!(client.due(), Due::Body { tag, index: 0, at: 3, remaining: 2 });
    assert!(client.is_mid_body());
    // More than was announced would be read as a command.
    client.give(Bytes::from_static(b"de\r\nx1 DELETE INBOX"));
    assert_eq!(written(&mut client), "de");
    assert_eq!(written(&mut client), " {2+}\r\n");
    assert_eq!(client.due(), Due::Body { tag, index: 1, at: 0, remaining: 2 });
    client.give(Bytes::from_static(b"fg"));
    assert_eq!(written(&mut client), "fg");
    assert!(!client.is_mid_body());
    assert_eq!(written(&mut client), "\r\n");
    assert_eq!(client.due(), Due::Nothing);
}

#[test]
fn an_early_answer_lets_the_announced_body_end_and_nothing_follow() {
    let mut client = greeted();
    let mode = LiteralMode::NonSynchronising;
    client.submit(command(vec![text("APPEND x "), body(0, 3, mode), text(" "), body(1, 2, mode)]));
    client.submit(command(vec![text("NOOP")]));
    assert_eq!(written(&mut client), "a1 APPEND x {3+}\r\n");
    assert_eq!(done(said(&mut client, "a1 NO [OVERQUOTA] full\r\n")), (1, StatusKind::No));
    assert_eq!(client.due(), Due::Body { tag: 1, index: 0, at: 0, remaining: 3 });
    client.give(Bytes::from_static(b"abc"));
    assert_eq!(written(&mut client), "abc");
    assert_eq!(written(&mut client), "\r\na2 NOOP\r\n");
}

#[test]
fn an_announced_literal_is_sent_even_when_the_answer_came_first() {
    let mut client = greeted();
    let literal = Part::Literal { bytes: b"abc".to_vec().into(), mode: LiteralMode::Synchronising };
    client.submit(command(vec![text("X "), literal, text(" more")]));
    assert_eq!(written(&mut client), "a1 X {3}\r\n");
    client.receive(b"+ go\r\na1 NO\r\n");
    assert_eq!(done(said(&mut client, "")), (1, StatusKind::No));
    assert_eq!(written(&mut client), "abc\r\n");
}

#[test]
fn a_challenge_is_the_drivers() {
    let mut client = greeted();
    client.submit(Command { parts: vec![text("AUTHENTICATE PLAIN")], secret: true });
    assert_eq!(written(&mut client), "a1 AUTHENTICATE PLAIN\r\n");
    for (line, challenge) in [("+ \r\n", ""), ("+\r\n", ""), ("+ cj1h\r\n", "cj1h")] {
        match said(&mut client, line) {
            Event::Continuation(text) => assert_eq!(text, challenge.as_bytes()),
            other => panic!("{other:?}"),
        }
    }
    client.answer(b"AHUAcA==");
    assert_eq!(written(&mut client), "AHUAcA==\r\n");
    assert!(matches!(said(&mut client, "a1 OK in\r\n"), Event::Done(_)));
}

#[test]
fn answers_of_every_shape_end_their_command() {
    for (line, kind, code) in [
        ("a1 OK\r\n", StatusKind::Ok, None),
        ("a1 ok done\r\n", StatusKind::Ok, None),
        ("a1 NO [TRYCREATE]\r\n", StatusKind::No, Some(Code::TryCreate)),
        ("a1 \r\n", StatusKind::Bad, None),
        ("a1\r\n", StatusKind::Bad, None),
        ("a1 PERHAPS later\r\n", StatusKind::Bad, None),
        ("a1 BYE\r\n", StatusKind::Bad, None),
    ] {
        let mut client = greeted();
        client.submit(command(vec![text("NOOP")]));
        written(&mut client);
        match said(&mut client, line) {
            Event::Done(outcome) => {
                assert_eq!((outcome.status.kind, outcome.status.code), (kind, code), "{line}")
            }
            other => panic!("{line}: {other:?}"),
        }
    }
}

#[test]
fn tags_of_nobody_end_nothing() {
    let mut client = greeted();
    client.submit(command(vec![text("NOOP")]));
    written(&mut client);
    client.submit(command(vec![text("NOOP")]));
    // Not ours, not spelt like ours, not sent yet.
    for line in
        ["b1 OK\r\n", "a01 OK\r\n", "a3 OK\r\n", "a2 OK\r\n", "garbage\r\n", "\r\n", "a99999999999 OK\r\n"]
    {
        let event = said(&mut client, line);
        assert!(matches!(event, Event::Response(Response::Unreadable(_))), "{line}: {event:?}");
    }
    assert_eq!(client.open_commands(), 2);
}

#[test]
fn greetings() {
    for (line, kind) in [
        ("* OK\r\n", StatusKind::Ok),
        ("* PREAUTH in\r\n", StatusKind::PreAuth),
        ("* BYE full\r\n", StatusKind::Bye),
    ] {
        let mut client = Client::new(LIMITS);
        match said(&mut client, line) {
            Event::Greeting(greeting) => assert_eq!(greeting.status.kind, kind),
            other => panic!("{other:?}"),
        }
    }
    for line in ["HTTP/1.1 400 Bad Request\r\n", "+OK POP3\r\n", "* 1 EXISTS\r\n", "\r\n", "220 smtp\r\n"] {
        let mut client = Client::new(LIMITS);
        client.receive(line.as_bytes());
        assert!(client.event().is_err(), "{line}");
        assert!(client.event().is_err(), "broken stays broken");
    }
}

#[test]
fn long_commands_come_in_pieces() {
    let mut client = greeted();
    for _ in 0..5000 {
        client.submit(command(vec![text("NOOP")]));
    }
    let mut total = 0;
    while let Due::Bytes(bytes) = client.due() {
        assert!(bytes.len() < 32 * 1024);
        total += bytes.len();
    }
    assert_eq!(total, (1..=5000).map(|tag: u32| format!("a{tag} NOOP\r\n").len()).sum::<usize>());
}

#[test]
fn what_the_server_cannot_act_on_is_unsent() {
    use LiteralMode::*;
    let append = |mode| command(vec![text("APPEND x"), body(0, 4, mode)]);
    let mut client = greeted();
    let waits = client.submit(append(Synchronising));
    let last = client.submit(append(NonSynchronising));
    assert!(client.is_unsent(waits) && client.is_unsent(last));
    while !matches!(client.due(), Due::Waiting) {}
    assert!(client.is_unsent(waits), "it was announced and not asked for");
    client.receive(b"+ go on\r\n");
    assert!(client.event().expect("not broken").is_none());
    assert!(matches!(client.due(), Due::Body { tag, .. } if tag == waits));
    client.give(Bytes::from_static(b"abc"));
    assert!(client.is_unsent(waits), "a byte is missing");
    client.give(Bytes::from_static(b"d"));
    assert!(!client.is_unsent(waits), "some servers do not wait for the end of the line");
    assert!(client.is_unsent(last));
    while !matches!(client.due(), Due::Body { tag, .. } if tag == last) {}
    client.give(Bytes::from_static(b"abcd"));
    while client.due() != Due::Nothing {}
    assert!(!client.is_unsent(waits) && !client.is_unsent(last));
}

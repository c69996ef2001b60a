//! Dialogues with real kinds of servers, played at every cut.
//!
//! `C:` what we send, `S:` what the server sends, `=` what comes of it, in the end and together. `\xNN` is a byte, and
//! each line ends with CRLF unless it ends with `\`. `C: PIPELINING` is no command: from there on several are sent at
//! once. With `OMM_BLESS` set the `=` lines are written anew; then read them.

use super::{Client, Command, Event, Limits};
use bytes::Bytes;
use std::{fmt::Write, fs, path::PathBuf};

const LIMITS: Limits = Limits { line_bytes: 256, lines: 8 };

struct Dialogue {
    commands: Vec<String>,
    server: Vec<u8>,
    expected: String,
}

fn read(text: &str) -> Dialogue {
    let mut dialogue = Dialogue { commands: vec![], server: vec![], expected: String::new() };
    for line in text.lines() {
        match line.split_once(' ') {
            Some(("C:", command)) => dialogue.commands.push(command.to_owned()),
            Some(("S:", said)) => dialogue.server.extend(bytes(said)),
            Some(("=", event)) => dialogue.expected.push_str(&format!("{event}\n")),
            _ => {}
        }
    }
    dialogue
}

fn bytes(line: &str) -> Vec<u8> {
    let mut found = Vec::new();
    let (line, end) = line.strip_suffix('\\').map_or((line, "\r\n"), |line| (line, ""));
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("\\x") {
        found.extend_from_slice(before.as_bytes());
        found.push(u8::from_str_radix(&after[..2], 16).expect("two hex digits"));
        rest = &after[2..];
    }
    found.extend_from_slice(rest.as_bytes());
    found.extend_from_slice(end.as_bytes());
    found
}

fn command(text: &str) -> Command {
    let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
    let number = || rest.split(' ').next().and_then(|number| number.parse().ok()).expect("a number");
    match name {
        "CAPA" => Command::capa(),
        "STLS" => Command::stls(),
        "UTF8" => Command::utf8(),
        "USER" => Command::user(rest).expect("a login"),
        "PASS" => Command::pass(rest).expect("a password"),
        "AUTH" => {
            let (mechanism, initial) =
                rest.split_once(' ').map_or((rest, None), |(name, said)| (name, Some(said)));
            Command::auth(mechanism, initial)
        }
        "LIST" => Command::list(),
        "UIDL" => Command::uidl(),
        "RETR" => Command::retr(number()),
        "TOP" => Command::top(number()),
        "QUIT" => Command::quit(),
        other => panic!("{other} is none of our commands"),
    }
}

/// Everything that comes of it, as text.
#[derive(Default)]
struct Shown {
    text: String,
    data: Vec<u8>,
}

impl Shown {
    fn line(&mut self, line: &str) {
        if !self.data.is_empty() {
            let data = std::mem::take(&mut self.data);
            let _ = writeln!(self.text, "Data {}", data.escape_ascii());
        }
        let _ = writeln!(self.text, "{line}");
    }

    fn event(&mut self, event: Event) {
        match event {
            // However it was cut.
            Event::Data(bytes) => self.data.extend_from_slice(&bytes),
            Event::Line(line) => self.line(&format!("Line {}", line.escape_ascii())),
            Event::Challenge(challenge) => self.line(&format!("Challenge {}", challenge.escape_ascii())),
            Event::Greeting(status) => self.line(&format!("Greeting {status:?}")),
            Event::Status(status) => self.line(&format!("{status:?}")),
            Event::End => self.line("End"),
        }
    }
}

/// Commands are put into the line as soon as the greeting has come, and sent as soon as they may be.
fn played(dialogue: &Dialogue, cuts: impl IntoIterator<Item = usize>) -> String {
    let mut client = Client::new(LIMITS);
    for text in &dialogue.commands {
        match text.as_str() {
            "PIPELINING" => client.pipelining = true,
            text => client.submit(command(text)),
        }
    }
    let (mut shown, mut from) = (Shown::default(), 0);
    for cut in cuts.into_iter().chain([dialogue.server.len()]) {
        client.receive(Bytes::copy_from_slice(&dialogue.server[from..cut]));
        from = cut;
        loop {
            while client.due().is_some() {}
            match client.event() {
                Ok(Some(event)) => shown.event(event),
                Ok(None) => break,
                Err(broken) => {
                    shown.line(&format!("BROKEN {}", broken.0));
                    return shown.text;
                }
            }
        }
    }
    if client.unanswered() > 0 {
        shown.line(&format!("open {}", client.unanswered()));
    }
    shown.text
}

fn bless(path: &PathBuf, text: &str, events: &str) {
    let kept = text.lines().filter(|line| !line.starts_with("= "));
    let mut blessed: String = kept.map(|line| format!("{line}\n")).collect();
    events.lines().for_each(|event| blessed.push_str(&format!("= {event}\n")));
    fs::write(path, blessed).expect("written");
}

fn check(name: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/proto/dialogues").join(name);
    let text = fs::read_to_string(&path).expect("the dialogue is there");
    let dialogue = read(&text);
    let whole = played(&dialogue, []);
    if std::env::var_os("OMM_BLESS").is_some() {
        return bless(&path, &text, &whole);
    }
    assert_eq!(whole, dialogue.expected, "{name}");
    for cut in 0..=dialogue.server.len() {
        assert_eq!(played(&dialogue, [cut]), whole, "{name}, cut at {cut}");
    }
    assert_eq!(played(&dialogue, 0..dialogue.server.len()), whole, "{name}, byte by byte");
}

/// RFC 2449 §6.6: without it, one at a time; and nothing behind a login that may take several steps.
#[test]
fn nothing_is_sent_too_early() {
    let mut client = Client::new(LIMITS);
    client.submit(Command::list());
    client.submit(Command::uidl());
    assert_eq!(client.due(), None, "not before the greeting");
    client.receive(Bytes::from_static(b"+OK\r\n"));
    assert!(matches!(client.event(), Ok(Some(Event::Greeting(_)))));
    assert_eq!(client.due().as_deref(), Some(&b"LIST\r\n"[..]));
    assert_eq!(client.due(), None, "not before the answer");
    client.pipelining = true;
    assert_eq!(client.due().as_deref(), Some(&b"UIDL\r\n"[..]));
    client.receive(Bytes::from_static(b"-ERR\r\n-ERR\r\n"));
    while let Ok(Some(_)) = client.event() {}
    client.submit(Command::auth("PLAIN", None));
    client.submit(Command::capa());
    assert_eq!(client.due().as_deref(), Some(&b"AUTH PLAIN\r\n"[..]));
    assert_eq!(client.due(), None, "not behind a login");
    client.answer("AGEAYg==");
    assert_eq!(client.due().as_deref(), Some(&b"AGEAYg==\r\n"[..]));
    client.receive(Bytes::from_static(b"+OK\r\n"));
    while let Ok(Some(_)) = client.event() {}
    assert_eq!(client.due().as_deref(), Some(&b"CAPA\r\n"[..]));
}

macro_rules! dialogues {
    ($($name:ident)*) => {$(
        #[test]
        fn $name() {
            check(concat!(stringify!($name), ".txt"));
        }
    )*};
}

dialogues! { standard dovecot exchange old hostile lost flood }

//! Dialogues with real kinds of servers, played at every cut.
//!
//! `C:` what we send, `S:` what the server sends, `=` what comes of it, in the end and together. `\xNN` is a byte, `\n`
//! a line end inside a literal (CRLF), and each line ends with CRLF unless it ends with `\`. With `OMM_BLESS` set the
//! `=` lines are written anew; then read them.

mod shown;

use super::{Client, Command, Due, Limits, Part, agreement};
use bytes::Bytes;
use std::{fmt::Write, fs, path::PathBuf};

const LIMITS: Limits = Limits { response_bytes: 4096, kept_literal_bytes: 24 };

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
        found.extend_from_slice(before.replace("\\n", "\r\n").as_bytes());
        found.push(u8::from_str_radix(&after[..2], 16).expect("two hex digits"));
        rest = &after[2..];
    }
    found.extend_from_slice(rest.replace("\\n", "\r\n").as_bytes());
    found.extend_from_slice(end.as_bytes());
    found
}

/// Everything that comes of it, as text.
fn played(dialogue: &Dialogue, cuts: impl IntoIterator<Item = usize>) -> String {
    let mut client = Client::new(LIMITS);
    for command in &dialogue.commands {
        let (tag, text) = command.split_once(' ').expect("a tag");
        let parts = vec![Part::Text(text.as_bytes().to_vec().into())];
        assert_eq!(format!("a{}", client.submit(Command { parts, secret: false })), tag);
    }
    while client.due() != Due::Nothing {}
    let mut shown = shown::Shown::default();
    let mut from = 0;
    for cut in cuts.into_iter().chain([dialogue.server.len()]) {
        client.receive_bytes(Bytes::copy_from_slice(&dialogue.server[from..cut]));
        from = cut;
        loop {
            match client.event() {
                Ok(Some(event)) => shown.event(&event),
                Ok(None) => break,
                Err(broken) => {
                    shown.line(&format!("BROKEN {}", broken.0));
                    return shown.done();
                }
            }
        }
    }
    if client.open_commands() > 0 {
        shown.line(&format!("open {}", client.open_commands()));
    }
    shown.done()
}

fn bless(path: &PathBuf, text: &str, events: &str) {
    let mut blessed: String =
        text.lines().filter(|line| !line.starts_with("= ")).fold(String::new(), |mut all, line| {
            let _ = writeln!(all, "{line}");
            all
        });
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

/// Wherever another implementation can read a line of these, it reads what we do.
#[test]
fn lines_mean_what_others_read_in_them() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/proto/dialogues");
    let mut compared = 0;
    for entry in fs::read_dir(folder).expect("the dialogues are there") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            let text = fs::read_to_string(path).expect("text");
            let lines = text.lines().filter_map(|line| line.strip_prefix("S: "));
            compared += lines.filter(|line| agreement::check(&bytes(line))).count();
        }
    }
    assert!(compared > 40, "{compared} lines");
}

macro_rules! dialogues {
    ($($name:ident)*) => {$(
        #[test]
        fn $name() {
            check(concat!(stringify!($name), ".txt"));
        }
    )*};
}

dialogues! { dovecot cyrus gmail exchange courier domino hostile lost }

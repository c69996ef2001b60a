//! What the fuzz targets call; see `fuzz/README.md`.

use super::{
    Client, Command, Event, Limits, Listed, Named,
    framer::{Framer, Piece},
    timestamp,
};
use bytes::Bytes;

/// However the bytes are cut, messages and lines are the same, and stuffing is undone.
pub fn pop_framer(data: &[u8]) {
    let Some((seed, stream)) = data.split_first() else { return };
    let whole = framed(stream, stream.len().max(1));
    assert_eq!(whole, framed(stream, 1));
    assert_eq!(whole, framed(stream, 2 + usize::from(*seed % 13)));
    let message = [stream, b"\r\n"].concat();
    assert_eq!(framed(&stuffed(&message), 1 + usize::from(*seed)), (message, true, Ok(Vec::new())));
}

/// No answer makes a reader panic, and no more lines are taken than allowed.
pub fn pop_client(data: &[u8]) {
    let limits = Limits { line_bytes: 512, lines: 16 };
    let mut client = Client::new(limits);
    client.pipelining = data.first().is_some_and(|seed| seed % 2 == 0);
    client.receive(Bytes::from_static(b"+OK hi\r\n"));
    for command in [
        Command::capa(),
        Command::list(),
        Command::uidl(),
        Command::retr(1),
        Command::top(2),
        Command::auth("PLAIN", None),
        Command::quit(),
    ] {
        client.submit(command);
    }
    for piece in data.chunks(7) {
        client.receive(Bytes::copy_from_slice(piece));
        loop {
            while client.due().is_some() {}
            match client.event() {
                Ok(Some(Event::Line(line))) => {
                    assert!(line.len() <= limits.line_bytes);
                    Listed::read(&line);
                    Named::read(&line);
                }
                Ok(Some(Event::Greeting(status) | Event::Status(status))) => {
                    timestamp(&status.text);
                }
                Ok(Some(event)) => assert!(!format!("{event:?}").is_empty()),
                Ok(None) => break,
                Err(_) => return,
            }
        }
    }
}

/// A message, whether it ended, and the lines behind it.
fn framed(stream: &[u8], piece: usize) -> (Vec<u8>, bool, Result<Vec<Bytes>, ()>) {
    let mut framer = Framer::new(64);
    let (mut message, mut ended, mut lines) = (Vec::new(), false, Vec::new());
    for chunk in stream.chunks(piece) {
        framer.receive(Bytes::copy_from_slice(chunk));
        while !ended && let Some(piece) = framer.piece() {
            match piece {
                Piece::Data(bytes) => message.extend_from_slice(&bytes),
                Piece::End => ended = true,
            }
        }
        while ended {
            match framer.line() {
                Ok(Some(line)) => lines.push(line),
                Ok(None) => break,
                Err(_) => return (message, ended, Err(())),
            }
        }
    }
    (message, ended, Ok(lines))
}

/// RFC 1939 §3, as a server does it.
fn stuffed(message: &[u8]) -> Vec<u8> {
    let mut stuffed = Vec::new();
    let mut rest = message;
    while !rest.is_empty() {
        if rest.first() == Some(&b'.') {
            stuffed.push(b'.');
        }
        let end = memchr::memmem::find(rest, b"\r\n").map_or(rest.len(), |at| at + 2);
        stuffed.extend_from_slice(&rest[..end]);
        rest = &rest[end..];
    }
    stuffed.extend_from_slice(b".\r\n");
    stuffed
}

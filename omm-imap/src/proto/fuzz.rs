//! What the fuzz targets call; see `fuzz/README.md`.

use super::{
    Client, Event, Limits, agreement, codec,
    command::{self, Dialect, is_sendable_flag},
    framer::{Frame, Framer, Skeleton},
    name::{self, Spelling},
};
use bytes::Bytes;

/// However the bytes are cut, the frames are the same, and no more is held than allowed.
pub fn framer(data: &[u8]) {
    let Some((seed, stream)) = data.split_first() else { return };
    let limits =
        Limits { response_bytes: 64 + usize::from(*seed) * 4, kept_literal_bytes: usize::from(*seed % 32) };
    let whole = frames(limits, stream, stream.len().max(1));
    assert_eq!(whole, frames(limits, stream, 1));
    assert_eq!(whole, frames(limits, stream, 2 + usize::from(*seed % 13)));
}

/// No response makes a reader panic.
pub fn parser(data: &[u8]) {
    let skeleton = Skeleton { bytes: data.to_vec(), streamed: Vec::new() };
    // What the framer hands over ends with CRLF; the readers must not rely on it.
    codec::read(&skeleton);
    agreement::check(data);
    let streamed = memchr::memmem::find_iter(data, b"{0}\r\n").collect();
    codec::read(&Skeleton { bytes: data.to_vec(), streamed });

    let mut client = Client::new(Limits { response_bytes: 1 << 16, kept_literal_bytes: 16 });
    client.receive_bytes(Bytes::from_static(b"* OK hi\r\n"));
    client.submit(command::capability());
    client.due();
    client.receive_bytes(Bytes::copy_from_slice(data));
    while let Ok(Some(event)) = client.event() {
        if let Event::Response(response) = event {
            assert!(!format!("{response:?}").is_empty());
        }
    }
}

/// Names that can be sent come back as they were, and what was read is stable.
pub fn names(data: &[u8]) {
    for spelling in [Spelling::Utf7, Spelling::Utf8] {
        let clear = name::decode(data, spelling);
        if let Some(wire) = name::encode(&clear, spelling) {
            assert_eq!(name::decode(&wire, spelling), clear);
            let text = String::from_utf8_lossy(data);
            if let Some(wire) = name::encode(&text, spelling).filter(|wire| !name::is_inbox(wire)) {
                assert_eq!(name::decode(&wire, spelling), text);
            }
        }
    }
    let text = String::from_utf8_lossy(data);
    if is_sendable_flag(&text) {
        assert!(text.is_ascii() && !text.contains([' ', '\r', '\n', '(', ')', '{', '"']));
    }
    let shown = format!("{:?}", command::subscribe(data, Dialect::default()));
    assert!(!shown.contains(['\r', '\n']));
}

/// What comes out, with bodies put together and the text of errors left out.
fn frames(limits: Limits, stream: &[u8], piece: usize) -> Vec<(u64, Vec<u8>)> {
    let mut framer = Framer::new(limits);
    let mut found: Vec<(u64, Vec<u8>)> = Vec::new();
    for chunk in stream.chunks(piece) {
        framer.receive(Bytes::copy_from_slice(chunk));
        loop {
            match framer.next() {
                Ok(Some(Frame::BodyBegins(len))) => found.push((len, Vec::new())),
                Ok(Some(Frame::BodyData(bytes))) => {
                    if let Some((_, body)) = found.last_mut() {
                        body.extend_from_slice(&bytes);
                    }
                }
                Ok(Some(Frame::Complete)) => {
                    // A bare LF becomes CRLF, and `{0}` takes a literal's place.
                    let held = framer.skeleton().bytes.len();
                    assert!(held <= limits.response_bytes * 6, "{held} held");
                    found.push((u64::MAX, framer.skeleton().bytes.clone()));
                }
                Ok(None) => break,
                Err(_) => {
                    found.push((0, Vec::new()));
                    return found;
                }
            }
        }
    }
    found
}

use super::*;

const LIMITS: Limits = Limits { response_bytes: 4000, kept_literal_bytes: 8 };

/// What came out: skeletons, and bodies put together.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Response(Skeleton),
    Begins(u64),
    Body(Vec<u8>),
    Broken(String),
}

fn pull(framer: &mut Framer, pieces: &mut Vec<Piece>) {
    loop {
        match framer.next() {
            Ok(None) => return,
            Ok(Some(Frame::Complete)) => pieces.push(Piece::Response(framer.skeleton().clone())),
            Ok(Some(Frame::BodyBegins(len))) => pieces.push(Piece::Begins(len)),
            Ok(Some(Frame::BodyData(bytes))) => match pieces.last_mut() {
                Some(Piece::Body(body)) => body.extend_from_slice(&bytes),
                _ => pieces.push(Piece::Body(bytes.to_vec())),
            },
            Err(why) => return pieces.push(Piece::Broken(why)),
        }
    }
}

fn in_pieces_of(stream: &[u8], cuts: impl IntoIterator<Item = usize>) -> Vec<Piece> {
    let mut framer = Framer::new(LIMITS);
    let (mut pieces, mut from) = (Vec::new(), 0);
    for cut in cuts.into_iter().chain([stream.len()]) {
        framer.receive(Bytes::copy_from_slice(&stream[from..cut]));
        pull(&mut framer, &mut pieces);
        from = cut;
        if matches!(pieces.last(), Some(Piece::Broken(_))) {
            break;
        }
    }
    pieces
}

/// The same events at every cut.
fn frames(stream: &[u8]) -> Vec<Piece> {
    let whole = in_pieces_of(stream, []);
    for cut in 0..=stream.len() {
        assert_eq!(in_pieces_of(stream, [cut]), whole, "cut at {cut}");
    }
    assert_eq!(in_pieces_of(stream, 0..stream.len()), whole, "byte by byte");
    whole
}

fn response(bytes: &str, streamed: &[usize]) -> Piece {
    Piece::Response(Skeleton { bytes: bytes.as_bytes().to_vec(), streamed: streamed.to_vec() })
}

#[test]
fn lines_and_literals() {
    let body = Piece::Body(b"0123456789".to_vec());
    for (stream, expected) in [
        ("* OK hi\r\n* 1 EXISTS\n", vec![response("* OK hi\r\n", &[]), response("* 1 EXISTS\r\n", &[])]),
        // Kept: small, or no body.
        ("* 1 FETCH (BODY[] {3}\r\na\nb)\r\n", vec![response("* 1 FETCH (BODY[] {3}\r\na\nb)\r\n", &[])]),
        ("* LIST () NIL {9}\r\n012345678\r\n", vec![response("* LIST () NIL {9}\r\n012345678\r\n", &[])]),
        ("* LIST () NIL {0}\n\n", vec![response("* LIST () NIL {0}\r\n\r\n", &[])]),
        // Streamed.
        (
            "* 1 FETCH (BODY[] {10}\r\n0123456789 UID 7)\r\n",
            vec![Piece::Begins(10), body.clone(), response("* 1 FETCH (BODY[] {0}\r\n UID 7)\r\n", &[18])],
        ),
        (
            "* 1 fetch (UID 1 binary[]<0> ~{10+}\r\n0123456789)\r\n",
            vec![
                Piece::Begins(10),
                body.clone(),
                response("* 1 fetch (UID 1 binary[]<0> {0}\r\n)\r\n", &[29]),
            ],
        ),
        (
            "* 1 FETCH (BODY[HEADER.FIELDS (A B)] {10}\r\n0123456789 RFC822 {10}\r\n0123456789)\r\n",
            vec![
                Piece::Begins(10),
                body.clone(),
                Piece::Begins(10),
                body,
                response("* 1 FETCH (BODY[HEADER.FIELDS (A B)] {0}\r\n RFC822 {0}\r\n)\r\n", &[37, 50]),
            ],
        ),
        // Text for people may end like this, and a negative length is no literal.
        (
            "* NO full {5}\r\na1 OK {9}\r\n+ {3}\r\n",
            vec![
                response("* NO full {5}\r\n", &[]),
                response("a1 OK {9}\r\n", &[]),
                response("+ {3}\r\n", &[]),
            ],
        ),
        ("* 1 FETCH (BODY[] {-5}\r\n", vec![response("* 1 FETCH (BODY[] {-5}\r\n", &[])]),
        ("* 1 FETCH (BODY[] {}\r\n", vec![response("* 1 FETCH (BODY[] {}\r\n", &[])]),
        ("* 1 FETCH (BODY[] {5} \r\n", vec![response("* 1 FETCH (BODY[] {5} \r\n", &[])]),
    ] {
        assert_eq!(frames(stream.as_bytes()), expected, "{stream}");
    }
}

#[test]
fn what_is_too_large_is_refused_before_it_comes() {
    for stream in [
        "* LIST () NIL {4000}\r\n",
        "* 1 FETCH (ENVELOPE {99999999999}\r\n",
        "* 1 FETCH (BODY[] {18446744073709551616}\r\n",
    ] {
        assert!(matches!(frames(stream.as_bytes()).as_slice(), [Piece::Broken(_)]), "{stream}");
    }
    let line = "x".repeat(4001);
    assert!(matches!(in_pieces_of(line.as_bytes(), []).as_slice(), [Piece::Broken(_)]), "a line without end");
}

#[test]
fn a_body_of_any_announced_size_is_streamed() {
    let stream = b"* 1 FETCH (BODY[] {18446744073709551615}\r\nabc";
    assert_eq!(frames(stream), [Piece::Begins(u64::MAX), Piece::Body(b"abc".to_vec())]);
}

#[test]
fn bodies_are_not_copied() {
    let stream = Bytes::from_static(b"* 1 FETCH (BODY[] {10}\r\n0123456789)\r\n");
    let mut framer = Framer::new(LIMITS);
    framer.receive(stream.clone());
    assert_eq!(framer.next(), Ok(Some(Frame::BodyBegins(10))));
    let Ok(Some(Frame::BodyData(data))) = framer.next() else { panic!("no data") };
    assert_eq!(data.as_ptr(), stream[24..].as_ptr());
}

#[test]
fn what_was_not_looked_at_can_be_taken() {
    let mut framer = Framer::new(LIMITS);
    framer.receive(Bytes::from_static(b"a1 OK begin\r\n\x78\x9c\n"));
    assert_eq!(framer.next(), Ok(Some(Frame::Complete)));
    assert_eq!(framer.take_rest(), [Bytes::from_static(b"\x78\x9c\n")]);
    assert_eq!(framer.next(), Ok(None));
}

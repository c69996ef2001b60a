//! One message of each oddity that a server stores as it is. Bare line feeds and NUL are not among them: RFC 3501
//! forbids both in a literal, and servers repair or refuse them.

use super::{Flags, Planned, moment, text::Body};
use bytes::Bytes;
use std::iter;

/// With `\n` for every line end, and what is made of repeated parts apart.
const ODD: [&[u8]; 24] = [
    b"\njust a body, no header\n",
    b"Subject: no body\nFrom: a@b.example\n",
    b"Subject: only an empty line\n\n",
    b"From bob@example.org Mon Jan  1 00:00:00 2001\nSubject: an mbox line\n\nbody\n",
    b"From: x@y.example\n\nno subject\n",
    b"Subject:no blank\nFrom:a@b.example\nMessage-ID:<noblank@x.example>\n\nbody\n",
    b"Subject: garbage\nthis is not a header line\nFrom: a@b.example\n\nbody\n",
    "Subject: rohe Ümläute\nFrom: Jörg <j@x.example>\n\nbody ü\n".as_bytes(),
    b"Subject: rohe \xdcml\xe4ute in latin-1\n\nbody \xfc\n",
    b"Subject: no final line end\nMessage-ID: <nofinal@x.example>\n\nthe end",
    b"Subject: empty id\nMessage-ID: \n\nbody\n",
    b"Subject: folded id\nMessage-ID:\n <folded@x.example>\n\nbody\n",
    b"Message-ID: <one@x.example>\nMessage-ID: <two@x.example>\nSubject: two ids\n\nbody\n",
    b"Subject: dots\nMessage-ID: <dots@x.example>\n\n.\n..\n.x\n.\nend\n",
    b"Subject: returns alone\nMessage-ID: <cr@x.example>\n\na\rb\rc\n",
    b"Subject: trailing blanks   \nMessage-ID: <trail@x.example>\n\nx   \n  \n\n\n",
    b"x",
    b"Subject: looks like a literal {10}\nMessage-ID: <lit@x.example>\n\n{10}\n)\n* 1 FETCH (UID 5)\nw7 OK done\n",
    b"Subject: not UTF-8\nMessage-ID: <utf@x.example>\n\n\xff\xfe\xc3\x28\n",
    b"Subject: control characters\nMessage-ID: <ctl@x.example>\n\n\x01\x02\x1b[0m\x7f\n",
    b"Subject: From in the body\nMessage-ID: <from@x.example>\n\nFrom here on\n>From there\n>>From\n",
    b"Subject: twin\nMessage-ID: <twin@x.example>\n\nthe same\n",
    b"Subject: twin\nMessage-ID: <twin@x.example>\n\nthe same\n",
    b"Subject: =?utf-8?B?broken\nDate: yesterday\nMIME-Version: 1.0\nContent-Type: multipart/mixed\n\n--\n",
];
/// A line of 100,000 bytes, and a header of 60,000.
const LARGE: usize = 2;

pub(super) fn count() -> usize {
    ODD.len() + LARGE
}

/// The dates are odd too: the second day of the epoch, a leap day, the last second of a century far in the east.
/// Seen: Dovecot 2.3 puts its own time in the place of a date in the future, so there is none.
pub(super) fn planned(number: usize) -> Planned {
    let (flags, seconds, zone) = match number {
        0 => ("\\Seen", 86_400, 0),
        1 => ("\\Seen \\Flagged \\Answered \\Draft \\Deleted", 794_015_999, -39_600),
        2 => ("$Junk", 951_868_799, 50_400),
        3 => ("", 1_709_208_000, 20_700),
        4 => ("$Forwarded todo NonJunk", 946_684_799, 3600),
        _ if number.is_multiple_of(2) => ("\\Seen", 1_046_995_200 + 86_400 * number as u64, 0),
        _ => ("", 1_046_995_200 + 86_400 * number as u64, 7200),
    };
    Planned { body: Body::Odd(number), flags: Flags::parse(flags), received: moment(seconds, zone) }
}

pub(super) fn bytes(number: usize) -> Bytes {
    let made: Vec<u8>;
    let text = match ODD.get(number) {
        Some(text) => *text,
        None if number == ODD.len() => {
            made = [b"Subject: a long line\nMessage-ID: <long@x.example>\n\n", &*vec![b'y'; 100_000], b"\n"]
                .concat();
            &made
        }
        None => {
            let lines = (0..800).map(|line| format!("X-Line-{line}: {}\n", "v".repeat(65)));
            let header = iter::once("Subject: a large header\n".to_owned()).chain(lines);
            made = header.chain(["\nbody\n".to_owned()]).collect::<String>().into_bytes();
            &made
        }
    };
    super::text::with_crlf(text)
}

/// Seen: Cyrus 3.6 reads the header before it stores, and answers "Message contains invalid header" to a line in it that
/// is none.
const CYRUS_REFUSES: [&[u8]; 2] = [b"Subject: garbage", b"x"];

pub(super) fn cyrus_refuses(body: &Body) -> bool {
    let Body::Odd(number) = body else { return false };
    let text = ODD.get(*number).copied().unwrap_or_default();
    CYRUS_REFUSES.contains(&text.split(|byte| *byte == b'\n').next().unwrap_or_default())
}

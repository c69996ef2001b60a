//! Status lines.

/// What a server answers (RFC 1939 §3, RFC 2449 §8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) ok: bool,
    /// The response code in upper case, without brackets: `IN-USE`, `SYS/TEMP`. Read whether or not RESP-CODES was
    /// announced; whoever does not know a code finds it in the text.
    pub(crate) code: Option<String>,
    /// What is left of the line.
    pub(crate) text: String,
}

/// A line where a status may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Status(Status),
    /// RFC 5034 §4: what the server says in the middle of a login, in base64.
    Challenge(Vec<u8>),
}

/// Reads a line; nothing if it is none of the three.
pub(super) fn read(line: &[u8]) -> Option<Line> {
    if starts(line, b"+OK") {
        return Some(Line::Status(status(true, &line[3..])));
    }
    if starts(line, b"-ERR") {
        return Some(Line::Status(status(false, &line[4..])));
    }
    let challenge = line.strip_prefix(b"+")?;
    let is_apart = challenge.first().is_none_or(|first| *first == b' ');
    is_apart.then(|| Line::Challenge(challenge.trim_ascii().to_vec()))
}

fn starts(line: &[u8], word: &[u8]) -> bool {
    line.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

fn status(ok: bool, rest: &[u8]) -> Status {
    let text = String::from_utf8_lossy(rest);
    let text = text.trim();
    // RFC 2449 §8: the code stands first.
    let coded =
        text.strip_prefix('[').and_then(|rest| rest.split_once(']')).filter(|(code, _)| is_code(code));
    match coded {
        Some((code, text)) => {
            Status { ok, code: Some(code.to_ascii_uppercase()), text: text.trim_start().to_owned() }
        }
        None => Status { ok, code: None, text: text.to_owned() },
    }
}

/// RFC 2449 §8: levels of printable characters, with `/` between them.
fn is_code(code: &str) -> bool {
    !code.is_empty()
        && code.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'[' | b'<' | b'@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_where_a_status_may_stand() {
        let status = |ok, code: Option<&str>, text: &str| {
            Some(Line::Status(Status { ok, code: code.map(str::to_owned), text: text.to_owned() }))
        };
        for (line, expected) in [
            ("+OK", status(true, None, "")),
            ("+ok 2 320", status(true, None, "2 320")),
            (
                "+OK POP3 <1896.697170952@dbc.mtview.ca.us>",
                status(true, None, "POP3 <1896.697170952@dbc.mtview.ca.us>"),
            ),
            (
                "-ERR [IN-USE] Do you have another POP session running?",
                status(false, Some("IN-USE"), "Do you have another POP session running?"),
            ),
            ("-ERR [sys/temp]x", status(false, Some("SYS/TEMP"), "x")),
            ("-ERR [AUTH]", status(false, Some("AUTH"), "")),
            ("-ERR [127.0.0.1 is not welcome", status(false, None, "[127.0.0.1 is not welcome")),
            ("-ERR [a b] c", status(false, None, "[a b] c")),
            ("+ AGEA", Some(Line::Challenge(b"AGEA".to_vec()))),
            ("+", Some(Line::Challenge(Vec::new()))),
            ("+ ", Some(Line::Challenge(Vec::new()))),
            ("+NO", None),
            ("* OK IMAP4rev1", None),
            ("220 smtp", None),
            ("", None),
        ] {
            assert_eq!(read(line.as_bytes()), expected, "{line}");
        }
    }
}

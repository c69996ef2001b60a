//! Which answer of a server is to be lost: told by the tag that the client gave its command.

/// How much of a line is looked at: a tag and a command are short.
const LONGEST: usize = 64;

/// What one connection in the clear says, as far as it matters: the beginnings of lines.
#[derive(Debug, Default)]
pub(super) struct Talk {
    command: Line,
    answer: Line,
    /// Of the command whose answer is waited for.
    tag: Option<Vec<u8>>,
}

/// The beginning of the line that is being said.
#[derive(Debug, Default)]
struct Line(Vec<u8>);

impl Talk {
    /// The client says this; the first command with this name is remembered.
    pub(super) fn client(&mut self, bytes: &[u8], verb: &str) {
        let tag = &mut self.tag;
        self.command.say(bytes, |line| {
            let Some((b' ' | b'\r', line)) = line.split_last() else { return };
            let mut words = line.split(|byte| *byte == b' ');
            let (first, second) = (words.next(), words.next());
            let is_it = second == Some(verb.as_bytes()) && words.next().is_none();
            if let (true, None, Some(first)) = (is_it, &tag, first) {
                *tag = Some(first.to_owned());
            }
        });
    }

    /// The server says this; whether the answer begins in it.
    pub(super) fn server(&mut self, bytes: &[u8]) -> bool {
        let mut is_there = false;
        let tag = self.tag.as_deref();
        self.answer.say(bytes, |line| {
            is_there |= line.strip_suffix(b" ").is_some_and(|word| Some(word) == tag);
        });
        is_there
    }
}

impl Line {
    fn say(&mut self, bytes: &[u8], mut look: impl FnMut(&[u8])) {
        for byte in bytes {
            if *byte == b'\n' {
                self.0.clear();
            } else if self.0.len() < LONGEST {
                self.0.push(*byte);
                look(&self.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_told_by_its_tag_however_it_is_cut() {
        let said = b"A1 NOOP\r\nA2 APPEND INBOX {9+}\r\nA3 NOOP \r\n";
        let answer = b"* OK A2 is not yet done\r\nA1 OK\r\n+ go on\r\nA2 OK [APPENDUID 1 2] done\r\n";
        let begins = answer.windows(4).rposition(|part| part == b"\nA2 ").expect("it is there") + 4;
        for piece in 1..said.len() {
            let mut talk = Talk::default();
            said.chunks(piece).for_each(|part| talk.client(part, "APPEND"));
            let mut heard = 0;
            let is_lost = answer.chunks(piece).any(|part| {
                heard += part.len();
                talk.server(part)
            });
            assert!(is_lost && heard >= begins && heard < begins + piece, "in pieces of {piece}: {heard}");
        }
        for (verb, is_lost) in [("NOOP", true), ("APPEND", false)] {
            let mut talk = Talk::default();
            talk.client(b"A1 NOOP\r\n", verb);
            assert_eq!(talk.server(b"A1 OK done\r\n"), is_lost, "{verb}");
        }
    }
}

//! Values of fields that came with letters beyond ASCII, or in lines that are too long: the same meaning in the form that mail has.

use super::{
    address::Mailbox,
    encode::encoded_words,
    fields::{Fields, quoted},
    header::identifiers,
};

/// A word that is longer is encoded, so that no line comes near the limit of 998.
const LONGEST_WORD: usize = 400;

/// Adds a field with this unfolded value. What has no form in ASCII is told in `losses`.
pub(super) fn add(fields: &mut Fields, name: &str, value: &str, losses: &mut Vec<String>) {
    let value: String = value.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    match name.to_ascii_lowercase().trim_start_matches("resent-") {
        "subject" | "comments" | "thread-topic" => fields.text(name, &value),
        "from" | "sender" | "reply-to" | "to" | "cc" | "bcc" => fields.words(name, addresses(&value, losses)),
        "message-id" | "in-reply-to" | "references" => {
            let sound = identifiers(&value);
            if sound.len() < value.split_whitespace().count() {
                losses.push(format!(
                    "the field {name} has an identifier that mail cannot carry: it is left out"
                ));
            }
            fields.words(name, sound);
        }
        _ => fields.words(name, text(&value)),
    }
}

/// Words and blanks, odd ones in encoded words. Neighbours are encoded together: readers drop the blank between two encoded words
/// (RFC 2047 §6.2).
fn text(value: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut run: Vec<&str> = Vec::new();
    for word in value.trim().split(' ') {
        if is_odd(word) || word.is_empty() && !run.is_empty() {
            run.push(word);
            continue;
        }
        flush(&mut run, &mut words);
        words.push(word.to_owned());
    }
    flush(&mut run, &mut words);
    words
}

fn flush(run: &mut Vec<&str>, words: &mut Vec<String>) {
    // Blanks behind the last odd word are not part of it.
    let end = run.iter().rposition(|word| !word.is_empty()).map_or(0, |last| last + 1);
    words.extend(encoded_words(&run.get(..end).unwrap_or_default().join(" ")));
    words.extend(run.drain(..).skip(end).map(str::to_owned));
}

fn is_odd(word: &str) -> bool {
    !word.is_ascii() || word.len() > LONGEST_WORD
}

/// The words of an address-list (RFC 5322 §3.4), read as far as it is one. No encoded word stands in an address or a quoted string
/// (RFC 2047 §5).
fn addresses(value: &str, losses: &mut Vec<String>) -> Vec<String> {
    let mut list = List { words: Vec::new(), phrase: Vec::new(), losses };
    let mut rest = value.trim_start();
    while let Some(first) = rest.chars().next() {
        let behind = rest.get(first.len_utf8()..).unwrap_or_default();
        rest = match first {
            '"' => {
                let (text, behind) = quoted_string(behind);
                list.phrase.push(Word::Quoted(text));
                behind
            }
            '<' => {
                let (address, behind) = behind.split_once('>').unwrap_or((behind, ""));
                list.end_phrase();
                list.bracketed(address);
                behind
            }
            '(' => {
                let (comment, behind) = behind.split_once(')').unwrap_or((behind, ""));
                list.end_phrase();
                list.comment(comment);
                behind
            }
            ',' | ';' | ':' => {
                list.end_phrase();
                // Marks without end are words of their own, so that a line can end between them.
                match list.words.last_mut().filter(|last| !last.ends_with([',', ';', ':'])) {
                    Some(last) => last.push(first),
                    None => list.words.push(first.to_string()),
                }
                behind
            }
            _ => {
                let end = rest.find(|letter| " \"<(,;:".contains(letter)).unwrap_or(rest.len());
                let (word, behind) = rest.split_at(end);
                list.phrase.push(Word::Bare(word));
                behind
            }
        }
        .trim_start();
    }
    list.end_phrase();
    list.words
}

enum Word<'a> {
    Bare(&'a str),
    Quoted(String),
}

struct List<'a, 'b> {
    words: Vec<String>,
    phrase: Vec<Word<'a>>,
    losses: &'b mut Vec<String>,
}

impl List<'_, '_> {
    /// Writes what was gathered: an address without a name, or a name.
    fn end_phrase(&mut self) {
        let phrase = std::mem::take(&mut self.phrase);
        if let [Word::Bare(word)] = *phrase
            && word.contains('@')
        {
            let address = self.address(word);
            self.words.push(address);
            return;
        }
        let text = |word: &Word<'_>| match word {
            Word::Bare(word) => (*word).to_owned(),
            Word::Quoted(text) => text.clone(),
        };
        let texts: Vec<String> = phrase.iter().map(text).collect();
        if texts.iter().any(|text| is_odd(text)) {
            self.words.extend(encoded_words(&texts.join(" ")));
            return;
        }
        self.words.extend(phrase.into_iter().map(|word| match word {
            Word::Bare(word) => word.to_owned(),
            Word::Quoted(text) => quoted(&text),
        }));
    }

    fn comment(&mut self, comment: &str) {
        let mut words = text(comment);
        if let Some(first) = words.first_mut() {
            first.insert(0, '(');
        }
        if let Some(last) = words.last_mut() {
            last.push(')');
        }
        self.words.append(&mut words);
    }

    fn bracketed(&mut self, address: &str) {
        let address = if address.trim().is_empty() { String::new() } else { self.address(address.trim()) };
        self.words.push(format!("<{address}>"));
    }

    /// An address as it is, if mail has such.
    fn address(&mut self, address: &str) -> String {
        if !is_odd(address) {
            return address.to_owned();
        }
        let known = Mailbox::new(None, None, Some("SMTP".to_owned()), Some(address.to_owned()));
        let known = known.unwrap_or_else(Mailbox::unknown);
        self.losses.extend(known.loss);
        known.address
    }
}

/// RFC 5322 §3.2.4: the text up to the quote that ends it, and what follows.
fn quoted_string(from: &str) -> (String, &str) {
    let mut text = String::new();
    let mut letters = from.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (text, from.get(at + 1..).unwrap_or_default()),
            '\\' => text.extend(letters.next().map(|(_, letter)| letter)),
            _ => text.push(letter),
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_parser::{HeaderForm, MessageParser};

    fn field(name: &str, value: &str) -> (String, Vec<String>) {
        let (mut fields, mut losses) = (Fields::default(), Vec::new());
        add(&mut fields, name, value, &mut losses);
        (fields.as_str().to_owned(), losses)
    }

    #[test]
    fn text_means_the_same() {
        for text in [
            "Grüße für dich",
            "Das \"schöne\" Haus",
            "\"schön\\\" ist\" es",
            "zwei  Blanks  für  dich",
            "plain  words, then  ä",
            &"ö".repeat(400),
            &"long ".repeat(400),
        ] {
            for name in ["Subject", "X-Own", "Comments"] {
                let (field, losses) = field(name, text);
                assert!(field.lines().all(|line| line.is_ascii() && line.len() < 998), "{field}");
                let mail = MessageParser::new().parse(field.as_bytes()).unwrap();
                let read = mail.header_as(name, HeaderForm::Text);
                let read = read.first().and_then(|value| value.as_text()).unwrap();
                // Readers agree on one blank beside an encoded word, not on several.
                let blanks = |text: &str| match name {
                    "X-Own" => text.split_whitespace().collect::<Vec<_>>().join(" "),
                    _ => text.trim().to_owned(),
                };
                assert_eq!(blanks(read), blanks(text), "{field}");
                assert!(losses.is_empty());
            }
        }
    }

    #[test]
    fn addresses_stay_addresses() {
        for (value, expected, told) in [
            ("Jörg Groß <j@x.de>, b@x", "=?utf-8?B?SsO2cmcgR3Jvw58=?= <j@x.de>, b@x", 0),
            ("\"Ä, \\\"B\\\" C\" <a@b>", "=?utf-8?B?w4QsICJCIiBD?= <a@b>", 0),
            ("\"Doe, A\" <a@b>, ü <c@d>", "\"Doe, A\" <a@b>, =?utf-8?B?w7w=?= <c@d>", 0),
            ("jörg@x.de", "IMCEASMTP-j+C3+B6rg+40x+2Ede@unresolved.invalid", 1),
            ("J <jörg@x.de>", "J <IMCEASMTP-j+C3+B6rg+40x+2Ede@unresolved.invalid>", 1),
            ("Büro: a@b, c@d;", "=?utf-8?B?QsO8cm8=?=: a@b, c@d;", 0),
            ("a@b (Jörg)", "a@b (=?utf-8?B?SsO2cmc=?=)", 0),
            ("ä <", "=?utf-8?B?w6Q=?= <>", 0),
            ("ä \"b", "=?utf-8?B?w6QgYg==?=", 0),
        ] {
            let (field, losses) = field("To", value);
            assert_eq!(field.replace("\r\n", ""), format!("To: {expected}"));
            assert_eq!(losses.len(), told, "{value}: {losses:?}");
        }
        // Whatever it is, it is a field.
        for part in ["\"ä\" <b@c>, (d)", "ä,", "(ä (", "ä <", "ü@", "\\\"ä", "word ", "(x y) ", ":;", "<>"]
        {
            for skip in 0..3 {
                let value = part.chars().cycle().skip(skip).take(2500).collect::<String>();
                let (field, _) = field("Cc", &value);
                assert!(field.lines().all(|line| line.is_ascii() && line.len() <= 998), "{part}: {field}");
            }
        }
    }

    #[test]
    fn identifiers_are_whole_or_left_out() {
        for (value, expected, told) in
            [("<a@x> <ä@x> <b@x>", "References: <a@x> <b@x>\r\n", 1), ("<ä@x>", "", 1)]
        {
            let (field, losses) = field("References", value);
            assert_eq!((field.as_str(), losses.len()), (expected, told));
        }
    }
}

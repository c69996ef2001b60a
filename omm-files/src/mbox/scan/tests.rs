use super::*;
use crate::mbox::Reading;
use std::io::Write;

const MARK: &str = "From a@b Thu Jan  1 00:00:01 1970\n";

/// The messages of an mbox with this text, as they come out.
fn messages(text: &str, variant: Variant) -> Vec<String> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let open = || File::open(file.path()).unwrap();
    let index = scan(open(), open(), variant).unwrap();
    let read = |message: &Message| {
        let mut whole = Vec::new();
        Reading::new(open(), message).unwrap().read_to_end(&mut whole).unwrap();
        assert_eq!(whole.len() as u64, message.size());
        assert_eq!(index.position(&message.id()).map(|at| index.messages[at].offset), Some(message.offset));
        String::from_utf8(whole).unwrap()
    };
    index.messages.iter().map(read).collect()
}

fn check(text: &str, variant: Variant, found: &[&str]) {
    let text = text.replace("{MARK}", MARK);
    assert_eq!(messages(&text, variant), found, "{variant:?}: {text}");
    let crlf: Vec<String> = found.iter().map(|message| message.replace('\n', "\r\n")).collect();
    if !text.to_lowercase().contains("content-length") {
        assert_eq!(messages(&text.replace('\n', "\r\n"), variant), crlf, "CRLF, {variant:?}: {text}");
    }
}

#[test]
fn where_messages_end() {
    use Variant::ByEvidence as Auto;
    check("", Auto, &[]);
    check("{MARK}A: 1\n\nx\n\n{MARK}A: 2\n\ny\n", Auto, &["A: 1\n\nx\n", "A: 2\n\ny\n"]);
    // No blank line before the postmark, and no line end at the end.
    check("{MARK}A: 1\n\nx\n{MARK}A: 2\n\ny", Auto, &["A: 1\n\nx\n", "A: 2\n\ny"]);
    // Only one blank line is the file's; the one that ends the header is the message's.
    check(
        "{MARK}A: 1\n\nx\n\n\n\n{MARK}A: 2\n\n{MARK}A: 3\n",
        Auto,
        &["A: 1\n\nx\n\n\n", "A: 2\n\n", "A: 3\n"],
    );
    // A sentence is not a postmark, a bare "From " only before a header.
    check(
        "From \nA: 1\n\nsee\nFrom \nthe\n\nFrom \nno colon\n\nFrom \nA: 2\n\ny\n",
        Auto,
        &["A: 1\n\nsee\nFrom \nthe\n\nFrom \nno colon\n", "A: 2\n\ny\n"],
    );
    check(
        "From - \nA: 1\n\nx\nFrom - \nA: 2\n\nFrom - \nhome\n",
        Auto,
        &["A: 1\n\nx\n", "A: 2\n\nFrom - \nhome\n"],
    );
    check("{MARK}A: 1\n\nx\n\nFrom the start\n", Auto, &["A: 1\n\nx\n\nFrom the start\n"]);
}

#[test]
fn quoting_is_undone_by_variant() {
    let text = "{MARK}A: 1\n>From header\n\n>From x\n>>From y\n>>>Frog\n";
    let rd = "A: 1\n>From header\n\nFrom x\n>From y\n>>>Frog\n";
    let o = "A: 1\n>From header\n\nFrom x\n>>From y\n>>>Frog\n";
    let none = "A: 1\n>From header\n\n>From x\n>>From y\n>>>Frog\n";
    check(text, Variant::ByEvidence, &[rd]);
    check(text, Variant::Rd, &[rd]);
    check(text, Variant::Cl, &[rd]);
    check(text, Variant::O, &[o]);
    check(text, Variant::Cl2, &[none]);
}

#[test]
fn content_length_is_believed_only_when_it_leads_to_a_postmark() {
    let inner = "From a@b Thu Jan  1 00:00:01 1970\n>From\n";
    let body = inner.len();
    let text = format!("{{MARK}}Content-Length: {body}\n\n{inner}\n{{MARK}}A: 2\n\n>From y\n");
    let first = format!("Content-Length: {body}\n\n{inner}");
    check(&text, Variant::ByEvidence, &[&first, "A: 2\n\nFrom y\n"]);
    check(&text, Variant::Cl2, &[&first, "A: 2\n\n>From y\n"]);
    // Without it the inner postmark counts.
    assert_eq!(messages(&text.replace("{MARK}", MARK), Variant::Rd).len(), 3);
    for wrong in [body - 1, body + 3, 100_000] {
        let text = text.replace(&format!("Length: {body}"), &format!("Length: {wrong}"));
        assert_eq!(messages(&text.replace("{MARK}", MARK), Variant::ByEvidence).len(), 3, "{wrong}");
    }
    check("{MARK}Content-Length: 2\n\nx\n", Variant::ByEvidence, &["Content-Length: 2\n\nx\n"]);
    check(
        "{MARK}Content-Length: 0\n\n\n{MARK}A: 2\n\ny\n",
        Variant::ByEvidence,
        &["Content-Length: 0\n\n", "A: 2\n\ny\n"],
    );
    // mboxcl quotes inside the counted bytes.
    check("{MARK}Content-Length: 8\n\n>From x\n\n", Variant::Cl, &["Content-Length: 8\n\nFrom x\n"]);
}

#[test]
fn ids_survive_reading_and_tell_twins_apart() {
    let ids = |text: &str| -> Vec<String> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.replace("{MARK}", MARK).as_bytes()).unwrap();
        let open = || File::open(file.path()).unwrap();
        scan(open(), open(), Variant::ByEvidence).unwrap().messages.iter().map(Message::id).collect()
    };
    let unread = ids("{MARK}A: 1\nStatus: O\n\nx\n\n{MARK}A: 1\n\nx\n\n{MARK}A: 2\n\nx\n");
    assert_eq!(unread[1], format!("{}.1", unread[0]));
    assert_eq!(ids("{MARK}A: 1\nStatus: RO\nX-Status: A\n\nx\n")[0], unread[0]);
    // The first twin was deleted: the other goes on under the name without an ordinal.
    assert_eq!(ids("{MARK}A: 1\n\nx\n\n{MARK}A: 2\n\nx\n"), [unread[0].clone(), unread[2].clone()]);
}

#[test]
fn a_very_long_line_is_carried_whole() {
    let long = ">From ".repeat(20_000);
    let text = format!("{MARK}A: 1\n\n{long}\n\n{MARK}A: 2\n\ny\n");
    assert_eq!(messages(&text, Variant::Rd), [format!("A: 1\n\n{}\n", &long[1..]), "A: 2\n\ny\n".to_owned()]);
}

//! What we write as mail, read by Python's `email`, which knows nothing of us.

use omm_mapi::{
    Options, StoredAttachment, StoredMessage, mail,
    property::{Properties, Value, tag},
};
use std::{
    io::Write,
    process::{Command, Stdio},
};

/// Prints what it finds, a line each: header fields, then each part with its type, name and bytes, then its complaints.
const SCRIPT: &str = r#"
import email, email.policy, sys
mail = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
def say(*words): sys.stdout.buffer.write((" ".join(words) + "\n").encode())
for name in ["From", "To", "Subject"]: say(name, str(mail[name]))
def show(part, depth):
    say("-" * depth, part.get_content_type(), str(part.get_content_charset()), str(part.get_filename()), str(part["Content-ID"]))
    for defect in part.defects: say("DEFECT", type(defect).__name__)
    for value in part.values():
        for defect in value.defects: say("DEFECT", type(defect).__name__, value)
    if part.is_multipart():
        for inner in part.get_payload(): show(inner, depth + 1)
    else: say(part.get_payload(decode=True).hex())
show(mail, 1)
"#;

fn bag(values: Vec<(u16, Value)>) -> Properties {
    let mut properties = Properties::default();
    values.into_iter().for_each(|(id, value)| properties.insert(id, value));
    properties
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What Python says; nothing if there is none.
fn read(mail: &[u8]) -> Option<String> {
    let mut python = Command::new("python3");
    python.args(["-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut running = python.spawn().ok()?;
    running.stdin.take()?.write_all(mail).ok()?;
    let output = running.wait_with_output().ok()?;
    assert!(output.status.success(), "Python could not read it");
    String::from_utf8(output.stdout).ok()
}

#[test]
fn what_went_in_comes_out() {
    const LONG: &str =
        "Ein sehr langer Name mit Umlauten äöüÄÖÜß und Leerzeichen, damit er in Stücke geht.pdf";
    let html = b"<p style=\"x=y\">Gr\xfc\xdfe \xe4\n<img src='cid:a@b'>\r\n.\r\nFrom  \r\n</p>".to_vec();
    let body = "Grüße\nFrom here\n.\nlong ".to_owned() + &"wörd ".repeat(100);
    let data: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    let inner = StoredMessage {
        properties: bag(vec![(tag::SUBJECT, text("Innen ü")), (tag::BODY, text("inner"))]),
        ..StoredMessage::default()
    };
    let attachment = |values, data: Option<&[u8]>, message: Option<StoredMessage>| StoredAttachment {
        properties: bag(values),
        data: data.map(<[u8]>::to_vec),
        message: message.map(Box::new),
    };
    let message = StoredMessage {
        properties: bag(vec![
            (
                tag::SUBJECT,
                text("Ein langer Betreff, \"mit\" allem: äöü 日本語 😀 und noch ein wenig mehr davon"),
            ),
            (tag::SENDER_NAME, text("Müller, Jürgen")),
            (tag::SENDER_SMTP_ADDRESS, text("jm@x.org")),
            (tag::BODY, text(&body)),
            (tag::BODY_HTML, Value::Binary(html.clone())),
            (tag::INTERNET_CODEPAGE, Value::Integer32(28591)),
        ]),
        recipients: vec![
            bag(vec![
                (tag::RECIPIENT_TYPE, Value::Integer32(1)),
                (tag::DISPLAY_NAME, text("O'Neil, \"Bob\"")),
                (tag::SMTP_ADDRESS, text("bob@x.org")),
            ]),
            bag(vec![(tag::RECIPIENT_TYPE, Value::Integer32(1)), (tag::EMAIL_ADDRESS, text("carl@x.org"))]),
        ],
        attachments: vec![
            attachment(
                vec![(tag::ATTACH_LONG_FILENAME, text("i.png")), (tag::ATTACH_CONTENT_ID, text("a@b"))],
                Some(b"PNG"),
                None,
            ),
            attachment(vec![(tag::ATTACH_LONG_FILENAME, text(LONG))], Some(&data), None),
            attachment(vec![(tag::ATTACH_METHOD, Value::Integer32(5))], None, Some(inner)),
        ],
    };
    let mail = mail::convert(&message, &Options::default()).expect("mail").body.into_bytes().expect("bytes");
    let Some(found) = read(&mail) else {
        println!("skipped: no python3");
        return;
    };
    let expected = [
        "From \"Müller, Jürgen\" <jm@x.org>".to_owned(),
        "To \"O'Neil, \\\"Bob\\\"\" <bob@x.org>, carl@x.org".to_owned(),
        "Subject Ein langer Betreff, \"mit\" allem: äöü 日本語 😀 und noch ein wenig mehr davon".to_owned(),
        "- multipart/mixed None None None".to_owned(),
        "-- multipart/related None None None".to_owned(),
        "--- multipart/alternative None None None".to_owned(),
        "---- text/plain utf-8 None None".to_owned(),
        hex(body.replace('\n', "\r\n").as_bytes()),
        "---- text/html iso-8859-1 None None".to_owned(),
        hex(&html),
        "--- image/png None i.png <a@b>".to_owned(),
        hex(b"PNG"),
        format!("-- application/pdf None {LONG} None"),
        hex(&data),
        "-- message/rfc822 None Innen ü.eml None".to_owned(),
        "--- text/plain us-ascii None None".to_owned(),
        hex(b"inner"),
    ];
    for (found, expected) in found.lines().zip(&expected) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.lines().count(), expected.len());
}

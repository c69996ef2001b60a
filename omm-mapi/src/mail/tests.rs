//! Stories: what goes in as properties comes out as mail, and reads as what went in.

use super::*;
use crate::{
    convert::{Budget, DEEPEST},
    error::Error,
    object::{StoredAttachment, StoredMessage},
    property::Value,
};
use mail_parser::{MessageParser, MimeHeaders, PartType};
use std::{
    io::{self, Read},
    sync::Arc,
};

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn bag(values: Vec<(u16, Value)>) -> Properties {
    let mut properties = Properties::default();
    values.into_iter().for_each(|(id, value)| properties.insert(id, value));
    properties
}

fn note(mut values: Vec<(u16, Value)>) -> StoredMessage {
    values.push((tag::SENT_REPRESENTING_NAME, text("Ann")));
    values.push((tag::SENT_REPRESENTING_SMTP_ADDRESS, text("ann@x.org")));
    values.push((tag::SUBJECT, text("Hello")));
    StoredMessage { properties: bag(values), ..StoredMessage::default() }
}

fn file(name: &str, data: &[u8], mut values: Vec<(u16, Value)>) -> StoredAttachment {
    values.push((tag::ATTACH_LONG_FILENAME, text(name)));
    StoredAttachment { properties: bag(values), data: Some(data.to_vec()), message: None }
}

fn inside(message: StoredMessage) -> StoredAttachment {
    let values = vec![(tag::ATTACH_METHOD, Value::Integer32(5)), (tag::DISPLAY_NAME, text("Inner"))];
    StoredAttachment { properties: bag(values), data: None, message: Some(Box::new(message)) }
}

fn written(message: &StoredMessage) -> String {
    let converted = convert(message, &Options::default()).unwrap();
    assert_eq!(converted.losses, Vec::<String>::new());
    String::from_utf8(converted.body.into_bytes().unwrap()).unwrap()
}

/// The same with the boundaries' digests left out, which are no part of a story.
fn golden(message: &StoredMessage) -> String {
    let mail = written(message);
    let mut golden = String::new();
    for (at, part) in mail.split(encode::BOUNDARY).enumerate() {
        golden += match at {
            0 => part,
            _ => part.get(25..).unwrap(),
        };
    }
    golden
}

const HTML: &str = "<p><img src=\"cid:a@b\">Hi</p>";

#[test]
fn only_the_levels_that_are_needed() {
    let plain = (tag::BODY, text("Hi"));
    let html = (tag::BODY_HTML, Value::Binary(HTML.into()));
    let image = || file("i.png", b"PNG", vec![(tag::ATTACH_CONTENT_ID, text("a@b"))]);
    let other = || file("o.pdf", b"PDF", vec![]);
    for (values, attachments, expected) in [
        (vec![plain.clone()], vec![], "text/plain"),
        (vec![], vec![], "text/plain"),
        (vec![html.clone()], vec![], "text/html"),
        (vec![plain.clone(), html.clone()], vec![], "multipart/alternative(text/plain text/html)"),
        (vec![html.clone()], vec![image()], "multipart/related(text/html image/png)"),
        (vec![plain.clone()], vec![other()], "multipart/mixed(text/plain application/pdf)"),
        (vec![], vec![other()], "multipart/mixed(application/pdf)"),
        (vec![plain.clone()], vec![image()], "multipart/mixed(text/plain image/png)"),
        (
            vec![plain, html],
            vec![other(), image()],
            "multipart/mixed(multipart/related(multipart/alternative(text/plain text/html) image/png) application/pdf)",
        ),
    ] {
        let mut message = note(values);
        message.attachments = attachments;
        let mail = written(&message);
        let parsed = MessageParser::new().parse(&mail).unwrap();
        assert_eq!(shape(&parsed, 0), expected, "{mail}");
        assert_eq!(mail, written(&message), "the same message gives the same bytes");
    }
}

#[test]
fn what_the_html_shows_is_inline_and_all_else_is_not() {
    let id = |id: &str| (tag::ATTACH_CONTENT_ID, text(id));
    let place = (tag::ATTACH_CONTENT_LOCATION, text("1.jpg"));
    let rendered = (tag::ATTACH_FLAGS, Value::Integer32(4));
    for (values, expected) in [
        (vec![id("a@b")], "inline"),
        (vec![id("c@d")], "attachment"),
        (vec![place.clone(), rendered], "inline"),
        (vec![place], "attachment"),
        (vec![], "attachment"),
    ] {
        let mut message = note(vec![(tag::BODY_HTML, Value::Binary(HTML.into()))]);
        message.attachments = vec![file("1.jpg", b"JPEG", values.clone())];
        let mail = written(&message);
        assert!(
            mail.contains(&format!("Content-Disposition: {expected}; filename=1.jpg\r\n")),
            "{values:?}: {mail}"
        );
    }
}

/// The tree of media types.
fn shape(message: &mail_parser::Message<'_>, part: u32) -> String {
    let part = &message.parts[part as usize];
    let kind = part.content_type().map(|kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap()));
    let kind = kind.unwrap_or_else(|| "text/plain".to_owned());
    match &part.body {
        PartType::Multipart(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| shape(message, *part)).collect();
            format!("{kind}({})", parts.join(" "))
        }
        PartType::Message(inner) => format!("{kind}[{}]", shape(inner, 0)),
        _ => kind,
    }
}

#[test]
fn a_whole_message_to_the_letter() {
    let mut message = note(vec![
        (tag::BODY, text("Grüße\nx")),
        (tag::BODY_HTML, Value::Binary(b"<p>Gr\xfc\xdfe\n".to_vec())),
        (tag::INTERNET_CODEPAGE, Value::Integer32(1252)),
    ]);
    message.attachments = vec![file("Ü.txt", b"abc", vec![])];
    let expected = "From: Ann <ann@x.org>\r\nSubject: Hello\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=\"0_1\"\r\n\r\n\
        --0_1\r\n\
        Content-Type: multipart/alternative; boundary=\"0_2\"\r\n\r\n\
        --0_2\r\n\
        Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n\
        R3LDvMOfZQ0KeA==\r\n\r\n\
        --0_2\r\n\
        Content-Type: text/html; charset=windows-1252\r\nContent-Transfer-Encoding: base64\r\n\r\n\
        PHA+R3L832UK\r\n\r\n\
        --0_2--\r\n\r\n\
        --0_1\r\n\
        Content-Type: text/plain; name*=utf-8''%C3%9C.txt\r\n\
        Content-Disposition: attachment; filename*=utf-8''%C3%9C.txt\r\n\
        Content-Transfer-Encoding: base64\r\n\r\n\
        YWJj\r\n\r\n\
        --0_1--\r\n";
    assert_eq!(golden(&message).replace("\r\n boundary", " boundary"), expected);
}

#[test]
fn messages_within_messages() {
    let innermost = note(vec![(tag::BODY, text("deep"))]);
    let mut middle = note(vec![(tag::BODY, text("middle"))]);
    middle.attachments = vec![inside(innermost), file("a.bin", &[0; 100], vec![])];
    let mut outer = note(vec![(tag::BODY, text("outer"))]);
    outer.attachments = vec![inside(middle)];
    let mail = written(&outer);
    let parsed = MessageParser::new().parse(&mail).unwrap();
    let inner = "multipart/mixed(text/plain message/rfc822[text/plain] application/octet-stream)";
    assert_eq!(shape(&parsed, 0), format!("multipart/mixed(text/plain message/rfc822[{inner}])"));
}

#[test]
fn messages_too_deep_are_said_and_not_followed() {
    let mut message = note(vec![]);
    for _ in 0..40 {
        let mut outer = note(vec![]);
        outer.attachments = vec![inside(message)];
        message = outer;
    }
    let converted = convert(&message, &Options::default()).unwrap();
    assert_eq!(converted.losses.len(), 1);
    let mail = String::from_utf8(converted.body.into_bytes().unwrap()).unwrap();
    assert_eq!(mail.matches("message/rfc822").count(), usize::from(DEEPEST));
    assert!(mail.contains("could not be read"));
}

/// A message whose body is too large for its reader.
struct Large(StoredMessage);

impl Message for Large {
    fn properties(&self) -> &Properties {
        &self.0.properties
    }

    fn too_large(&self) -> Vec<u16> {
        vec![tag::BODY, 0x1234]
    }

    fn recipients(&self) -> Result<Vec<Properties>> {
        Ok(Vec::new())
    }

    fn attachments(&self) -> Result<Vec<Box<dyn Attachment>>> {
        Ok(Vec::new())
    }
}

#[test]
fn what_was_too_large_is_told() {
    for class in ["IPM.Note", "IPM.StickyNote"] {
        let message = Large(note(vec![(tag::MESSAGE_CLASS, text(class))]));
        let losses = crate::convert(&message, &Options::default()).unwrap().losses;
        let expected =
            ["a body is too large and is left out", "the property 0x1234 is too large and is left out"];
        assert_eq!(losses, expected, "{class}");
    }
}

/// A message with itself attached several times: what a damaged or hostile file says.
#[derive(Clone)]
struct Wide(StoredMessage, usize);

impl Message for Wide {
    fn properties(&self) -> &Properties {
        &self.0.properties
    }

    fn recipients(&self) -> Result<Vec<Properties>> {
        Ok(Vec::new())
    }

    fn attachments(&self) -> Result<Vec<Box<dyn Attachment>>> {
        let row = bag(vec![(tag::ATTACH_METHOD, Value::Integer32(5))]);
        Ok((0..self.1).map(|_| Box::new(Row(row.clone(), self.clone())) as Box<dyn Attachment>).collect())
    }
}

struct Row(Properties, Wide);

impl Attachment for Row {
    fn properties(&self) -> &Properties {
        &self.0
    }

    fn data(&self) -> Result<Option<Box<dyn Read + Send>>> {
        Ok(None)
    }

    fn message(&self) -> Result<Option<Box<dyn Message>>> {
        Ok(Some(Box::new(self.1.clone())))
    }
}

#[test]
fn messages_too_many_are_said_and_not_followed() {
    for (wide, (messages, attachments, text_bytes), carried, told) in [
        // A message of a few bytes, attached to itself twice: 131,070 messages down to the deepest.
        (2, (1000, 10_000, 1 << 20), 1000, "more messages lie in this one than in any"),
        (2, (1000, 100, 1 << 20), 100, "more than 10000 attachments: the rest is left out"),
        // The text of the item itself and of three more.
        (2, (1000, 10_000, 400), 3, "the messages in this one hold more text than any"),
    ] {
        let budget = Arc::new(Budget::of(messages, attachments, text_bytes));
        let options = Options { budget, ..Options::default() };
        let message = Wide(note(vec![(tag::BODY, text(&"x".repeat(49)))]), wide);
        let converted = convert_inside(&message, &options).unwrap();
        assert!(converted.losses.iter().any(|loss| loss.contains(told)), "{:?}", converted.losses.last());
        let mail = converted.body.into_bytes().unwrap();
        let found = memchr::memmem::find_iter(&mail, b"Content-Type: message/rfc822").count();
        assert!(found <= carried && found * 2 > carried, "{found}");
    }
}

#[test]
fn attachments_of_other_kinds() {
    let link = |method| {
        let values = vec![
            (tag::ATTACH_METHOD, Value::Integer32(method)),
            (tag::ATTACH_LONG_FILENAME, text("plan.doc")),
            (tag::ATTACH_LONG_PATHNAME, text("\\\\server\\plan.doc")),
        ];
        StoredAttachment { properties: bag(values), ..StoredAttachment::default() }
    };
    let ole = StoredAttachment {
        properties: bag(vec![(tag::ATTACH_METHOD, Value::Integer32(6))]),
        data: Some(b"\xd0\xcf\x11\xe0".to_vec()),
        message: None,
    };
    let mail_file = |data: &[u8]| file("m.eml", data, vec![(tag::ATTACH_MIME_TAG, text("message/rfc822"))]);
    let mut message = note(vec![(tag::BODY, text("x"))]);
    message.attachments = vec![
        link(2),
        link(7),
        ole,
        mail_file(b"Subject: y\r\n\r\nz\r\n"),
        mail_file(b"Subject: y\n\nz\xff\n"),
        StoredAttachment::default(),
    ];
    let mail = written(&message);
    let parsed = MessageParser::new().parse(&mail).unwrap();
    let expected = "multipart/mixed(text/plain text/plain text/plain application/octet-stream message/rfc822[text/plain] \
        application/octet-stream)";
    assert_eq!(shape(&parsed, 0), expected);
    assert_eq!(mail.matches("plan.doc\r\n\\\\server\\plan.doc").count(), 2);
    assert!(mail.contains("object.ole"));
}

/// An attachment whose bytes break off.
struct Broken(Properties);

impl Attachment for Broken {
    fn properties(&self) -> &Properties {
        &self.0
    }

    fn data(&self) -> Result<Option<Box<dyn Read + Send>>> {
        Ok(Some(Box::new(io::Cursor::new(b"start").chain(Breaks))))
    }

    fn message(&self) -> Result<Option<Box<dyn Message>>> {
        Ok(None)
    }
}

struct Breaks;

impl Read for Breaks {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("a bad block"))
    }
}

/// A message with a broken attachment, whose recipients cannot be read.
struct Damaged(StoredMessage);

impl Message for Damaged {
    fn properties(&self) -> &Properties {
        &self.0.properties
    }

    fn recipients(&self) -> Result<Vec<Properties>> {
        Err(Error::malformed("a bad table"))
    }

    fn attachments(&self) -> Result<Vec<Box<dyn Attachment>>> {
        let name = bag(vec![(tag::ATTACH_LONG_FILENAME, text("a.doc"))]);
        let mut all = self.0.attachments()?;
        all.insert(0, Box::new(Broken(name)));
        Ok(all)
    }
}

#[test]
fn damage_is_an_error_first_and_a_line_of_text_then() {
    let mut message = Damaged(note(vec![(tag::BODY, text("x"))]));
    message.0.attachments = vec![file("b.txt", b"whole", vec![])];
    assert!(convert(&message, &Options::default()).is_err());
    let options = Options { without_damaged: true, ..Options::default() };
    let converted = convert(&message, &options).unwrap();
    assert_eq!(
        converted.losses,
        [
            "the recipients could not be read: a bad table",
            "The attachment \"a.doc\" could not be read: a bad block"
        ]
    );
    let mail = String::from_utf8(converted.body.into_bytes().unwrap()).unwrap();
    assert!(mail.contains("The attachment \"a.doc\" could not be read: a bad block\r\n"), "{mail}");
    assert!(mail.contains("d2hvbGU="), "{mail}");
}

#[test]
fn a_broken_attachment_fails_while_it_is_read() {
    let attachment = Broken(bag(vec![(tag::ATTACH_LONG_FILENAME, text("m.eml"))]));
    let mut composer = Composer { options: &Options::default(), losses: Vec::new() };
    let part = composer.attachment(&attachment).unwrap().unwrap();
    let mut pieces = Pieces::new();
    part.write(&mut Boundaries::new(&blake3::hash(b""), 0), &mut pieces);
    assert!(pieces.into_bytes().is_err());
}

#[test]
fn sealed_mail_keeps_its_bytes() {
    let entity = b"Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\";\r\n\tboundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\xe4\r\n--b\r\nContent-Type: application/pkcs7-signature\r\n\r\nx\r\n--b--\r\n";
    let mut message = note(vec![(tag::MESSAGE_CLASS, text("IPM.Note.SMIME.MultipartSigned"))]);
    message.attachments = vec![file("smime.p7m", entity, vec![])];
    let mail = convert(&message, &Options::default()).unwrap().body.into_bytes().unwrap();
    let header = b"From: Ann <ann@x.org>\r\nSubject: Hello\r\nMIME-Version: 1.0\r\n";
    assert_eq!(mail, [&header[..], entity].concat());
    // Within another message the whole says that it has 8-bit text.
    let mut outer = note(vec![(tag::BODY, text("x"))]);
    outer.attachments = vec![inside(message)];
    let mail = convert(&outer, &Options::default()).unwrap().body.into_bytes().unwrap();
    let shown = String::from_utf8_lossy(&mail);
    assert_eq!(shown.matches("Content-Transfer-Encoding: 8bit").count(), 2, "{shown}");

    let mut message = note(vec![(tag::MESSAGE_CLASS, text("IPM.Note.SMIME"))]);
    let kind = "application/pkcs7-mime; smime-type=enveloped-data; name=\"smime.p7m\"";
    message
        .properties
        .insert(tag::TRANSPORT_MESSAGE_HEADERS, text(&format!("X: y\r\nContent-Type: {kind}\r\n")));
    message.attachments = vec![file("smime.p7m", b"\x30\x80", vec![])];
    let mail = written(&message);
    assert!(mail.contains("smime-type=enveloped-data"), "{mail}");
    assert!(mail.ends_with("\r\n\r\nMIA=\r\n"), "{mail}");
    // Two attachments: not what the class says, so like any other mail.
    message.attachments.push(file("b", b"", vec![]));
    assert!(written(&message).contains("multipart/mixed"));
}

#[test]
fn reports() {
    let mut message =
        note(vec![(tag::MESSAGE_CLASS, text("REPORT.IPM.Note.NDR")), (tag::ORIGINAL_SUBJECT, text("Lost"))]);
    message.recipients = vec![bag(vec![
        (tag::RECIPIENT_TYPE, Value::Integer32(1)),
        (tag::DISPLAY_NAME, text("Bob")),
        (tag::SMTP_ADDRESS, text("bob@x.org")),
        (tag::NON_DELIVERY_REPORT_STATUS_CODE, Value::Integer32(511)),
        (tag::SUPPLEMENTARY_INFO, text("<x #5.1.1 unknown>")),
    ])];
    message.attachments = vec![inside(note(vec![(tag::BODY, text("lost"))]))];
    let mail = written(&message);
    let parsed = MessageParser::new().parse(&mail).unwrap();
    let expected = "multipart/report(text/plain message/delivery-status message/rfc822[text/plain])";
    assert_eq!(shape(&parsed, 0), expected);
    for line in [
        "Subject: Lost\r\n",
        "Reporting-MTA: dns; unresolved.invalid\r\n\r\nFinal-Recipient: rfc822; bob@x.org\r\nAction: failed\r\nStatus: 5.1.1\r\n",
        "Diagnostic-Code: smtp; <x #5.1.1 unknown>\r\n",
        "report-type=delivery-status",
    ] {
        assert!(mail.contains(line), "{line}: {mail}");
    }
    // One that came over the Internet has its own report attached; the message may have a Content-ID.
    let status = b"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; eve@x.org\r\n".to_vec();
    let kind = (tag::ATTACH_MIME_TAG, text("message/delivery-status"));
    message.attachments.insert(0, file("details.txt", &status, vec![kind]));
    message.attachments[1].properties.insert(tag::ATTACH_CONTENT_ID, text("a@b"));
    message.attachments[1].properties.insert(tag::ATTACH_FLAGS, Value::Integer32(4));
    message.properties.insert(tag::BODY_HTML, Value::Binary(HTML.into()));
    let mail = written(&message);
    let parsed = MessageParser::new().parse(&mail).unwrap();
    let expected = "multipart/report(text/html message/delivery-status message/rfc822[text/plain])";
    assert_eq!(shape(&parsed, 0), expected, "{mail}");
    assert!(mail.contains("rfc822; eve@x.org") && !mail.contains("rfc822; bob@x.org"), "{mail}");
    let receipt = note(vec![
        (tag::MESSAGE_CLASS, text("REPORT.IPM.Note.IPNRN")),
        (tag::ORIGINAL_MESSAGE_ID, text("<1@x>")),
        (tag::BODY, text("read")),
    ]);
    let mail = written(&receipt);
    assert!(mail.contains("Final-Recipient: rfc822; ann@x.org\r\nOriginal-Message-ID: <1@x>\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n"), "{mail}");
}

//! Mail of every sort.

use super::super::item::{Attachment, Item, Recipient, RecipientKind};
use super::super::property::{Key, Properties, Set, Value};
use super::others::categories;
use super::{at, compound_file, compress, encapsulate, noise};

/// The HTML of [`full`]; its image is the attachment with that Content-ID.
const HTML: &str = "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"></head>\
<body><p>Dear <b>Bruno</b>, the café's bill: 12 €.</p><p><img src=\"cid:logo@example.org\"></p></body></html>";

/// A plain mail, received and read, without headers of its transport.
pub fn plain(subject: &str, body: &str) -> Item {
    Item::new("IPM.Note", subject)
        .with(0x1000, body)
        .with_all(from("Ana Sample", "ana@example.org"))
        .with(0x0039, at(2023, 2, 3, 9, 15))
        .with(0x0e06, at(2023, 2, 3, 9, 16))
        .with(0x3007, at(2023, 2, 3, 9, 16))
        .with(0x3008, at(2023, 2, 3, 9, 20))
        .to(RecipientKind::To, "Bruno Example", "bruno@example.com")
}

/// A mail with everything: headers, HTML, RTF and plain text, categories, To, Cc and Bcc, and five attachments: bytes, an
/// inline image, a message, an OLE object, a reference. `large` is the size of a sixth in bytes, 0 for none.
pub fn full(large: usize) -> Item {
    let (html_in_1252, _, _) = encoding_rs::WINDOWS_1252.encode(HTML);
    let mut item = plain("RE: Everything in one mail – naïve €", "Dear Bruno, the café's bill: 12 €.\r\n")
        .with(
            0x007d,
            headers("full", "RE: =?utf-8?Q?Everything_in_one_mail_=E2=80=93_na=C3=AFve_=E2=82=AC?=").as_str(),
        )
        .with(0x1013, HTML.as_bytes().to_vec())
        .with(0x1009, compress(&encapsulate(&html_in_1252, 1252)))
        .with(0x0e1f, true)
        .with(0x3fde, 65001)
        .with(0x3ffd, 1252)
        .with(0x3ff1, 1033)
        .with(0x1016, 3) // native body: HTML
        .with(0x1035, "<full@example.org>")
        .with(0x1039, "<first@example.org> <second@example.org>")
        .with(0x1042, "<second@example.org>")
        .with(0x0071, conversation_index())
        .with(0x0017, 2)
        .with(0x0036, 2)
        .with(0x0023, true)
        .with(0x0029, true)
        .with(0x004f, reply_to())
        .with(0x0050, "Replies Here")
        .with(0x5d01, "ana@example.org")
        .with(0x5d02, "ana@example.org")
        .with(Key::Word(Set::INTERNET_HEADERS, "x-project".to_owned()), "Apollo")
        .with(categories(), Value::ManyTexts(vec!["Red Category".to_owned(), "Größe".to_owned()]))
        .to(RecipientKind::Cc, "Carla Copy", "carla@example.net")
        .to(RecipientKind::Bcc, "Secret Reader", "secret@example.net");
    item.recipients.push(Recipient {
        kind: RecipientKind::Cc,
        name: "Eva Exchange".to_owned(),
        address_type: "EX".to_owned(),
        address: "/o=Example/ou=Exchange Administrative Group/cn=Recipients/cn=eva".to_owned(),
        more: vec![(0x39fe, Value::from("eva@example.com"))],
    });
    item.attachments = attachments(large);
    item
}

/// A mail that has been answered, and how: 102 to the sender, 103 to all, 104 forwarded ([MS-OXOMSG] §2.2.1.4).
pub fn reply(verb: i32) -> Item {
    plain("AW: Answered", "It was answered.\r\n")
        .with(0x1081, verb)
        .with(0x1082, at(2023, 2, 4, 10, 0))
        .with(0x1080, if verb == 104 { 0x106 } else { 0x105 })
}

/// A mail that has been forwarded and flagged for a time.
pub fn forwarded() -> Item {
    let common = |lid: u32| Key::Number(Set::COMMON, lid);
    let task = |lid: u32| Key::Number(Set::TASK, lid);
    reply(104)
        .with(0x1090, 2) // flagged
        .with(0x1095, 6)
        .with(0x0e2b, 1)
        .with(common(0x8530), "Follow up")
        .with(common(0x8503), true)
        .with(common(0x8502), at(2023, 2, 10, 9, 0))
        .with(common(0x8516), at(2023, 2, 9, 0, 0))
        .with(common(0x8517), at(2023, 2, 10, 0, 0))
        .with(task(0x8104), at(2023, 2, 9, 0, 0))
        .with(task(0x8105), at(2023, 2, 10, 0, 0))
        .with(task(0x8101), 0)
}

/// A mail that was never sent and has not been read.
pub fn draft() -> Item {
    Item::new("IPM.Note", "Not finished")
        .with(0x1000, "Dear all,\r\n")
        .with(0x0e07, 0x0008) // unsent
        .to(RecipientKind::To, "Bruno Example", "bruno@example.com")
}

/// A mail whose only body is RTF that is RTF: no HTML is in it.
pub fn rich() -> Item {
    let rtf = b"{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Arial;}}\r\n\\pard\\f0\\fs20 Bold \\b is bold\\b0, \\u8364? is a euro.\\par\r\n}";
    let mut item = plain("Rich text only", "").with(0x1009, compress(rtf)).with(0x0e1f, true).with(0x1016, 2);
    item.properties.retain(|(key, _)| *key != Key::Id(0x1000));
    item
}

/// A mail whose narrow texts are in a code page, as those of old clients are.
pub fn in_code_page(code_page: u16, subject: &[u8], body: &[u8]) -> Item {
    let mut item = plain("", "")
        .with(0x3ffd, i32::from(code_page))
        .with(0x3fde, i32::from(code_page))
        .with(0x66c3, i32::from(code_page));
    item.properties.retain(|(key, _)| ![Key::Id(0x0037), Key::Id(0x1000)].contains(key));
    // [MS-PST] §2.5.3.1.1.1: no prefix.
    let marked = [b"\x01\x01", subject].concat();
    item.with(0x0037, Value::Text8(marked)).with(0x1000, Value::Text8(body.to_vec()))
}

/// A signed mail: its one attachment is the whole signed content ([MS-OXOSMIME] §2.1.2).
pub fn signed() -> Item {
    let content = "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; micalg=sha-256;\r\n\
\tboundary=\"b1\"\r\n\r\n--b1\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nSigned words.\r\n\r\n--b1\r\n\
Content-Type: application/pkcs7-signature; name=\"smime.p7s\"\r\nContent-Transfer-Encoding: base64\r\n\r\n\
MIAGCSqGSIb3DQEHAqCAMIACAQExDzANBglghkgBZQMEAgEFADCABgkqhkiG9w0BBwEAAA==\r\n\r\n--b1--\r\n";
    let mut item = plain("Signed", "Signed words.\r\n").with(0x007d, headers("signed", "Signed").as_str());
    item.properties[0].1 = Value::from("IPM.Note.SMIME.MultipartSigned");
    item.attach(Attachment::file("smime.p7m", "multipart/signed", content.as_bytes().to_vec()))
}

/// A report that a mail could not be delivered ([MS-OXOMSG] §3.3.4.2), with the mail.
pub fn report() -> Item {
    let mut item = Item::new("REPORT.IPM.Note.NDR", "Undeliverable: To nobody")
        .with(0x1001, "nobody@example.invalid: there is nobody here.\r\n")
        .with(0x0032, at(2023, 2, 5, 11, 0))
        .with(0x0039, at(2023, 2, 5, 10, 59))
        .with(0x0e06, at(2023, 2, 5, 11, 0))
        .with(0x0049, "To nobody")
        .with(0x004e, at(2023, 2, 5, 10, 58))
        .with(0x0074, "nobody@example.invalid")
        .with(0x0046, vec![0; 16])
        .with_all(from("Mail Delivery System", "postmaster@example.org"));
    item.recipients.push(Recipient {
        kind: RecipientKind::To,
        name: "nobody@example.invalid".to_owned(),
        address_type: "SMTP".to_owned(),
        address: "nobody@example.invalid".to_owned(),
        more: Vec::new(),
    });
    item.attach(Attachment::message(plain("To nobody", "Are you there?\r\n")))
}

/// Who wrote and who sent, as one.
pub(super) fn from(name: &str, address: &str) -> Properties {
    let texts = [
        (0x0042, name),
        (0x0064, "SMTP"),
        (0x0065, address),
        (0x0c1a, name),
        (0x0c1e, "SMTP"),
        (0x0c1f, address),
    ];
    texts.map(|(id, text)| (Key::Id(id), Value::from(text))).into()
}

/// Headers as they came over the wire.
fn headers(id: &str, subject: &str) -> String {
    format!(
        "Received: from mx.example.org by mx.example.com; Fri, 3 Feb 2023 09:16:00 +0000\r\n\
From: Ana Sample <ana@example.org>\r\nTo: Bruno Example <bruno@example.com>\r\n\
Cc: Carla Copy <carla@example.net>, Eva Exchange <eva@example.com>\r\nSubject: {subject}\r\n\
Date: Fri, 3 Feb 2023 10:15:00 +0100\r\nMessage-ID: <{id}@example.org>\r\nIn-Reply-To: <second@example.org>\r\n\
References: <first@example.org> <second@example.org>\r\nX-Project: Apollo\r\nMIME-Version: 1.0\r\n\
Content-Type: multipart/mixed; boundary=\"gone\"\r\n\r\n"
    )
}

/// [MS-OXOMSG] §2.2.1.3: a header of 22 bytes and one reply of five.
fn conversation_index() -> Vec<u8> {
    let mut index = vec![1, 0xd9, 0x37, 0xa1, 0xb2, 0xc3];
    index.extend(noise(71, 16));
    index.extend_from_slice(&[0, 0, 0x10, 0x20, 0x30]);
    index
}

/// A FlatEntryList ([MS-OXCDATA] §2.3.3) of one.
fn reply_to() -> Vec<u8> {
    let entry = super::super::message::one_off("Replies Here", "SMTP", "replies@example.org");
    let mut padded = (entry.len() as u32).to_le_bytes().to_vec();
    padded.extend(entry);
    padded.resize(padded.len().next_multiple_of(4), 0);
    let mut list = 1_u32.to_le_bytes().to_vec();
    list.extend_from_slice(&(padded.len() as u32).to_le_bytes());
    list.extend(padded);
    list
}

fn attachments(large: usize) -> Vec<Attachment> {
    let inner =
        plain("A message in a message", "Inner words.\r\n")
            .attach(Attachment::message(
                plain("A message in a message in a message", "Innermost words.\r\n")
                    .attach(Attachment::file("deep.txt", "text/plain", b"deep".to_vec())),
            ))
            .attach(Attachment::file("inner.bin", "application/octet-stream", noise(1, 10_000)));
    let mut reference = Attachment::file("shared.doc", "application/msword", Vec::new());
    reference.content = super::super::item::Content::Reference("\\\\server\\share\\shared.doc".to_owned());
    let mut all = vec![
        Attachment::file("Größe – 表.bin", "application/octet-stream", noise(2, 20_000)).with(0x3703, ".bin"),
        Attachment::file("logo.png", "image/png", noise(3, 3_000))
            .with(0x3712, "logo@example.org")
            .with(0x3714, 4)
            .with(0x7ffe, true),
        Attachment::message(inner),
        Attachment::ole("Worksheet", compound_file(&noise(4, 6_000))),
        reference,
    ];
    if large > 0 {
        all.push(Attachment::file("large.bin", "application/octet-stream", noise(5, large)));
    }
    all
}

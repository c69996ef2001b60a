//! Which of an item's bodies is used: a message may have up to three, of which Outlook makes the others when it is asked.

use super::{code_page, html, rtf};
use crate::property::{Properties, Value, tag};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use rtf::Rtf;

/// HTML in its own charset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Html {
    /// The document, as it was kept.
    pub bytes: Vec<u8>,
    /// What it is written in, as the charset parameter of a text part says it (RFC 2046 §4.1.2). Goes before what the document says itself.
    pub charset: &'static str,
}

/// The bodies of an item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bodies {
    /// Plain text, if the item has it or has RTF.
    pub plain: Option<String>,
    /// HTML, if the item has it or has RTF that was made of it or has any format.
    pub html: Option<Html>,
    /// What of them could not be read, each a line for people.
    pub losses: Vec<String>,
}

impl Bodies {
    /// Reads them. HTML that is kept as such goes before HTML in RTF.
    pub fn of(properties: &Properties) -> Self {
        let plain = properties.text(tag::BODY);
        if let Some(html) = kept_html(properties) {
            return Self { plain, html: Some(html), losses: Vec::new() };
        }
        let mut losses = Vec::new();
        let (text, html) = match rtf_body(properties, &mut losses) {
            None => (None, None),
            Some(Rtf::Html(html)) => (None, Some(html)),
            Some(Rtf::Text(text)) => (Some(text), None),
            Some(Rtf::Rich { text, html }) => (Some(text), html),
        };
        Self { plain: plain.or_else(|| text.and_then(not_blank)), html: html.map(Html::utf8), losses }
    }

    /// How many bytes they have in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.plain.as_ref().map_or(0, String::len) + self.html.as_ref().map_or(0, |html| html.bytes.len())
    }

    /// The text without format: the plain text, else what the HTML says in plain words.
    pub fn into_text(self) -> Option<String> {
        self.plain.or_else(|| self.html.and_then(|html| not_blank(html.to_text())))
    }
}

impl Html {
    /// A document in UTF-8.
    pub fn utf8(html: String) -> Self {
        Self { bytes: html.into_bytes(), charset: "utf-8" }
    }

    /// The document as a string; bytes that mean nothing in its charset become U+FFFD.
    pub fn decoded(&self) -> String {
        let encoding = Encoding::for_label(self.charset.as_bytes()).unwrap_or(WINDOWS_1252);
        encoding.decode_with_bom_removal(&self.bytes).0.into_owned()
    }

    /// What of it is worth a place beside the plain text: nothing if it shows neither text nor an image, and without what
    /// Word says to Outlook alone, which is many times as long as the text.
    pub fn for_readers(&self) -> Option<String> {
        let document = html::without_conditional_comments(&self.decoded());
        let shows =
            !html::to_text(&document).trim().is_empty() || document.to_ascii_lowercase().contains("<img");
        shows.then_some(document)
    }

    /// Its text.
    pub fn to_text(&self) -> String {
        html::to_text(&self.decoded())
    }
}

/// The text of an item without format: PidTagBody, else what HTML or RTF say in plain words. Without the empty lines that
/// Outlook ends it with; nothing if it says nothing.
pub fn plain_body(properties: &Properties) -> Option<String> {
    // The other bodies are large: not read when they are not needed.
    let text = properties.text(tag::BODY).or_else(|| Bodies::of(properties).into_text())?;
    not_blank(text.trim_end().to_owned())
}

/// The HTML of an item: PidTagHtml or PidTagBodyHtml, else what RTF was made of. Nothing for RTF that was not made of HTML.
pub fn html_body(properties: &Properties) -> Option<Html> {
    kept_html(properties).or_else(|| match rtf_body(properties, &mut Vec::new())? {
        Rtf::Html(html) => Some(Html::utf8(html)),
        _ => None,
    })
}

fn not_blank(text: String) -> Option<String> {
    (!text.trim().is_empty()).then_some(text)
}

/// [MS-OXPROPS] §2.730: PidTagHtml is binary, PidTagBodyHtml is text; both have one id.
fn kept_html(properties: &Properties) -> Option<Html> {
    match properties.get(tag::BODY_HTML)? {
        Value::Binary(bytes) if !bytes.is_empty() => Some(of_bytes(bytes, properties)),
        // Text in the code page of the message: a document is rather what it says it is.
        Value::String8(bytes) if !bytes.is_empty() => Some(of_bytes(bytes, properties)),
        Value::String(text) if !text.is_empty() => Some(Html::utf8(text.clone())),
        _ => None,
    }
}

/// [MS-OXCMSG] §2.2.1.58.6: PidTagInternetCodepage says what PidTagHtml is in; where it cannot be, the document's own head does.
fn of_bytes(bytes: &[u8], properties: &Properties) -> Html {
    let number = |id| properties.number(id).and_then(|page| u32::try_from(page).ok());
    // HTML, "encoding sniffing": a byte order mark goes before everything that is said.
    match Encoding::for_bom(bytes) {
        Some((utf8, _)) if utf8 == UTF_8 && std::str::from_utf8(bytes).is_ok() => {
            return Html { bytes: bytes.to_vec(), charset: "utf-8" };
        }
        Some((utf16, mark)) if utf16 != UTF_8 => {
            // RFC 2781 §A.2: UTF-16 may not stand in a text part.
            let text = utf16.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default()).0;
            return Html::utf8(text.into_owned());
        }
        _ => {}
    }
    let page = number(tag::INTERNET_CODEPAGE).filter(|page| code_page::fits(bytes, *page));
    match page {
        // Any 8-bit text is some UTF-16; markup in UTF-16 has a NUL beside each letter.
        Some(page @ (1200 | 1201)) if bytes.contains(&0) => {
            return Html::utf8(code_page::decode(bytes, page));
        }
        page => {
            if let Some(charset) = page.and_then(code_page::charset) {
                return Html { bytes: bytes.to_vec(), charset };
            }
        }
    }
    let charset = match html::declared(bytes) {
        Some(declared) if declared.decode_without_bom_handling_and_without_replacement(bytes).is_some() => {
            declared.name()
        }
        _ if std::str::from_utf8(bytes).is_ok() => "utf-8",
        _ => code_page::charset(properties.code_page()).unwrap_or("windows-1252"),
    };
    Html { bytes: bytes.to_vec(), charset }
}

/// What of an item's bodies cannot be read, each a line for people: for those who ask for one body at a time.
pub(crate) fn unread(properties: &Properties) -> Vec<String> {
    let mut losses = Vec::new();
    if properties.get(tag::BODY_HTML).is_none() {
        unpacked(properties, &mut losses);
    }
    losses
}

fn rtf_body(properties: &Properties, losses: &mut Vec<String>) -> Option<Rtf> {
    unpacked(properties, losses).map(|rtf| rtf::read(&rtf))
}

fn unpacked(properties: &Properties, losses: &mut Vec<String>) -> Option<Vec<u8>> {
    match rtf::unpack(properties.binary(tag::RTF_COMPRESSED)?) {
        Ok(unpacked) => {
            if !unpacked.whole {
                losses.push("its formatted text is damaged: what could be read of it is kept".to_owned());
            }
            Some(unpacked.rtf)
        }
        Err(cause) => {
            losses.push(format!("its formatted text cannot be read: {cause}"));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bag(values: &[(u16, Value)]) -> Properties {
        let mut properties = Properties::default();
        for (id, value) in values {
            properties.insert(*id, value.clone());
        }
        properties
    }

    fn html(bytes: &[u8]) -> (u16, Value) {
        (tag::BODY_HTML, Value::Binary(bytes.to_vec()))
    }

    fn rtf(rtf: &[u8]) -> (u16, Value) {
        let mut packed = Vec::new();
        for field in [rtf.len() as u32 + 12, rtf.len() as u32, 0x414C_454D, 0] {
            packed.extend(field.to_le_bytes());
        }
        packed.extend_from_slice(rtf);
        (tag::RTF_COMPRESSED, Value::Binary(packed))
    }

    #[test]
    fn html_keeps_its_bytes_and_gets_its_charset() {
        let page = |page| (tag::INTERNET_CODEPAGE, Value::Integer32(page));
        for (values, charset) in [
            (vec![html(b"<p>\xe9"), page(28592)], "ISO-8859-2"),
            (vec![html("<p>é".as_bytes()), page(65001)], "UTF-8"),
            // The number cannot be right; the document knows better.
            (vec![html(b"<meta charset=koi8-r>\xe9"), page(65001)], "KOI8-R"),
            (vec![html("é".as_bytes()), page(20127)], "utf-8"),
            (vec![html(b"\xe9")], "windows-1252"),
            (vec![html(b"a"), page(20127)], "us-ascii"),
            // UTF-16 is said of what is none.
            (vec![html(b"<meta charset=unicode>ab")], "UTF-8"),
            (vec![html(b"<meta charset=utf-16>\xe9x")], "windows-1252"),
            (vec![html(b"<p>even"), page(1200)], "utf-8"),
            (vec![html(b"\xef\xbb\xbf<p>\xc3\xa9"), page(1252)], "utf-8"),
        ] {
            let Some((_, Value::Binary(bytes))) = values.first() else { unreachable!() };
            let expected = Html { bytes: bytes.clone(), charset };
            assert_eq!(html_body(&bag(&values)), Some(expected), "{values:?}");
        }
        let marked = html_body(&bag(&[html(b"\xff\xfe<\0p\0>\0"), page(1252)])).unwrap();
        assert_eq!(marked, Html::utf8("<p>".to_owned()));
        let unmarked = html_body(&bag(&[html(b"<\0p\0>\0"), page(1200)])).unwrap();
        assert_eq!(unmarked, Html::utf8("<p>".to_owned()));
        let utf16 = html_body(&bag(&[html(b"\xff\xfe<\0p\0>\0")])).unwrap();
        assert_eq!(utf16, Html::utf8("<p>".to_owned()));
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let (tag, Value::Binary(mut cut)) = rtf(b"{\\rtf1 text}") else { unreachable!() };
        cut.truncate(cut.len() - 3);
        for (values, told) in [
            (vec![rtf(b"{\\rtf1 text}")], ""),
            (vec![(tag, Value::Binary(b"no RTF, however long it may be".to_vec()))], "cannot be read"),
            (vec![(tag, Value::Binary(cut.clone()))], "is damaged"),
            // Nobody needs it.
            (vec![(tag, Value::Binary(cut)), html(b"<p>")], ""),
        ] {
            let properties = bag(&values);
            let losses = Bodies::of(&properties).losses;
            assert_eq!(losses.is_empty(), told.is_empty(), "{losses:?}");
            assert!(losses.concat().contains(told), "{losses:?}");
            assert_eq!(unread(&properties), losses);
        }
    }

    #[test]
    fn pages_of_styles_around_nothing_are_nothing() {
        for (html, expected) in [
            ("<style>p{}</style><p>&nbsp;</p>", None),
            ("<!--[if mso]>x<![endif]--><p>Hi", Some("<p>Hi")),
            ("<IMG src=x>", Some("<IMG src=x>")),
        ] {
            assert_eq!(Html::utf8(html.to_owned()).for_readers().as_deref(), expected, "{html}");
        }
    }

    #[test]
    fn plain_text_is_found_wherever_it_is() {
        let body = (tag::BODY, Value::String("plain".to_owned()));
        for (values, expected) in [
            (vec![body.clone(), html(b"<p>html")], Some("plain")),
            (vec![(tag::BODY, Value::String("  two\r\nlines \r\n\r\n".to_owned()))], Some("  two\r\nlines")),
            (vec![(tag::BODY, Value::String("\r\n \r\n".to_owned()))], None),
            (vec![html(b"<p>html")], Some("html")),
            (vec![rtf(b"{\\rtf1\\fromtext text}")], Some("text")),
            (vec![rtf(b"{\\rtf1\\fromhtml1 {\\*\\htmltag <p>}inside}")], Some("inside")),
            (vec![rtf(b"{\\rtf1 {\\b rich}}")], Some("rich")),
            (vec![rtf(b"{\\rtf1\\par}")], None),
            (vec![(tag::RTF_COMPRESSED, Value::Binary(b"no RTF".to_vec()))], None),
            (vec![], None),
        ] {
            assert_eq!(plain_body(&bag(&values)).as_deref(), expected, "{values:?}");
        }
    }
}

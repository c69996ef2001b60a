//! Bodies, as the type that is asked for.

use super::View;
use crate::ews::xml::Element;

/// In HTML or as text, or as it is when `Best` is asked for.
pub(super) fn body(view: View<'_>, wanted: &str) -> Option<Element> {
    let stored = view.stored("Body")?;
    let is_html = stored.attribute("BodyType") == Some("HTML");
    let (kind, text) = match (wanted, is_html) {
        ("Text", true) => ("Text", as_text(&stored.text)),
        ("HTML", false) => ("HTML", as_html(&stored.text)),
        (_, true) => ("HTML", stored.text.clone()),
        (_, false) => ("Text", stored.text.clone()),
    };
    Some(Element::text("Body", text).with("BodyType", kind))
}

fn as_html(text: &str) -> String {
    let escaped =
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\n', "<br>\n");
    format!(
        "<html>\r\n<head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">\r\n</head>\r\n\
         <body>\r\n<div class=\"PlainText\">{escaped}</div>\r\n</body>\r\n</html>\r\n"
    )
}

/// The text between tags.
pub(in crate::ews) fn as_text(html: &str) -> String {
    let tags = html.to_ascii_lowercase();
    let html = match (tags.find("<body"), tags.find("</body>")) {
        (Some(from), Some(to)) if from < to => &html[from..to],
        _ => html,
    };
    let (mut text, mut is_tag) = (String::new(), false);
    for letter in html.chars() {
        match letter {
            '<' => is_tag = true,
            '>' => is_tag = false,
            letter if !is_tag => text.push(letter),
            _ => {}
        }
    }
    let text = text.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&amp;", "&").trim().to_owned()
}

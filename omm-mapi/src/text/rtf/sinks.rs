//! What is made of RTF: the HTML or the text that it was made of, or a text and a simple HTML.

use super::reader::{Mark, Sink, Style};
use crate::text::html::{escape, escape_attribute};

/// The HTML inside RTF ([MS-OXRTFEX] §3.1.3).
#[derive(Debug, Default)]
pub(super) struct Html {
    html: String,
}

impl Html {
    pub(super) fn finish(self) -> String {
        self.html
    }
}

impl Sink for Html {
    fn text(&mut self, text: &str, _: Style) {
        escape(text, &mut self.html);
    }

    fn tag(&mut self, text: &str) {
        self.html.push_str(text);
    }

    fn mark(&mut self, mark: Mark) {
        self.html.push_str(if mark == Mark::Tab { "\t" } else { "\r\n" });
    }

    fn link(&mut self, _: String) {}
}

/// The text inside RTF, or the text of RTF.
#[derive(Debug, Default)]
pub(super) struct Plain {
    text: String,
}

impl Plain {
    pub(super) fn finish(self) -> String {
        self.text
    }
}

impl Sink for Plain {
    fn text(&mut self, text: &str, _: Style) {
        self.text.push_str(text);
    }

    fn tag(&mut self, _: &str) {}

    fn mark(&mut self, mark: Mark) {
        self.text.push_str(if mark == Mark::Tab { "\t" } else { "\r\n" });
    }

    fn link(&mut self, _: String) {}
}

/// Text, and HTML for what looks special.
#[derive(Debug, Default)]
pub(super) struct Rich {
    plain: Plain,
    html: String,
    links: Vec<String>,
    /// What is open in `html`.
    style: Style,
    in_paragraph: bool,
    formatted: bool,
    /// Bytes of the addresses of links that were opened.
    opened: usize,
}

/// So much of addresses is written: a link is opened anew wherever the look of its text changes.
const MOST_OPENED: usize = 16 << 20;

/// Before and behind the paragraphs.
const HEAD: &str = "<!DOCTYPE html>\r\n<html><head><meta charset=\"utf-8\">\
    <style>p { margin: 0; white-space: pre-wrap }</style></head><body>\r\n";
const FOOT: &str = "</body></html>\r\n";

impl Rich {
    pub(super) fn finish(mut self) -> (String, Option<String>) {
        self.end();
        let html = self.formatted.then(|| [HEAD, &self.html, FOOT].concat());
        (self.plain.finish(), html)
    }

    fn begin(&mut self) {
        if !self.in_paragraph {
            self.html.push_str("<p>");
            self.in_paragraph = true;
        }
    }

    fn end(&mut self) {
        self.look(Style::default());
        if self.in_paragraph {
            self.html.push_str("</p>\r\n");
            self.in_paragraph = false;
        }
    }

    /// Closes what is open and opens what is wanted.
    fn look(&mut self, style: Style) {
        if style == self.style {
            return;
        }
        let was = std::mem::replace(&mut self.style, style);
        for (open, end) in [
            (was.strike, "</s>"),
            (was.underline, "</u>"),
            (was.italic, "</i>"),
            (was.bold, "</b>"),
            (was.link.is_some(), "</a>"),
        ] {
            self.html.push_str(if open { end } else { "" });
        }
        let address = style.link.and_then(|link| self.links.get(link));
        if let Some(address) = address.filter(|_| self.opened < MOST_OPENED) {
            self.opened += address.len();
            self.html.push_str("<a href=\"");
            escape_attribute(address, &mut self.html);
            self.html.push_str("\">");
        } else {
            self.style.link = None;
        }
        for (wanted, begin) in
            [(style.bold, "<b>"), (style.italic, "<i>"), (style.underline, "<u>"), (style.strike, "<s>")]
        {
            self.html.push_str(if wanted { begin } else { "" });
        }
        self.formatted = true;
    }
}

impl Sink for Rich {
    fn text(&mut self, text: &str, style: Style) {
        self.plain.text(text, style);
        self.begin();
        self.look(style);
        escape(text, &mut self.html);
    }

    fn tag(&mut self, _: &str) {}

    fn mark(&mut self, mark: Mark) {
        self.plain.mark(mark);
        self.begin();
        match mark {
            Mark::Tab => self.html.push('\t'),
            Mark::Line => self.html.push_str("<br>"),
            Mark::Paragraph => {
                if self.html.ends_with("<p>") {
                    self.html.push_str("<br>");
                }
                self.end();
            }
        }
    }

    fn link(&mut self, address: String) {
        self.links.push(address);
    }
}

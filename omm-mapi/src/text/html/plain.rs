//! HTML as plain text: for readers that show nothing else, and for descriptions.

use super::{
    entity,
    tag::{Piece, Pieces, attribute},
};

/// The text of HTML. Blocks are lines, paragraphs are parted by an empty line, items of lists begin with `*`, cells are parted by tabs, a
/// link shows its address behind its text. Lines end with CRLF.
pub(crate) fn to_text(html: &str) -> String {
    let mut text = Text::default();
    let mut pieces = Pieces::new(html);
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Text(piece) => text.words(piece),
            Piece::Tag { name, closing, attributes } => {
                let name = name.to_ascii_lowercase();
                match name.as_str() {
                    "script" | "style" | "title" | "xml" if !closing => pieces.pass(&name),
                    _ => text.tag(&name, closing, attributes),
                }
            }
        }
    }
    text.finish()
}

#[derive(Debug, Default)]
struct Text {
    out: String,
    /// Line ends that are due before the next word: 1 for a new line, 2 for an empty one.
    due: usize,
    /// A blank is due before the next word.
    blank: bool,
    /// How many `<pre>` are open.
    pre: usize,
    /// The address of the open link, and where its text begins.
    link: Option<(String, usize)>,
}

impl Text {
    fn words(&mut self, piece: &str) {
        let mut resolved = String::with_capacity(piece.len());
        if self.pre > 0 {
            entity::resolve(piece, &mut resolved);
            return self.preserved(&resolved);
        }
        for (at, word) in piece.split(|letter: char| letter.is_ascii_whitespace()).enumerate() {
            self.blank |= at > 0;
            if word.is_empty() {
                continue;
            }
            resolved.clear();
            entity::resolve(word, &mut resolved);
            self.begin();
            self.out.extend(resolved.chars().map(|letter| if letter == '\u{A0}' { ' ' } else { letter }));
        }
    }

    fn preserved(&mut self, text: &str) {
        for (at, line) in text.split('\n').enumerate() {
            if at > 0 {
                self.begin();
                self.out.push_str("\r\n");
            }
            let line = line.trim_end_matches('\r');
            if !line.is_empty() {
                self.begin();
                self.out.push_str(line);
            }
        }
    }

    /// Writes what is due before a word.
    fn begin(&mut self) {
        if self.out.is_empty() {
            self.due = 0;
        }
        let at_line = self.due > 0 || self.out.is_empty() || self.out.ends_with(['\n', '\t']);
        for _ in 0..std::mem::take(&mut self.due) {
            self.out.push_str("\r\n");
        }
        if std::mem::take(&mut self.blank) && !at_line && !self.out.ends_with(' ') {
            self.out.push(' ');
        }
    }

    fn line(&mut self, ends: usize) {
        self.due = self.due.max(ends);
        self.blank = false;
    }

    fn tag(&mut self, name: &str, closing: bool, attributes: &str) {
        match name {
            "br" => {
                self.due = (self.due + 1).min(3);
                self.blank = false;
            }
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "table" | "blockquote" | "dl" => {
                // Outlook's paragraphs have no gap between them; its empty paragraphs make one.
                let gap = !(name == "p"
                    && attribute(attributes, "class").is_some_and(|class| class.starts_with("Mso")));
                self.line(if gap && !(name == "p" && closing) { 2 } else { 1 });
            }
            "pre" => {
                self.line(1);
                self.pre = if closing { self.pre.saturating_sub(1) } else { self.pre + 1 };
            }
            "li" if !closing => {
                self.line(1);
                self.begin();
                self.out.push_str("* ");
            }
            "td" | "th" if closing => self.out.push('\t'),
            "tr" | "div" | "li" | "dt" | "dd" | "section" | "article" | "header" | "footer" | "address"
            | "form" | "center" => self.line(1),
            "hr" => {
                self.line(1);
                self.begin();
                self.out.push_str("----------------------------------------");
                self.line(1);
            }
            "img" => self.image(attributes),
            "a" if closing => self.end_link(),
            "a" => {
                let address = attribute(attributes, "href").unwrap_or_default();
                let mut resolved = String::new();
                entity::resolve(address, &mut resolved);
                self.link = Some((resolved, self.out.len()));
            }
            _ => {}
        }
    }

    fn image(&mut self, attributes: &str) {
        if let Some(alternative) = attribute(attributes, "alt").filter(|text| !text.trim().is_empty()) {
            self.begin();
            self.out.push('[');
            entity::resolve(alternative.trim(), &mut self.out);
            self.out.push(']');
        }
    }

    fn end_link(&mut self) {
        let Some((address, start)) = self.link.take() else { return };
        let text = self.out.get(start..).unwrap_or_default().trim();
        let says = |address: &str| address.trim_end_matches('/') == text.trim_end_matches('/');
        let known = says(&address)
            || address.split_once("://").is_some_and(|(_, rest)| says(rest))
            || address.split_once(':').is_some_and(|(_, rest)| says(rest));
        let worth = !address.is_empty() && !address.starts_with('#') && !text.is_empty();
        if worth && !known {
            self.out.push_str(" <");
            self.out.extend(address.chars().filter(|letter| !letter.is_control()));
            self.out.push('>');
        }
    }

    /// Without blanks at the ends of lines and of all.
    fn finish(self) -> String {
        let mut text = String::with_capacity(self.out.len());
        for line in self.out.trim().lines() {
            text.push_str(line.trim_end());
            text.push_str("\r\n");
        }
        text.truncate(text.trim_end().len());
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_reads_as_text() {
        for (html, expected) in [
            (
                "<html><head><title>No</title><style>p{}</style></head><body>Hello <b>you</b></body>",
                "Hello you",
            ),
            ("<p>One\n two</p><p>Three</p>", "One two\r\n\r\nThree"),
            ("<p class=MsoNormal>One</p>\r\n<p class=\"MsoNormal\">Two</p>", "One\r\nTwo"),
            ("a<br>b<BR/><br/>c", "a\r\nb\r\n\r\nc"),
            ("<div>a</div><div>b</div>", "a\r\nb"),
            ("<ul><li>a<li>b</ul>c", "* a\r\n* b\r\n\r\nc"),
            ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a\tb\r\nc"),
            ("<pre>a\n  b</pre>", "a\r\n  b"),
            ("<a href=\"http://x/?a=1&amp;b\">here</a>", "here <http://x/?a=1&b>"),
            ("<a href='http://x/'>http://x</a> <a href=mailto:a@b>a@b</a>", "http://x a@b"),
            ("1 &lt; 2 &amp;&amp; <script>if (a<b) {}</script>3", "1 < 2 && 3"),
            ("<img src=x alt='A cat'>!", "[A cat]!"),
            ("a&nbsp;b", "a b"),
            ("", ""),
        ] {
            assert_eq!(to_text(html), expected, "{html}");
        }
    }
}

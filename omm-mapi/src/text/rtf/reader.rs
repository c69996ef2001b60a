//! Reads RTF as its specification (1.9.1) and [MS-OXRTFEX] §3.1 say, and tells a sink what there is to show.

use super::{
    Origin,
    fonts::Fonts,
    token::{Token, Tokens},
};
use crate::text::decode;

/// Deeper groups are read as if their braces were not there.
const DEEPEST: usize = 1000;
/// The longest instruction of a field that is kept: a link.
const LONGEST_INSTRUCTION: usize = 16 << 10;
/// More links than any document has; the text of more is text.
const MOST_LINKS: usize = 100_000;

/// How text looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) bold: bool,
    pub(super) italic: bool,
    pub(super) underline: bool,
    pub(super) strike: bool,
    /// Which link, of those that were told to the sink.
    pub(super) link: Option<usize>,
}

/// What is shown that is no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// The end of a paragraph, of a row too.
    Paragraph,
    /// A new line in a paragraph.
    Line,
    /// A tab; the end of a cell too.
    Tab,
}

/// What takes the text.
pub(super) trait Sink {
    /// Text of the document.
    fn text(&mut self, text: &str, style: Style);
    /// Text between the brackets of HTML.
    fn tag(&mut self, text: &str);
    /// A mark, in the text or between brackets.
    fn mark(&mut self, mark: Mark);
    /// The next link.
    fn link(&mut self, address: String);
}

/// Where text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Destination {
    Body,
    Tag,
    Fonts,
    Instruction,
    Nowhere,
}

/// What begins and ends with a group.
#[derive(Clone, Copy, Debug)]
struct Group {
    to: Destination,
    /// How many bytes stand for a `\u` (`\uc`).
    fallback: usize,
    font: Option<i32>,
    /// [MS-OXRTFEX] §2.1.3.2: between \htmlrtf and \htmlrtf0.
    suppressed: bool,
    /// `\v`
    hidden: bool,
    style: Style,
}

pub(super) struct Reader<'a, S> {
    tokens: Tokens<'a>,
    origin: Origin,
    sink: S,
    group: Group,
    outer: Vec<Group>,
    /// How many groups are open that are not in `outer`.
    too_deep: usize,
    fonts: Fonts,
    /// `\ansicpg`
    code_page: u32,
    /// Bytes of one code page: letters may have two, one as `\'xx` and the next as it is.
    bytes: Vec<u8>,
    /// How many bytes are still to be passed over behind a `\u`.
    passed: usize,
    /// The first half of a letter in two `\u`.
    high: Option<u16>,
    /// After `\*`.
    star: bool,
    instruction: Vec<u8>,
    links: usize,
}

impl<'a, S: Sink> Reader<'a, S> {
    pub(super) fn new(rtf: &'a [u8], origin: Origin, sink: S) -> Self {
        Self {
            tokens: Tokens::new(rtf),
            origin,
            sink,
            group: Group {
                to: Destination::Body,
                fallback: 1,
                font: None,
                suppressed: false,
                hidden: false,
                style: Style::default(),
            },
            outer: Vec::new(),
            too_deep: 0,
            fonts: Fonts::default(),
            code_page: 1252,
            bytes: Vec::new(),
            passed: 0,
            high: None,
            star: false,
            instruction: Vec::new(),
            links: 0,
        }
    }

    pub(super) fn read(mut self) -> S {
        while let Some(token) = self.tokens.next() {
            match token {
                Token::Text(text) => self.take(text),
                Token::Hex(byte) => self.take(&[byte]),
                Token::Symbol(byte @ (b'\\' | b'{' | b'}')) => self.take(&[byte]),
                Token::Symbol(b'*') => self.star = true,
                Token::Symbol(symbol) => self.symbol(symbol),
                Token::Open => self.open(),
                Token::Close => self.close(),
                Token::Word(word, number) => self.word(word, number),
            }
        }
        self.flush();
        self.sink
    }

    /// Bytes of text, but for those that stand for a `\u` that was understood.
    fn take(&mut self, bytes: &[u8]) {
        let passed = self.passed.min(bytes.len());
        self.passed -= passed;
        let bytes = bytes.get(passed..).unwrap_or_default();
        if !bytes.is_empty() && !self.silent() {
            self.bytes.extend_from_slice(bytes);
        }
    }

    fn silent(&self) -> bool {
        match self.group.to {
            Destination::Body | Destination::Tag => self.group.suppressed || self.group.hidden,
            Destination::Instruction => false,
            Destination::Fonts | Destination::Nowhere => true,
        }
    }

    /// Shows what was gathered.
    fn flush(&mut self) {
        if self.high.take().is_some() {
            self.show("\u{FFFD}");
        }
        if !self.bytes.is_empty() {
            let text = decode(&std::mem::take(&mut self.bytes), self.page());
            self.show(&text);
        }
    }

    /// [MS-OXRTFEX] §3.1.3.3: text in tags is in the document's code page, other text in that of its font.
    fn page(&self) -> u32 {
        if self.group.to == Destination::Tag {
            return self.code_page;
        }
        self.fonts.page(self.group.font.unwrap_or(self.fonts.default)).unwrap_or(self.code_page)
    }

    fn show(&mut self, text: &str) {
        match self.group.to {
            _ if self.silent() => {}
            Destination::Body => self.sink.text(text, self.group.style),
            Destination::Tag => self.sink.tag(text),
            Destination::Instruction => {
                let room = LONGEST_INSTRUCTION.saturating_sub(self.instruction.len());
                self.instruction.extend(text.bytes().take(room));
            }
            Destination::Fonts | Destination::Nowhere => {}
        }
    }

    fn mark(&mut self, mark: Mark) {
        let shown = matches!(self.group.to, Destination::Body | Destination::Tag);
        if shown && !self.silent() {
            self.sink.mark(mark);
        }
    }

    fn open(&mut self) {
        self.flush();
        (self.passed, self.star) = (0, false);
        if self.outer.len() < DEEPEST {
            self.outer.push(self.group);
        } else {
            self.too_deep += 1;
        }
    }

    fn close(&mut self) {
        self.flush();
        (self.passed, self.star) = (0, false);
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let Some(outer) = self.outer.pop() else { return };
        let was = std::mem::replace(&mut self.group, outer);
        if was.to == Destination::Instruction && outer.to != Destination::Instruction {
            // The result of the field stands in the group that follows, within the same group.
            let instruction = std::mem::take(&mut self.instruction);
            if let Some(address) = address(&String::from_utf8_lossy(&instruction))
                && self.links < MOST_LINKS
            {
                self.sink.link(address);
                self.group.style.link = Some(self.links);
                self.links += 1;
            }
        }
    }

    fn symbol(&mut self, symbol: u8) {
        let letter = match symbol {
            b'~' => "\u{A0}",
            // [MS-OXRTFEX] §2.1.3.1.3 has `\_` as &shy;, RTF as a hyphen that does not part.
            b'_' if self.origin == Origin::Rich => "\u{2011}",
            b'-' | b'_' => "\u{AD}",
            b'\r' | b'\n' => {
                self.flush();
                return self.mark(Mark::Paragraph);
            }
            _ => return,
        };
        self.letter(letter);
    }

    /// A letter that is a control; it may as well be what stands for a `\u`.
    fn letter(&mut self, letter: &str) {
        if self.passed > 0 {
            self.passed -= 1;
            return;
        }
        self.flush();
        self.show(letter);
    }

    fn word(&mut self, word: &[u8], number: Option<i32>) {
        let star = std::mem::take(&mut self.star);
        if let Some(letter) = letter(word) {
            return self.letter(letter);
        }
        if word == b"u" {
            return self.unicode(number.unwrap_or(0));
        }
        self.flush();
        self.passed = 0;
        if let Some(to) = self.destination(word, star) {
            // A group within one that is not shown is not shown either.
            if self.group.to != Destination::Nowhere {
                self.group.to = to;
            }
            return;
        }
        if self.group.to == Destination::Fonts {
            return self.fonts.word(word, number.unwrap_or(0));
        }
        if self.setting(word, number) {
            return;
        }
        match word {
            b"par" | b"sect" | b"page" | b"row" | b"nestrow" => self.mark(Mark::Paragraph),
            b"line" | b"lbr" | b"softline" => self.mark(Mark::Line),
            b"tab" | b"cell" | b"nestcell" => self.mark(Mark::Tab),
            _ => {}
        }
    }

    /// What changes how text is read or looks; false for another word.
    fn setting(&mut self, word: &[u8], number: Option<i32>) -> bool {
        let on = number != Some(0);
        let style = &mut self.group.style;
        match word {
            b"htmlrtf" => self.group.suppressed = on && self.origin == Origin::Html,
            b"uc" => self.group.fallback = number.and_then(|count| usize::try_from(count).ok()).unwrap_or(1),
            b"f" => self.group.font = number,
            b"ansicpg" => self.code_page = number.and_then(|page| u32::try_from(page).ok()).unwrap_or(1252),
            b"mac" => self.code_page = 10000,
            b"pc" => self.code_page = 437,
            b"pca" => self.code_page = 850,
            b"deff" => self.fonts.default = number.unwrap_or(0),
            b"plain" => {
                *style = Style { link: style.link, ..Style::default() };
                (self.group.font, self.group.hidden) = (None, false);
            }
            b"b" => style.bold = on,
            b"i" => style.italic = on,
            b"ul" | b"uld" | b"uldb" | b"ulw" | b"uldash" | b"ulth" | b"ulwave" => style.underline = on,
            b"ulnone" => style.underline = false,
            b"strike" | b"striked" => style.strike = on,
            b"v" => self.group.hidden = on && self.origin == Origin::Rich,
            _ => return false,
        }
        true
    }

    /// Where text goes behind a word that says so.
    fn destination(&self, word: &[u8], star: bool) -> Option<Destination> {
        match word {
            b"htmltag" if star && self.origin == Origin::Html => Some(Destination::Tag),
            b"fldinst" => Some(Destination::Instruction),
            b"fonttbl" => Some(Destination::Fonts),
            // Bullets are in the HTML itself, [MS-OXRTFEX] §3.1.3.
            b"pntext" | b"listtext" if self.origin == Origin::Html => Some(Destination::Nowhere),
            b"colortbl" | b"stylesheet" | b"info" | b"pict" | b"objdata" | b"objclass" | b"objname"
            | b"header" | b"headerl" | b"headerr" | b"headerf" | b"footer" | b"footerl" | b"footerr"
            | b"footerf" | b"filetbl" | b"listtable" | b"listoverridetable" | b"revtbl" | b"rsidtbl"
            | b"nonshppict" | b"mhtmltag" | b"htmltag" | b"nonesttables" | b"tc" | b"xe" => {
                Some(Destination::Nowhere)
            }
            // RTF: what begins with \* and is not known is passed over.
            _ if star => Some(Destination::Nowhere),
            _ => None,
        }
    }

    /// `\uN`: a unit of UTF-16, negative above 0x7FFF.
    fn unicode(&mut self, number: i32) {
        let unit = (number & 0xFFFF) as u16;
        let high = if self.bytes.is_empty() { self.high.take() } else { None };
        self.flush();
        self.passed = self.group.fallback;
        match (high, unit) {
            (first, 0xD800..=0xDBFF) => {
                if first.is_some() {
                    self.show("\u{FFFD}");
                }
                self.high = Some(unit);
            }
            (first, unit) => {
                let units = first.into_iter().chain([unit]);
                let text: String = char::decode_utf16(units)
                    .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
                    .collect();
                self.show(&text);
            }
        }
    }
}

/// Letters that have words.
fn letter(word: &[u8]) -> Option<&'static str> {
    Some(match word {
        b"emdash" => "\u{2014}",
        b"endash" => "\u{2013}",
        b"bullet" => "\u{2022}",
        b"lquote" => "\u{2018}",
        b"rquote" => "\u{2019}",
        b"ldblquote" => "\u{201C}",
        b"rdblquote" => "\u{201D}",
        b"emspace" => "\u{2003}",
        b"enspace" => "\u{2002}",
        b"qmspace" => "\u{2005}",
        b"zwj" => "\u{200D}",
        b"zwnj" => "\u{200C}",
        b"ltrmark" => "\u{200E}",
        b"rtlmark" => "\u{200F}",
        _ => return None,
    })
}

/// The address in `HYPERLINK "http://…"`, if the instruction is one.
fn address(instruction: &str) -> Option<String> {
    let rest = instruction.trim_start();
    let (word, rest) = rest.split_at_checked("HYPERLINK".len())?;
    if !word.eq_ignore_ascii_case("HYPERLINK") {
        return None;
    }
    // \l "place" is a place in this document.
    let rest = rest.trim_start();
    let address = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => rest.split_whitespace().next()?,
    };
    (!address.is_empty() && !address.starts_with('\\')).then(|| address.to_owned())
}

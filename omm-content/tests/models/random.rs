//! Values by lot, the same in every run.

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, Utc};

/// A source of lots (xorshift).
pub(crate) struct Lots(u64);

/// What breaks writers and readers: separators, escapes, folds, frames, heads, letters of many bytes.
const WORDS: [&str; 16] = [
    "a",
    "Miller, Jane; \"Dr.\"",
    "one\ntwo\n\nthree",
    "  blanks, at both ends  ",
    "back\\slash \\n \\, \\\\",
    "^caret ^n ^' ^^",
    "BEGIN:VEVENT",
    "TEL:1\nEND:VCARD\nSUMMARY:x",
    "50% = half; =3D =",
    "Zoë Ångström ßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßß",
    "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀",
    "日本語のとても長い文章、区切り文字なし",
    "\t",
    ",",
    "\n",
    "http://example.org/a;b,c?d=e&f=%20",
];

impl Lots {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % count.max(1) as u64) as usize
    }

    pub(crate) fn often(&mut self) -> bool {
        self.below(4) > 0
    }

    pub(crate) fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    pub(crate) fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.often().then(|| make(self))
    }

    pub(crate) fn several<T>(&mut self, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.below(4)).map(|_| make(self)).collect()
    }

    /// A text that is not empty.
    pub(crate) fn text(&mut self) -> String {
        let mut text = self.one(&WORDS).to_owned();
        if self.below(3) == 0 {
            text += self.one(&WORDS);
        }
        text
    }

    /// A text, or none.
    pub(crate) fn word(&mut self) -> String {
        if self.often() { self.text() } else { String::new() }
    }

    /// A text that a parameter can say: without blanks at its ends, which nobody quotes.
    pub(crate) fn param(&mut self) -> String {
        let text = self.text();
        let text = text.trim_matches(|letter: char| letter.is_whitespace());
        if text.is_empty() { "x".to_owned() } else { text.to_owned() }
    }

    /// One that a parameter of vCard 3.0 can say.
    pub(crate) fn old_param(&mut self) -> String {
        self.param().replace(['"', '\n'], "'")
    }

    pub(crate) fn address(&mut self) -> String {
        self.one(&["jane@example.org", "o'x+y/z@example.org", "50%&?#@example.org", "ü@exämple.org"])
            .to_owned()
    }

    pub(crate) fn uri(&mut self) -> String {
        self.one(&["https://example.org/a;b,c?d=e%20f", "urn:uuid:0-1", "tel:+1-5"]).to_owned()
    }

    pub(crate) fn bytes(&mut self) -> Vec<u8> {
        let count = self.one(&[0, 1, 2, 3, 100, 4000, 20_000]);
        (0..count).map(|_| self.below(256) as u8).collect()
    }

    pub(crate) fn day(&mut self) -> NaiveDate {
        NaiveDate::from_ymd_opt(
            1975 + self.below(60) as i32,
            1 + self.below(12) as u32,
            1 + self.below(28) as u32,
        )
        .expect("a day")
    }

    pub(crate) fn time(&mut self) -> NaiveDateTime {
        self.day().and_hms_opt(0, 0, 0).expect("midnight") + Duration::seconds(self.below(86_400) as i64)
    }

    pub(crate) fn instant(&mut self) -> DateTime<Utc> {
        self.time().and_utc()
    }
}

//! A property: its line, its parameters, and where a large value lies.

use super::text;
use crate::{
    data::Data,
    line::Line,
    pieces::{Layout, Pieces},
    read::{
        lines::ContentLine,
        parted::Text,
        property::{Head, unquoted},
    },
};
use bytes::Bytes;

/// A value in base64 that has more bytes stays where it lies.
const LARGE: usize = 4096;
/// So much of a large value is looked at: `data:` and what stands before its comma.
const BEGINNING: usize = 512;

/// A line has no more parameters, and one of them no more values.
const MOST_PARAMS: usize = 1000;

/// Where a large value in base64 lies.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// In the text, with its folds.
    Here(Bytes),
    /// It was taken out of the text: of it the line has what stands before the base64.
    Elsewhere(Data),
}

/// A property of a component.
#[derive(Clone, Debug)]
pub(crate) struct Property {
    /// In capitals.
    pub(crate) name: String,
    /// What stands before the name, parted by a dot.
    pub(crate) group: String,
    /// The line, unfolded; only its beginning if the value stays where it lies.
    line: String,
    head: Head,
    /// The value where it lies, if that is not the line.
    place: Option<Place>,
    /// RFC 6868: whether `^` has a meaning in parameters.
    carets: bool,
}

impl Property {
    /// Where the value of a line lies in its text, if it is large and in base64.
    pub(super) fn place(text: &Text, line: &ContentLine) -> Option<Place> {
        if let Some(data) = text.taken_out_of(line.at..line.end) {
            return Some(Place::Elsewhere(data));
        }
        if line.text.len() <= LARGE {
            return None;
        }
        let text = &text.rest;
        let head = Head::of(&line.text)?;
        let value = head.value(&line.text);
        let is_data = value.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"data:"));
        if !is_data && !head.says(&line.text, b"BASE64") && !head.says(&line.text, b"B") {
            return None;
        }
        let (at, end) = (usize::try_from(line.at).ok()?, usize::try_from(line.end).ok()?);
        let raw = text.get(at..end)?;
        let before = line.text.get(..line.text.len() - value.len())?;
        let begin = after(raw, before)?;
        Some(Place::Here(text.slice(at + begin..end)))
    }

    /// How much of a line is kept beside its value.
    pub(super) fn kept(line: &ContentLine, has_place: bool) -> usize {
        let value = Head::of(&line.text).map_or(0, |head| head.value(&line.text).len());
        if has_place { line.text.len() - value + value.min(BEGINNING) } else { line.text.len() }
    }

    pub(super) fn of(line: String, place: Option<Place>) -> Option<Self> {
        let bytes = line.as_bytes();
        let head = Head::of(bytes)?;
        let word = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (name, group) = (word(head.name(bytes)).to_ascii_uppercase(), word(head.group(bytes)));
        Some(Self { name, group, line, head, place, carets: true })
    }

    /// The same in a format older than RFC 6868.
    pub(crate) fn without_carets(&mut self) {
        self.carets = false;
    }

    /// The value as it stands there; only its beginning if it is large and in base64.
    pub(crate) fn value(&self) -> &str {
        let start = self.line.len() - self.head.value(self.line.as_bytes()).len();
        self.line.get(start..).unwrap_or_default()
    }

    /// Whether it has no value.
    pub(crate) fn is_empty(&self) -> bool {
        self.place.is_none() && self.value().is_empty()
    }

    /// The value as a TEXT (RFC 5545 §3.3.11).
    pub(crate) fn text(&self) -> String {
        text::unescaped(self.value())
    }

    /// The value as a list of TEXTs, one after the other: there may be as many as the line has letters.
    pub(crate) fn texts(&self) -> impl Iterator<Item = String> {
        text::texts(self.value())
    }

    /// The fields of the value, likewise, each a list of TEXTs (RFC 6350 §3.3, component).
    pub(crate) fn fields(&self) -> impl Iterator<Item = impl Iterator<Item = String>> {
        text::fields(self.value()).map(text::texts)
    }

    /// Whether the value says so, whatever its case.
    pub(crate) fn is(&self, word: &str) -> bool {
        self.value().trim().eq_ignore_ascii_case(word)
    }

    /// The first value of a parameter.
    pub(crate) fn param(&self, name: &str) -> Option<String> {
        self.params(name).into_iter().next()
    }

    /// All values of a parameter, wherever they stand.
    pub(crate) fn params(&self, name: &str) -> Vec<String> {
        let all = self.head.params(self.line.as_bytes());
        let own = all.filter(|param| param.name.eq_ignore_ascii_case(name.as_bytes()));
        let values = own.flat_map(|param| text::parts(param.value)).take(MOST_PARAMS);
        values.map(|value| self.param_text(value)).collect()
    }

    /// The value of a parameter as one text, with commas that stand in no quotes: the older format has no other way.
    pub(crate) fn words(&self, name: &str) -> Option<String> {
        let mut all = self.head.params(self.line.as_bytes());
        let own = all.find(|param| param.name.eq_ignore_ascii_case(name.as_bytes()))?;
        Some(self.param_text(own.value))
    }

    /// Whether a parameter has this value, whatever its case.
    pub(crate) fn has(&self, name: &str, value: &str) -> bool {
        self.params(name).iter().any(|one| one.eq_ignore_ascii_case(value))
    }

    /// Names of its parameters, in capitals.
    pub(crate) fn param_names(&self) -> Vec<String> {
        let all = self.head.params(self.line.as_bytes());
        let names = all.map(|param| String::from_utf8_lossy(param.name).to_ascii_uppercase());
        names.take(MOST_PARAMS).collect()
    }

    /// The line as it stands there.
    pub(crate) fn line(&self) -> Line {
        let value = match &self.place {
            None => return Line::unfolded_from(&self.line),
            Some(Place::Here(place)) => {
                place.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect()
            }
            // What cannot be read is not there.
            Some(Place::Elsewhere(data)) => {
                [self.value().as_bytes(), &letters(data).unwrap_or_default()].concat()
            }
        };
        let start = self.line.len() - self.value().len();
        let head = self.line.get(..start).unwrap_or_default();
        Line::unfolded_from(&format!("{head}{}", String::from_utf8_lossy(&value)))
    }

    /// The line with another value of a parameter.
    pub(crate) fn line_with(&self, name: &str, value: &str) -> Line {
        let own = Line::new("X").param("X", value);
        let value = own.unfolded().strip_prefix("X;X=").unwrap_or_default();
        match self.place {
            None => Line::unfolded_from(&self.head.with_param(&self.line, name, value)),
            Some(_) => self.line(),
        }
    }

    /// The bytes that the value says in base64, by ENCODING or as a `data:` URI (RFC 2397), and the media type of the
    /// latter. Nothing for another value.
    pub(crate) fn data(&self) -> Option<(Data, String)> {
        let value = self.value();
        if let Some(uri) = value.get(..5).filter(|start| start.eq_ignore_ascii_case("data:")) {
            let (about, _) = value.get(uri.len()..)?.split_once(',')?;
            let begin = uri.len() + about.len() + 1;
            // Seen: the comma escaped, as if it parted texts.
            let about = about.strip_suffix('\\').unwrap_or(about);
            let media_type = about.split(';').next().filter(|kind| kind.contains('/'));
            let media_type = media_type.unwrap_or_default().to_owned();
            if !about.rsplit(';').next()?.eq_ignore_ascii_case("base64") {
                let bytes = text::decoded(value.get(begin..)?);
                return self.place.is_none().then(|| (Data::bytes(bytes), media_type));
            }
            return Some((self.base64(begin)?, media_type));
        }
        let encoding = self.param("ENCODING")?;
        let is_base64 = encoding.eq_ignore_ascii_case("BASE64") || encoding.eq_ignore_ascii_case("B");
        is_base64.then(|| Some((self.base64(0)?, String::new()))).flatten()
    }

    /// What the value says in base64 from a letter on.
    fn base64(&self, begin: usize) -> Option<Data> {
        let before = self.value().as_bytes().get(..begin)?;
        match &self.place {
            Some(Place::Elsewhere(data)) => Some(data.clone()),
            // With whatever folds it has.
            Some(Place::Here(place)) => Data::base64(place.slice(after(place, before)?..)),
            None => Data::base64(Bytes::copy_from_slice(self.value().as_bytes().get(begin..)?)),
        }
    }

    fn param_text(&self, value: &[u8]) -> String {
        let value = String::from_utf8_lossy(unquoted(value)).into_owned();
        if self.carets { text::without_carets(&value) } else { value }
    }
}

/// Bytes in base64 once more, for a line that is kept.
fn letters(data: &Data) -> std::io::Result<Vec<u8>> {
    let mut pieces = Pieces::new();
    pieces.base64(data.reader(), Layout::Folded);
    let mut letters = pieces.into_bytes()?;
    letters.retain(|byte| !byte.is_ascii_whitespace());
    Ok(letters)
}

/// Where a folded text goes on behind what it begins with; nothing if it does not begin so.
fn after(raw: &[u8], beginning: &[u8]) -> Option<usize> {
    let mut at = 0;
    let mut left = beginning.iter();
    let mut next = left.next();
    while let Some(wanted) = next {
        match raw.get(at)? {
            b'\r' | b'\n' => {
                at += raw.get(at..)?.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
                at += usize::from(matches!(raw.get(at), Some(b' ' | b'\t')));
            }
            byte if byte == wanted => {
                at += 1;
                next = left.next();
            }
            _ => return None,
        }
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::component::read;

    #[test]
    fn large_values_stay_where_they_lie() {
        let bytes: Vec<u8> = (0..20_000_u32).map(|at| (at * 7) as u8).collect();
        let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &bytes);
        let folded = base64.as_bytes().chunks(70).map(|line| String::from_utf8_lossy(line).into_owned());
        let folded = folded.collect::<Vec<_>>().join("\r\n ");
        for head in
            ["ATTACH;FILENAME=\"a\r\n .b\";ENCODING=BASE64:", "PHOTO:data:ima\r\n\tge/png;base64,\r\n "]
        {
            let text = Bytes::from(format!("BEGIN:A\r\n{head}{folded}\r\nEND:A\r\n"));
            let all = read(&text.into()).unwrap();
            let property = &all[0].properties[0];
            assert!(property.place.is_some() && property.line.len() < 2 * BEGINNING, "{head}");
            let (data, _) = property.data().unwrap();
            assert_eq!(data.to_bytes().unwrap(), bytes, "{head}");
            assert!(property.line().unfolded().ends_with(&base64), "{head}");
        }
    }

    #[test]
    fn parameters_are_words_and_lists() {
        let line = "A;X=\"a,b\",c;X=d^n^^e;Y=\"q^'\":v";
        let mut property = Property::of(line.to_owned(), None).unwrap();
        assert_eq!(property.params("x"), ["a,b", "c", "d\n^e"]);
        assert_eq!(property.param("Y").as_deref(), Some("q\""));
        assert_eq!(property.param_names(), ["X", "X", "Y"]);
        property.without_carets();
        assert_eq!(property.param("Y").as_deref(), Some("q^'"));
    }
}

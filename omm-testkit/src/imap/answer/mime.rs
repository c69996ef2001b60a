//! A message taken apart, as far as FETCH needs it.

/// A part: where its header and body are, and the parts inside.
#[derive(Clone, Debug)]
pub(crate) struct Part<'a> {
    pub(crate) header: &'a [u8],
    pub(crate) body: &'a [u8],
    pub(crate) children: Vec<Part<'a>>,
}

impl<'a> Part<'a> {
    pub(crate) fn read(bytes: &'a [u8], depth: usize) -> Self {
        let (header, body) = split(bytes);
        let mut part = Self { header, body, children: Vec::new() };
        let (kind, subtype, parameters) = part.content_type();
        let boundary = parameters.into_iter().find(|(name, _)| name == "boundary").map(|(_, value)| value);
        match (kind.as_str(), boundary) {
            _ if depth == 0 => {}
            ("multipart", Some(boundary)) => {
                part.children =
                    pieces(body, boundary.as_bytes()).map(|piece| Self::read(piece, depth - 1)).collect();
            }
            ("message", _) if subtype == "rfc822" => part.children = vec![Self::read(body, depth - 1)],
            _ => {}
        }
        part
    }

    pub(crate) fn is_multipart(&self) -> bool {
        !self.children.is_empty() && self.content_type().0 == "multipart"
    }

    /// The part with this number, as in `BODY[1.2]`; a message that is not multipart has a part 1, itself.
    pub(crate) fn find(&self, path: &[usize]) -> Option<&Part<'a>> {
        let Some((first, rest)) = path.split_first() else { return Some(self) };
        if self.is_multipart() {
            return self.children.get(first.checked_sub(1)?)?.find(rest);
        }
        match self.children.first() {
            Some(message) if message.is_multipart() => message.find(path),
            Some(message) if *first == 1 => message.find(rest),
            None if *first == 1 && rest.is_empty() => Some(self),
            _ => None,
        }
    }

    /// Type and subtype in small letters, and the parameters.
    pub(crate) fn content_type(&self) -> (String, String, Vec<(String, String)>) {
        let Some(value) = value(self.header, "content-type") else {
            return ("text".into(), "plain".into(), vec![("charset".into(), "us-ascii".into())]);
        };
        let mut words = value.split(';');
        let kind = words.next().unwrap_or_default().trim().to_ascii_lowercase();
        let (kind, subtype) = kind.split_once('/').unwrap_or((&kind, "plain"));
        let parameter = |word: &str| {
            let (name, value) = word.split_once('=')?;
            Some((name.trim().to_ascii_lowercase(), value.trim().trim_matches('"').to_owned()))
        };
        (kind.to_owned(), subtype.to_owned(), words.filter_map(parameter).collect())
    }

    pub(crate) fn value(&self, name: &str) -> Option<String> {
        value(self.header, name)
    }
}

/// The lines of the fields that are wanted, folded ones whole, and an empty line.
pub(crate) fn field_lines(header: &[u8], wanted: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let mut lines: Vec<u8> = fields(header).filter(|field| wanted(name(field))).flatten().copied().collect();
    lines.extend(b"\r\n");
    lines
}

/// The unfolded value of the first field of this name.
fn value(header: &[u8], wanted: &str) -> Option<String> {
    let field = fields(header).find(|field| name(field).eq_ignore_ascii_case(wanted.as_bytes()))?;
    let colon = field.iter().position(|byte| *byte == b':')?;
    let text = String::from_utf8_lossy(&field[colon + 1..]).replace(['\r', '\n'], "");
    Some(text.trim().to_owned())
}

fn name(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == b':').next().unwrap_or_default().trim_ascii_end()
}

/// One field after the other, with its folded lines and line ends.
fn fields(header: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = header;
    std::iter::from_fn(move || {
        if rest.is_empty() || rest.starts_with(b"\r\n") || rest.starts_with(b"\n") {
            return None;
        }
        let mut end = 0;
        loop {
            end += rest[end..].iter().position(|byte| *byte == b'\n').map_or(rest.len() - end, |at| at + 1);
            if !matches!(rest.get(end), Some(b' ' | b'\t')) {
                break;
            }
        }
        let (field, after) = rest.split_at(end);
        rest = after;
        Some(field)
    })
}

/// Header and body; the empty line belongs to the header.
pub(crate) fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut start = 0;
    while let Some(length) = bytes[start..].iter().position(|byte| *byte == b'\n') {
        let line = &bytes[start..start + length];
        start += length + 1;
        if line.is_empty() || line == b"\r" {
            return bytes.split_at(start);
        }
    }
    (bytes, &[])
}

/// What stands between the boundaries (RFC 2046 §5.1.1), without the line end before each.
fn pieces<'a>(body: &'a [u8], boundary: &[u8]) -> impl Iterator<Item = &'a [u8]> {
    let delimiter = [b"--", boundary].concat();
    let mut starts: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(&delimiter) {
            starts.push((at, at + line.len()));
        }
        at += line.len();
    }
    starts.push((body.len(), body.len()));
    let bounds: Vec<_> = starts.windows(2).map(|pair| (pair[0].1, pair[1].0)).collect();
    let count = bounds.len().saturating_sub(1);
    bounds.into_iter().take(count.max(1)).map(move |(start, end)| {
        let piece = &body[start..end];
        piece.strip_suffix(b"\r\n").or_else(|| piece.strip_suffix(b"\n")).unwrap_or(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_by_number() {
        let bytes = b"Content-Type: multipart/mixed;\r\n boundary=\"x\"\r\n\r\nprose\r\n--x\r\n\r\none\r\n\
            --x\r\nContent-Type: text/html\r\n\r\ntwo\r\n--x--\r\n";
        let part = Part::read(bytes, 9);
        assert_eq!(part.children.len(), 2);
        assert_eq!(part.find(&[1]).map(|part| part.body), Some(&b"one"[..]));
        assert_eq!(part.find(&[2]).map(|part| part.body), Some(&b"two"[..]));
        assert!(part.find(&[3]).is_none());
        let single = Part::read(b"A: b\r\n\r\nbody", 9);
        assert_eq!(single.find(&[1]).map(|part| part.body), Some(&b"body"[..]));
    }
}

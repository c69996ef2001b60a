//! The text of one item, as components and their properties.
//!
//! Not by calcard, which [`super::meaning`] has for what only wants to be understood: it takes blanks off the texts of a
//! list, turns what it knows into values of its own and loses how the line stood, and decodes every file inside into a
//! copy. Here a property keeps its line, so that what no model knows is written again letter by letter, and a large value
//! stays where it lies in the text.

mod property;
mod text;

pub(crate) use property::Property;
pub(crate) use text::decode as decode_uri;

use super::{
    Problem, Problems, Reason, charset,
    lines::{ContentLine, Layout, Lines},
    parted::Text,
    property::Head,
};

/// Bytes of a text that is read; `ics` and `vcf` take no larger item.
const LARGEST: usize = 256 << 20;
/// Properties of a text: a series with thousands of changes has some hundred thousand.
const MOST: usize = 500_000;
/// Components within components.
const DEEPEST: usize = 8;

/// A component, or a card.
#[derive(Clone, Debug, Default)]
pub(crate) struct Component {
    /// In capitals.
    pub(crate) name: String,
    /// The number of its first line.
    pub(crate) line: u64,
    pub(crate) properties: Vec<Property>,
    pub(crate) inside: Vec<Component>,
}

impl Component {
    /// The first property of a name.
    pub(crate) fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }

    /// Those components in it that have a name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.inside.iter().filter(move |inside| inside.name == name)
    }
}

/// The components of a text, those on the first level.
pub(crate) fn read(text: &Text) -> Result<Vec<Component>, Problem> {
    if text.rest.len() > LARGEST {
        return Err(Problem::new(1, Reason::TooLarge));
    }
    // Bytes in memory do not fail.
    let unreadable = |_| Problem::new(1, Reason::NoItem);
    let mut lines = Lines::of_file(&text.rest[..]).map_err(unreadable)?;
    let layout = lines.layout();
    let (mut line, mut ignored) = (ContentLine::default(), Problems::default());
    // What is open, the outermost first; one that all the others lie in.
    let mut open = vec![Component::default()];
    let (mut too_deep, mut properties) = (0_usize, 0_usize);
    while lines.read(&mut line, &mut ignored).map_err(unreadable)? {
        let Some(head) = Head::of(&line.text) else { continue };
        let (name, value) = (head.name(&line.text), head.value(&line.text));
        if name.eq_ignore_ascii_case(b"BEGIN") {
            if open.len() > DEEPEST {
                too_deep += 1;
                continue;
            }
            let name = String::from_utf8_lossy(value.trim_ascii()).to_ascii_uppercase();
            open.push(Component { name, line: line.number, ..Component::default() });
        } else if name.eq_ignore_ascii_case(b"END") {
            match too_deep {
                0 => close(&mut open, &value.trim_ascii().to_ascii_uppercase()),
                _ => too_deep -= 1,
            }
        } else if too_deep == 0
            && let Some(property) = property(text, layout, &line)
            && let Some(component) = open.last_mut()
        {
            properties += 1;
            if properties > MOST {
                return Err(Problem::new(line.number, Reason::TooMany));
            }
            component.properties.push(property);
        }
    }
    while open.len() > 1 {
        close_last(&mut open);
    }
    Ok(open.pop().map(|all| all.inside).unwrap_or_default())
}

/// Ends a component, and those in it that have no end of their own.
fn close(open: &mut Vec<Component>, name: &[u8]) {
    if open.iter().skip(1).any(|one| one.name.as_bytes() == name) {
        while open.len() > 1 {
            let is_it = open.last().is_some_and(|last| last.name.as_bytes() == name);
            close_last(open);
            if is_it {
                return;
            }
        }
    }
}

fn close_last(open: &mut Vec<Component>) {
    if let (Some(last), Some(around)) = (open.pop(), open.last_mut()) {
        around.inside.push(last);
    }
}

fn property(text: &Text, layout: Layout, line: &ContentLine) -> Option<Property> {
    let declared = Head::of(&line.text)?.param(&line.text, "CHARSET").map(<[u8]>::to_vec);
    let place = match layout {
        Layout::Bytes => Property::place(text, line),
        // Every other byte of it is none of base64.
        Layout::Utf16Le | Layout::Utf16Be => None,
    };
    let kept = line.text.get(..Property::kept(line, place.is_some())).unwrap_or(&line.text);
    let decoded = charset::decode(kept, declared.as_deref()).0.into_owned();
    Property::of(decoded, place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_lie_in_each_other_and_keep_their_lines() {
        let text = "BEGIN:VCALENDAR\r\nX:1\r\nBEGIN:vevent\r\nSUMMARY:a\\,\r\n b\r\nBEGIN:VALARM\r\nACTION:x\r\n\
                    END:VEVENT\r\nEND:NOTHING\r\nY;A=\"b:c\":2\r\n";
        let all = read(&text.into()).unwrap();
        let [calendar] = &all[..] else { panic!("{all:?}") };
        assert_eq!((calendar.name.as_str(), calendar.inside.len()), ("VCALENDAR", 1));
        let event = calendar.all("VEVENT").next().unwrap();
        assert_eq!(event.property("SUMMARY").unwrap().text(), "a,b");
        assert_eq!((event.line, event.inside[0].properties[0].value()), (3, "x"));
        assert_eq!(calendar.property("Y").unwrap().param("A").as_deref(), Some("b:c"));
        assert_eq!(calendar.property("Y").unwrap().line().unfolded(), "Y;A=\"b:c\":2");
    }

    #[test]
    fn depth_is_bounded() {
        let deep = "BEGIN:A\n".repeat(100) + &"END:A\n".repeat(92) + "X:1\n";
        let mut at = &read(&deep.into()).unwrap()[0];
        let mut depth = 1;
        while let Some(next) = at.inside.first() {
            (at, depth) = (next, depth + 1);
        }
        assert_eq!((depth, at.properties.len()), (DEEPEST, 1));
    }
}

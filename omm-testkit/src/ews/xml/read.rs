//! From bytes to elements.

use super::{Element, Space};
use quick_xml::{
    NsReader, XmlVersion,
    events::{BytesStart, Event},
    name::{Namespace, ResolveResult},
};

const DEEPEST: usize = 200;

/// The root of a document; what is wrong with it otherwise.
pub(in crate::ews) fn read(bytes: &[u8]) -> Result<Element, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "invalid byte sequence".to_owned())?;
    let mut reader = NsReader::from_str(text.trim_start_matches('\u{feff}'));
    let mut open = vec![Element::default()];
    loop {
        let (space, event) = reader.read_resolved_event().map_err(|error| error.to_string())?;
        let space = space_of(&space);
        if open.len() > DEEPEST {
            return Err("too many elements, one in another".to_owned());
        }
        match event {
            Event::Start(start) => open.push(element(space, &start)?),
            Event::Empty(start) => put(&mut open, element(space, &start)?)?,
            Event::End(_) => {
                let done = open.pop().ok_or("no element is open")?;
                put(&mut open, done)?;
            }
            Event::Text(text) => say(&mut open, &text.xml10_content())?,
            Event::CData(data) => say(&mut open, &data.xml10_content())?,
            Event::GeneralRef(reference) => {
                let number = reference.resolve_char_ref().map_err(|error| error.to_string())?;
                let letter = number.or_else(|| of_xml_itself(&reference.xml10_content()));
                let letter = letter.ok_or("an entity that is not declared")?;
                say(&mut open, letter.encode_utf8(&mut [0; 4]))?;
            }
            Event::DocType(_) => return Err("For security reasons DTD is prohibited".to_owned()),
            Event::Eof => return root(open),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

fn root(mut open: Vec<Element>) -> Result<Element, String> {
    match (open.pop(), open.is_empty()) {
        (Some(mut outermost), true) if outermost.children.len() == 1 => {
            outermost.children.pop().ok_or_else(|| "Root element is missing.".to_owned())
        }
        _ => Err("Root element is missing.".to_owned()),
    }
}

fn put(open: &mut [Element], element: Element) -> Result<(), String> {
    open.last_mut().ok_or("no element is open")?.children.push(element);
    Ok(())
}

fn say(open: &mut [Element], text: &str) -> Result<(), String> {
    open.last_mut().ok_or("no element is open")?.text.push_str(text);
    Ok(())
}

fn element(space: Space, start: &BytesStart<'_>) -> Result<Element, String> {
    let mut element = Element::of(space, start.local_name().as_ref());
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let key: &str = attribute.key.as_ref();
        if key == "xmlns" || key.starts_with("xmlns:") {
            continue;
        }
        let value = attribute.normalized_value(XmlVersion::default()).map_err(|error| error.to_string())?;
        element.attributes.push((attribute.key.local_name().as_ref().to_owned(), value.into_owned()));
    }
    Ok(element)
}

fn space_of(resolved: &ResolveResult<'_>) -> Space {
    match resolved {
        ResolveResult::Bound(Namespace(name)) => match *name {
            "http://schemas.microsoft.com/exchange/services/2006/types" => Space::Types,
            "http://schemas.microsoft.com/exchange/services/2006/messages" => Space::Messages,
            "http://schemas.microsoft.com/exchange/services/2006/errors" => Space::Errors,
            "http://schemas.xmlsoap.org/soap/envelope/" => Space::Soap,
            _ => Space::Other,
        },
        _ => Space::Other,
    }
}

fn of_xml_itself(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

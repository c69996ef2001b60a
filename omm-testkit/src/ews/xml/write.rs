//! From elements to bytes, with the prefixes that Exchange uses.

use super::{Element, Space};

/// With prefixes that something around it declares: `s`, `m`, `t`, `e`.
pub(in crate::ews) fn written(element: &Element) -> String {
    let mut out = String::new();
    write(element, &mut out);
    out
}

/// With the declarations of `m` and `t`, as the element in a body has them.
pub(in crate::ews) fn written_standalone(element: &Element) -> String {
    const SPACES: &str = " xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/messages\" \
                          xmlns:t=\"http://schemas.microsoft.com/exchange/services/2006/types\"";
    let mut out = String::new();
    write(element, &mut out);
    let name_ends = out.find([' ', '>', '/']).unwrap_or(out.len());
    out.insert_str(name_ends, SPACES);
    out
}

fn write(element: &Element, out: &mut String) {
    let prefix = match element.space {
        Space::Types => "t:",
        Space::Messages => "m:",
        Space::Errors => "e:",
        Space::Soap => "s:",
        Space::Other => "",
    };
    out.push('<');
    out.push_str(prefix);
    out.push_str(&element.name);
    for (name, value) in &element.attributes {
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        escape(value, true, out);
        out.push('"');
    }
    if element.children.is_empty() && element.text.is_empty() {
        out.push_str("/>");
        return;
    }
    out.push('>');
    escape(&element.text, false, out);
    for child in &element.children {
        write(child, out);
    }
    out.push_str("</");
    out.push_str(prefix);
    out.push_str(&element.name);
    out.push('>');
}

fn escape(text: &str, in_attribute: bool, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if in_attribute => out.push_str("&quot;"),
            '\n' | '\t' if in_attribute => out.push_str(&format!("&#x{:X};", u32::from(letter))),
            // As Exchange writes it: else it would not survive a reader.
            '\r' => out.push_str("&#xD;"),
            // XML 1.0 has no place for the others; Exchange writes references nevertheless.
            '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' => {
                out.push_str(&format!("&#x{:X};", u32::from(letter)));
            }
            _ => out.push(letter),
        }
    }
}

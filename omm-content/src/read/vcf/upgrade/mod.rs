//! vCard 2.1 → 4.0 (RFC 6350), or 3.0 (RFC 2426) on request. Nothing is lost: what the new version has no place for keeps
//! its name.
//!
//! | room | what |
//! |---|---|
//! | `params` | bare words become TYPE, PREF, VALUE |
//! | `values` | values whose form has changed |
//! | `binary` | photos, logos, sounds and keys |
//! | `address` | LABEL, which 4.0 says within ADR |

mod address;
mod binary;
mod params;
mod values;

use super::{Options, name};
use crate::{line::Line, read::old::Old};

/// Cards within cards (AGENT).
const DEEPEST: usize = 4;

/// What all properties of a card need to know.
#[derive(Clone, Copy, Debug)]
struct To {
    vcard_3: bool,
    depth: usize,
}

/// Its lines, BEGIN and END included, not folded.
pub(super) fn card(lines: &[Vec<u8>], options: Options) -> Vec<String> {
    let to = To { vcard_3: options.vcard_3, depth: 0 };
    translate(&lines.iter().filter_map(|line| Old::read(line)).collect::<Vec<_>>(), to)
}

/// Whether a line says something that a card of 4.0 can say. An empty LABEL, for one, is no address and no part of one.
pub(super) fn says(line: &[u8]) -> bool {
    let Some(old) = Old::read(line) else { return false };
    let to = To { vcard_3: false, depth: 0 };
    match old.name.as_str() {
        "VERSION" | "BEGIN" | "END" => false,
        "ADR" | "AGENT" => true,
        "LABEL" => !address::Labels::of(std::slice::from_ref(&old), to).is_empty(),
        _ => !values::lines(&old, to).is_empty(),
    }
}

/// The first line is its BEGIN.
fn translate(olds: &[Old], to: To) -> Vec<String> {
    let version = if to.vcard_3 { "3.0" } else { "4.0" };
    let mut lines = vec!["BEGIN:VCARD".to_owned(), format!("VERSION:{version}")];
    let inside = olds.get(1..olds.len().saturating_sub(1)).unwrap_or_default();
    let mut labels = address::Labels::of(inside, to);
    let mut at = 0;
    while let Some(old) = inside.get(at) {
        at += 1;
        match old.name.as_str() {
            "VERSION" => {}
            "BEGIN" | "END" => {}
            "AGENT" if old.value.trim().is_empty() && inside.get(at).is_some_and(is_begin) => {
                let count = length(inside.get(at..).unwrap_or_default());
                let nested = inside.get(at..at + count).unwrap_or_default();
                at += count;
                if to.depth < DEEPEST {
                    lines.push(agent(old, &translate(nested, To { depth: to.depth + 1, ..to }), to));
                }
            }
            "ADR" => lines.push(address::line(old, &mut labels, to)),
            "LABEL" if !to.vcard_3 => {}
            _ => lines.extend(values::lines(old, to)),
        }
    }
    lines.extend(labels.leftover(to));
    name::complete(&mut lines);
    // RFC 2426 §3.1.2: N is needed.
    if to.vcard_3 && !lines.iter().any(|line| line.starts_with("N:") || line.starts_with("N;")) {
        lines.insert(2, "N:;;;;".to_owned());
    }
    lines.push("END:VCARD".to_owned());
    lines
}

fn is_begin(old: &Old) -> bool {
    old.name == "BEGIN" && old.value.trim().eq_ignore_ascii_case("VCARD")
}

/// How many properties a card has that begins here, BEGIN and END included.
fn length(olds: &[Old]) -> usize {
    let mut depth = 0_usize;
    for (at, old) in olds.iter().enumerate() {
        match old.name.as_str() {
            "BEGIN" => depth += 1,
            "END" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    olds.len()
}

/// RFC 2426 §3.5.4: a card as text. RFC 6350 §6.6.6 has RELATED instead, whose value is a URI.
fn agent(old: &Old, card: &[String], to: To) -> String {
    let text = card.join("\r\n") + "\r\n";
    if to.vcard_3 {
        return params::line(old, "AGENT", to).text(&text).unfolded().to_owned();
    }
    let line: Line = params::line(old, "RELATED", to).param("TYPE", "agent");
    line.plain(&binary::data_uri("text/vcard", text.as_bytes())).unfolded().to_owned()
}

#[cfg(test)]
mod tests;

//! Values whose form is another in the new version.

use super::{To, binary, params};
use crate::read::{ics::legacy::moment::Moment, lists, old::Old};

/// The lines for a property.
pub(super) fn lines(old: &Old, to: To) -> Vec<String> {
    let line = params::line(old, &old.name, to);
    let value = old.value.trim();
    let line = match old.name.as_str() {
        "PHOTO" | "LOGO" | "SOUND" | "KEY" => return vec![binary::line(old, to)],
        "N" | "ORG" | "X-PHONETIC-NAME" => {
            lists::fields(&old.value).iter().fold(line, |line, field| line.field(field))
        }
        "CATEGORIES" | "NICKNAME" => {
            let fields = lists::fields(&old.value);
            let all =
                fields.iter().flat_map(|field| field.split(',')).map(str::trim).filter(|one| !one.is_empty());
            let all: Vec<&str> = all.collect();
            if all.is_empty() {
                return vec![];
            }
            all.into_iter().fold(line, crate::line::Line::text)
        }
        "BDAY" | "ANNIVERSARY" | "REV" if !value.is_empty() => date(old, value, to),
        "GEO" => geo(old, value, to),
        "URL" | "UID" | "FBURL" | "CALURI" | "CALADRURI" | "SOURCE" => line.plain(value),
        _ if old.says("BASE64") => return vec![encoded(old, to)],
        _ => line.text(&old.text()),
    };
    vec![line.unfolded().to_owned()]
}

/// RFC 6350 §4.3 has the basic format only; RFC 2426 takes both.
fn date(old: &Old, value: &str, to: To) -> crate::line::Line {
    let line = params::line(old, &old.name, to);
    match Moment::read(value) {
        _ if to.vcard_3 => line.plain(value),
        Some(moment) => line.plain(&moment.text()),
        None if old.name == "REV" => line.plain(value),
        None => line.param("VALUE", "text").text(&old.text()),
    }
}

/// RFC 6350 §6.5.2: a URI; RFC 2426 §3.4.2: two numbers with a semicolon.
fn geo(old: &Old, value: &str, to: To) -> crate::line::Line {
    let line = params::line(old, "GEO", to);
    match value.split_once([',', ';']) {
        Some((one, other)) if to.vcard_3 => line.plain(&format!("{};{}", one.trim(), other.trim())),
        Some((one, other)) => line.plain(&format!("geo:{},{}", one.trim(), other.trim())),
        None => line.plain(value),
    }
}

/// Base64 in a property of somebody's own.
fn encoded(old: &Old, to: To) -> String {
    let bytes: String = old.value.chars().filter(|letter| !letter.is_whitespace()).collect();
    params::line(old, &old.name, to).param("ENCODING", "b").plain(&bytes).unfolded().to_owned()
}

//! Properties of the old versions, vCalendar 1.0 and vCard 2.1, decoded.

use super::{
    charset, lists,
    property::{Head, unquoted},
    quoted,
};
use crate::line::Line;

/// A property of vCalendar 1.0 or vCard 2.1, its charset and quoted-printable taken off.
#[derive(Debug)]
pub(crate) struct Old {
    /// In front of the name.
    pub(crate) group: String,
    /// In capitals.
    pub(crate) name: String,
    /// Name in capitals and value; an empty name for a bare word.
    pub(crate) params: Vec<(String, String)>,
    /// As it stands there, but decoded.
    pub(crate) value: String,
}

impl Old {
    pub(crate) fn read(line: &[u8]) -> Option<Self> {
        let head = Head::of(line)?;
        let declared = head.param(line, "CHARSET");
        let decoded = |bytes: &[u8]| charset::decode(bytes, declared).0.into_owned();
        let value = head.value(line);
        let value = if head.says(line, b"QUOTED-PRINTABLE") {
            decoded(&quoted::decode(value))
        } else {
            decoded(value)
        };
        let params = head.params(line).map(|param| {
            (String::from_utf8_lossy(param.name).to_ascii_uppercase(), decoded(unquoted(param.value)))
        });
        Some(Self {
            group: String::from_utf8_lossy(head.group(line)).into_owned(),
            name: head.legal_name(line).to_ascii_uppercase(),
            params: params.filter(|(name, value)| !is_transport(name, value)).collect(),
            value,
        })
    }

    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(param, _)| param == name).map(|(_, value)| value.as_str())
    }

    /// Its value as text.
    pub(crate) fn text(&self) -> String {
        lists::text(&self.value)
    }

    /// Under a name of its own, for what iCalendar does not have.
    pub(crate) fn kept(&self) -> Vec<String> {
        let name =
            if self.name.starts_with("X-") { self.name.clone() } else { format!("X-VCAL-{}", self.name) };
        vec![self.with_params(&name).text(&self.text()).unfolded().to_owned()]
    }

    /// A line with its parameters and no value yet.
    pub(crate) fn with_params(&self, name: &str) -> Line {
        self.params
            .iter()
            .filter(|(name, _)| !name.is_empty())
            .fold(Line::new(name), |line, (name, value)| line.param(name, value))
    }

    /// Whether an encoding, a kind or a bare word says so.
    pub(crate) fn says(&self, word: &str) -> bool {
        self.params.iter().any(|(name, value)| {
            matches!(name.as_str(), "" | "ENCODING" | "VALUE" | "TYPE") && value.eq_ignore_ascii_case(word)
        })
    }
}

/// How the value is transported, which iCalendar does otherwise.
fn is_transport(name: &str, value: &str) -> bool {
    name == "CHARSET"
        || (matches!(name, "" | "ENCODING")
            && ["QUOTED-PRINTABLE", "8BIT", "7BIT"].iter().any(|word| value.eq_ignore_ascii_case(word)))
}

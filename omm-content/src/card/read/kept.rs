//! What no field of the record has, and labels of Apple's address books.

use super::Reader;
use crate::{
    card::{Class, Extra},
    line::Line,
    loss::{Loss, Lost},
    read::component::{Component, Property},
};
use std::collections::BTreeMap;

impl Reader {
    /// Keeps a property as it stands: a text with at most one parameter as an extra, anything else as its line.
    pub(super) fn keep(&mut self, property: &Property) {
        let is_frame = ["VERSION", "PRODID"].contains(&property.name.as_str());
        // What it says is told by the fields; the writer says it again.
        let is_kind = property.name == "KIND" && (property.is("individual") || property.is("org"));
        if is_frame || is_kind || self.labels.is_label(property) {
            return;
        }
        self.labels.keep(&property.group);
        match self.extra(property) {
            Some(extra) => self.contact.extras.push(extra),
            None => self.contact.lines.push(property.line()),
        }
    }

    fn extra(&self, property: &Property) -> Option<Extra> {
        if !property.name.starts_with("X-") || !property.group.is_empty() {
            return None;
        }
        let whole = property.line();
        let name = whole.unfolded().split([':', ';']).next()?.to_owned();
        // The writer leaves other letters out.
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return None;
        }
        let names = property.param_names();
        let (line, parameter) = match names.as_slice() {
            [] => (Line::new(&name), None),
            [one] => {
                let value = property.words(one)?;
                let line = Line::new(&name);
                let line = if self.is_4 { line.param(one, &value) } else { line.param_as_it_is(one, &value) };
                (line, Some((one.clone(), value)))
            }
            _ => return None,
        };
        let value = property.text();
        // What is written must be what stood there.
        (line.text(&value).unfolded() == whole.unfolded()).then_some(Extra { name, parameter, value })
    }

    /// Tells of parameters other than these.
    pub(super) fn parameters(&mut self, property: &Property, known: &[&str]) {
        const TRANSPORT: [&str; 4] = ["VALUE", "ENCODING", "CHARSET", "X-OMM-BARE"];
        let mut unknown = property.param_names();
        unknown.retain(|name| !known.contains(&name.as_str()) && !TRANSPORT.contains(&name.as_str()));
        if unknown.iter().any(|name| name == "LANGUAGE") {
            self.lose(&property.name, Lost::Language, &property.param("LANGUAGE").unwrap_or_default());
            unknown.retain(|name| name != "LANGUAGE");
        }
        if !unknown.is_empty() {
            unknown.dedup();
            self.lose(&property.name, Lost::Parameter, &unknown.join(", "));
        }
    }
}

/// Who may see a card; nothing for a word that is not known.
pub(super) fn class(property: &Property) -> Option<Class> {
    let all = [Class::Public, Class::Private, Class::Confidential];
    all.into_iter().find(|class| property.is(class.name()))
}

/// Labels: `item1.X-ABLabel` names what `item1.TEL` is.
#[derive(Debug, Default)]
pub(super) struct Labels {
    // By the group, in lower case.
    all: BTreeMap<String, Label>,
}

#[derive(Debug)]
struct Label {
    text: String,
    line: Line,
    /// Whether a field says the same.
    is_said: bool,
    /// Whether what it names is kept as a line.
    is_kept: bool,
}

impl Labels {
    pub(super) fn of(card: &Component) -> Self {
        let labels = card.properties.iter().filter(|one| one.name == "X-ABLABEL" && !one.group.is_empty());
        let label =
            |one: &Property| Label { text: one.text(), line: one.line(), is_said: false, is_kept: false };
        Self { all: labels.map(|one| (one.group.to_lowercase(), label(one))).collect() }
    }

    pub(super) fn is_label(&self, property: &Property) -> bool {
        property.name == "X-ABLABEL" && self.all.contains_key(&property.group.to_lowercase())
    }

    /// The label of a property, in lower case, without Apple's marks for words of its own.
    pub(super) fn get(&self, property: &Property) -> Option<String> {
        let text = &self.all.get(&property.group.to_lowercase())?.text;
        let own = text.strip_prefix("_$!<").and_then(|text| text.strip_suffix(">!$_"));
        Some(own.unwrap_or(text).trim().to_lowercase())
    }

    /// Notes that a field says what the label does.
    pub(super) fn said(&mut self, property: &Property) {
        if let Some(label) = self.all.get_mut(&property.group.to_lowercase()) {
            label.is_said = true;
        }
    }

    pub(super) fn keep(&mut self, group: &str) {
        if let Some(label) = self.all.get_mut(&group.to_lowercase()) {
            label.is_kept = true;
        }
    }

    /// Keeps labels of what is kept, and tells of those that no field says.
    pub(super) fn finish(self, losses: &mut Vec<Loss>, lines: &mut Vec<Line>) {
        for label in self.all.into_values() {
            if label.is_kept {
                lines.push(label.line);
            } else if !label.is_said {
                Loss::new("X-ABLABEL", Lost::Label, &label.text).push(losses);
            }
        }
    }
}

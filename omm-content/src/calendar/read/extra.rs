//! What the model does not know, and is kept; and parameters that it does not know, which are told.

use super::Context;
use crate::{line::Line, loss::Lost, read::component::Property};

impl Context<'_> {
    /// The line as it stands there; a zone goes by the name that it has in the document.
    pub(super) fn kept(&mut self, property: &Property) -> Line {
        if property.param("TZID").is_none() {
            return property.line();
        }
        // One that nobody knows is told when a time of the item names it.
        match self.zones.zone(property, &mut Vec::new()) {
            Some(zone) => property.line_with("TZID", zone.id()),
            None => property.line(),
        }
    }

    /// Tells of parameters other than these.
    pub(super) fn parameters(&mut self, property: &Property, known: &[&str]) {
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

/// What says how a value is written, and not what it is.
const TRANSPORT: [&str; 4] = ["VALUE", "ENCODING", "CHARSET", "X-OMM-BARE"];

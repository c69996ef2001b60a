//! GetServerTimeZones ([MS-OXWSGTZ]): the zones a server knows, with their rules; since 2010.

use super::Operation;
use crate::{
    soap::{Refusal, Unreadable, Version, message},
    xml::{Element, Writer},
};

/// More zones than any server has.
const MOST: usize = 2_000;

/// Asks for zones.
#[derive(Clone, Debug)]
pub(crate) struct GetServerTimeZones {
    /// Which ones; none: all of them, some hundreds.
    ids: Vec<String>,
    /// Whether their rules are wanted.
    whole: bool,
}

impl GetServerTimeZones {
    /// What the zones are called that a server knows.
    pub(crate) fn names() -> Self {
        Self { ids: Vec::new(), whole: false }
    }

    /// The rules of a zone.
    pub(crate) fn rules_of(id: &str) -> Self {
        Self { ids: vec![id.to_owned()], whole: true }
    }
}

impl Operation for GetServerTimeZones {
    const NAME: &'static str = "GetServerTimeZones";
    const WRITES: bool = false;
    /// Those that it knows of those that were asked for: definitions, with an `Id` each.
    type Answer = Result<Vec<Element>, Refusal>;

    fn write(&self, writer: &mut Writer, _version: Version) {
        let whole = if self.whole { "true" } else { "false" };
        writer.element_with("m:GetServerTimeZones", &[("ReturnFullTimeZoneData", whole)], |writer| {
            if !self.ids.is_empty() {
                writer.element("m:Ids", |writer| self.ids.iter().for_each(|id| writer.text("t:Id", id)));
            }
        });
    }

    fn read(&self, answer: &Element) -> Result<Self::Answer, Unreadable> {
        message(answer, |message| {
            let list = message.child("TimeZoneDefinitions");
            let list = list.ok_or_else(|| Unreadable::without("TimeZoneDefinitions"))?;
            let named = |zone: &&Element| zone.attribute("Id").is_some_and(|id| !id.is_empty());
            Ok(list.all("TimeZoneDefinition").filter(named).take(MOST).cloned().collect())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::trial::{answered, good, request};

    #[test]
    fn the_request() {
        for (operation, whole, inside) in [
            (GetServerTimeZones::names(), false, ""),
            (GetServerTimeZones::rules_of("A & B"), true, "<m:Ids><t:Id>A &amp; B</t:Id></m:Ids>"),
        ] {
            let xml = format!(
                "<m:GetServerTimeZones ReturnFullTimeZoneData=\"{whole}\">{inside}</m:GetServerTimeZones>"
            );
            assert_eq!(request(&operation), xml);
        }
    }

    #[test]
    fn the_answer() {
        let zones = "<m:TimeZoneDefinitions><t:TimeZoneDefinition Id='W' Name='(UTC+01:00)'><t:Periods><t:Period \
            Bias='-PT60M' Name='Standard' Id='std'/></t:Periods></t:TimeZoneDefinition><t:TimeZoneDefinition/>\
            <t:TimeZoneDefinition Id='B'/></m:TimeZoneDefinitions>";
        let operation = GetServerTimeZones::names();
        let zones = answered(&operation, &good(zones)).expect("an answer").expect("zones");
        let ids: Vec<_> = zones.iter().map(|zone| zone.attribute("Id")).collect();
        assert_eq!((ids, zones[0].child("Periods").is_some()), (vec![Some("W"), Some("B")], true));
        assert!(answered(&operation, &good("")).is_err());
    }
}

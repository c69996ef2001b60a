//! GetServerTimeZones ([MS-OXWSGTZ]): the zones a server knows, with their rules; since 2010.

use super::{Operation, ZoneDefinition};
use crate::{
    soap::{Refusal, Unreadable, Version, message},
    xml::{Element, Writer},
};

/// Asks for zones.
#[derive(Clone, Debug)]
pub(crate) struct GetServerTimeZones {
    /// Which ones; none: all of them, some hundreds.
    pub(crate) ids: Vec<String>,
}

impl Operation for GetServerTimeZones {
    const NAME: &'static str = "GetServerTimeZones";
    const WRITES: bool = false;
    /// Those that it knows of those that were asked for.
    type Answer = Result<Vec<ZoneDefinition>, Refusal>;

    fn write(&self, writer: &mut Writer, _version: Version) {
        writer.element_with("m:GetServerTimeZones", &[("ReturnFullTimeZoneData", "true")], |writer| {
            if !self.ids.is_empty() {
                writer.element("m:Ids", |writer| self.ids.iter().for_each(|id| writer.text("t:Id", id)));
            }
        });
    }

    fn read(&self, answer: &Element) -> Result<Self::Answer, Unreadable> {
        message(answer, |message| {
            let list = message.child("TimeZoneDefinitions");
            let list = list.ok_or_else(|| Unreadable::without("TimeZoneDefinitions"))?;
            Ok(list.all("TimeZoneDefinition").filter_map(ZoneDefinition::read).collect())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::{
        When,
        trial::{answered, good, request},
    };

    #[test]
    fn the_request() {
        for (ids, inside) in [
            (Vec::new(), ""),
            (
                vec!["UTC".to_owned(), "A & B".to_owned()],
                "<m:Ids><t:Id>UTC</t:Id><t:Id>A &amp; B</t:Id></m:Ids>",
            ),
        ] {
            let xml = format!(
                "<m:GetServerTimeZones ReturnFullTimeZoneData=\"true\">{inside}</m:GetServerTimeZones>"
            );
            assert_eq!(request(&GetServerTimeZones { ids }), xml);
        }
    }

    #[test]
    fn the_answer() {
        let zones = "<m:TimeZoneDefinitions><t:TimeZoneDefinition Id='W' Name='(UTC+01:00)'><t:Periods><t:Period \
            Bias='-PT60M' Name='Standard' Id='std'/></t:Periods><t:TransitionsGroups><t:TransitionsGroup Id='0'>\
            <t:RecurringDayTransition><t:To Kind='Period'>std</t:To><t:TimeOffset>PT180M</t:TimeOffset><t:Month>10</t:Month>\
            <t:DayOfWeek>Sunday</t:DayOfWeek><t:Occurrence>-1</t:Occurrence></t:RecurringDayTransition><t:New/>\
            </t:TransitionsGroup></t:TransitionsGroups><t:Transitions><t:Transition><t:To Kind='Group'>0</t:To>\
            </t:Transition></t:Transitions></t:TimeZoneDefinition><t:TimeZoneDefinition Id='B'/></m:TimeZoneDefinitions>";
        let operation = GetServerTimeZones { ids: Vec::new() };
        let zones = answered(&operation, &good(zones)).expect("an answer").expect("zones");
        let [whole, bare] = &zones[..] else { panic!("{zones:?}") };
        assert_eq!((whole.periods.len(), whole.groups.len(), bare.id.as_str()), (1, 1, "B"));
        let [change] = &whole.groups[0].transitions[..] else { panic!("{whole:?}") };
        assert!(matches!(change.when, When::Day { month: 10, occurrence: -1, .. }));
        assert_eq!((whole.transitions[0].to_group, &whole.transitions[0].when), (true, &When::Always));
        assert!(answered(&operation, &good("")).is_err());
    }
}

//! Time zones: Windows names with the rules beside them ([MS-OXWSGTZ] TimeZoneDefinitionType), and zones of calendars.
//!
//! A name that is known becomes IANA's, if the rules beside it say the same for the year in which the appointment begins;
//! else the rules are kept as they are. On the way in a zone that Windows has goes by its name alone, which every server
//! knows; another goes with its rules.

mod definition;
mod legacy;
mod of_iana;

use super::{mailbox::Mailbox, node::Node};
use crate::xml::Element;
use omm_content::calendar::{Zone, zone::windows_of};
use omm_mapi::time_zone::choose;

/// The zone in which an element of an item is: StartTimeZone, EndTimeZone, or MeetingTimeZone of Exchange 2007; for an item
/// that begins in this year.
pub(crate) fn read(element: &Element, year: i32) -> Option<Zone> {
    let rules = definition::rules(element).or_else(|| legacy::rules(element)).unwrap_or_default();
    let name =
        |attribute: &str| element.attribute(attribute).filter(|name| !name.is_empty()).map(str::to_owned);
    choose(&[name("Id"), name("TimeZoneName"), name("Name")], &rules, year)
}

/// The same as Exchange 2007 has it: by a name alone; UTC where Windows has none.
pub(crate) fn legacy(zone: &Zone) -> Node {
    Node::empty("t:MeetingTimeZone").with("TimeZoneName", windows_name(zone).unwrap_or("UTC"))
}

/// The zone as an element of this name, for an item that begins in this year: by its name, if the server knows that.
pub(crate) fn written(zone: &Zone, element: &'static str, year: i32, mailbox: &Mailbox) -> Node {
    match windows_name(zone).filter(|name| mailbox.knows(name)) {
        Some(name) => Node::empty(element).with("Id", name),
        // Without the number that the id of its rules has: it is made of them again.
        None => {
            let name = zone.id().rsplit_once(" #").map_or(zone.id(), |(name, _)| name);
            definition::written(name, &of_iana::rules(zone, year), element)
        }
    }
}

/// The Windows name of a zone that has one.
pub(crate) fn windows_name(zone: &Zone) -> Option<&'static str> {
    match zone {
        zone if zone.is_utc() => Some("UTC"),
        Zone::Iana(iana) => windows_of(*iana),
        Zone::Custom { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        convert::node::read_back,
        xml::{Limits, Writer, read as parse},
    };
    use chrono::{NaiveTime, Weekday};
    use chrono_tz::Tz;
    use omm_content::calendar::zone::{Rules, Switch};
    use std::sync::Arc;

    fn round_trip(zone: &Zone, year: i32) -> Option<Zone> {
        through(zone, year, &Mailbox::new(15))
    }

    fn through(zone: &Zone, year: i32, mailbox: &Mailbox) -> Option<Zone> {
        let mut writer = Writer::new();
        written(zone, "t:StartTimeZone", year, mailbox).write(&mut writer);
        read(&read_back(writer), year)
    }

    #[test]
    fn zones_come_back() {
        for zone in [
            Tz::Europe__Berlin,
            Tz::America__New_York,
            Tz::Asia__Kolkata,
            Tz::Australia__Sydney,
            Tz::America__Sao_Paulo,
            Tz::UTC,
            Tz::Africa__Casablanca,
        ] {
            let found = round_trip(&Zone::Iana(zone), 2024).expect("a zone");
            assert!(found.agrees_with(&Zone::Iana(zone), 2024), "{zone}: {found:?}");
            assert!(matches!(found, Zone::Iana(_)), "{zone} keeps a name: {found:?}");
        }
    }

    #[test]
    fn a_zone_that_windows_has_no_name_for_keeps_its_rules() {
        let odd = Zone::Iana(Tz::Antarctica__Troll);
        assert_eq!(windows_name(&odd), None);
        assert!(round_trip(&odd, 2024).is_some_and(|found| found.agrees_with(&odd, 2024)));
    }

    /// Kills: a name that the server does not know, for which it refuses the item.
    #[test]
    fn a_name_that_the_server_does_not_know_goes_with_its_rules() {
        let mailbox = Mailbox::new(15).knowing(Arc::new(["UTC".to_owned()].into()));
        for zone in [Tz::Europe__Berlin, Tz::Asia__Kolkata, Tz::UTC] {
            let node = written(&Zone::Iana(zone), "t:StartTimeZone", 2024, &mailbox);
            let mut writer = Writer::new();
            node.write(&mut writer);
            assert_eq!(read_back(writer).child("Periods").is_some(), zone != Tz::UTC, "{zone}");
            let found = through(&Zone::Iana(zone), 2024, &mailbox).expect("a zone");
            assert!(found.agrees_with(&Zone::Iana(zone), 2024), "{zone}: {found:?}");
        }
    }

    #[test]
    fn rules_come_back() {
        let switch = |month, weekday, nth, hour| Switch {
            month,
            weekday,
            nth,
            time: NaiveTime::from_hms_opt(hour, 30, 0).expect("a time"),
        };
        let summer = |standard| Rules {
            standard,
            daylight: standard + 60,
            switches: Some((switch(9, Some(Weekday::Sat), 5, 3), switch(4, None, 11, 1))),
        };
        for rules in [
            vec![(1601, Rules::fixed(345))],
            vec![(1601, summer(-210))],
            vec![(1601, Rules::fixed(-210)), (2010, summer(-210)), (2016, Rules::fixed(90))],
        ] {
            let zone = Zone::custom("Odd", rules.clone()).expect("rules");
            let Some(Zone::Custom { rules: found, .. }) = round_trip(&zone, 2012) else {
                panic!("{rules:?}")
            };
            assert_eq!(found, rules);
        }
    }

    #[test]
    fn zones_as_servers_write_them() {
        // Exchange 2010: rules that have changed, and a period's name that says which is which.
        let changed = "<StartTimeZone Id='Pacific Standard Time' Name='(UTC-08:00) Pacific Time (US &amp; Canada)'><Periods>\
            <Period Bias='PT8H' Name='Standard' Id='s'/><Period Bias='PT7H' Name='Daylight' Id='d'/></Periods>\
            <TransitionsGroups><TransitionsGroup Id='0'><RecurringDayTransition><To Kind='Period'>d</To>\
            <TimeOffset>P0DT2H0M0.0S</TimeOffset><Month>3</Month><DayOfWeek>Sunday</DayOfWeek><Occurrence>2</Occurrence>\
            </RecurringDayTransition><RecurringDayTransition><To Kind='Period'>s</To><TimeOffset>PT2H</TimeOffset>\
            <Month>11</Month><DayOfWeek>Sunday</DayOfWeek><Occurrence>1</Occurrence></RecurringDayTransition>\
            </TransitionsGroup></TransitionsGroups><Transitions><Transition><To Kind='Group'>0</To></Transition>\
            </Transitions></StartTimeZone>";
        let legacy = "<MeetingTimeZone TimeZoneName='W. Europe Standard Time'><BaseOffset>-PT60M</BaseOffset><Standard \
            TimeZoneName='S'><Offset>PT0S</Offset><RelativeYearlyRecurrence><DaysOfWeek>Sunday</DaysOfWeek><DayOfWeekIndex>Last\
            </DayOfWeekIndex><Month>October</Month></RelativeYearlyRecurrence><Time>03:00:00</Time></Standard><Daylight>\
            <Offset>-PT60M</Offset><RelativeYearlyRecurrence><DaysOfWeek>Sunday</DaysOfWeek><DayOfWeekIndex>Last\
            </DayOfWeekIndex><Month>March</Month></RelativeYearlyRecurrence><Time>02:00:00</Time></Daylight></MeetingTimeZone>";
        let lying = changed.replace("'PT8H'", "'PT4H'").replace("'PT7H'", "'PT3H'");
        for (text, expected) in [
            (changed, Some("America/Los_Angeles")),
            (legacy, Some("Europe/Berlin")),
            ("<StartTimeZone Id='Romance Standard Time'/>", Some("Europe/Paris")),
            ("<StartTimeZone Id='tzone://Microsoft/Utc'/>", Some("Etc/UTC")),
            ("<StartTimeZone Id='Nowhere'/>", None),
            (&lying, None),
        ] {
            let found = read(&parse(text.as_bytes(), Limits::SMALL).expect("well formed"), 2024);
            let iana = found.as_ref().filter(|zone| matches!(zone, Zone::Iana(_)));
            assert_eq!(iana.map(Zone::id), expected, "{text}");
        }
    }
}

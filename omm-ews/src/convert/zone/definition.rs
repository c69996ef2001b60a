//! A zone with its rules: periods, groups of transitions between them, and from when on each group holds.

use crate::{
    convert::{moment, node::Node, weekday},
    xml::Element,
};
use chrono::{Datelike, NaiveTime, Timelike};
use omm_content::calendar::zone::{Rules, Switch};

/// Windows begins here.
const FIRST: i32 = 1601;
/// More groups than any zone has, and more transitions than any group: each is looked for among the others.
const MOST: usize = 500;
const MOST_IN_GROUP: usize = 16;
/// No clock is further from UTC, in minutes.
const FURTHEST: i64 = 24 * 60;

/// The rules, each from its year on; nothing if the element has none.
pub(super) fn rules(zone: &Element) -> Option<Vec<(i32, Rules)>> {
    let groups = zone.child("TransitionsGroups")?;
    let mut found = Vec::new();
    for transition in zone.child("Transitions")?.children.iter().take(MOST) {
        let to = transition.text_of("To")?;
        let group = groups.children.iter().take(MOST).find(|group| group.attribute("Id") == Some(to))?;
        let year = match transition.text_of("DateTime") {
            Some(date) => moment::day(date)?.year(),
            None => FIRST,
        };
        found.push((year, group_rules(zone, group)?));
    }
    (!found.is_empty()).then_some(found)
}

fn group_rules(zone: &Element, group: &Element) -> Option<Rules> {
    let mut switches = Vec::new();
    for transition in group.children.iter().take(MOST_IN_GROUP) {
        let (ahead, is_summer) = period(zone, transition.text_of("To")?)?;
        switches.push((ahead, is_summer, switch(transition)));
    }
    let (first, ..) = switches.first()?;
    let one = || switches.iter().find(|(_, is_summer, _)| !is_summer);
    let two = || switches.iter().find(|(_, is_summer, _)| *is_summer);
    match (one(), two()) {
        (Some((standard, _, Some(winter))), Some((daylight, _, Some(summer)))) => {
            Some(Rules { standard: *standard, daylight: *daylight, switches: Some((*winter, *summer)) })
        }
        (Some((standard, ..)), _) => Some(Rules::fixed(*standard)),
        (None, _) => Some(Rules::fixed(*first)),
    }
}

/// Minutes ahead of UTC, and whether it is summer time: the bias is what must be added to come to UTC.
fn period(zone: &Element, id: &str) -> Option<(i32, bool)> {
    let mut periods = zone.child("Periods")?.children.iter().take(MOST);
    let period = periods.find(|period| period.attribute("Id") == Some(id))?;
    let bias = moment::minutes(period.attribute("Bias")?).filter(|bias| bias.abs() <= FURTHEST)?;
    let is_summer = period.attribute("Name").is_some_and(|name| name.eq_ignore_ascii_case("Daylight"))
        || id.ends_with("-Daylight");
    Some((i32::try_from(-bias).ok()?, is_summer))
}

fn switch(transition: &Element) -> Option<Switch> {
    let number = |name: &str| transition.text_of(name)?.parse::<i64>().ok();
    let month = u32::try_from(number("Month")?).ok().filter(|month| (1..=12).contains(month))?;
    let seconds = moment::seconds(transition.text_of("TimeOffset")?)?.clamp(0, 86_399);
    let time = NaiveTime::from_num_seconds_from_midnight_opt(u32::try_from(seconds).ok()?, 0)?;
    match transition.text_of("DayOfWeek") {
        Some(day) => {
            // -1 and 5 are the last one.
            let nth = number("Occurrence").filter(|nth| (1..=4).contains(nth)).unwrap_or(5);
            Some(Switch { month, weekday: Some(weekday::of_word(day)?), nth: u32::try_from(nth).ok()?, time })
        }
        None => {
            let nth = u32::try_from(number("Day")?).ok().filter(|day| (1..=31).contains(day))?;
            Some(Switch { month, weekday: None, nth, time })
        }
    }
}

/// A definition of rules, each from its year on.
pub(super) fn written(name: &str, rules: &[(i32, Rules)], element: &'static str) -> Node {
    let mut periods = Vec::new();
    let mut groups = Vec::new();
    let mut transitions = Vec::new();
    for (at, (year, rules)) in rules.iter().take(MOST).enumerate() {
        let (standard, daylight) = (format!("{at}-Standard"), format!("{at}-Daylight"));
        let period = |minutes: i32, name: &str, id: &str| {
            let bias = moment::duration(-i64::from(minutes));
            Node::empty("t:Period").with("Bias", &bias).with("Name", name).with("Id", id)
        };
        periods.push(period(rules.standard, "Standard", &standard));
        let inside = match &rules.switches {
            None => vec![Node::parent("t:Transition", vec![to("Period", &standard)])],
            Some((winter, summer)) => {
                periods.push(period(rules.daylight, "Daylight", &daylight));
                vec![recurring(summer, &daylight), recurring(winter, &standard)]
            }
        };
        groups.push(Node::parent("t:TransitionsGroup", inside).with("Id", &at.to_string()));
        let to = to("Group", &at.to_string());
        transitions.push(match at {
            0 => Node::parent("t:Transition", vec![to]),
            _ => {
                let date = Node::text("t:DateTime", &format!("{year:04}-01-01T00:00:00"));
                Node::parent("t:AbsoluteDateTransition", vec![to, date])
            }
        });
    }
    let parts = vec![
        Node::parent("t:Periods", periods),
        Node::parent("t:TransitionsGroups", groups),
        Node::parent("t:Transitions", transitions),
    ];
    Node::parent(element, parts).with("Id", name).with("Name", name)
}

fn to(kind: &str, id: &str) -> Node {
    Node::text("t:To", id).with("Kind", kind)
}

fn recurring(switch: &Switch, period: &str) -> Node {
    let minutes = i64::from(switch.time.num_seconds_from_midnight() / 60);
    let mut parts = vec![
        to("Period", period),
        Node::text("t:TimeOffset", &moment::duration(minutes)),
        Node::text("t:Month", &switch.month.to_string()),
    ];
    match switch.weekday {
        Some(day) => {
            let nth = if switch.nth >= 5 { "-1".to_owned() } else { switch.nth.to_string() };
            parts.extend([Node::text("t:DayOfWeek", weekday::word(day)), Node::text("t:Occurrence", &nth)]);
            Node::parent("t:RecurringDayTransition", parts)
        }
        None => {
            parts.push(Node::text("t:Day", &switch.nth.to_string()));
            Node::parent("t:RecurringDateTransition", parts)
        }
    }
}

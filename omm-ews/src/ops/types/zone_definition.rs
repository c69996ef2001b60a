//! Time zones as servers know them, rule by rule ([MS-OXWSGTZ] TimeZoneDefinitionType).

use crate::xml::{Element, Writer};

/// A time zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ZoneDefinition {
    /// `W. Europe Standard Time`.
    pub(crate) id: String,
    /// What one sees.
    pub(crate) name: Option<String>,
    /// Its offsets.
    pub(crate) periods: Vec<Period>,
    /// Sets of changes that come every year.
    pub(crate) groups: Vec<TransitionGroup>,
    /// Which set or offset holds from when on.
    pub(crate) transitions: Vec<Transition>,
}

/// An offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    /// What transitions call it by.
    pub(crate) id: String,
    /// `Standard`, `Daylight`.
    pub(crate) name: String,
    /// What is to be added to local time to have UTC, as a duration of XML Schema: `-PT60M`, `PT5H`.
    pub(crate) bias: String,
}

/// A set of changes that come every year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TransitionGroup {
    /// What transitions call it by.
    pub(crate) id: String,
    /// The changes.
    pub(crate) transitions: Vec<Transition>,
}

/// A change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Transition {
    /// Whether it leads to a set of changes rather than to an offset.
    pub(crate) to_group: bool,
    /// The id of what it leads to.
    pub(crate) to: String,
    /// When.
    pub(crate) when: When,
}

/// When a change comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// Since ever.
    Always,
    /// Once, at this local time (`xs:dateTime`).
    Absolute(String),
    /// Every year, on a day of a week of a month; the fifth (or -1) is the last.
    Day {
        /// How long after midnight, as a duration.
        offset: String,
        /// From 1.
        month: u32,
        /// `Sunday` …
        weekday: String,
        /// 1 to 4, or -1.
        occurrence: i32,
    },
    /// Every year, on a day of a month.
    Date {
        /// How long after midnight, as a duration.
        offset: String,
        /// From 1.
        month: u32,
        /// From 1.
        day: u32,
    },
}

impl ZoneDefinition {
    /// Reads a definition, which may be no more than an id and a name. What nobody here has heard of is left out.
    pub(crate) fn read(element: &Element) -> Option<Self> {
        let id = element.attribute("Id").filter(|id| !id.is_empty())?.to_owned();
        let below = |list: &'static str| element.all(list).flat_map(|list| &list.children);
        Some(Self {
            id,
            name: element.attribute("Name").map(str::to_owned),
            periods: below("Periods").filter_map(Period::read).collect(),
            groups: below("TransitionsGroups").filter_map(TransitionGroup::read).collect(),
            transitions: below("Transitions").filter_map(Transition::read).collect(),
        })
    }

    /// Writes it under a name: `t:StartTimeZone`. One without offsets is known to the server by its id.
    pub(crate) fn write(&self, name: &str, writer: &mut Writer) {
        let shown = self.name.as_deref().map(|name| ("Name", name));
        let attributes: Vec<_> = shown.into_iter().chain([("Id", self.id.as_str())]).collect();
        if self.periods.is_empty() {
            return writer.empty(name, &attributes);
        }
        writer.element_with(name, &attributes, |writer| {
            writer.element("t:Periods", |writer| {
                self.periods.iter().for_each(|period| period.write(writer));
            });
            writer.element("t:TransitionsGroups", |writer| {
                for group in &self.groups {
                    writer.element_with("t:TransitionsGroup", &[("Id", &group.id)], |writer| {
                        group.transitions.iter().for_each(|transition| transition.write(writer));
                    });
                }
            });
            writer.element("t:Transitions", |writer| {
                self.transitions.iter().for_each(|transition| transition.write(writer));
            });
        });
    }
}

impl Period {
    fn read(element: &Element) -> Option<Self> {
        let attribute = |name| element.attribute(name).map(str::to_owned);
        Some(Self {
            id: attribute("Id")?,
            name: attribute("Name").unwrap_or_default(),
            bias: attribute("Bias")?,
        })
    }

    fn write(&self, writer: &mut Writer) {
        writer.empty("t:Period", &[("Bias", &self.bias), ("Name", &self.name), ("Id", &self.id)]);
    }
}

impl TransitionGroup {
    fn read(element: &Element) -> Option<Self> {
        let transitions = element.children.iter().filter_map(Transition::read).collect();
        Some(Self { id: element.attribute("Id")?.to_owned(), transitions })
    }
}

impl Transition {
    fn read(element: &Element) -> Option<Self> {
        let to = element.child("To")?;
        let text = |name| element.text_of(name).map(str::to_owned);
        let number = |name| element.text_of(name).and_then(|text| text.parse().ok());
        let when = match element.name.as_str() {
            "Transition" => When::Always,
            "AbsoluteDateTransition" => When::Absolute(text("DateTime")?),
            "RecurringDayTransition" => When::Day {
                offset: text("TimeOffset")?,
                month: number("Month")?,
                weekday: text("DayOfWeek")?,
                occurrence: element.text_of("Occurrence")?.parse().ok()?,
            },
            "RecurringDateTransition" => {
                When::Date { offset: text("TimeOffset")?, month: number("Month")?, day: number("Day")? }
            }
            _ => return None,
        };
        Some(Self { to_group: to.attribute("Kind") == Some("Group"), to: to.text().to_owned(), when })
    }

    fn write(&self, writer: &mut Writer) {
        let name = match self.when {
            When::Always => "t:Transition",
            When::Absolute(_) => "t:AbsoluteDateTransition",
            When::Day { .. } => "t:RecurringDayTransition",
            When::Date { .. } => "t:RecurringDateTransition",
        };
        writer.element(name, |writer| {
            let kind = if self.to_group { "Group" } else { "Period" };
            writer.text_with("t:To", &[("Kind", kind)], &self.to);
            match &self.when {
                When::Always => {}
                When::Absolute(time) => writer.text("t:DateTime", time),
                When::Day { offset, month, weekday, occurrence } => {
                    writer.text("t:TimeOffset", offset);
                    writer.text("t:Month", &month.to_string());
                    writer.text("t:DayOfWeek", weekday);
                    writer.text("t:Occurrence", &occurrence.to_string());
                }
                When::Date { offset, month, day } => {
                    writer.text("t:TimeOffset", offset);
                    writer.text("t:Month", &month.to_string());
                    writer.text("t:Day", &day.to_string());
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::trial::{element, written};

    #[test]
    fn what_is_written_is_read() {
        let to = |to: &str, when| Transition { to_group: to.starts_with('g'), to: to.to_owned(), when };
        let text = str::to_owned;
        let zone = ZoneDefinition {
            id: text("Custom"),
            name: Some(text("A & B")),
            periods: vec![Period { id: text("std"), name: text("Standard"), bias: text("-PT60M") }],
            groups: vec![TransitionGroup {
                id: text("g0"),
                transitions: vec![
                    to(
                        "std",
                        When::Day {
                            offset: text("PT3H"),
                            month: 10,
                            weekday: text("Sunday"),
                            occurrence: -1,
                        },
                    ),
                    to("std", When::Date { offset: text("PT2H"), month: 3, day: 28 }),
                ],
            }],
            transitions: vec![to("g0", When::Always), to("g0", When::Absolute(text("2007-01-01T00:00:00")))],
        };
        let named = ZoneDefinition { id: text("UTC"), ..ZoneDefinition::default() };
        for zone in [zone, named] {
            let xml = written(|writer| zone.write("t:StartTimeZone", writer));
            assert_eq!(ZoneDefinition::read(&element(&xml)), Some(zone), "{xml}");
        }
        assert_eq!(ZoneDefinition::read(&element("<x Name='y'/>")), None);
    }
}

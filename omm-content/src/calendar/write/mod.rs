//! The writer (RFC 5545 §3.4, §3.6).

mod entry;
mod event;
mod task;

use super::{Event, Task, Time, Zone};
use crate::{line::Line, pieces::Pieces};

/// Who says that it wrote a file (RFC 5545 §3.7.3).
const PRODUCT: &str = "-//OMM//OMM//EN";

/// A VCALENDAR around one item.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// What is asked of its reader (RFC 5546 §1.4); none for an item that only lies in a calendar.
    pub method: Option<Method>,
    /// The zones that the item's times name.
    pub zones: Vec<Zone>,
    /// Properties of the calendar, X-… and such.
    pub extra: Vec<Line>,
}

/// What is asked of the reader of a document (RFC 5546 §1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// To take part.
    Request,
    /// To note an answer.
    Reply,
    /// To note that it will not be.
    Cancel,
    /// To consider another time.
    Counter,
}

impl Document {
    /// Writes an event with its exceptions.
    pub fn event(&self, event: Event) -> Pieces {
        let years = Years::of(&event);
        self.around(years, event::write(event))
    }

    /// Writes a task.
    pub fn task(&self, task: Task) -> Pieces {
        let mut years = Years::default();
        task.start.iter().chain(&task.due).for_each(|time| years.see(time));
        years.see_recurrence(&task.recurrence);
        self.around(years, task::write(task))
    }

    fn around(&self, years: Years, items: Pieces) -> Pieces {
        let mut text = String::new();
        for line in [Line::new("BEGIN").plain("VCALENDAR"), Line::new("PRODID").plain(PRODUCT)] {
            line.write(&mut text);
        }
        Line::new("VERSION").plain("2.0").write(&mut text);
        if let Some(method) = self.method {
            Line::new("METHOD").plain(method.word()).write(&mut text);
        }
        self.extra.iter().for_each(|line| line.write(&mut text));
        for zone in &self.zones {
            super::zone::write(zone, years.first..=years.last, years.open, &mut text);
        }
        let mut body = Pieces::new();
        body.text(text);
        body.append(items);
        body.text("END:VCALENDAR\r\n");
        body
    }
}

impl Method {
    fn word(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Reply => "REPLY",
            Self::Cancel => "CANCEL",
            Self::Counter => "COUNTER",
        }
    }
}

/// The years for which a zone must be described.
struct Years {
    first: i32,
    last: i32,
    /// Whether there is no last one.
    open: bool,
}

impl Default for Years {
    fn default() -> Self {
        Self { first: i32::MAX, last: i32::MIN, open: false }
    }
}

impl Years {
    fn of(event: &Event) -> Self {
        let mut years = Self::default();
        for one in std::iter::once(event).chain(&event.exceptions) {
            std::iter::once(&one.start)
                .chain(&one.end)
                .chain(&one.instead_of)
                .for_each(|time| years.see(time));
            years.see_recurrence(&one.recurrence);
        }
        years
    }

    fn see(&mut self, time: &Time) {
        self.first = self.first.min(time.year());
        self.last = self.last.max(time.year());
    }

    fn see_recurrence(&mut self, recurrence: &super::Recurrence) {
        recurrence.also.iter().chain(&recurrence.except).for_each(|time| self.see(time));
        match recurrence.rule.as_ref().map(|rule| &rule.end) {
            Some(super::End::Until(time)) => self.see(time),
            // Counting would need an expansion; a zone that is described for longer does no harm.
            Some(super::End::Never | super::End::Count(_)) => self.open = true,
            None => {}
        }
    }
}

//! The writer (RFC 5545 §3.4, §3.6).

mod entry;
mod event;
mod facts;
mod task;

use super::{Event, Task, Time, Zone};
use crate::{line::Line, pieces::Pieces};

/// Who says that it wrote a file (RFC 5545 §3.7.3).
const PRODUCT: &str = "-//OMM//OMM//EN";

/// A VCALENDAR around one item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
        let year = first_year(&event);
        self.around(year, event::write(event))
    }

    /// Writes a task.
    pub fn task(&self, task: Task) -> Pieces {
        let year = task.start.iter().chain(&task.due).map(Time::year).min().unwrap_or(i32::MAX);
        self.around(year, task::write(task))
    }

    fn around(&self, year: i32, items: Pieces) -> Pieces {
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
            super::zone::write(zone, year, &mut text);
        }
        let mut body = Pieces::new();
        body.text(text);
        body.append(items);
        body.text("END:VCALENDAR\r\n");
        body
    }
}

impl Method {
    /// How METHOD says it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Reply => "REPLY",
            Self::Cancel => "CANCEL",
            Self::Counter => "COUNTER",
        }
    }
}

/// The first year of an event: a series and its exceptions.
fn first_year(event: &Event) -> i32 {
    let times = std::iter::once(event).chain(&event.exceptions).flat_map(|one| {
        let also = one.recurrence.also.iter().chain(&one.recurrence.except);
        std::iter::once(&one.start).chain(&one.instead_of).chain(also)
    });
    times.map(Time::year).min().unwrap_or(i32::MAX)
}

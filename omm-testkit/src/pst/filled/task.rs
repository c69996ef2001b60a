//! Tasks ([MS-OXOTASK] §2.2.2).

use super::super::item::{Attachment, Item};
use super::super::property::{Key, Set, Value};
use super::others::categories;
use super::recurrence::Recurrence;
use super::{at, noise};

/// A task with every field, half done.
pub fn task() -> Item {
    Item::new("IPM.Task", "Write the report")
        .with(0x1000, "Ten pages.\r\nWith figures.\r\n")
        .with(0x0017, 2)
        .with(0x0036, 2)
        .with(0x3007, at(2023, 8, 1, 8, 0))
        .with(0x3008, at(2023, 8, 2, 8, 0))
        .with(0x1080, 0x500)
        .with(id(0x8101), 1) // in progress
        .with(id(0x8102), Value::F64(0.5))
        .with(id(0x8103), false)
        .with(id(0x8104), at(2023, 8, 1, 0, 0))
        .with(id(0x8105), at(2023, 8, 31, 0, 0))
        .with(id(0x8110), 120)
        .with(id(0x8111), 480)
        .with(id(0x8113), 3)
        .with(id(0x811c), false)
        .with(id(0x811f), "Ana Sample")
        .with(id(0x8121), "Bruno Example")
        .with(id(0x8126), false)
        .with(id(0x8127), "Author")
        .with(id(0x8129), 0)
        .with(id(0x812a), 0)
        .with(common(0x8503), true)
        .with(common(0x8502), at(2023, 8, 30, 7, 0))
        .with(common(0x8516), at(2023, 8, 1, 0, 0))
        .with(common(0x8517), at(2023, 8, 31, 0, 0))
        .with(common(0x8506), true)
        .with(common(0x8534), "120 km")
        .with(common(0x8535), "Project 7")
        .with(common(0x8539), Value::ManyTexts(vec!["Example Ltd".to_owned(), "Sample AG".to_owned()]))
        .with(common(0x853a), Value::ManyTexts(vec!["Bruno Example".to_owned()]))
        .with(categories(), Value::ManyTexts(vec!["Work".to_owned()]))
        .attach(Attachment::file("figures.csv", "text/csv", noise(21, 500)))
}

/// A task that comes again.
pub fn recurring_task(subject: &str, recurrence: &Recurrence) -> Item {
    Item::new("IPM.Task", subject)
        .with(0x1000, "Again.\r\n")
        .with(id(0x8101), 0)
        .with(id(0x8102), Value::F64(0.0))
        .with(id(0x8104), Value::Time(i64::from(recurrence.start) * 600_000_000))
        .with(id(0x8105), Value::Time(i64::from(recurrence.start) * 600_000_000))
        .with(id(0x8116), recurrence.pattern_bytes())
        .with(id(0x811c), false)
        .with(id(0x8126), true)
}

fn id(lid: u32) -> Key {
    Key::Number(Set::TASK, lid)
}

fn common(lid: u32) -> Key {
    Key::Number(Set::COMMON, lid)
}

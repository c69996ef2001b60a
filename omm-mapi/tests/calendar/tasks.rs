//! Tasks that recur: the occurrence at hand is not the first one.

use crate::{
    blob::recurrence,
    rows::{Ending, Kind, Row, rows},
    support::{Bag, converted, lines, text, time},
};
use omm_mapi::{
    StoredMessage,
    property::{Value, named::PSETID_TASK},
};

fn task(row: &Row, at: &str) -> (Vec<String>, Vec<String>) {
    // A RecurrencePattern is what an appointment's blob begins with.
    let properties = Bag::default()
        .id(0x001A, text("IPM.Task"))
        .id(0x0037, text("Water the plants"))
        .named(PSETID_TASK, 0x8104, time(&format!("{at}T00:00:00")))
        .named(PSETID_TASK, 0x8105, time(&format!("{at}T00:00:00")))
        .named(PSETID_TASK, 0x8116, Value::Binary(recurrence(row)))
        .named(PSETID_TASK, 0x8126, Value::Boolean(true))
        .done();
    let (text, losses) = converted(&StoredMessage { properties, ..Default::default() });
    (lines(&text), losses)
}

fn row(kind: Kind, period: u32, start: &'static str, count: u32) -> Row {
    let base = rows().into_iter().next().unwrap();
    Row { kind, period, start, ending: Ending::Count(count), deleted: &[], moved: &[], ..base }
}

/// How many there are was counted from the first: the third of five has two after it.
#[test]
fn the_end_of_a_series_stays_where_it_was() {
    for (row, at, rule) in [
        (row(Kind::Day, 2880, "2024-05-01", 5), "2024-05-05", "FREQ=DAILY;UNTIL=20240509;INTERVAL=2"),
        (row(Kind::Day, 1440, "2024-05-01", 1), "2024-05-01", "FREQ=DAILY;UNTIL=20240501"),
        // Monday, Wednesday, Friday of every second week, from a Wednesday: 1, 3, 13, 15, 17, 27 May.
        (
            row(Kind::Week(0x2A), 2, "2024-05-01", 6),
            "2024-05-13",
            "FREQ=WEEKLY;UNTIL=20240527;INTERVAL=2;BYDAY=MO,WE,FR;WKST=SU",
        ),
        (
            row(Kind::Week(0x2A), 2, "2024-05-01", 2),
            "2024-05-03",
            "FREQ=WEEKLY;UNTIL=20240503;INTERVAL=2;BYDAY=MO,WE,FR;WKST=SU",
        ),
        (
            row(Kind::MonthNth(0x02, 5), 1, "2024-05-27", 3),
            "2024-06-24",
            "FREQ=MONTHLY;UNTIL=20240729;BYDAY=-1MO",
        ),
        (row(Kind::MonthEnd, 1, "2024-01-31", 2), "2024-02-29", "FREQ=MONTHLY;UNTIL=20240229;BYMONTHDAY=-1"),
    ] {
        let (found, losses) = task(&row, at);
        assert_eq!(losses, [""; 0]);
        assert!(found.contains(&format!("RRULE:{rule}")), "{rule}: {found:#?}");
    }
}

#[test]
fn deleted_occurrences_stay_deleted() {
    let row = Row { deleted: &["2024-05-02", "2024-05-07"], ..row(Kind::Day, 1440, "2024-05-01", 9) };
    let (found, _) = task(&row, "2024-05-05");
    // The second of May is over.
    assert!(found.contains(&"EXDATE;VALUE=DATE:20240507".to_owned()), "{found:#?}");
}
